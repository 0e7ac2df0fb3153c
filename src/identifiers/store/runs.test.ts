import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { draftOf, randomFrom } from '../../../test/contract/store.contract.ts'
import { BrokenBlock, decodeRecord } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import { type LmdbStore, openLmdbStore } from './lmdb.ts'
import type { Looked } from './look-ahead.ts'
import { openMemoryStore } from './memory.ts'
import { Rows } from './rows.ts'
import type { BatchDraft, RecordStore, RecordWrite } from './store.ts'
import { openTables, peekRow } from './tables.ts'
import { Writer } from './writer.ts'

const PREFIXES = ['88.1', '88.10', '88.2'] as PrefixKey[]
const author = { kind: 'user', id: 'u1' } as const
const LONG = process.env.WAYMARK_TEST_LONG === '1'
const STEPS = LONG ? 600 : 60

type Random = () => number

/** Scattered commits large enough for runs, small ones, and stretches of neighbours, over names that come again. */
async function nextBatch(model: RecordStore, random: Random, at: number): Promise<BatchDraft> {
  const below = (limit: number) => Math.floor(random() * limit)
  const prefix = () => PREFIXES[below(PREFIXES.length)] ?? assert.fail()
  const names = new Set<string>()
  const kind = random()
  if (kind < 0.2) {
    const start = below(3_000)
    const own = prefix()
    for (let i = 0; i < 40 + below(80); i++) names.add(`${own}/n${start + i}`)
  } else {
    const count = kind < 0.5 ? 1 + below(20) : 150 + below(200)
    for (let i = 0; i < count; i++) names.add(`${prefix()}/n${below(6_000)}`)
  }
  const writes: RecordWrite[] = []
  for (const name of names) {
    const draft = draftOf(name)
    const found = await model.get(draft.key)
    const values = [{ index: 1, type: 'NOTE', data: `${at} ${'x'.repeat(below(300))}` }]
    writes.push({ expected: found?.version ?? 0, next: { ...draft, values } })
  }
  return { author, at, writes }
}

async function checkSame(store: LmdbStore, model: RecordStore, random: Random): Promise<void> {
  const key = (): HandleKey =>
    draftOf(`${PREFIXES[Math.floor(random() * 3)]}/n${Math.floor(random() * 6_000)}`).key
  const keys = Array.from({ length: 60 }, key)
  assert.deepEqual(store.getMany(keys), await model.getMany(keys))
  for (const it of keys.slice(0, 20)) {
    assert.deepEqual(store.turn.get(it), await model.get(it))
    assert.deepEqual(store.history(it), await model.history(it))
  }
  for (const prefix of PREFIXES) {
    const after = random() < 0.7 ? { after: key() } : {}
    const limit = 1 + Math.floor(random() * 200)
    assert.deepEqual(
      store.scan(prefix, { ...after, limit }),
      await model.scan(prefix, { ...after, limit }),
    )
    assert.deepEqual(store.counts(prefix), await model.counts(prefix))
  }
  const last = store.turn.sequence()
  for (const sequence of [last, 1 + Math.floor(random() * last)]) {
    assert.deepEqual(store.batchKeys(sequence), await model.batchKeys(sequence))
  }
}

for (const seed of [1, 2, 3]) {
  test(`runs, single rows and blocks answer as one, packed at any time (seed ${seed})`, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-runs-'))
    await using store = await openLmdbStore({
      path: folder.path,
      writing: seed === 3 ? 'thread' : 'here',
    })
    await using other = await openLmdbStore({ path: folder.path })
    await using model = openMemoryStore()
    const random = randomFrom(seed)
    const { engine, runs } = openTables(folder.path, {})
    const { pieces } = runs.tables ?? assert.fail()
    let runsMost = 0
    for (let step = 1; step <= STEPS; step++) {
      const batch = await nextBatch(model, random, step)
      const writer = random() < 0.8 ? store : other
      const { stale } = await writer.commit(batch)
      assert.deepEqual(stale, [])
      await model.commit(batch)
      if (random() < 0.08) await store.pack(random() < 0.5 ? AbortSignal.timeout(5) : undefined)
      await checkSame(random() < 0.5 ? store : other, model, random)
      engine.freshen()
      runs.lookAgain()
      runsMost = Math.max(runsMost, runs.count)
      if (step % 20 === 0) await checkWhole(store)
    }
    await store.pack()
    await checkWhole(store)
    await checkSame(other, model, random)
    assert.equal(store.sizes().recentRecords, 0)
    assert.ok(runsMost > 2, `${runsMost} runs at most`)
    engine.freshen()
    runs.lookAgain()
    assert.deepEqual([runs.isEmpty, pieces.size().entries], [true, 0])
    await engine[Symbol.asyncDispose]()
  })
}

async function checkWhole(store: LmdbStore): Promise<void> {
  for await (const { where, why } of store.verify()) assert.fail(`${where}: ${why}`)
}

/** `count` new records from the `from`th on, far apart among those of `ground`. */
function scattered(from: number, count: number): BatchDraft {
  const drafts = Array.from({ length: count }, (_, i) =>
    draftOf(`88.1/s${10_000 + (((from + i) * 613) % 12_000)}b`),
  )
  return { author, at: 1, writes: drafts.map((next) => ({ expected: 0, next })) }
}

function ground(): BatchDraft {
  const drafts = Array.from({ length: 12_000 }, (_, i) => draftOf(`88.1/s${10_000 + i}`))
  return { author, at: 1, writes: drafts.map((next) => ({ expected: 0, next })) }
}

test('a broken piece of a run is told to whoever asks for it, before and after packing; the rest is packed', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-runs-'))
  await using store = await openLmdbStore({ path: folder.path })
  await store.commit(ground())
  await store.commit(scattered(0, 400))
  await store.commit(scattered(400, 400))
  const { engine, runs } = openTables(folder.path, {})
  const { pieces } = runs.tables ?? assert.fail()
  const [entry] = [...pieces.entries({ limit: 1 })]
  assert.ok(entry)
  const damaged = Buffer.from(entry.value)
  damaged[30] = (damaged[30] as number) ^ 1
  engine.write(() => pieces.put(entry.key, damaged))
  const keys = [...scattered(0, 800).writes].map(({ next }) => next.key)
  const brokenOf = (): HandleKey[] => keys.filter((key) => isBroken(() => store.get(key)))
  const broken = brokenOf()
  assert.ok(broken.length > 3 && broken.length < 100, `${broken.length}`)
  assert.throws(() => store.scan('88.1' as PrefixKey, { limit: 20_000 }), BrokenBlock)
  for (let round = 0; round < 3; round++) {
    await store.pack()
    assert.equal(store.sizes().recentRecords, broken.length)
    assert.deepEqual(brokenOf(), broken)
    const found = []
    for await (const { where } of store.verify()) found.push(where)
    assert.ok(found.includes('run 2'), found.join())
    await store.commit(scattered(800 + round * 200, 200))
    assert.equal(store.sizes().recentRecords, broken.length + 200)
  }
  engine.write(() => pieces.put(entry.key, entry.value))
  await new Promise(setImmediate)
  assert.deepEqual(brokenOf(), [])
  await engine[Symbol.asyncDispose]()
})

function isBroken(body: () => unknown): boolean {
  try {
    body()
    return false
  } catch (error) {
    assert.ok(error instanceof BrokenBlock)
    return true
  }
}

test('more runs than a slice takes are packed slice by slice, while others come', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-runs-'))
  await using store = await openLmdbStore({ path: folder.path })
  await store.commit(ground())
  for (let from = 0; from < 9_000; from += 500) await store.commit(scattered(from, 500))
  assert.equal(store.sizes().recentRecords, 9_000)
  for (let from = 9_000; from < 11_000; from += 500) {
    await store.pack(AbortSignal.timeout(1))
    await store.commit(scattered(from, 500))
    await checkWhole(store)
  }
  await store.pack()
  await checkWhole(store)
  const { recentRecords, records } = store.sizes()
  assert.deepEqual([recentRecords, records], [0, 23_000])
})

test('names looked up for a commit are looked up again where another commit came between', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-runs-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const writer = new Writer(tables)
  const commit = (batch: BatchDraft, looked?: Looked | null) => {
    const [outcome] = writer.commit([{ batch, atomic: false }], looked)
    assert.ok(outcome && 'answer' in outcome)
    return outcome.answer
  }
  // Notes that do not pack, so that there are leaves enough to scatter over.
  const random = randomFrom(9)
  const values = () => [{ index: 1, type: 'NOTE', data: random().toString(36) }]
  const { writes } = ground()
  commit({
    author,
    at: 1,
    writes: writes.map((it) => ({ ...it, next: { ...it.next, values: values() } })),
  })
  const batch = scattered(0, 200)
  const keys = batch.writes.map(({ next }) => next.key)
  const looked = writer.look(keys)
  assert.ok(looked)
  assert.deepEqual(looked.sequence, 2)
  commit(scattered(150, 200))
  const stale = Array.from({ length: 50 }, (_, i) => 150 + i)
  assert.deepEqual(commit(batch, looked), { sequence: 3, stale, taken: [] })
  const again = { ...batch, writes: batch.writes.map((it) => ({ ...it, expected: 1 })) }
  const current = writer.look(keys)
  while (writer.pack());
  assert.deepEqual(commit(again, current), { sequence: 4, stale: [], taken: [] })
  engine.freshen()
  assert.deepEqual(
    keys.map((key) => decodeRecord(peekRow(tables, key) ?? assert.fail()).version),
    keys.map(() => 2),
  )
})

test('what a commit that failed had written is not taken for stored', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-runs-'))
  const tables = openTables(folder.path, {})
  const { engine, runs } = tables
  const draft = draftOf('88.1/a')
  const rows = new Rows()
  rows.add(draft, { version: 1, createdAt: 1, updatedAt: 1, batch: 1 })
  rows.close()
  assert.throws(() =>
    engine.write(() => {
      runs.put(1, rows)
      throw new Error('enough')
    }),
  )
  runs.forget()
  runs.look()
  assert.equal(runs.isEmpty, true)
  assert.equal(runs.find(draft.key), undefined)
  await engine[Symbol.asyncDispose]()
})
