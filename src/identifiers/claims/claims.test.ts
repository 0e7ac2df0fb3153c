import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { openMemoryDocuments } from '../../kernel/documents/memory.ts'
import { openMemoryEvidence } from '../../kernel/evidence/embedded.ts'
import { parseHandle } from '../handle.ts'
import { emptyCount, RESOLUTION_COUNTS } from '../resolution/counts.ts'
import { openMemoryStore } from '../store/memory.ts'
import { registrationDays } from './registration-days.ts'
import { resolutionDays } from './resolution-days.ts'

const HOUR_MS = 3_600_000
const NOON = Date.parse('2026-03-01T12:00:00Z')
const author = { kind: 'user', id: 'u' } as const

function openParts() {
  const time = { now: NOON }
  const clock = () => time.now
  const key = generateKeyPairSync('ed25519').privateKey
  const evidence = openMemoryEvidence({ key, clock })
  const enterpriseOf = (prefix: string) => (prefix === '88.1.1' ? 'e1' : undefined)
  return { time, clock, evidence, enterpriseOf }
}

function write(name: string, expected = 0, state: 'registered' | 'retired' = 'registered') {
  return { expected, next: { ...parseHandle(name), state, held: false, values: [] } }
}

test('a day is claimed once it is over, with totals that go on from day to day', async () => {
  const parts = openParts()
  await using evidence = parts.evidence
  await using store = openMemoryStore()
  const round = registrationDays(store, parts)
  const writes = [write('88.1.1/a'), write('88.1.1/b'), write('88.1.2/c')]
  await store.commit({ author, at: NOON, writes })
  await store.commit({ author, at: NOON + 1, writes: [write('88.1.1/a', 1, 'retired')] })
  assert.equal(await round(), false, 'the day is not over')
  assert.equal(await evidence.size(), 0)

  await store.commit({ author, at: NOON + 24 * HOUR_MS, writes: [write('88.1.1/d')] })
  parts.time.now = NOON + 25 * HOUR_MS
  assert.equal(await round(), true)
  assert.equal(await round(), false, 'the second day is not over')
  const [own] = await evidence.about('88.1.1', { limit: 9 })
  const day = '2026-03-01'
  assert.deepEqual(own?.claim.fields, { day, created: 2, updated: 1, retired: 1, total: 2 })
  assert.deepEqual(own?.claim.open, { enterprise: 'e1' })
  assert.equal((await evidence.about('88.1.2', { limit: 9 }))[0]?.claim.open, 'staff')

  parts.time.now = NOON + 49 * HOUR_MS
  assert.equal(await round(), true)
  assert.equal(await round(), false)
  const node = await evidence.about('node', { limit: 9 })
  assert.deepEqual(
    node.map((it) => it.claim.fields.total),
    [4, 3],
  )
})

test('a crash between the pieces of a day neither loses nor doubles a claim', async () => {
  const parts = openParts()
  await using evidence = parts.evidence
  await using store = openMemoryStore()
  const writes = Array.from({ length: 1200 }, (_, i) => write(`88.1.${i}/a`))
  await store.commit({ author, at: NOON, writes })
  parts.time.now = NOON + 24 * HOUR_MS
  let appends = 0
  const failing = {
    ...evidence,
    append: (...args: Parameters<typeof evidence.append>) => {
      if (++appends === 2) return Promise.reject(new Error('power cut'))
      return evidence.append(...args)
    },
  }
  await assert.rejects(registrationDays(store, { ...parts, evidence: failing })(), /power cut/)
  const partly = await evidence.size()
  assert.ok(partly > 0 && partly < 1201)
  assert.equal(await registrationDays(store, parts)(), true)
  assert.equal(await evidence.size(), 1201)
  assert.equal(await registrationDays(store, parts)(), false)
})

test('resolutions are claimed by day and kind of client, days without any are passed over', async () => {
  const parts = openParts()
  await using evidence = parts.evidence
  await using documents = await openMemoryDocuments({ clock: parts.clock })
  const counts = [
    { ...emptyCount('88.1.1', '2026-03-01'), total: 5, found: 4, browser: 2, program: 3 },
    { ...emptyCount('-', '2026-03-01'), total: 1, unknown: 1 },
    { ...emptyCount('88.1.1', '2026-03-05'), total: 1, phone: 1 },
  ]
  for (const put of counts) {
    const id = `${put.prefix}|${put.day}`
    await documents.commit([{ collection: RESOLUTION_COUNTS, id, put }], { author })
  }
  const round = resolutionDays(documents, parts)
  assert.equal(await round(), false)
  parts.time.now = NOON + 10 * 24 * HOUR_MS
  assert.equal(await round(), true)
  assert.equal(await round(), true)
  assert.equal(await round(), false)
  const own = await evidence.about('88.1.1', { limit: 9 })
  assert.deepEqual(
    own.map((it) => [it.claim.fields.day, it.claim.fields.total]),
    [
      ['2026-03-05', 1],
      ['2026-03-01', 5],
    ],
  )
  const node = await evidence.about('node', { limit: 9 })
  assert.deepEqual(node[1]?.claim.fields.by, {
    browser: 2,
    phone: 0,
    program: 3,
    'handle-client': 0,
    unknown: 1,
  })
})
