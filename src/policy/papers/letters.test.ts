import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPapersWorld, type PapersWorld } from '../../../test/support/papers-world.ts'
import { POLICY_POSTS } from '../cases/collections.ts'

const DAY_MS = 86_400_000
const SYSTEM = { kind: 'system', id: 'test' } as const
let world: PapersWorld
before(async () => {
  world = await openPapersWorld()
})
after(() => world[Symbol.asyncDispose]())

const LETTER = {
  kind: 'complaint',
  region: 'shenzhen',
  subject: '申报窗口无人受理，电话13812345678',
  text: '我于上周提交材料。身份证440300199001011234，邮箱 zhang@mail.example。',
  name: '张三丰',
  contact: '13812345678',
}

async function written(change: object = {}) {
  const reply = await world.post(world.anybody, '/letters', { ...LETTER, ...change })
  assert.equal(reply.status, 201, reply.text)
  const { receipt, secret } = reply.body
  const { items } = (await world.get(world.otto, '/letters?limit=1000')).body
  const id = items.find((it: { receipt: string }) => it.receipt === receipt).id as string
  return { id, holder: { receipt, secret, key: undefined }, body: reply.body }
}

const deed = (id: string, body: object) => world.post(world.otto, `/letters/${id}/deeds`, body)

test('a letter is written, accepted, answered, followed and rated', async () => {
  const { anybody, post } = world
  const { id, holder, body } = await written()
  assert.equal(body.dueAt, undefined, 'no term is stated')
  const follow = async () => (await post(anybody, '/letters/follow', holder)).body
  assert.equal((await follow()).state, 'received')
  const early = await post(anybody, '/letters/rate', { ...holder, grade: 5 })
  assert.equal(early.status, 409)
  assert.equal((await deed(id, { do: 'answer', text: '已办' })).status, 409, 'not accepted yet')
  const key = 'accepted-with-this-key'
  assert.equal((await deed(id, { do: 'accept', key })).status, 204)
  assert.equal((await deed(id, { do: 'accept', key })).status, 204, 'the same again')
  assert.equal((await deed(id, { do: 'answer', text: '窗口已增派人员。' })).status, 204)
  const { state, answer } = await follow()
  assert.deepEqual([state, answer.text], ['answered', '窗口已增派人员。'])
  assert.equal(
    (await post(anybody, '/letters/rate', { ...holder, grade: 4, word: '尚可' })).body.grade,
    4,
  )
  assert.equal((await post(anybody, '/letters/rate', { ...holder, grade: 1 })).status, 409, 'once')
  assert.equal((await deed(id, { do: 'forward', reason: '再办' })).status, 409, 'closed')
})

test('who does not hold the secret learns nothing', async () => {
  const { anybody, post, get } = world
  const { id, holder } = await written()
  const wrong = { ...holder, secret: 'AAAA-AAAA-AAAA-AAAA-AAAA' }
  const absent = { ...holder, receipt: '20260101-000000000000' }
  const replies = [
    await post(anybody, '/letters/follow', wrong),
    await post(anybody, '/letters/follow', absent),
  ]
  assert.deepEqual(
    replies.map((it) => it.status),
    [404, 404],
  )
  assert.equal(replies[0]?.body.detail, replies[1]?.body.detail)
  assert.equal((await get(anybody, '/letters')).status, 401)
  assert.equal((await get(anybody, `/letters/${id}`)).status, 401)
  const typed = { ...holder, secret: holder.secret.toLowerCase().replaceAll('-', ' ') }
  assert.equal((await post(anybody, '/letters/follow', typed)).status, 200)
})

test('personal data is masked; that it was read is written down', async () => {
  const { otto, get, node } = world
  const { id } = await written()
  const hidden = /张三丰|13812345678|440300199001011234|zhang@/
  assert.doesNotMatch((await get(otto, '/letters')).text, hidden)
  assert.doesNotMatch((await get(otto, `/letters/${id}`)).text, hidden)
  const reads = async () =>
    (await node.documents.changes(0, 1_000, { collection: 'personal-reads' })).length
  const before = await reads()
  const whole = await get(otto, `/letters/${id}?personal=true`)
  assert.match(whole.text, /张三丰/)
  assert.match(whole.text, /440300199001011234/)
  assert.equal(await reads(), before + 1)
})

test('a letter that was forwarded is its unit’s, and no other unit’s', async () => {
  const { node, otto, olive, get, post } = world
  const me = (await olive.send('GET', '/api/v1/me')).body
  const put = { units: ['city-finance'], approvals: [], fields: [], interests: [] }
  await node.documents.commit([{ collection: POLICY_POSTS, id: me.id, put }], { author: SYSTEM })
  const { id, holder } = await written()
  assert.equal((await get(olive, `/letters/${id}`)).status, 404)
  assert.equal((await deed(id, { do: 'forward', unit: 'nobody', reason: 'x' })).status, 422)
  assert.equal(
    (await deed(id, { do: 'forward', unit: 'city-finance', reason: '属资金事项' })).status,
    204,
  )
  assert.equal((await get(olive, `/letters/${id}`)).status, 200)
  assert.deepEqual(
    (await get(olive, '/letters')).body.items.map((it: { id: string }) => it.id),
    [id],
  )
  const { unit } = (await post(world.anybody, '/letters/follow', holder)).body
  assert.equal(typeof unit.zh, 'string')
  assert.equal(
    (await deed(id, { do: 'forward', unit: 'city-science', reason: '改办' })).status,
    204,
  )
  assert.equal((await get(olive, `/letters/${id}`)).status, 404)
  const { thread } = (await get(otto, `/letters/${id}`)).body
  assert.deepEqual(
    thread.map((it: { deed: string }) => it.deed),
    ['submit', 'attach', 'attach'],
  )
})

test('terms are stated with their source, and what is late is listed', async () => {
  const { otto, get, put, anybody } = world
  const term = { length: 5, unit: 'calendar-day', calendar: 'cn', source: '内部规程第二条' }
  const path = '/letter-terms/baoan'
  const { source: _, ...bare } = term
  assert.equal((await put(otto, path, { version: 0, accept: bare })).status, 422)
  const nowhere = { ...term, calendar: 'none' }
  assert.equal((await put(otto, path, { version: 0, accept: nowhere })).status, 422)
  assert.equal((await put(otto, path, { version: 0, accept: term, answer: term })).status, 204)
  assert.equal((await put(otto, path, { version: 0, accept: term })).status, 409)
  assert.equal((await put(anybody, path, { version: 1, accept: term })).status, 401)
  assert.equal((await get(anybody, path)).body.accept.length, 5)
  const { id, body } = await written({ region: 'baoan' })
  assert.ok(Date.parse(body.dueAt) > world.node.clock() + 4 * DAY_MS)
  assert.deepEqual((await get(otto, '/letters?overdue=true')).body.items, [])
  world.node.clock.advance(7 * DAY_MS)
  await otto.signIn('otto')
  const late = (await get(otto, '/letters?overdue=true')).body.items
  assert.deepEqual(
    late.map((it: { id: string; isOverdue: boolean }) => [it.id, it.isOverdue]),
    [[id, true]],
  )
})

test('where no calendar reaches so far, calendar days run and it says so', async () => {
  const { otto, put, node } = world
  node.clock.advance(20_000 * DAY_MS)
  await otto.signIn('otto')
  const term = { length: 5, unit: 'working-day', calendar: 'cn', source: '内部规程第二条' }
  assert.equal((await put(otto, '/letter-terms/luan', { version: 0, accept: term })).status, 204)
  const { body } = await written({ region: 'luan' })
  assert.equal(body.byCalendarDays, true)
  assert.ok(Date.parse(body.dueAt) <= node.clock() + 6 * DAY_MS)
})
