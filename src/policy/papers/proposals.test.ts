import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPapersWorld, type PapersWorld } from '../../../test/support/papers-world.ts'
import { dayAt, maskText, plainText, requirePerson, secretOf } from './parts.ts'

let world: PapersWorld
before(async () => {
  world = await openPapersWorld()
})
after(() => world[Symbol.asyncDispose]())

const PROPOSAL = {
  ...{ region: 'shenzhen', kind: 'proposal', number: '20260582', session: '七届二次' },
  ...{
    title: '关于加快工业互联网的提案',
    lead: '李委员',
    signatories: 3,
    receivedOn: '2026-03-01',
  },
  ...{ dueOn: '2026-06-01', dueSource: '交办通知' },
  ...{ leadUnit: 'city-industry', jointUnits: ['city-finance'] },
  points: [
    { question: '一、完善基础设施' },
    { question: '二、加大资金支持', unit: 'city-finance' },
  ],
  ...{ publicity: 'summary', summary: '已采纳。', copiesTo: ['市政协提案委'] },
}

test('a proposal is answered point by point, heard by joint offices, and signed by somebody else', async () => {
  const { otto, anna, anybody, get, put, post } = world
  const taken = await post(otto, '/proposals', PROPOSAL)
  assert.equal(taken.status, 201, taken.text)
  const { id } = taken.body
  const deed = async (client: PapersWorld['otto'], body: object) => {
    const { version } = (await get(otto, `/proposals/${id}`)).body
    return await client.send('POST', `/api/v1/policy/proposals/${id}/deeds`, { version, ...body })
  }
  assert.match((await deed(otto, { do: 'put-forward' })).text, /1[,，、] ?2/)
  const points = PROPOSAL.points.map((it) => ({ ...it, answer: '已办理' }))
  const version = taken.body.version
  assert.equal((await put(otto, `/proposals/${id}`, { ...PROPOSAL, points, version })).status, 200)
  assert.match((await deed(otto, { do: 'put-forward' })).text, /city-finance/)
  const opinion = { do: 'opinion', unit: 'city-finance', opinion: 'agrees' }
  assert.equal((await deed(otto, { ...opinion, unit: 'city-science' })).status, 409)
  assert.equal((await deed(otto, opinion)).status, 200)
  assert.equal((await deed(otto, { do: 'put-forward' })).status, 200)
  assert.equal((await get(anybody, `/proposals/${id}`)).status, 404)
  assert.deepEqual((await get(anybody, '/proposals')).body.items, [])
  assert.equal((await deed(otto, { do: 'answer' })).status, 403)
  assert.equal((await deed(anna, { do: 'answer' })).status, 200)
  const shown = (await get(anybody, `/proposals/${id}`)).body
  assert.deepEqual([shown.points, shown.summary, shown.office], [[], '已采纳。', undefined])
  assert.doesNotMatch(JSON.stringify(shown), /李委员/)
  assert.equal((await get(anybody, '/proposals')).body.items.length, 1)
})

test('what is not public stays with the office', async () => {
  const { otto, anna, anybody, get, post } = world
  const points = [{ question: '问', answer: '答' }]
  const wish = { ...PROPOSAL, points, jointUnits: [], publicity: 'internal' }
  const { id } = (await post(otto, '/proposals', wish)).body
  for (const [client, deed] of [
    [otto, 'put-forward'],
    [anna, 'answer'],
  ] as const) {
    const { version } = (await get(otto, `/proposals/${id}`)).body
    const body = { do: deed, version }
    const reply = await client.send('POST', `/api/v1/policy/proposals/${id}/deeds`, body)
    assert.equal(reply.status, 200, reply.text)
  }
  assert.equal((await get(anybody, `/proposals/${id}`)).status, 404)
  assert.equal((await get(otto, `/proposals/${id}`)).status, 200)
  const wrong = {
    ...wish,
    leadUnit: 'x',
    dueSource: undefined,
    publicity: 'summary',
    summary: undefined,
  }
  const paths = (await post(otto, '/proposals', wrong)).body.errors.map(
    (it: { path: string }) => it.path,
  )
  assert.deepEqual(paths.toSorted(), ['/dueSource', '/leadUnit', '/summary'])
})

test('texts are kept plain and personal data in them is masked', () => {
  assert.equal(plainText(' a\r\nb\u202e\u0000c '), 'a\nbc')
  const joined = '👨\u200d👩\u200d👧 👩🏽\u200d🔧 می\u200cخواهم'
  assert.equal(plainText(joined), joined)
  assert.equal(plainText('pay\u200dment\u200c 👨\u200d'), 'payment 👨')
  assert.equal(maskText('拨打 13812345678 或 0755-26001234'), '拨打 138****5678 或 0755-****34')
  assert.equal(maskText('编号 138123456789'), '编号 138123456789')
  assert.match(maskText('证件 44030019900101123X。'), /^证件 4\*+X。$/)
  assert.equal(dayAt(Date.parse('2026-03-01T16:00:00Z')), '2026-03-02')
  const secret = secretOf(Buffer.from('a'), 'letter', 'k')
  assert.match(secret, /^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/)
  assert.notEqual(secret, secretOf(Buffer.from('b'), 'letter', 'k'))
})

test('a key is no second pair of eyes', () => {
  assert.throws(
    () => requirePerson({ kind: 'key', id: 'k', scopes: ['policy.publish'] }),
    /two persons/,
  )
})
