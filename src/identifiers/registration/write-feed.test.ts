import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  furnish,
  must,
  openIdentifierWorld,
  type World,
} from '../../../test/support/identifier-world.ts'
import { AuditTrail } from '../../kernel/access/audit.ts'
import type { AuditEntry } from '../../kernel/access/audit-view.ts'
import type { Reach } from '../../kernel/access/permissions.ts'
import { parseHandle } from '../handle.ts'
import { identifierAudit } from './audited.ts'
import { identifierWrites } from './write-feed.ts'

const BASE = '/api/v1/identifiers'
const SECRET = 'only-for-us'
const IMPORTER = { kind: 'key', id: 'k-import' } as const

/** Each step a second after the other; A has 88.100.1, B has 88.100.2. */
async function livedIn(): Promise<World> {
  const world = await openIdentifierWorld()
  await furnish(world)
  const { ask, clock, store } = world
  const values = [{ index: 1, type: 'DESC', data: SECRET, permissions: 12 }]
  const changed = [{ index: 1, type: 'DESC', data: `${SECRET} 2`, permissions: 12 }]
  const steps: (() => Promise<unknown>)[] = [
    () => must(ask('ann', 'POST', BASE, { body: { handle: '88.100.1/Pump-7', values } })),
    () => must(ask('bob', 'POST', BASE, { body: { handle: '88.100.2/B', values } })),
    () => must(ask('ann', 'PUT', `${BASE}/88.100.1/pump-7`, { body: { values: changed } })),
    async () => {
      const record = imported('88.100.1/line-1', clock.now)
      await store.commit({
        author: IMPORTER,
        at: clock.now,
        job: 'j1',
        writes: [{ next: record, expected: 0 }],
      })
    },
    () => must(ask('ann', 'POST', `${BASE}/retire`, { body: { handle: '88.100.1/PUMP-7' } })),
  ]
  for (const step of steps) {
    clock.now += 1000
    await step()
  }
  return world
}

function imported(name: string, at: number) {
  const values = [{ index: 1, type: 'DESC', data: 'x' }]
  const times = { createdAt: at, updatedAt: at }
  return {
    key: parseHandle(name).key,
    spelled: name,
    version: 1,
    state: 'registered',
    held: false,
    ...times,
    values,
  } as const
}

async function told(
  world: World,
  reach: Reach,
  query: { readonly collection?: string; readonly id?: string; readonly author?: string } = {},
): Promise<readonly AuditEntry[]> {
  const trail = new AuditTrail(
    [world.documents, identifierWrites(world)],
    identifierAudit(world.book),
  )
  const { items, next } = await trail.page({ limit: 100, ...query }, { reach, personal: false })
  assert.equal(next, undefined)
  assert.ok(!JSON.stringify(items).includes(SECRET), 'no value is told')
  return items
}

const brief = ({ action, id, version, note, author }: AuditEntry) =>
  [action, id, version, note, author.id] as const

test('every write of an identifier is told with who, when and what became of it', async () => {
  await using world = await livedIn()
  const entries = await told(world, 'node', { collection: 'identifiers' })
  assert.deepEqual(entries.map(brief), [
    ['changed', '88.100.1/Pump-7', 3, 'retired', 'u-ann'],
    ['changed', '88.100.1/Pump-7', 2, 'updated', 'u-ann'],
    ['created', '88.100.2/B', 1, 'registered', 'u-bob'],
    ['created', '88.100.1/Pump-7', 1, 'registered', 'u-ann'],
  ])
  const [retired] = entries
  assert.equal(retired?.at, world.clock.now)
  assert.deepEqual(retired?.changed, ['version', 'state'])
})

test('an enterprise is told of its own identifiers alone', async () => {
  await using world = await livedIn()
  const ofB = await told(world, new Set(['B']))
  assert.ok(ofB.length > 0)
  assert.ok(!JSON.stringify(ofB).includes('88.100.1'), JSON.stringify(ofB))
  const names = (await told(world, new Set(['A']))).map((it) => it.id)
  assert.equal(names.filter((it) => it === '88.100.1/Pump-7').length, 3)
  assert.ok(!names.includes('88.100.2/B'))
})

test('asked for one identifier, what an import did to it is told too', async () => {
  await using world = await livedIn()
  const [entry, ...more] = await told(world, 'node', { id: '88.100.1/LINE-1' })
  assert.deepEqual(entry && brief(entry), [
    'created',
    '88.100.1/line-1',
    1,
    'registered',
    'k-import',
  ])
  assert.deepEqual(more, [])
  assert.deepEqual(await told(world, new Set(['B']), { id: '88.100.1/line-1' }), [])
  assert.deepEqual(await told(world, 'node', { id: '88.100.1/nothing' }), [])
})

test('the trail of one author holds documents and identifiers in the order of time', async () => {
  await using world = await livedIn()
  const entries = await told(world, 'node', { author: 'u-ann' })
  const times = entries.map((it) => it.at)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  )
  const collections = new Set(entries.map((it) => it.collection))
  assert.ok(collections.has('templates') && collections.has('identifiers'), [...collections].join())
})
