import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { draftOf, randomFrom } from '../../../test/contract/store.contract.ts'
import { moveRecentSize, readRecentSize } from './counters.ts'
import { openLmdbStore } from './lmdb.ts'
import { Seeker } from './seeker.ts'
import type { CommitAnswer } from './store.ts'
import { openTables } from './tables.ts'
import { type CommitRequest, Writer } from './writer.ts'

const author = { kind: 'system', id: 'test' } as const
const DEADLINE_MS = 120_000

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

test('runs are dropped in the background once all their rows are packed', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-dropped-'))
  const tables = openTables(folder.path, {})
  await using _engine = tables.engine
  const writer = new Writer(tables)
  // each row fills a piece, and there are more of them than are dropped at a time
  const values = [{ index: 1, type: 'NOTE', data: 'x'.repeat(3_000) }]
  for (let at = 1; at <= 20; at++) {
    const names = Array.from({ length: 130 }, (_, i) => `88.1/R${(i * 7_919 + at * 31) % 999_983}`)
    const writes = names.map((name) => ({ expected: 0, next: { ...draftOf(name), values } }))
    writer.commit([{ batch: { author, at, writes }, atomic: false }])
  }
  tables.engine.freshen()
  tables.runs.look()
  assert.ok(tables.runs.list.reduce((sum, { counts }) => sum + counts.length, 0) > 2_048)
  const ending = new AbortController()
  const packing = writer.keepPacked(ending.signal)
  const deadline = performance.now() + DEADLINE_MS
  while (!tables.runs.isEmpty) {
    assert.ok(performance.now() < deadline, 'runs are still there')
    await delay(20)
  }
  ending.abort()
  await packing
  assert.equal(readRecentSize(tables).records, 0)
})

test('scattered commits cannot make the recent area outgrow its limit', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-room-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const writer = new Writer(tables, { recordsHigh: 300, recordsLow: 200, recordsMax: 500 })
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

test('bulk that was encoded before its write is encoded again where another commit came between', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-writer-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const writer = new Writer(tables)
  const bulk = (from: number, expected: number): CommitRequest => ({
    atomic: false,
    batch: {
      author,
      at: 1,
      writes: Array.from({ length: 1_000 }, (_, i) => ({
        expected,
        next: draftOf(`88.1/n${10_000 + from + i}`),
      })),
    },
  })
  const answerOf = (request: CommitRequest) => {
    const [outcome] = writer.commit([request])
    assert.ok(outcome && 'answer' in outcome)
    return outcome.answer
  }
  assert.deepEqual(answerOf(bulk(0, 0)), { sequence: 1, stale: [], taken: [] })
  const write = engine.write.bind(engine)
  let between: CommitAnswer | undefined
  engine.write = (body) => {
    engine.write = write
    between = answerOf(bulk(1_500, 0))
    return write(body)
  }
  const stale = Array.from({ length: 500 }, (_, i) => 500 + i)
  assert.deepEqual(answerOf(bulk(1_000, 0)), { sequence: 3, stale, taken: [] })
  assert.deepEqual(between, { sequence: 2, stale: [], taken: [] })
  engine.freshen()
  for (let i = 0; i < 2_500; i++) {
    const key = draftOf(`88.1/n${10_000 + i}`).key
    assert.equal(new Seeker(tables).find(key)?.version, 1)
  }
})

test('rows that another packer has been through meanwhile are not packed twice', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-writer-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const writer = new Writer(tables)
  const other = new Writer(tables)
  const writes = Array.from({ length: 20 }, (_, i) => ({
    expected: 0,
    next: draftOf(`88.1/n${i}`),
  }))
  writer.commit([{ batch: { author, at: 1, writes }, atomic: false }])
  const write = engine.write.bind(engine)
  engine.write = (body) => {
    engine.write = write
    while (other.pack());
    return write(body)
  }
  while (writer.pack());
  engine.freshen()
  assert.deepEqual(readRecentSize(tables), { records: 0, bytes: 0 })
  for (const { next } of writes) assert.equal(new Seeker(tables).find(next.key)?.version, 1)
})

test('a row that another packer has packed meanwhile is not taken for one that waits', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-writer-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const others = openTables(folder.path, {})
  await using _ = others.engine
  const writer = new Writer(tables)
  const packAll = () => {
    const packer = new Writer(others)
    while (packer.pack());
  }
  const commit = (expected: number) => {
    const writes = [{ expected, next: draftOf('88.1/a') }]
    const [outcome] = writer.commit([{ batch: { author, at: 1, writes }, atomic: false }])
    assert.ok(outcome && 'answer' in outcome && outcome.answer.stale.length === 0)
  }
  commit(0)
  packAll()
  commit(1)
  const write = engine.write.bind(engine)
  engine.write = (body) => {
    engine.write = write
    packAll()
    return write(body)
  }
  commit(2)
  engine.freshen()
  assert.equal(readRecentSize(tables).records, 1)
  packAll()
  engine.freshenAgain()
  assert.deepEqual(readRecentSize(tables), { records: 0, bytes: 0 })
})

test('a size of the recent area that came out wrong is set right by the next round', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-writer-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const writer = new Writer(tables)
  for (const [i, wrong] of [
    { records: 3, bytes: 900 },
    { records: -3, bytes: -900 },
  ].entries()) {
    const writes = [{ expected: i, next: draftOf('88.1/a') }]
    writer.commit([{ batch: { author, at: 1, writes }, atomic: false }])
    engine.write(() => moveRecentSize(tables, wrong))
    while (writer.pack());
    engine.freshenAgain()
    assert.deepEqual(readRecentSize(tables), { records: 0, bytes: 0 })
  }
})

test('while a few names are written again and again, packing beside it counts what waits right', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-beside-'))
  await using store = await openLmdbStore({ path: folder.path, writing: 'thread' })
  const packing = (async () => {
    for (let i = 0; i < 300; i++) await store.pack()
  })()
  const writing = (async () => {
    for (let version = 0; version < 150; version++) {
      const commits = ['a', 'b', 'c'].map((name) => {
        const next = draftOf(`88.1/${name}`)
        return store.commit({ author, at: 1, writes: [{ expected: version, next }] })
      })
      for (const { stale } of await Promise.all(commits)) assert.deepEqual(stale, [])
    }
  })()
  for (const it of await Promise.allSettled([writing, packing])) {
    assert.equal(it.status, 'fulfilled', String('reason' in it && it.reason))
  }
  for await (const broken of store.verify()) assert.fail(`${broken.where}: ${broken.why}`)
  await store.pack()
  for await (const broken of store.verify()) assert.fail(`${broken.where}: ${broken.why}`)
  assert.equal(store.sizes().recentRecords, 0)
})
