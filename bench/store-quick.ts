import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordDraft, RecordWrite } from '../src/identifiers/store/store.ts'
import { openLmdbStore } from '../src/identifiers/store/lmdb.ts'
import { type DataSetName, dataSet, sortedDrafts } from './data-sets.ts'

/** Quick measure of the store alone: `node bench/store-quick.ts [regular|irregular] [COUNT]`. */
const set = (process.argv[2] ?? 'regular') as DataSetName
const count = Number(process.argv[3] ?? 1_000_000)
const COMMIT_WRITES = 20_000
const path = await mkdtemp(join(tmpdir(), 'waymark-bench-'))
const author = { kind: 'system', id: 'bench' } as const
const at = Date.UTC(2026, 0, 5)
const keys: RecordDraft['key'][] = []

await using store = await openLmdbStore({ path })
let busyMs = 0
let longestMs = 0
const load = async (writes: RecordWrite[]): Promise<void> => {
  const from = performance.now()
  await store.commit({ author, at, writes })
  const tookMs = performance.now() - from
  busyMs += tookMs
  longestMs = Math.max(longestMs, tookMs)
}
let writes: RecordWrite[] = []
for (const next of sortedDrafts(dataSet(set, { count }))) {
  if (keys.length < 2_000_000) keys.push(next.key)
  writes.push({ expected: 0, next })
  if (writes.length < COMMIT_WRITES) continue
  await load(writes)
  writes = []
}
await load(writes)
print('sorted load', count / (busyMs / 1000), '/s')
print('longest commit', longestMs, 'ms')
const sizes = store.sizes()
console.log(sizes)
print('block bytes', sizes.blockBytes / count, 'B/identifier')
print('file', sizes.fileBytes / count, 'B/identifier')
print('records a block', count / sizes.blocks, '')

const gets = 300_000
const asked = Array.from({ length: gets }, () => keys[Math.floor(Math.random() * keys.length)])
for (const pass of ['cold', 'warm']) {
  const from = performance.now()
  for (const key of asked) if (key !== undefined && store.get(key) === undefined) throw new Error(key)
  print(`random get (${pass})`, gets / ((performance.now() - from) / 1000), '/s')
}

function print(what: string, value: number, unit: string): void {
  console.log(what.padEnd(24), value.toLocaleString('en', { maximumFractionDigits: 2 }), unit)
}
await rm(path, { recursive: true })
