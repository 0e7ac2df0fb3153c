import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { ANONYMOUS, type Caller } from '../../kernel/access/permissions.ts'
import { openMemoryDocuments } from '../../kernel/documents/memory.ts'
import type { App } from '../../lib/http.ts'
import { problemReplies } from '../../server/problems.ts'
import { convertAndCheck } from '../../server/schemas.ts'
import { type PrefixKey, parseHandle } from '../handle.ts'
import { PREFIXES } from '../prefixes/prefix.ts'
import { emptyCount, RESOLUTION_COUNTS } from '../resolution/counts.ts'
import { openMemoryStore } from '../store/memory.ts'
import { REGISTRATION_COUNTS, registrationCounts } from './registration-counts.ts'
import { statisticsRoutes } from './routes.ts'
import { readWindow } from './window.ts'

const DAY_MS = 86_400_000
const NOON = Date.parse('2026-03-02T12:00:00Z')
const author = { kind: 'user', id: 'u' } as const
const system = { author: { kind: 'system', id: 's' } } as const

function write(name: string, expected = 0, state: 'registered' | 'retired' = 'registered') {
  return { expected, next: { ...parseHandle(name), state, held: false, values: [] } }
}

async function countsIn(documents: Awaited<ReturnType<typeof openMemoryDocuments>>) {
  const { items } = await documents.query(REGISTRATION_COUNTS, { limit: 100 })
  return items.map(({ id, body: { created, updated, retired } }) => [id, created, updated, retired])
}

test('registrations are counted by prefix and day, once each, however often a round ends halfway', async () => {
  await using documents = await openMemoryDocuments({ clock: () => NOON })
  await using store = openMemoryStore()
  let failures = 2
  const failing = {
    get: documents.get.bind(documents),
    commit: (...given: Parameters<typeof documents.commit>) =>
      failures-- > 0 ? Promise.reject(new Error('power cut')) : documents.commit(...given),
  }
  await store.commit({ author, at: NOON - DAY_MS, writes: [write('88.1.1/a'), write('88.1.2/b')] })
  const round = registrationCounts({ documents: failing, store })
  await assert.rejects(round(), /power cut/)
  await assert.rejects(round(), /power cut/)
  assert.equal(await round(), false)
  assert.equal(await round(), false)
  await store.commit({ author, at: NOON, writes: [write('88.1.1/a', 1, 'retired')] })
  await store.commit({ author, at: NOON + 1, writes: [write('88.1.1/c')] })
  assert.equal(await round(), false)
  assert.deepEqual(await countsIn(documents), [
    ['88.1.1|2026-03-01', 1, 0, 0],
    ['88.1.1|2026-03-02', 1, 1, 1],
    ['88.1.2|2026-03-01', 1, 0, 0],
  ])
})

test('of more batches than one round takes, another round takes the rest', async () => {
  await using documents = await openMemoryDocuments({ clock: () => NOON })
  await using store = openMemoryStore()
  for (let i = 0; i < 501; i++) {
    await store.commit({ author, at: NOON, writes: [write(`88.1.1/${i}`)] })
  }
  const round = registrationCounts({ documents, store })
  assert.equal(await round(), true)
  assert.equal(await round(), false)
  assert.deepEqual(await countsIn(documents), [['88.1.1|2026-03-02', 501, 0, 0]])
})

test('a commit over more prefixes than one piece of counts is counted whole', async () => {
  await using documents = await openMemoryDocuments({ clock: () => NOON })
  await using store = openMemoryStore()
  const of = (from: number) => Array.from({ length: 1500 }, (_, i) => write(`88.1.${from + i}/a`))
  await store.commit({ author, at: NOON, writes: of(0) })
  await store.commit({ author, at: NOON, writes: of(1500) })
  const round = registrationCounts({ documents, store })
  assert.equal(await round(), true, 'the second is left for another round')
  assert.equal(await round(), false)
  assert.equal(await documents.count(REGISTRATION_COUNTS), 3000)
})

test('a window has every one of its days, and nothing of others or of foreign names', async () => {
  await using documents = await openMemoryDocuments({ clock: () => NOON })
  const rows = [
    { ...emptyCount('88.1.1', '2026-02-27'), total: 50 },
    { ...emptyCount('88.1.1', '2026-02-28'), total: 5, found: 4 },
    { ...emptyCount('-', '2026-03-01'), total: 9 },
    { ...emptyCount('88.1.2', '2026-03-02'), total: 2, found: 2 },
    { ...emptyCount('88.1.2', '2026-03-03'), total: 70 },
  ]
  for (const put of rows) {
    const id = `${put.prefix}|${put.day}`
    await documents.commit([{ collection: RESOLUTION_COUNTS, id, put }], system)
  }
  const asked = { now: NOON, days: 3 }
  const all = await readWindow(documents, asked)
  const shown = (it: typeof all) => [...it.days].map(([day, { resolutions }]) => [day, resolutions])
  assert.deepEqual(shown(all), [
    ['2026-02-28', 5],
    ['2026-03-01', 0],
    ['2026-03-02', 2],
  ])
  assert.equal(all.complete, true)
  const own = await readWindow(documents, { ...asked, prefixes: ['88.1.2' as PrefixKey] })
  assert.deepEqual([...own.prefixes.keys()], ['88.1.2'])
})

const OF = new Map([
  ['88.1', undefined],
  ['88.1.1', 'e1'],
  ['88.1.2', 'e2'],
])

function user(more: Partial<Extract<Caller, { kind: 'user' }>>): Caller {
  return { kind: 'user', id: 'u', name: 'u', nodeRoles: [], memberships: [], ...more }
}
const CALLERS: Readonly<Record<string, Caller>> = {
  anonymous: ANONYMOUS,
  operator: user({ nodeRoles: ['operator'] }),
  auditor: user({ nodeRoles: ['auditor'] }),
  reviewer: user({ nodeRoles: ['reviewer'] }),
  member1: user({ memberships: [{ enterprise: 'e1', role: 'member' }] }),
  key2: { kind: 'key', id: 'k', enterprise: 'e2', scopes: ['prefixes.read'] },
  narrowKey2: { kind: 'key', id: 'k', enterprise: 'e2', scopes: ['identifiers.read'] },
}

async function served() {
  const documents = await openMemoryDocuments({ clock: () => NOON })
  const store = openMemoryStore()
  for (const [id, enterprise] of OF) {
    if (enterprise === undefined) continue
    const put = { spelled: id, enterprise, state: 'active', hosting: { kind: 'here' } }
    await documents.commit([{ collection: PREFIXES, id, put: { ...PREFIX, ...put } }], system)
    await store.commit({
      author,
      at: NOON,
      writes: [write(`${id}/a`), write(`${id}/${enterprise}`)],
    })
  }
  while (await registrationCounts({ documents, store })());
  const app = Fastify() as unknown as App
  app.setValidatorCompiler(convertAndCheck)
  problemReplies(app)
  app.addHook('onRequest', async (request) => {
    request.caller = CALLERS[String(request.headers['x-caller'])] ?? ANONYMOUS
  })
  statisticsRoutes(app, {
    documents,
    store,
    clock: () => NOON,
    book: {
      *all() {
        for (const [key, enterprise] of OF) {
          yield {
            key: key as PrefixKey,
            state: 'active' as const,
            ...(enterprise !== undefined && { enterprise }),
          }
        }
      },
      enterpriseOf: (key) => OF.get(key),
      isKnown: (key) => OF.has(key),
      spelled: (key) => key,
    },
    enterpriseName: async (id) => `name of ${id}`,
    placesOf: async function* () {
      const sector = { code: 'C', name: '制造业' }
      yield { enterprise: 'e1', region: { code: '440000', name: '广东省' }, sector }
      yield { enterprise: 'e2', region: { code: '310000', name: '上海市' }, sector }
    },
  })
  const get = async (caller: string, path: string) => {
    const headers = { 'x-caller': caller }
    const reply = await app.inject({ url: `/api/v1/statistics/${path}`, headers })
    return { status: reply.statusCode, body: reply.json(), text: reply.body }
  }
  return {
    get,
    async [Symbol.asyncDispose]() {
      await app.close()
      await store[Symbol.asyncDispose]()
      await documents[Symbol.asyncDispose]()
    },
  }
}
const PREFIX = { allottedAt: 0 }

test('an enterprise sees what is its own, the node’s operators and auditors see all', async () => {
  await using it = await served()
  const created = async (caller: string, path = 'days') => {
    const { status, body } = await it.get(caller, path)
    return status === 200 ? body.items.at(-1).created : status
  }
  assert.equal(await created('operator'), 4)
  assert.equal(await created('auditor'), 4)
  assert.equal(await created('member1'), 2)
  assert.equal(await created('key2'), 2)
  assert.equal(await created('reviewer'), 403)
  assert.equal(await created('narrowKey2'), 403)
  assert.equal(await created('anonymous'), 401)
  assert.equal(await created('operator', 'days?prefix=88.1.2'), 2)
  const [foreign, absent] = await Promise.all(
    ['88.1.2', '88.1.9'].map((prefix) => it.get('member1', `days?prefix=${prefix}`)),
  )
  assert.equal(foreign?.status, 404)
  assert.deepEqual(foreign?.body.detail, absent?.body.detail)
  const { body, text } = await it.get('member1', 'prefixes')
  assert.deepEqual(
    body.items.map((row: { prefix: string }) => row.prefix),
    ['88.1.1'],
  )
  assert.ok(!text.includes('e2'), text)
})

test('regions and sectors are added up for the node’s operators and auditors alone', async () => {
  await using it = await served()
  for (const caller of ['member1', 'key2', 'reviewer']) {
    assert.equal((await it.get(caller, 'regions')).status, 403, caller)
    assert.equal((await it.get(caller, 'sectors')).status, 403, caller)
  }
  const { body: regions } = await it.get('operator', 'regions')
  assert.deepEqual(
    regions.items.map((row: { name: string; created: number }) => [row.name, row.created]),
    [
      ['上海市', 2],
      ['广东省', 2],
    ],
  )
  const { body: sectors } = await it.get('auditor', 'sectors')
  const [row] = sectors.items
  assert.deepEqual([row.name, row.enterprises, row.registered], ['制造业', 2, 4])
})

test('days are between one and ninety', async () => {
  await using it = await served()
  const status = async (days: string) => (await it.get('operator', `days?days=${days}`)).status
  assert.deepEqual(
    await Promise.all(['0', '1', '90', '91', 'x'].map(status)),
    [422, 200, 200, 422, 422],
  )
})
