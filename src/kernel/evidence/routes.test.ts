import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import Fastify from 'fastify'
import type { App } from '../../lib/http.ts'
import { problemReplies } from '../../server/problems.ts'
import { convertAndCheck } from '../../server/schemas.ts'
import { USERS } from '../access/collections.ts'
import { ANONYMOUS, type Caller } from '../access/permissions.ts'
import type { Documents } from '../documents/documents.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import { enterpriseDecision, nodeRegistrationsDaily, registrationsDaily } from './claims.ts'
import { type EmbeddedEvidence, openMemoryEvidence } from './embedded.ts'
import { opens, readEntry } from './entry.ts'
import type { Claim } from './evidence.ts'
import { openNote, parseBase64, parseCheckpoint, parseVerifierKey } from './note.ts'
import { provesConsistency, provesInclusion } from './proofs.ts'
import { evidenceRoutes } from './routes.ts'
import { leafHash } from './tree.ts'

const { privateKey: key } = generateKeyPairSync('ed25519')
const COUNTS = { created: 5, updated: 1, retired: 0, total: 905 }
const DAY = '2026-11-20'

const CLAIMS: readonly Claim[] = [
  nodeRegistrationsDaily(DAY, COUNTS),
  registrationsDaily({ prefix: '88.100.1', enterprise: 'e1', day: DAY }, COUNTS),
  registrationsDaily({ prefix: '88.100.2', enterprise: 'e2', day: DAY }, COUNTS),
  { kind: 'note', subject: '88.100.1', at: 0, fields: { 'a\nb': 1e21, '': null }, open: 'staff' },
  ...enterpriseDecision({ enterprise: 'e1', decision: 'approved', reviewer: 'u9', at: 1 }).slice(
    0,
    1,
  ),
]

function user(more: Partial<Extract<Caller, { kind: 'user' }>>): Caller {
  return { kind: 'user', id: 'u', name: 'u', nodeRoles: [], memberships: [], ...more }
}
const administrator = (enterprise: string) =>
  user({ memberships: [{ enterprise, role: 'administrator' }] })
const CALLERS = {
  anonymous: ANONYMOUS,
  operator: user({ nodeRoles: ['operator'] }),
  reviewer: user({ nodeRoles: ['reviewer'] }),
  administrator1: administrator('e1'),
  administrator2: administrator('e2'),
  member1: user({ memberships: [{ enterprise: 'e1', role: 'member' }] }),
  key1: { kind: 'key', id: 'k', enterprise: 'e1', scopes: ['evidence.read'] },
  otherKey1: { kind: 'key', id: 'k', enterprise: 'e1', scopes: ['identifiers.read'] },
  nodeKey: { kind: 'key', id: 'k', scopes: ['evidence.read'] },
} as const satisfies Record<string, Caller>
type Name = keyof typeof CALLERS

type Served = AsyncDisposable & { app: App; evidence: EmbeddedEvidence; documents: Documents }

async function served(): Promise<Served> {
  const evidence = openMemoryEvidence({ key, name: 'node.example', clock: () => 5 })
  await evidence.append(CLAIMS)
  const documents = await openMemoryDocuments({ clock: () => 5 })
  const app = Fastify() as unknown as App
  app.setValidatorCompiler(convertAndCheck)
  problemReplies(app)
  app.addHook('onRequest', async (request) => {
    request.caller = CALLERS[String(request.headers['x-caller'] ?? 'anonymous') as Name]
  })
  evidenceRoutes(app, { evidence, documents })
  await app.ready()
  return {
    app,
    evidence,
    documents,
    async [Symbol.asyncDispose]() {
      await app.close()
      await documents[Symbol.asyncDispose]()
      await evidence[Symbol.asyncDispose]()
    },
  }
}

const REVIEWER = {
  name: 'reviewer-1',
  displayName: 'Lin Yue',
  nameKey: 'reviewer-1',
  passwordEpoch: 1,
  nodeRoles: ['reviewer'],
  memberships: [],
  enterprises: [],
  state: 'active',
}

async function get(app: App, url: string, caller: Name = 'anonymous') {
  return app.inject({ method: 'GET', url, headers: { 'x-caller': caller } })
}

test('the log is published to everybody, tiles for ever, the head for now', async () => {
  await using it = await served()
  const checkpoint = await get(it.app, '/evidence/checkpoint')
  assert.equal(checkpoint.body, await it.evidence.checkpoint())
  assert.equal(checkpoint.headers['content-type'], 'text/plain; charset=utf-8')
  assert.equal(checkpoint.headers['cache-control'], 'no-cache')
  assert.equal(checkpoint.headers['access-control-allow-origin'], '*')
  const key = await get(it.app, '/evidence/key')
  assert.equal(key.body, `${it.evidence.verifierKey}\n`)
  for (const path of ['0/000.p/5', 'entries/000.p/5', 'entries/000.p/2']) {
    const tile = await get(it.app, `/evidence/tile/${path}?v=1`)
    assert.equal(tile.statusCode, 200)
    assert.deepEqual(tile.rawPayload, Buffer.from((await it.evidence.tile(path)) ?? assert.fail()))
    assert.equal(tile.headers['content-type'], 'application/octet-stream')
    assert.match(String(tile.headers['cache-control']), /immutable/)
  }
})

test('what is no tile of the log is not found, whatever its path', async () => {
  await using it = await served()
  for (const path of [
    '0/000',
    '0/000.p/6',
    '1/000',
    '%30/000.p/5',
    '%2e%2e%2fcheckpoint',
    '0/000.p/5/',
    '',
    'x'.repeat(9000),
  ]) {
    const { statusCode, headers } = await get(it.app, `/evidence/tile/${path}`)
    assert.equal(statusCode, 404, path)
    assert.doesNotMatch(String(headers['cache-control']), /immutable/)
  }
})

const OPEN_TO: Readonly<Record<Name, readonly number[]>> = {
  anonymous: [0],
  operator: [0, 1, 2, 3, 4],
  reviewer: [0],
  administrator1: [0, 1, 4],
  administrator2: [0, 2],
  member1: [0],
  key1: [0, 1, 4],
  otherKey1: [0],
  nodeKey: [0, 1, 2, 3, 4],
}

test('an entry is opened to those entitled; the others get digest and proof alone', async () => {
  await using it = await served()
  const verifier = parseVerifierKey(it.evidence.verifierKey) ?? assert.fail()
  for (const [name, openTo] of Object.entries(OPEN_TO)) {
    for (let index = 0; index < CLAIMS.length; index++) {
      const reply = await get(it.app, `/api/v1/evidence/${index}`, name as Name)
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.headers['cache-control'], 'no-store')
      const { entry, leafHash: leaf, inclusion, size, checkpoint, opened, ...more } = reply.json()
      assert.deepEqual(more, { index })
      const bytes = parseBase64(entry) ?? assert.fail()
      assert.equal(Buffer.from(leafHash(bytes)).toString('base64'), leaf)
      const note = openNote(checkpoint, verifier)
      const head = parseCheckpoint(note.kind === 'signed' ? note.text : '') ?? assert.fail()
      assert.equal(head.size, size)
      const proof = inclusion.map((hash: string) => parseBase64(hash))
      assert.ok(provesInclusion(leafHash(bytes), { index, ...head }, proof))
      assert.equal(opened !== undefined, openTo.includes(index), `${name} ${index}`)
      if (opened === undefined) continue
      assert.ok(opens(opened, readEntry(bytes) ?? assert.fail()), 'the reply is what was digested')
      assert.deepEqual(opened.fields, CLAIMS[index]?.fields)
    }
  }
})

test('who decided is told by name to those who may know people, beside what is sealed', async () => {
  await using it = await served()
  await it.evidence.append(
    enterpriseDecision({ enterprise: 'e1', decision: 'approved', reviewer: 'u9', at: 1 }),
  )
  const makersIn = async (caller: Name) => {
    const { items } = (await get(it.app, '/api/v1/evidence?kind=decision-maker', caller)).json()
    const { maker, opened } = (await get(it.app, '/api/v1/evidence/6', caller)).json()
    assert.deepEqual(items.length === 0 ? undefined : items[0].opened, opened)
    return [items[0]?.maker, maker, opened?.fields.by]
  }
  assert.deepEqual(await makersIn('operator'), [undefined, undefined, 'u9'], 'who was forgotten')
  await it.documents.commit([{ collection: USERS, id: 'u9', expected: 0, put: REVIEWER }], {
    author: { kind: 'system', id: 'test' },
  })
  assert.deepEqual(await makersIn('operator'), ['Lin Yue', 'Lin Yue', 'u9'])
  // a key that reads evidence reads no people
  assert.deepEqual(await makersIn('nodeKey'), [undefined, undefined, 'u9'])
  assert.deepEqual(await makersIn('administrator1'), [undefined, undefined, undefined])
})

test('a list holds what its caller may open, and pages do not show what lies between', async () => {
  await using it = await served()
  for (let i = 0; i < 6; i++) {
    const open = i % 3 === 0 ? 'public' : i % 3 === 1 ? 'staff' : ({ enterprise: 'e1' } as const)
    await it.evidence.append([{ kind: 'k', subject: 's', at: i, fields: {}, open }])
  }
  const indexesOf = async (caller: Name, more = '') => {
    const { items, next } = (await get(it.app, `/api/v1/evidence?subject=s${more}`, caller)).json()
    return { indexes: items.map((entry: { index: number }) => entry.index), next }
  }
  assert.deepEqual(await indexesOf('operator'), { indexes: [10, 9, 8, 7, 6, 5], next: undefined })
  assert.deepEqual(await indexesOf('anonymous'), { indexes: [8, 5], next: undefined })
  assert.deepEqual(await indexesOf('administrator1'), { indexes: [10, 8, 7, 5], next: undefined })
  assert.deepEqual(await indexesOf('anonymous', '&limit=2'), { indexes: [8, 5], next: undefined })
  const first = await indexesOf('administrator1', '&limit=3')
  assert.deepEqual(first.indexes, [10, 8, 7])
  const second = await indexesOf('administrator1', `&limit=3&after=${first.next}`)
  assert.deepEqual(second, { indexes: [5], next: undefined })
  assert.deepEqual(await indexesOf('operator', '&kind=other'), { indexes: [], next: undefined })
  const hidden = await get(it.app, '/api/v1/evidence?subject=88.100.2', 'administrator1')
  const absent = await get(it.app, '/api/v1/evidence?subject=88.100.9', 'administrator1')
  assert.equal(hidden.body, absent.body)
})

test('a list over all subjects holds what its caller may open, newest first', async () => {
  await using it = await served()
  for (const [name, openTo] of Object.entries(OPEN_TO)) {
    const { items } = (await get(it.app, '/api/v1/evidence', name as Name)).json()
    const indexes = items.map((entry: { index: number }) => entry.index)
    assert.deepEqual(indexes, openTo.toReversed(), name)
  }
  const first = (await get(it.app, '/api/v1/evidence?limit=2', 'administrator1')).json()
  assert.deepEqual(
    first.items.map((entry: { index: number }) => entry.index),
    [4, 1],
  )
  const second = await get(it.app, `/api/v1/evidence?after=${first.next}`, 'administrator1')
  assert.deepEqual(
    second.json().items.map((entry: { index: number }) => entry.index),
    [0],
  )
  const notes = (await get(it.app, '/api/v1/evidence?kind=note', 'administrator1')).json()
  assert.deepEqual(notes, { items: [] }, 'what is the staff’s alone')
})

test('wrong questions are told what is wrong with them', async () => {
  await using it = await served()
  const table = {
    '/api/v1/evidence?kind=': 422,
    '/api/v1/evidence?subject=': 422,
    '/api/v1/evidence?subject=s&limit=0': 422,
    '/api/v1/evidence?subject=s&limit=201': 422,
    '/api/v1/evidence?subject=s&after=eHg': 422,
    '/api/v1/evidence/5': 404,
    '/api/v1/evidence/9007199254740991': 404,
    '/api/v1/evidence/-1': 422,
    '/api/v1/evidence/x': 422,
    '/api/v1/evidence/proofs/consistency?from=3': 422,
    '/api/v1/evidence/proofs/consistency?from=3&to=2': 422,
    '/api/v1/evidence/proofs/consistency?from=3&to=6': 422,
  }
  for (const [url, status] of Object.entries(table)) {
    const reply = await get(it.app, url, 'operator')
    assert.equal(reply.statusCode, status, `${url} ${reply.body}`)
    assert.match(String(reply.headers['content-type']), /problem\+json/)
  }
})

test('of an erased entry only the node’s staff learns that it was, and why', async () => {
  await using it = await served()
  await it.evidence.erase(1, 'order 7')
  const asked = async (name: Name) => (await get(it.app, '/api/v1/evidence/1', name)).json()
  assert.deepEqual((await asked('operator')).erased, {
    at: '1970-01-01T00:00:00.005Z',
    why: 'order 7',
  })
  for (const name of ['anonymous', 'administrator1', 'administrator2', 'reviewer'] as const) {
    const reply = await asked(name)
    assert.equal(reply.erased, undefined)
    assert.equal(reply.opened, undefined)
  }
  assert.equal((await asked('operator')).opened, undefined)
})

test('a consistency proof leads from one head to the next', async () => {
  await using it = await served()
  const verifier = parseVerifierKey(it.evidence.verifierKey) ?? assert.fail()
  const head = async () => {
    const note = openNote((await get(it.app, '/evidence/checkpoint')).body, verifier)
    return parseCheckpoint(note.kind === 'signed' ? note.text : '') ?? assert.fail()
  }
  const before = await head()
  await it.evidence.append(CLAIMS)
  const now = await head()
  const { proof } = (
    await get(it.app, `/api/v1/evidence/proofs/consistency?from=${before.size}&to=${now.size}`)
  ).json()
  assert.ok(
    provesConsistency(
      before,
      now,
      proof.map((it: string) => parseBase64(it)),
    ),
  )
})
