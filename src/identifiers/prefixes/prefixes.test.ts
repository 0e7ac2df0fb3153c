import assert from 'node:assert/strict'
import { test } from 'node:test'
import { must, openIdentifierWorld } from '../../../test/support/identifier-world.ts'
import { openMemoryDocuments } from '../../kernel/documents/memory.ts'
import { Problem } from '../../lib/problem.ts'
import type { PrefixKey } from '../handle.ts'
import { QUARANTINE_MS } from './acts.ts'
import { openPrefixBook } from './book.ts'
import { configureNode, getNodeSettings, putNodeSettings } from './node-settings.ts'
import { PREFIXES, type Prefix } from './prefix.ts'
import { parseHostedPrefix, parseSegment } from './segments.ts'

const BASE = '/api/v1/prefixes'
const AUTHOR = { kind: 'system', id: 'test' } as const
const key = (text: string) => text as PrefixKey

test('prefixes have the national form below 88 and 86, and any segments elsewhere', () => {
  const right = ['88', '88.100', '88.12345', '88.100.7', '86.100.0007', `88.100.${'9'.repeat(128)}`]
  const free = ['88.100.7.line-1', '20.500.99999', '10.1234', '10.A-b_c', '99.工厂']
  for (const text of [...right, ...free]) assert.equal(parseHostedPrefix(text).spelled, text)
  const wrong = ['88.12', '88.123456', '88.1x0', '88.100.x', `88.100.${'9'.repeat(129)}`, '88.100.']
  const worse = [
    '10..1',
    '.10',
    '10.a b',
    '10.a@b',
    '10.a\u0001',
    '0',
    '0.NA',
    `10.${'x'.repeat(255)}`,
    '',
    'a/b',
  ]
  for (const text of [...wrong, ...worse]) {
    assert.throws(() => parseHostedPrefix(text), Problem, JSON.stringify(text))
  }
  assert.equal(parseHostedPrefix('10.abC').key, '10.ABC')
  assert.throws(() => parseSegment('88.100', '7.8'), Problem)
  assert.throws(() => parseSegment('88.100', ''), Problem)
})

test('numbers are allotted in order, and those that wishes took are passed over', async () => {
  await using it = await openIdentifierWorld()
  const allot = (body: unknown) => it.ask('operator', 'POST', BASE, { body })
  assert.equal((await must(allot({ enterprise: 'A' }))).prefix, '88.100.1')
  assert.equal((await must(allot({ enterprise: 'B', wish: '2' }))).prefix, '88.100.2')
  assert.equal((await must(allot({ enterprise: 'B', wish: '88.100.3' }))).prefix, '88.100.3')
  assert.equal((await must(allot({ enterprise: 'C' }))).prefix, '88.100.4')
  assert.equal((await allot({ enterprise: 'C', wish: '2' })).status, 409)
  const wrong = await allot({ enterprise: 'C', wish: 'x' })
  assert.deepEqual([wrong.status, wrong.body.errors[0].path], [422, '/wish'])
  assert.equal((await allot({ enterprise: 'nobody' })).status, 404)
  const hosted = await must(allot({ prefix: '20.500.99999' }))
  assert.deepEqual(
    [hosted.prefix, hosted.enterprise, hosted.answers],
    ['20.500.99999', undefined, 'hosted'],
  )
  assert.equal((await it.ask('ann', 'POST', BASE, { body: { enterprise: 'A' } })).status, 403)
  assert.deepEqual(it.book.lookup(key('88.100.4')), { kind: 'hosted', enterprise: 'C' })
})

test('of allotments at one time each gets a number of its own', async () => {
  await using it = await openIdentifierWorld()
  const answers = await Promise.all(
    Array.from({ length: 6 }, () =>
      must(it.ask('operator', 'POST', BASE, { body: { enterprise: 'A' } })),
    ),
  )
  assert.equal(new Set(answers.map((answer) => answer.prefix)).size, 6)
})

test('a repeated allotment answers as the first time and allots nothing more', async () => {
  await using it = await openIdentifierWorld()
  const allot = (key: string) =>
    it.ask('operator', 'POST', BASE, {
      body: { enterprise: 'A' },
      headers: { 'idempotency-key': key },
    })
  const [first, again, other] = [
    await must(allot('k1')),
    await must(allot('k1')),
    await must(allot('k2')),
  ]
  assert.deepEqual(again, first)
  assert.deepEqual([first.prefix, other.prefix], ['88.100.1', '88.100.2'])
})

test('what the node is can be read by everybody and changed by those who configure it', async () => {
  await using it = await openIdentifierWorld()
  const node = await must(it.ask('nobody', 'GET', '/api/v1/node'))
  assert.deepEqual(node, { nodePrefix: '88.100', name: 'Test' })
  const patch = (as: string, body: unknown) => it.ask(as, 'PATCH', '/api/v1/node', { body })
  assert.equal((await patch('ann', { name: 'x' })).status, 403)
  assert.equal((await patch('operator', { nodePrefix: '88.200' })).status, 422)
  assert.equal((await patch('operator', { publicUrl: 'ftp://x' })).status, 422)
  const changed = await must(patch('operator', { name: 'Bao’an', publicUrl: 'https://id.example' }))
  assert.deepEqual(changed, {
    nodePrefix: '88.100',
    name: 'Bao’an',
    publicUrl: 'https://id.example',
  })
})

test('an enterprise derives below its own prefix, the tree is read level by level', async () => {
  await using it = await openIdentifierWorld()
  await must(it.ask('operator', 'POST', BASE, { body: { enterprise: 'A' } }))
  const derive = (as: string, segment: string) =>
    it.ask(as, 'POST', `${BASE}/88.100.1/derive`, { body: { segment } })
  const made = await must(derive('ann', 'Line1'))
  assert.deepEqual([made.prefix, made.parent, made.enterprise], ['88.100.1.Line1', '88.100.1', 'A'])
  assert.equal((await derive('ann', 'LINE1')).status, 409)
  assert.equal((await derive('abe', 'x')).status, 403)
  assert.equal((await derive('bob', 'x')).status, 404)
  const children = await must(it.ask('ann', 'GET', `${BASE}?parent=88.100.1`))
  assert.deepEqual(
    children.items.map((item: { prefix: string }) => item.prefix),
    ['88.100.1.Line1'],
  )
  const roots = await must(it.ask('operator', 'GET', `${BASE}?parent=88.100`))
  assert.equal(roots.total, 1)
  const release = await it.ask('operator', 'POST', `${BASE}/88.100.1/release`, {
    body: { reason: 'x' },
  })
  assert.equal(release.status, 409, 'what others derive from is not released')
})

test('suspension and order stand side by side, and hold for all that derives', async () => {
  await using it = await openIdentifierWorld()
  await must(it.ask('operator', 'POST', BASE, { body: { enterprise: 'A' } }))
  await must(it.ask('ann', 'POST', `${BASE}/88.100.1/derive`, { body: { segment: 'l' } }))
  const act = (name: string, body: unknown = {}) =>
    it.ask('operator', 'POST', `${BASE}/88.100.1/${name}`, { body })
  const order = { order: '2026-1', authority: 'court', reason: 'seized' }
  const kinds = () => [it.book.lookup(key('88.100.1')).kind, it.book.lookup(key('88.100.1.L')).kind]
  assert.equal(
    (await act('hold', { reason: 'x' })).status,
    422,
    'an order has a number and an authority',
  )
  await must(act('suspend', { reason: 'unpaid' }))
  assert.deepEqual(kinds(), ['suspended', 'suspended'])
  const held = await must(act('hold', order))
  assert.deepEqual(
    [held.state, held.hold.order, held.suspension.reason],
    ['held', '2026-1', 'unpaid'],
  )
  assert.deepEqual(kinds(), ['held', 'held'])
  assert.equal((await act('hold', order)).status, 409)
  assert.equal((await act('release', { reason: 'x' })).status, 409)
  assert.equal((await must(act('lift'))).state, 'suspended')
  assert.equal((await must(act('resume'))).state, 'active')
  assert.deepEqual(kinds(), ['hosted', 'hosted'])
  assert.equal((await act('resume')).status, 409)
  assert.equal((await act('suspend', { reason: 'x', version: 1 })).status, 409, 'another version')
  for (const caller of ['ann', 'auditor']) {
    assert.equal(
      (await it.ask(caller, 'POST', `${BASE}/88.100.1/suspend`, { body: { reason: 'x' } })).status,
      403,
    )
  }
})

test('a delegated prefix is answered elsewhere, with all below it that is not known here', async () => {
  await using it = await openIdentifierWorld()
  await must(it.ask('operator', 'POST', BASE, { body: { enterprise: 'A' } }))
  const sites = [
    { address: '192.0.2.7', port: 2641, protocol: 'tcp' },
    { url: 'https://own.example/' },
  ]
  const delegate = (body: unknown) =>
    it.ask('operator', 'POST', `${BASE}/88.100.1/delegate`, { body })
  assert.equal((await delegate({ sites: [] })).status, 422)
  assert.equal((await delegate({ sites: [{ port: 1 }] })).status, 422)
  assert.equal((await delegate({})).status, 422)
  assert.equal((await delegate({ service: 'no slash' })).status, 422)
  const made = await must(delegate({ sites, description: 'own node' }))
  assert.deepEqual([made.hosting.kind, made.hosting.sites], ['delegated', sites])
  const expected = {
    kind: 'delegated',
    sites,
    at: '88.100.1',
    description: 'own node',
    enterprise: 'A',
  }
  assert.deepEqual(it.book.lookup(key('88.100.1')), expected)
  assert.deepEqual(it.book.lookup(key('88.100.1.DEEPER.STILL')), expected)
  assert.deepEqual(it.book.lookup(key('88.100.12')), { kind: 'unknown' })
  await must(it.ask('operator', 'POST', `${BASE}/88.100.1/take-back`, { body: {} }))
  assert.deepEqual(it.book.lookup(key('88.100.1.DEEPER')), { kind: 'unknown' })
  const served = await must(delegate({ service: '0.SERV/maker' }))
  assert.deepEqual([served.hosting.service, served.hosting.sites], ['0.SERV/maker', []])
})

test('a released prefix returns to its holder, and to another only after the quarantine and if it was never used', async () => {
  await using it = await openIdentifierWorld()
  const allot = (enterprise: string, wish: string) =>
    it.ask('operator', 'POST', BASE, { body: { enterprise, wish } })
  const release = (prefix: string) =>
    must(it.ask('operator', 'POST', `${BASE}/${prefix}/release`, { body: { reason: 'closed' } }))
  await must(allot('A', '7'))
  await release('88.100.7')
  assert.deepEqual(it.book.lookup(key('88.100.7')), { kind: 'released', enterprise: 'A' })
  assert.equal((await allot('B', '7')).status, 409)
  await must(allot('A', '7'))
  assert.equal(it.book.lookup(key('88.100.7')).kind, 'hosted')
  await release('88.100.7')
  it.clock.now += QUARANTINE_MS
  await must(allot('B', '7'))
  assert.deepEqual(it.book.lookup(key('88.100.7')), { kind: 'hosted', enterprise: 'B' })
  const body = { handle: '88.100.7/x', values: [] }
  await must(it.ask('bob', 'POST', '/api/v1/identifiers', { body }))
  await release('88.100.7')
  it.clock.now += QUARANTINE_MS * 2
  assert.equal(
    (await allot('A', '7')).status,
    409,
    'printed codes never come to mean another firm’s things',
  )
})

test('an enterprise asks for a further prefix; the operator grants or refuses it', async () => {
  await using it = await openIdentifierWorld()
  const ask = (as: string, body: unknown) => it.ask(as, 'POST', '/api/v1/prefix-requests', { body })
  const wished = await must(ask('ann', { enterprise: 'A', wish: '77', note: 'second plant' }))
  const plain = await must(ask('ann', { enterprise: 'A' }))
  assert.equal((await ask('abe', { enterprise: 'A' })).status, 403)
  const [there, nowhere] = [
    await ask('bob', { enterprise: 'A' }),
    await ask('bob', { enterprise: 'zz' }),
  ]
  assert.deepEqual([there.status, there.body], [404, nowhere.body])
  const wrong = await ask('ann', { enterprise: 'A', wish: 'x.y' })
  assert.deepEqual([wrong.status, wrong.body.errors[0].path], [422, '/wish'])
  const at = (id: string, act: string) => `/api/v1/prefix-requests/${id}/${act}`
  assert.equal((await it.ask('ann', 'POST', at(wished.id, 'grant'))).status, 403)
  assert.deepEqual(await must(it.ask('operator', 'POST', at(wished.id, 'grant'))), {
    prefix: '88.100.77',
  })
  assert.equal((await it.ask('operator', 'POST', at(wished.id, 'grant'))).status, 409)
  await must(
    it.ask('operator', 'POST', at(plain.id, 'refuse'), { body: { reason: 'one is enough' } }),
  )
  const { items } = await must(it.ask('abe', 'GET', '/api/v1/prefix-requests'))
  assert.deepEqual(
    items.map((item: { state: string; prefix?: string }) => [item.state, item.prefix]).sort(),
    [
      ['granted', '88.100.77'],
      ['refused', undefined],
    ],
  )
  assert.deepEqual((await must(it.ask('bob', 'GET', '/api/v1/prefix-requests'))).items, [])
})

test('a request whose answer was lost is sent again and stands once', async () => {
  await using it = await openIdentifierWorld()
  const ask = (body: unknown, key = 'k1') =>
    it.ask('ann', 'POST', '/api/v1/prefix-requests', { body, headers: { 'idempotency-key': key } })
  const plant = { enterprise: 'A', note: 'second plant' }
  const first = await must(ask(plant))
  assert.deepEqual(await must(ask(plant)), first)
  assert.equal((await ask({ ...plant, note: 'third plant' })).status, 422)
  assert.equal((await ask({ ...plant, wish: 'x.y' }, 'k2')).status, 422)
  assert.notEqual((await must(ask(plant, 'k2'))).id, first.id)
  const { items } = await must(it.ask('ann', 'GET', '/api/v1/prefix-requests'))
  assert.equal(items.length, 2)
})

test('counts of a prefix are live', async () => {
  await using it = await openIdentifierWorld()
  await must(it.ask('operator', 'POST', BASE, { body: { enterprise: 'A' } }))
  const body = { handle: '88.100.1/x', values: [] }
  await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body }))
  const { identifiers } = await must(it.ask('ann', 'GET', `${BASE}/88.100.1`))
  assert.deepEqual(identifiers, { total: 1, registered: 1, retired: 0, held: 0 })
})

test('the book learns from the change feed what others committed, and never goes back', async () => {
  const documents = await openMemoryDocuments({ clock: () => 1 })
  const prefix: Prefix = {
    spelled: '10.a',
    enterprise: 'A',
    state: 'active',
    hosting: { kind: 'here' },
    allottedAt: 1,
  }
  const commit = (id: string, put: Prefix) =>
    documents.commit([{ collection: PREFIXES, id, put }], { author: AUTHOR })
  await commit('10.A', prefix)
  await using book = await openPrefixBook({ documents, pollMs: 0 })
  assert.equal(book.lookup(key('10.A')).kind, 'hosted')
  await commit('10.B', { ...prefix, spelled: '10.b', enterprise: 'B' })
  assert.deepEqual(book.lookup(key('10.B')), { kind: 'unknown' })
  await commit('10.A', { ...prefix, state: 'suspended', suspension: { reason: 'x', at: 1 } })
  await Promise.all([book.refresh(), book.refresh()])
  assert.deepEqual(book.lookup(key('10.B')), { kind: 'hosted', enterprise: 'B' })
  assert.equal(book.lookup(key('10.A')).kind, 'suspended')
  book.note(key('10.A'), 1, prefix)
  assert.equal(book.lookup(key('10.A')).kind, 'suspended', 'an older version changes nothing')
})

test('a refresh knows what was committed before it was asked for, even while another is under way', async () => {
  const documents = await openMemoryDocuments({ clock: () => 1 })
  await using book = await openPrefixBook({ documents, pollMs: 0 })
  for (let round = 0; round < 20; round++) {
    const early = book.refresh()
    const prefix = {
      spelled: `10.${round}`,
      state: 'active',
      hosting: { kind: 'here' },
      allottedAt: 1,
    }
    await documents.commit([{ collection: PREFIXES, id: `10.${round}`, put: prefix }], {
      author: AUTHOR,
    })
    await book.refresh()
    assert.equal(book.lookup(key(`10.${round}`)).kind, 'hosted')
    await early
  }
})

test('the book follows the feed by itself', async () => {
  const documents = await openMemoryDocuments({ clock: () => 1 })
  await using book = await openPrefixBook({ documents, pollMs: 5 })
  await documents.commit(configureNode({ nodePrefix: '88.100' }, 1), { author: AUTHOR })
  const until = Date.now() + 60_000
  while (book.lookup(key('88.100')).kind === 'unknown' && Date.now() < until) {
    await new Promise((done) => setTimeout(done, 5))
  }
  assert.deepEqual(book.lookup(key('88.100')), { kind: 'hosted' })
})

test('the settings of the node are made once, and its prefix stays', async () => {
  const documents = await openMemoryDocuments({ clock: () => 1 })
  assert.throws(
    () => configureNode({ nodePrefix: '88.1' }),
    (problem) => problem instanceof Problem && problem.fields[0]?.path === '/nodePrefix',
  )
  await documents.commit(configureNode({ nodePrefix: '88.100', name: 'N' }, 1), { author: AUTHOR })
  await assert.rejects(
    documents.commit(configureNode({ nodePrefix: '88.200' }, 1), { author: AUTHOR }),
    Problem,
  )
  await putNodeSettings(
    documents,
    { publicUrl: 'https://id.example///', region: '440306' },
    { author: AUTHOR },
  )
  assert.deepEqual((await getNodeSettings(documents))?.body, {
    nodePrefix: '88.100',
    name: 'N',
    publicUrl: 'https://id.example',
    region: '440306',
  })
})

test('an allotment says whose it is or which prefix, and a site where it can be reached', async () => {
  await using world = await openIdentifierWorld()
  const post = async (path: string, body: object) => {
    const answer = await world.ask('operator', 'POST', `/api/v1/prefixes${path}`, { body })
    const errors: { path: string }[] = answer.body.errors ?? []
    return [answer.status, ...errors.map((it) => it.path)]
  }
  assert.deepEqual(await post('', {}), [422, '/enterprise'])
  assert.deepEqual(await post('', { wish: '5' }), [422, '/enterprise'])
  assert.deepEqual(await post('', { prefix: '88.100.5', wish: '6' }), [422, '/wish'])
  assert.deepEqual(await post('', { enterprise: 'A', wish: '5' }), [201])
  const delegate = (...sites: object[]) => post('/88.100.5/delegate', { sites })
  const wrong = [
    { address: 'somewhere' },
    {},
    { url: 'https://' },
    { url: 'https://a.example/?q=1' },
  ]
  assert.deepEqual(await delegate(...wrong), [
    422,
    '/sites/0/address',
    '/sites/1',
    '/sites/2/url',
    '/sites/3/url',
  ])
  assert.deepEqual(
    await delegate({ address: '2001:db8::9' }, { url: 'http://a.example:8/x' }),
    [200],
  )
})
