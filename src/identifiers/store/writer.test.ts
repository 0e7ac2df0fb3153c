import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { draftOf, randomFrom } from '../../../test/contract/store.contract.ts'
import { readRecentSize } from './counters.ts'
import { openLmdbStore } from './lmdb.ts'
import { openTables } from './tables.ts'
import { Writer } from './writer.ts'

const author = { kind: 'system', id: 'test' } as const
const DEADLINE_MS = 20_000

test('rows that wait are packed in the background once nobody writes', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-idle-'))
  await using store = await openLmdbStore({ path: folder.path, writing: 'thread' })
  const drafts = Array.from({ length: 20 }, (_, i) => draftOf(`88.1/n${i}`))
  for (const next of drafts) await store.commit({ author, at: 1, writes: [{ expected: 0, next }] })
  const deadline = performance.now() + DEADLINE_MS
  while (store.sizes().recentRecords > 0) {
    assert.ok(performance.now() < deadline, 'nothing was packed')
    await delay(20)
  }
  assert.equal(store.sizes().blocks, 1)
  for (const { key } of drafts) assert.equal(store.get(key)?.version, 1)
})

test('scattered commits cannot make the recent area outgrow its limit', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-room-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const writer = new Writer(tables, { recordsHigh: 300, recordsMax: 500 })
  const random = randomFrom(5)
  const known = new Set<string>()
  for (let at = 1; at <= 80; at++) {
    const names = Array.from({ length: 30 }, () => `88.1/R${Math.floor(random() * 1e9)}`)
    const fresh = names.filter((name) => !known.has(name))
    const writes = fresh.map((name) => ({ expected: 0, next: draftOf(name) }))
    const [outcome] = writer.commit([{ batch: { author, at, writes }, atomic: false }])
    assert.ok(outcome && 'answer' in outcome && outcome.answer.stale.length === 0)
    for (const name of fresh) known.add(name)
    engine.freshen()
    assert.ok(readRecentSize(tables).records <= 500 + 30)
  }
  assert.ok(readRecentSize(tables).records > 0)
})

test('of commits that share a write, one that is refused leaves the others alone', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-group-'))
  await using store = await openLmdbStore({ path: folder.path, writing: 'thread' })
  const next = draftOf('88.1/a')
  const writes = [{ expected: 0, next }]
  const twice = [...writes, ...writes]
  const [first, broken, last] = await Promise.allSettled([
    store.commit({ author, at: 1, writes }),
    store.commit({ author, at: 2, writes: twice }),
    store.commit({ author, at: 3, writes: [{ expected: 1, next }] }),
  ])
  assert.equal(first?.status, 'fulfilled')
  assert.ok(broken?.status === 'rejected' && broken.reason instanceof RangeError)
  assert.deepEqual(last?.status === 'fulfilled' && last.value, {
    sequence: 2,
    stale: [],
    taken: [],
  })
  assert.equal(store.get(next.key)?.version, 2)
})
