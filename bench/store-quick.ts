import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HandleKey } from '../src/identifiers/handle.ts'
import { openLmdbStore } from '../src/identifiers/store/lmdb.ts'
import type { RecordWrite } from '../src/identifiers/store/store.ts'
import { type DataSetName, dataSet, sortedDrafts } from './data-sets.ts'

/*
 * Quick measure of the store alone: `node bench/store-quick.ts [regular|irregular] [COUNT]`. Rates are given by the
 * clock and by this program's CPU time, which others on the machine disturb less.
 */
const set = (process.argv[2] ?? 'regular') as DataSetName
const count = Number(process.argv[3] ?? 1_000_000)
const COMMIT_WRITES = 20_000
const GETS = 300_000
const INSERTS = Math.min(count, 200_000)
const INSERT_WRITES = 1_000
const author = { kind: 'system', id: 'bench' } as const
const at = Date.UTC(2026, 0, 5)

async function load(folder: string): Promise<void> {
  await using store = await openLmdbStore({ path: join(folder, 'load') })
  const keys: HandleKey[] = []
  const loading = new Watch()
  const commit = async (writes: RecordWrite[]) => {
    loading.start()
    await store.commit({ author, at, writes })
    loading.stop()
  }
  let writes: RecordWrite[] = []
  for (const next of sortedDrafts(dataSet(set, { count }))) {
    if (keys.length < 2_000_000) keys.push(next.key)
    writes.push({ expected: 0, next })
    if (writes.length < COMMIT_WRITES) continue
    await commit(writes)
    writes = []
  }
  await commit(writes)
  loading.print('sorted load', count)
  const sizes = store.sizes()
  console.log(sizes)
  const { blocks, blockBytes, fileBytes } = sizes
  console.log(`${(blockBytes / count).toFixed(2)} B/identifier in blocks`)
  console.log(`${(fileBytes / count).toFixed(2)} B/identifier in the file`)
  console.log(`${(count / blocks).toFixed(1)} records/block`)
  const asked = Array.from({ length: GETS }, () => keys[Math.floor(Math.random() * keys.length)])
  for (const pass of ['random get, cold', 'random get, warm']) {
    const getting = new Watch()
    getting.start()
    for (const key of asked) if (key && store.get(key) === undefined) throw new Error(key)
    getting.stop()
    getting.print(pass, GETS)
  }
}

/** Records in no order, a thousand a commit, with packing in the background and at the end. */
async function inserts(folder: string, writing: 'here' | 'thread'): Promise<void> {
  await using store = await openLmdbStore({ path: join(folder, writing), writing })
  const drafts = [...sortedDrafts(dataSet(set, { count: INSERTS }))]
  for (let i = drafts.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const [a, b] = [drafts[i], drafts[j]]
    if (a && b) [drafts[i], drafts[j]] = [b, a]
  }
  const inserting = new Watch()
  for (let from = 0; from < drafts.length; from += INSERT_WRITES) {
    const writes = drafts.slice(from, from + INSERT_WRITES).map((next) => ({ expected: 0, next }))
    inserting.start()
    await store.commit({ author, at, writes })
    inserting.stop()
  }
  inserting.print(`random inserts, ${writing}`, drafts.length)
  const packing = new Watch()
  packing.start()
  await store.pack()
  packing.stop()
  packing.print('packing the rest', drafts.length)
}

class Watch {
  #ms = 0
  #cpuUs = 0
  #longestMs = 0
  #from = 0
  #cpuFrom = process.cpuUsage()

  start(): void {
    this.#cpuFrom = process.cpuUsage()
    this.#from = performance.now()
  }

  stop(): void {
    const ms = performance.now() - this.#from
    const { user, system } = process.cpuUsage(this.#cpuFrom)
    this.#ms += ms
    this.#cpuUs += user + system
    this.#longestMs = Math.max(this.#longestMs, ms)
  }

  print(what: string, things: number): void {
    const rate = (seconds: number) =>
      Math.round(things / seconds)
        .toLocaleString('en')
        .padStart(11)
    const longest = this.#longestMs.toFixed(0).padStart(6)
    const rates = `${rate(this.#ms / 1_000)}/s ${rate(this.#cpuUs / 1_000_000)}/s of CPU`
    console.log(`${what.padEnd(24)}${rates}, longest ${longest} ms`)
  }
}

await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-bench-'))
await load(folder.path)
await inserts(folder.path, 'thread')
await inserts(folder.path, 'here')
