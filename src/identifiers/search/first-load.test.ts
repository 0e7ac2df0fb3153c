import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { toldReads, value } from '../../../test/support/search-world.ts'
import { BulkSign } from '../../lib/bulk-sign.ts'
import { parseHandle } from '../handle.ts'
import { openLmdbStore } from '../store/lmdb.ts'
import type { RecordWrite } from '../store/store.ts'
import { SEARCH_BEHIND_MS_MAX, SearchIndex } from './search-index.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const
const BATCH = 20_000
const COUNTED = { scope: 'all', limit: 1, state: 'registered' } as const

function batch(from: number): RecordWrite[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const { key, spelled } = parseHandle(`88.1.${(from + i) % 7}/N${from + i}`)
    const values = [value(1, from + i === 70_001 ? '轴承' : 'pump')]
    return { expected: 0, next: { key, spelled, state: 'registered', held: false, values } }
  })
}

test('the first large import of a node is derived in the order of names, what follows batch by batch', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-search-'))
  await using store = await openLmdbStore({ path: join(folder.path, 'store') })
  let batchesRead = 0
  const watched = toldReads(store, (read) => {
    if (read === 'batchKeys') batchesRead++
  })
  await using index = await SearchIndex.open(join(folder.path, 'search'), watched, { now: () => 0 })
  await index.catchUp()
  assert.equal(index.position().isBuilding, false, 'an empty store is derived to its end')
  for (let from = 0; from < 6 * BATCH; from += BATCH) {
    await store.commit({ author: AUTHOR, at: from, writes: batch(from) })
  }
  await index.catchUp()
  assert.equal(batchesRead, 0)
  const find = (q: string) => {
    return index.answer({ q, scope: 'all', limit: 5 }, 'protected').items.map((it) => it.spelled)
  }
  const total = () => index.answer(COUNTED, 'protected').found
  assert.deepEqual(find('轴承'), ['88.1.1/N70001'])
  assert.deepEqual([total()?.total, total()?.exact, total()?.asOf.sequence], [6 * BATCH, true, 6])
  await store.commit({ author: AUTHOR, at: 7 * BATCH, writes: batch(6 * BATCH) })
  await index.catchUp()
  assert.ok(batchesRead > 0)
  assert.deepEqual(find('N139999'), ['88.1.6/N139999'])
  assert.deepEqual([total()?.total, total()?.exact, total()?.asOf.sequence], [7 * BATCH, true, 7])
})

test('building stops where bulk work begins, goes on where it stopped, and waits so long at most', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-search-'))
  await using store = await openLmdbStore({ path: join(folder.path, 'store') })
  const sign = new BulkSign()
  let now = 0
  let scans = 0
  const watched = toldReads(store, (read) => {
    if (read !== 'scan') return
    scans++
    sign.raise()
  })
  await using index = await SearchIndex.open(join(folder.path, 'search'), watched, {
    now: () => now,
  })
  await index.catchUp()
  for (let from = 0; from < 6 * BATCH; from += BATCH) {
    await store.commit({ author: AUTHOR, at: from, writes: batch(from) })
  }
  await index.catchUp(undefined, sign)
  assert.equal(index.position().isBuilding, true, 'it stopped')
  const scansThen = scans
  await index.catchUp(undefined, sign)
  assert.equal(scans, scansThen, 'nothing is read while bulk work goes on')
  now += SEARCH_BEHIND_MS_MAX
  sign.raise()
  await index.catchUp(undefined, sign)
  assert.equal(index.position().isBuilding, false, 'it waits no longer than told')
  assert.equal(index.answer(COUNTED, 'protected').found?.total, 6 * BATCH)
})
