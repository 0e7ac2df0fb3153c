import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import Fastify from 'fastify'
import { ANONYMOUS, type Caller } from '../../kernel/access/permissions.ts'
import { openMemoryDocuments } from '../../kernel/documents/memory.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { type HandleKey, type PrefixKey, parseHandle, parsePrefix } from '../handle.ts'
import { PREFIXES } from '../prefixes/prefix.ts'
import { clientKind } from './client-kind.ts'
import { ClientLimit, networkOf } from './client-limit.ts'
import { countsOfDay, RESOLUTION_COUNTS, ResolutionCounts } from './counts.ts'
import { resolutionRoutes } from './routes.ts'
import { headerOf, watchTraffic } from './traffic.ts'

const DAY_MS = 86_400_000

test('a client may ask as often as its burst, then waits for the next token', () => {
  let now = 0
  const limit = new ClientLimit({ perSecond: 2, burst: 3 }, () => now)
  const client = limit.nameOf('192.0.2.1')
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take(client)),
    [0, 0, 0, 1],
  )
  assert.equal(limit.take(limit.nameOf('192.0.2.2')), 0, 'others are not made to wait')
  now += 500
  assert.equal(limit.take(client), 0)
  assert.equal(limit.take(client), 1)
  now += 60_000
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take(client)),
    [0, 0, 0, 1],
    'a bucket holds no more than the burst',
  )
})

test('asking while one must wait does not lengthen the wait', () => {
  let now = 0
  const limit = new ClientLimit({ perSecond: 1, burst: 1 }, () => now)
  assert.equal(limit.take('a'), 0)
  for (let i = 0; i < 100; i++) assert.equal(limit.take('a'), 1)
  now += 1000
  assert.equal(limit.take('a'), 0)
})

test('clients are forgotten once their bucket is full, and the table is bounded', () => {
  let now = 0
  const limit = new ClientLimit({ perSecond: 10, burst: 10 }, () => now)
  for (let i = 0; i < 210_000; i++) limit.take(`c${i}`)
  assert.ok(limit.size <= 200_000, String(limit.size))
  for (const _ of [1, 2]) {
    now += 1500
    limit.take('another')
  }
  assert.ok(limit.size <= 2, String(limit.size))
})

test('what is remembered of an address is not the address, and differs between processes', () => {
  const [a, b] = [1, 2].map(() => new ClientLimit({ perSecond: 1, burst: 1 }, () => 0))
  const name = a?.nameOf('192.0.2.1')
  assert.ok(!name?.includes('192'))
  assert.equal(a?.nameOf('::ffff:192.0.2.1'), name)
  for (const again of [1, 2]) {
    assert.notEqual(a?.nameOf('192.0.2.2'), name, `turn ${again}`)
    assert.equal(a?.nameOf('192.0.2.1'), name, `turn ${again}`)
  }
  assert.notEqual(b?.nameOf('192.0.2.1'), name)
})

test('IPv6 clients are told apart by their /64', () => {
  for (const [address, network] of [
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::ffff', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
  ]) {
    assert.equal(networkOf(address ?? ''), network, address ?? '')
  }
})

test('clients are told apart by what they say of themselves', () => {
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148'
  for (const [userAgent, kind] of [
    [undefined, 'unknown'],
    ['', 'unknown'],
    ['curl/8.5.0', 'program'],
    ['python-requests/2.31', 'program'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'program'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130', 'browser'],
    [phone, 'phone'],
    [`${phone} MicroMessenger/8.0.50`, 'phone'],
    ['Handle-Proxy/9.2', 'handle-client'],
    ['PYHANDLE/1.3', 'handle-client'],
  ] as const) {
    assert.equal(clientKind(userAgent), kind, String(userAgent))
  }
})

const prefix = parsePrefix('88.1.1')
const other = parsePrefix('88.1.2')

test('counts are added to what is stored, by prefix, day and kind', async () => {
  let now = Date.UTC(2026, 10, 21, 23, 59)
  await using documents = await openMemoryDocuments({ clock: () => now })
  const here = new ResolutionCounts(documents, () => now, 3_600_000)
  const there = new ResolutionCounts(documents, () => now, 3_600_000)
  for (let i = 0; i < 5; i++) here.count(prefix, 'found', 'phone')
  here.count(prefix, 'absent', 'program')
  here.count(other, 'unknown', 'program')
  there.count(prefix, 'retired', 'browser')
  await Promise.all([here.flush(), there.flush()])
  now += DAY_MS
  here.count(prefix, 'found', 'phone')
  await here[Symbol.asyncDispose]()
  await there[Symbol.asyncDispose]()
  const { items } = await documents.query(RESOLUTION_COUNTS, { limit: 10 })
  const none = { browser: 0, phone: 0, program: 0, 'handle-client': 0, unknown: 0 }
  const first = { prefix: '88.1.1', day: '2026-11-21', ...none, total: 7, found: 5 }
  const foreign = { prefix: '-', day: '2026-11-21', ...none, total: 1, found: 0, program: 1 }
  const second = { prefix: '88.1.1', day: '2026-11-22', ...none, total: 1, found: 1, phone: 1 }
  const days = new Map(items.map((it) => [it.id, it.body]))
  assert.deepEqual(days.get('88.1.1|2026-11-21'), { ...first, phone: 5, program: 1, browser: 1 })
  assert.deepEqual(days.get('-|2026-11-21'), foreign)
  assert.deepEqual(days.get('88.1.1|2026-11-22'), second)
  const totals: number[] = []
  for await (const { total } of countsOfDay(documents, '2026-11-21')) totals.push(total)
  assert.deepEqual(totals.sort(), [1, 7])
})

test('counts that could not be stored are stored the next time, once', async () => {
  await using documents = await openMemoryDocuments({ clock: () => 0 })
  let failures = 1
  const failing: Pick<typeof documents, 'get' | 'commit'> = {
    get: (collection, id) => documents.get(collection, id),
    commit: (writes, options) => {
      if (failures-- > 0) throw new Problem('unavailable', { en: 'not now', zh: '暂不可用' })
      return documents.commit(writes, options)
    },
  }
  await using counts = new ResolutionCounts(failing, () => 0, 3_600_000)
  counts.count(prefix, 'found', 'phone')
  counts.count(other, 'found', 'phone')
  await assert.rejects(counts.flush())
  counts.count(prefix, 'found', 'phone')
  await counts.flush()
  const stored = await documents.get(RESOLUTION_COUNTS, '88.1.1|1970-01-01')
  assert.equal(stored?.body.total, 2)
  assert.equal((await documents.get(RESOLUTION_COUNTS, '88.1.2|1970-01-01'))?.body.total, 1)
})

test('a connection is looked at once, unless a proxy stands before it', async () => {
  await using documents = await openMemoryDocuments({ clock: () => 0 })
  await using counts = new ResolutionCounts(documents, () => 0, 3_600_000)
  const socket = {}
  const ask = (address: string) =>
    ({ socket, rawHeaders: ['X-Forwarded-For', address] }) as unknown as IncomingMessage
  for (const behindProxy of [false, true]) {
    const limit = new ClientLimit({ perSecond: 1, burst: 1 }, () => 0)
    const addressOf = (it: IncomingMessage) => headerOf(it, 'x-forwarded-for') ?? ''
    const traffic = watchTraffic({ limit, counts, addressOf, behindProxy })
    assert.equal(traffic.admit(ask('192.0.2.1')).waitS, 0)
    assert.equal(traffic.admit(ask('192.0.2.2')).waitS, behindProxy ? 0 : 1)
    assert.equal(traffic.admit(ask('192.0.2.1')).waitS, 1)
  }
})

test('counts are shown to those entitled to the prefix, and to nobody else', async (t) => {
  const owners: Record<string, string> = { '88.1.1': 'e1', '88.1.2': 'e2' }
  await using documents = await openMemoryDocuments({ clock: () => 0 })
  await using counts = new ResolutionCounts(documents, () => Date.UTC(2026, 10, 21), 3_600_000)
  const name: HandleKey = parseHandle('88.1.1/x').key
  counts.count(parsePrefix(name.slice(0, 6)), 'found', 'browser')
  counts.count(other, 'found', 'browser')
  await counts.flush()
  for (const [prefix, enterprise] of Object.entries(owners)) {
    const put = {
      spelled: prefix,
      enterprise,
      state: 'active',
      hosting: { kind: 'here' },
      allottedAt: 0,
    } as const
    const write = { collection: PREFIXES, id: prefix, expected: 0, put }
    await documents.commit([write], { author: { kind: 'system', id: 'test' } })
  }
  const member = (enterprise: string): Caller => ({
    kind: 'user',
    id: 'u',
    name: 'u',
    nodeRoles: [],
    memberships: [{ enterprise, role: 'member' }],
  })
  const staff: Caller = { ...member('none'), nodeRoles: ['reviewer'] } as Caller
  let caller: Caller = ANONYMOUS
  const app = Fastify() as unknown as App
  t.after(() => app.close())
  app.decorateRequest('caller')
  app.addHook('onRequest', async (request) => {
    request.caller = caller
  })
  app.setErrorHandler((error, _request, reply) => {
    const code = error instanceof Problem ? error.code : String(error)
    return reply.code(400).send({ code })
  })
  const prefixState = (it: PrefixKey) =>
    owners[it] === undefined
      ? ({ kind: 'unknown' } as const)
      : ({ kind: 'hosted', enterprise: owners[it] } as const)
  resolutionRoutes(app, { documents, prefixState })
  const ask = async (as: Caller, query: string) => {
    caller = as
    const { body } = await app.inject(`/api/v1/resolutions${query}`)
    const reply = JSON.parse(body)
    return reply.code ?? reply.items.map((it: { prefix: string }) => it.prefix).join(' ')
  }
  assert.equal(await ask(ANONYMOUS, '?prefix=88.1.1'), 'not-signed-in')
  assert.equal(await ask(member('e1'), '?prefix=88.1.1'), '88.1.1')
  assert.equal(await ask(member('e1'), '?prefix=88.1.2'), 'not-found')
  assert.equal(await ask(member('e1'), '?prefix=88.1.9'), 'not-found')
  assert.equal(await ask(ANONYMOUS, ''), 'not-signed-in')
  assert.equal(await ask(member('e1'), ''), '88.1.1', 'of all one has, and of nothing else')
  assert.equal(await ask(member('e3'), ''), '')
  const key = { kind: 'key', id: 'k', enterprise: 'e1', scopes: ['identifiers.write'] } as const
  assert.equal(await ask(key, ''), 'not-authorised')
  assert.equal(await ask(staff, ''), '88.1.1 88.1.2')
  assert.equal(await ask(staff, '?prefix=88.1.2&from=2026-11-21&to=2026-11-21'), '88.1.2')
  assert.equal(await ask(staff, '?prefix=88.1.2&from=2026-11-22'), '')
})
