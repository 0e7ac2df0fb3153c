import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPapersWorld, PAPER, type PapersWorld } from '../../../test/support/papers-world.ts'
import { LINE_CHARS_MAX } from './collections.ts'

const WINDOW_MS = 600_000
let world: PapersWorld
before(async () => {
  world = await openPapersWorld()
})
after(() => world[Symbol.asyncDispose]())

const iso = (at: number) => new Date(at).toISOString()

async function begun(change: object = {}) {
  const { otto, post } = world
  const reply = await post(otto, '/paper-drafts', { ...PAPER, ...change })
  assert.equal(reply.status, 201, reply.text)
  return reply.body
}

/** Says the version that is read now. */
async function deed(client: PapersWorld['otto'], id: string, body: object) {
  const { version } = (await world.get(world.otto, `/paper-drafts/${id}`)).body
  return await client.send('POST', `/api/v1/policy/paper-drafts/${id}/deeds`, { version, ...body })
}

async function publishedPaper(change: object = {}): Promise<string> {
  const { id } = await begun(change)
  assert.equal((await deed(world.otto, id, { do: 'put-forward' })).status, 200)
  assert.equal((await deed(world.anna, id, { do: 'publish' })).status, 200)
  return id
}

test('papers of the packs are shown with what is absent and why', async () => {
  const { anybody, get } = world
  const { body } = await get(anybody, '/papers/D1')
  assert.deepEqual(body.head.documentNumber, { value: '深府办规〔2018〕7号' })
  assert.deepEqual(body.head.keywords, { absent: 'empty' })
  assert.deepEqual(body.head.indexNumber, { absent: 'not_held' })
  assert.equal(body.head.validity.to, '2020-12-31')
  assert.equal(body.head.validity.interpreter.zh.length > 0, true)
  assert.equal(body.standing, 'expired')
  assert.equal((await get(anybody, '/papers/D1?on=2018-07-01')).body.standing, 'in-force')
  assert.equal((await get(anybody, '/papers/D1?on=2018-06-30')).body.standing, 'not-yet')
  assert.ok(body.measures.length > 10)
  assert.equal((await get(anybody, '/papers/D4')).body.standing, 'draft')
  const letter = (await get(anybody, '/papers/D2')).body
  assert.equal(letter.letter.contactMasked, true)
  assert.equal(letter.standing, 'letter')
  assert.equal((await get(anybody, '/papers/none')).status, 404)
})

test('a paper is written, put forward and published by somebody else', async () => {
  const { otto, anna, anybody, get, put } = world
  const { id, version } = await begun({ text: '第一条\u0000<script>x</script>\r\n\r\n第二条' })
  assert.equal((await get(anybody, `/papers/${id}`)).status, 404)
  assert.equal((await get(anybody, `/paper-drafts/${id}`)).status, 401)
  assert.equal((await get(anybody, `/consultations/${id}`)).status, 404)
  const written = await put(otto, `/paper-drafts/${id}`, { ...PAPER, version, title: '新标题' })
  assert.equal(written.status, 200, written.text)
  assert.equal((await put(otto, `/paper-drafts/${id}`, { ...PAPER, version })).status, 409)
  assert.equal((await deed(anna, id, { do: 'publish' })).status, 409)
  assert.equal((await deed(otto, id, { do: 'put-forward' })).status, 200)
  assert.equal((await put(otto, `/paper-drafts/${id}`, { ...PAPER, version: 3 })).status, 409)
  assert.equal((await deed(otto, id, { do: 'publish' })).status, 403)
  assert.equal((await deed(anna, id, { do: 'publish' })).status, 200)
  assert.equal((await deed(anna, id, { do: 'publish' })).status, 200, 'the same again')
  const { body } = await get(anybody, `/papers/${id}`)
  assert.equal(body.name.zh, '新标题')
  assert.equal(body.standing, 'in-force')
  assert.deepEqual(body.head.class, { absent: 'empty' })
  assert.deepEqual(
    body.measures.map((it: { id: string }) => it.id),
    ['D3-M1a'],
  )
  const parent = (await get(anybody, '/papers/D1')).body
  assert.ok(parent.relatedBy.some((it: { paper: string }) => it.paper === id))
})

test('the same key is the same paper; wrong fields are told all at once', async () => {
  const { otto, post } = world
  const key = 'one-key-for-both-of-them'
  const [first, again, other] = [
    await post(otto, '/paper-drafts', { ...PAPER, key }),
    await post(otto, '/paper-drafts', { ...PAPER, key }),
    await post(otto, '/paper-drafts', { ...PAPER, title: 'x', key }),
  ]
  assert.equal(first.body.id, again.body.id)
  assert.equal(other.status, 422, other.text)
  const wrong = await post(otto, '/paper-drafts', {
    ...PAPER,
    ...{ region: 'nowhere', validTo: '2025-01-01', title: '\u200b' },
    ...{ measures: ['M0'], relations: [{ kind: 'replaces', paper: 'D9' }] },
  })
  const paths = wrong.body.errors.map((it: { path: string }) => it.path).toSorted()
  assert.deepEqual(paths, ['/measures/0', '/region', '/relations/0/paper', '/title', '/validTo'])
  const long = { ...PAPER, title: 'x'.repeat(LINE_CHARS_MAX + 1) }
  assert.equal((await post(otto, '/paper-drafts', long)).status, 422)
  assert.equal((await post(world.anybody, '/paper-drafts', PAPER)).status, 401)
  assert.equal((await post(world.anna, '/paper-drafts', PAPER)).status, 403)
})

test('papers are found by every word of a question and by their fields, page by page', async () => {
  const { anybody, get } = world
  const id = await publishedPaper({ title: '鹏城算力券办法', text: '凡购买算力者，可申领算力券。' })
  const found = await get(anybody, `/papers?q=${encodeURIComponent('算力券 申领')}`)
  assert.deepEqual(
    found.body.items.map((it: { id: string }) => it.id),
    [id],
  )
  assert.match(found.body.items[0].excerpt, /算力/)
  assert.equal(
    (await get(anybody, `/papers?q=${encodeURIComponent('算力券 月球')}`)).body.items.length,
    0,
  )
  const shenzhen = (await get(anybody, '/papers?region=shenzhen')).body
  assert.deepEqual(
    shenzhen.items.map((it: { id: string }) => it.id),
    ['D0', 'D2', 'D1'],
  )
  assert.deepEqual(
    (await get(anybody, '/papers?year=2018')).body.items.map((it: { id: string }) => it.id),
    ['D1'],
  )
  const seen: string[] = []
  for (let after = ''; ; ) {
    const { items, next } = (await get(anybody, `/papers?limit=2${after}`)).body
    seen.push(...items.map((it: { id: string }) => it.id))
    if (next === undefined) break
    after = `&after=${next}`
  }
  const all = (await get(anybody, '/papers')).body.items.map((it: { id: string }) => it.id)
  assert.deepEqual(seen, all)
  assert.equal((await get(anybody, '/papers?after=x')).status, 422)
})

test('what replaces a paper ends it on the day it holds itself; a repeal does on its day', async () => {
  const { anybody, get, node } = world
  const today = iso(node.clock()).slice(0, 10)
  const old = await publishedPaper({ validFrom: undefined, validTo: undefined })
  const next = await publishedPaper({
    ...{ validFrom: '2099-01-01', validTo: '2099-12-31' },
    relations: [{ kind: 'replaces', paper: old }],
  })
  const standing = async (id: string, on: string) => {
    return (await get(anybody, `/papers/${id}?on=${on}`)).body.standing
  }
  assert.equal(await standing(old, '2098-12-31'), 'in-force')
  assert.equal(await standing(old, '2099-01-01'), 'repealed')
  assert.equal(await standing(next, today), 'not-yet')
  const repeal = { do: 'repeal', from: '2098-01-01', reason: '另有规定' }
  assert.equal((await deed(world.otto, old, repeal)).status, 200)
  assert.equal(await standing(old, '2098-01-01'), 'repealed')
  assert.equal(await standing(old, '2097-12-31'), 'in-force')
})

test('the feed is Atom and quotes what papers say', async () => {
  await publishedPaper({ title: '<b>&"措施"', text: '一 < 二' })
  const { text, headers } = await world.get(world.anybody, '/papers/feed')
  assert.match(String(headers['content-type']), /^application\/atom\+xml/)
  assert.match(text, /<title>&lt;b&gt;&amp;&quot;措施&quot;<\/title>/)
  const { parseXml } = await import('../../lib/xml.ts')
  assert.equal(
    parseXml(text, { charsMax: 1e6, elementsMax: 5_000, depthMax: 9, attributesMax: 9 }).name,
    'feed',
  )
})

test('every comment is answered before a draft is published, and the answers are', async () => {
  const { otto, anna, anybody, get, post, node } = world
  const { id } = await begun()
  const now = node.clock()
  const window = {
    do: 'open-comments',
    opensAt: iso(now + 1_000),
    closesAt: iso(now + WINDOW_MS),
    source: '内部规程',
  }
  assert.equal((await deed(otto, id, { ...window, closesAt: iso(now) })).status, 422)
  const opened = await deed(otto, id, window)
  assert.deepEqual([opened.status, opened.body.changesInMs], [200, WINDOW_MS])
  const said = {
    text: '建议提高上限，电话13812345678',
    name: '张三丰',
    contact: 'zhang@mail.example',
  }
  const comments = `/consultations/${id}/comments`
  assert.equal((await post(anybody, comments, said)).status, 409, 'too early')
  node.clock.advance(1_000)
  const key = 'a-key-that-was-made-at-random'
  const taken = await post(anybody, comments, { ...said, key })
  assert.equal(taken.status, 201, taken.text)
  assert.deepEqual((await post(anybody, comments, { ...said, key })).body, taken.body)
  assert.equal((await post(anybody, comments, { ...said, text: 'x', key })).status, 422)
  node.clock.advance(1_000)
  await post(anybody, comments, { text: '同意' })
  assert.equal((await get(anybody, `/consultations/${id}`)).body.state, 'open')
  assert.doesNotMatch((await get(anybody, `/consultations/${id}`)).text, /张|建议提高/)
  assert.equal((await deed(otto, id, { do: 'put-forward' })).status, 409, 'still open')
  node.clock.advance(WINDOW_MS - 2_000)
  assert.equal((await post(anybody, comments, said)).status, 409, 'late')
  const masked = await get(otto, `/paper-drafts/${id}/comments`)
  assert.doesNotMatch(masked.text, /张三丰|13812345678|zhang@/)
  const { items } = masked.body
  assert.equal(items.length, 2)
  const reads = async () =>
    (await node.documents.changes(0, 1_000, { collection: 'personal-reads' })).length
  const before = await reads()
  assert.match(
    (await get(otto, `/paper-drafts/${id}/comments?personal=true`)).text,
    /张三丰.*|13812345678/,
  )
  assert.equal(await reads(), before + 1)
  assert.equal((await get(anybody, `/paper-drafts/${id}/comments`)).status, 401)

  const answer = { verdict: 'partly', gist: '建议提高上限', reason: '已提高至一千万' }
  const first = { ...answer, comments: [items[0].id] }
  assert.equal((await post(otto, `/paper-drafts/${id}/answers`, first)).status, 201)
  assert.equal((await post(otto, `/paper-drafts/${id}/answers`, first)).status, 409)
  const held = await deed(otto, id, { do: 'put-forward' })
  assert.equal(held.status, 409)
  assert.match(held.text, /1 of 2|共 2 条/)
  const second = { gist: '同意', verdict: 'adopted', reason: '感谢', comments: [items[1].id] }
  assert.equal((await post(otto, `/paper-drafts/${id}/answers`, second)).status, 201)
  assert.equal((await deed(otto, id, { do: 'put-forward' })).status, 200)
  assert.equal((await deed(anna, id, { do: 'publish' })).status, 200)

  const { comments: summary } = (await get(anybody, `/papers/${id}`)).body
  assert.equal(summary.received, 2)
  assert.deepEqual(summary.verdicts, { adopted: 1, partly: 1, 'not-adopted': 0 })
  const follow = await post(anybody, '/comments/follow', { ...taken.body, key: undefined })
  assert.equal(follow.status, 200, follow.text)
  assert.equal(follow.body.verdict, 'partly')
  const guess = { receipt: taken.body.receipt, secret: 'AAAA-AAAA-AAAA-AAAA-AAAA', key: undefined }
  assert.equal((await post(anybody, '/comments/follow', guess)).status, 404)
})

test('one address comments so often and no oftener', async () => {
  const { node, otto, post } = world
  const { id } = await begun()
  const now = node.clock()
  await deed(otto, id, {
    do: 'open-comments',
    opensAt: iso(now),
    closesAt: iso(now + WINDOW_MS),
    source: 'x',
  })
  const eager = node.client()
  eager.address = '198.51.100.7'
  const statuses = new Set<number>()
  for (let i = 0; i < 31; i++) {
    statuses.add((await post(eager, `/consultations/${id}/comments`, { text: '意见' })).status)
  }
  assert.deepEqual([...statuses], [201, 429])
})

test('the register of higher plans tells who cites each', async () => {
  const { items } = (await world.get(world.anybody, '/plans')).body
  const plan = items.find((it: { id: string }) => it.id === 'plan-national-internet-manufacturing')
  assert.deepEqual(plan.number, { absent: 'not_held' })
  assert.equal(plan.isHeld, false)
  assert.deepEqual(
    plan.citedBy.map((it: { id: string }) => it.id),
    ['D1'],
  )
  assert.ok(plan.measures.length > 0 && plan.targets.length > 0)
  const below = plan.citedBy[0].below.map((it: { id: string }) => it.id)
  assert.ok(
    below.includes('D0') && below.includes('D3'),
    'a letter’s guide, and a district’s rules',
  )
})

test('a paper of a pack tells the paper above it, and those below', async () => {
  const of = async (id: string) => (await world.get(world.anybody, `/papers/${id}`)).body
  const told = (list: { kind: string; paper: string }[]) =>
    list.map((it) => `${it.kind} ${it.paper}`)
  assert.deepEqual(told((await of('D3')).relations), ['child-of D1'])
  assert.deepEqual(told((await of('D0')).relations), ['implements D1'])
  const { relatedBy, standing } = await of('D1')
  assert.ok(told(relatedBy).includes('child-of D3') && told(relatedBy).includes('implements D0'))
  assert.equal(standing, 'expired')
  assert.deepEqual((await of('D4')).relations, [])
})
