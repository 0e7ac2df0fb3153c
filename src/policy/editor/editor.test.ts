import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EditorWorld, openEditorWorld } from '../../../test/support/editor-world.ts'

const ID = 'D1-M18-2a'

/** A copy of a measure, in force after it, with a lower cap. */
async function nextVersion({ send, official }: EditorWorld, change: object = {}) {
  const made = await send(official, 'POST', '/drafts', { copy: ID })
  assert.equal(made.status, 201, made.text)
  const { id, version, place, body } = made.body
  const next = {
    ...body,
    inForce: { from: '2026-01-01', to: '2027-12-31' },
    caps: [{ yuan: 1_000_000, per: 'project' }],
    ...change,
  }
  const put = await send(official, 'PUT', `/drafts/${id}`, {
    ...{ place, body: next, vectors: VECTOR, expected: version },
  })
  return { id: id as string, put }
}

const VECTOR = JSON.stringify({
  vectors: [
    {
      id: 'N-1',
      measure: ID,
      mode: 'live',
      facts: {
        application_date: '2026-06-01',
        applicant: { id: 'a', type: 'enterprise', location: 'shenzhen' },
        audited_investment_yuan: 100_000_000,
      },
      expected: {
        eligible: true,
        amount_fen: 100_000_000,
        amount_basis: 'ceiling',
        reasons: ['CONDITIONS_MET'],
        cap_applied: true,
        limited_by: 'cap_project',
      },
    },
  ],
})

test('a measure is copied, changed, proposed, adopted by somebody else and in force, then retired', async () => {
  await using world = await openEditorWorld()
  const { send, official, approver, rules } = world
  const before = await rules.open()
  const { id, put } = await nextVersion(world)
  assert.equal(put.status, 200, put.text)
  const propose = { expected: put.body.version }
  const proposed = await send(official, 'POST', `/drafts/${id}/propose`, propose)
  assert.equal(proposed.status, 200, proposed.text)
  const again = await send(official, 'POST', `/drafts/${id}/propose`, propose)
  assert.equal(again.body.version, proposed.body.version)
  const expected = proposed.body.version
  assert.equal((await send(official, 'POST', `/drafts/${id}/adopt`, { expected })).status, 403)
  const adopted = await send(approver, 'POST', `/drafts/${id}/adopt`, { expected })
  assert.equal(adopted.status, 200, adopted.text)
  assert.deepEqual([adopted.body.state, adopted.body.adoptedAs], ['adopted', `${ID}~1`])
  const now = await rules.open()
  assert.notEqual(now.digest, before.digest)
  assert.equal(now.rules.measures.get(ID)?.measure.caps?.[0]?.yuan, 1_000_000)
  const { items } = (await send(world.node.client(), 'GET', `/rules/${ID}/versions`)).body
  assert.deepEqual(
    items.map((it: { version: number }) => it.version),
    [1, 0],
  )
  const told = items[0].changes.map((it: { text: { zh: string } }) => it.text.zh)
  assert.ok(told.includes('每项目上限由300万元降至100万元'), told.join())
  const retired = await send(approver, 'POST', `/rule-versions/${ID}~1/retire`, { reason: 'x' })
  assert.equal(retired.status, 204, retired.text)
  assert.equal((await rules.open()).digest, before.digest)
  assert.equal((await rules.openAt(now.digest)).digest, now.digest)
})

test('nobody adopts what they wrote in, whatever else they may', async () => {
  await using world = await openEditorWorld()
  const { send, node } = world
  const { id, put } = await nextVersion(world)
  const operator = node.client()
  assert.equal((await operator.signIn('olga')).status, 200)
  const { place, body, version } = put.body
  const wrote = await send(operator, 'PUT', `/drafts/${id}`, { place, body, expected: version })
  assert.equal(wrote.status, 200, wrote.text)
  const looked = { expected: wrote.body.version }
  const proposed = await send(world.official, 'POST', `/drafts/${id}/propose`, looked)
  const adopt = { expected: proposed.body.version }
  const refused = await send(operator, 'POST', `/drafts/${id}/adopt`, adopt)
  assert.deepEqual([refused.status, /four eyes/.test(refused.text)], [403, true])
})

test('of two editors of one draft the second is told', async () => {
  await using world = await openEditorWorld()
  const { send, official2 } = world
  const { id, put } = await nextVersion(world)
  const { place, body, version } = put.body
  const first = await send(official2, 'PUT', `/drafts/${id}`, { place, body, expected: version })
  const second = await send(official2, 'PUT', `/drafts/${id}`, { place, body, expected: version })
  assert.deepEqual([first.status, second.status], [200, 409])
})

test('what is wrong is told by its place, and such a draft is not proposed', async () => {
  await using world = await openEditorWorld()
  const { send, official } = world
  const { id, put } = await nextVersion(world, {
    owner: ['city-industri'],
    conditions: [{ fact: 'totl_investment_yuan', unit: 'yuan', atLeast: 1 }],
  })
  const { place, body, version } = put.body
  const { faults } = (await send(official, 'POST', '/draft-check', { place, body })).body
  assert.deepEqual(
    faults.map((it: { path: string }) => it.path),
    ['/conditions/0/fact', '/owner/0'],
  )
  assert.match(faults[0].reason.zh, /最接近的是“total_investment_yuan”/)
  const refused = await send(official, 'POST', `/drafts/${id}/propose`, { expected: version })
  assert.deepEqual([refused.status, refused.body.errors?.length ?? 0], [422, 2])
})

test('two versions on one day are refused unless the later one takes the place of the other', async () => {
  await using world = await openEditorWorld()
  const { send, official } = world
  const { put } = await nextVersion(world, { inForce: { from: '2020-01-01', to: '2027-12-31' } })
  const { place, body } = put.body
  const check = async (more: object) =>
    (await send(official, 'POST', '/draft-check', { place, body, ...more })).body
  assert.match((await check({})).faults[0].reason.en, /two versions of D1-M18-2a are in force/)
  assert.deepEqual((await check({ supersedes: true })).faults, [])
})

test('vectors run with the draft, and one that fails keeps it from being proposed', async () => {
  await using world = await openEditorWorld()
  const { send, official } = world
  const { id, put } = await nextVersion(world, { caps: [{ yuan: 2_000_000, per: 'project' }] })
  const { place, body, vectors, version } = put.body
  const result = (await send(official, 'POST', '/draft-check', { place, body, vectors })).body
  assert.deepEqual(result.vectors[0].differs, [
    { field: 'amount_fen', expected: '100000000', got: '200000000' },
  ])
  assert.equal(result.determinacy, 'RC')
  assert.deepEqual(result.cases, { total: 1, changed: ['N-1'] })
  const refused = await send(official, 'POST', `/drafts/${id}/propose`, { expected: version })
  assert.match(refused.text, /N-1/)
})

test('YAML goes out and comes back as the same measure; faults of the text have line and column', async () => {
  await using world = await openEditorWorld()
  const { send, official } = world
  const { put } = await nextVersion(world)
  const { place, body } = put.body
  const { yaml } = (await send(official, 'POST', '/draft-check', { place, body })).body
  const read = (await send(official, 'POST', '/draft-yaml', { yaml })).body
  assert.deepEqual(read, { body, faults: [] })
  const wrong = (await send(official, 'POST', '/draft-yaml', { yaml: 'id: a\nid: b\n' })).body
  assert.equal(wrong.faults[0].line, 2)
})

test('drafts are for the desk; the same key makes one draft; a proposal goes back with its reason', async () => {
  await using world = await openEditorWorld()
  const { send, official, approver, node } = world
  assert.equal((await send(node.client(), 'GET', '/drafts')).status, 401)
  const member = await node.member('mia', 'e1', 'administrator')
  assert.equal((await send(member, 'GET', '/drafts')).status, 403)
  official.headers['idempotency-key'] = 'k1'
  const [one, same] = [
    await send(official, 'POST', '/drafts', { copy: 'D1-M02' }),
    await send(official, 'POST', '/drafts', { copy: 'D1-M02' }),
  ]
  assert.equal(one.body.id, same.body.id)
  delete official.headers['idempotency-key']
  const { id, put } = await nextVersion(world)
  const looked = { expected: put.body.version }
  const { version } = (await send(official, 'POST', `/drafts/${id}/propose`, looked)).body
  const back = { expected: version, reason: '上限依据不足' }
  const rejected = await send(approver, 'POST', `/drafts/${id}/reject`, back)
  assert.deepEqual(
    [rejected.body.state, rejected.body.decided.reason],
    ['rejected', '上限依据不足'],
  )
  const list = (await send(approver, 'GET', '/drafts?state=rejected')).body.items
  assert.deepEqual([list.length, list[0].author.name !== undefined], [1, true])
  const vocabulary = (await send(official, 'GET', '/editor/vocabulary')).body
  assert.ok(vocabulary.facts.some((it: { unit?: string }) => it.unit === 'yuan'))
  const words = vocabulary.facts.flatMap(
    (it: { words?: { title: { zh: string } }[] }) => it.words ?? [],
  )
  assert.ok(words.length > 0 && vocabulary.judgements.length > 0)
  const { share, items } = (await send(node.client(), 'GET', '/rules')).body
  assert.ok(share.exact > 0 && share.exact < share.lines && items.length > 50)
})
