import { join } from 'node:path'
import type { HandleKey } from '../src/identifiers/handle.ts'
import { SearchIndex } from '../src/identifiers/search/search-index.ts'
import { type LmdbStore, openLmdbStore } from '../src/identifiers/store/lmdb.ts'
import type { RecordDraft, RecordWrite } from '../src/identifiers/store/store.ts'
import { type DataSetName, dataSet, rawBytes, sortedDrafts } from './data-sets.ts'
import { openLmdbPeer } from './peers/lmdb.ts'
import type { OpenPeer, PeerRow } from './peers/peer.ts'
import { openPostgresPeer } from './peers/postgres.ts'
import { openRocksdbPeer } from './peers/rocksdb.ts'
import { openSqlitePeer } from './peers/sqlite.ts'
import type { Measured, Target } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { randomFrom } from './support/random.ts'
import { type Rate, Watch } from './support/watch.ts'

const COMMIT_WRITES = 20_000
const GETS = 300_000
/** Gets of a slow peer end after so long. */
const GETS_MS_MAX = 5_000
const GETS_AT_ONCE = 2_000
export const BENCH_AUTHOR = { kind: 'system', id: 'bench' } as const

const PEERS: readonly OpenPeer[] = [openRocksdbPeer, openLmdbPeer, openSqlitePeer, openPostgresPeer]

const TARGETS: Record<DataSetName, { load: Target; get: Target; bytes: Target }> = {
  regular: {
    load: { of: 'value', atLeast: 400_000 },
    get: { of: 'value', atLeast: 150_000 },
    bytes: { of: 'value', atMost: 6 },
  },
  irregular: {
    load: { of: 'value', atLeast: 100_000 },
    get: { of: 'value', atLeast: 60_000 },
    bytes: { of: 'value', atMost: 28 },
  },
}

const LOAD = 'sorted load'
const GET = 'random get, one warm core'
const BYTES = 'bytes per identifier in blocks'
const WHOLE = 'bytes per identifier on disk'

type Loaded = { readonly watch: Watch; readonly keys: HandleKey[] }

/** Sorted load, random gets and size of the store alone, then the same of the peers, one after another. */
export async function benchStore(options: BenchOptions): Promise<Measured[]> {
  const rows = await measureOurs(options)
  for (const open of PEERS) rows.push(...(await measurePeer(open, options)))
  return rows
}

async function measureOurs({ count, set, folder, tell }: BenchOptions): Promise<Measured[]> {
  tell('waymark: sorted load')
  await using store = await openLmdbStore({ path: join(folder, 'waymark') })
  const loaded = await load({ count, set }, async (drafts, watch) => {
    const writes = drafts.map((next): RecordWrite => ({ expected: 0, next }))
    watch.start()
    await store.commit({ author: BENCH_AUTHOR, at: Date.now(), writes })
    watch.stop()
  })
  const got = await measureGets(loaded.keys, (keys) => keys.map((key) => store.get(key)))
  const sizes = store.sizes()
  tell('waymark: search index')
  const searchBytes = await searchBytesOf(store, join(folder, 'search'))
  const { load: loadTarget, get, bytes } = TARGETS[set]
  const each = (what: string, sum: number, target?: Target): Measured => ({
    what,
    value: sum / count,
    unit: 'B',
    ...(target && { target }),
  })
  const smaller = { of: 'ratio', atMost: 1 } as const
  return [
    { what: LOAD, ...loaded.watch.rate(count), target: loadTarget },
    { what: GET, ...got, target: get },
    each(BYTES, sizes.blockBytes, bytes),
    { what: 'raw bytes per identifier (NDJSON)', value: rawEach(set, count), unit: 'B' },
    each('with counts, claims and rows not yet packed', usedBytes(sizes)),
    each('history of earlier versions', sizes.historyBytes),
    each('batch entries', sizes.batchBytes),
    {
      ...each(WHOLE, sizes.fileBytes),
      ...(set === 'irregular' && { against: `${WHOLE}, RocksDB, zstd + dictionary` }),
      ...(set === 'irregular' && { target: smaller }),
    },
    each('search index', searchBytes),
    each(`${WHOLE}, with search index`, sizes.fileBytes + searchBytes),
  ]
}

/** The file of an index over all that is stored. */
async function searchBytesOf(store: LmdbStore, path: string): Promise<number> {
  await using index = await SearchIndex.open(path, store)
  await index.catchUp()
  return index.sizes().fileBytes
}

function usedBytes(sizes: { blockBytes: number; recentBytes: number; claimBytes: number }): number {
  return sizes.blockBytes + sizes.recentBytes + sizes.claimBytes
}

async function measurePeer(open: OpenPeer, options: BenchOptions): Promise<Measured[]> {
  const { count, set, folder, tell } = options
  const opened = await open(join(folder, `peer-${PEERS.indexOf(open)}`))
  if ('absent' in opened) {
    tell(`SKIPPED: ${opened.absent}`)
    return []
  }
  await using peer = opened
  tell(`${peer.name}: sorted load`)
  const { watch: loading, keys } = await load({ count, set }, async (drafts, watch) => {
    watch.start()
    await peer.commit(drafts.map(peerRowOf))
    watch.stop()
  })
  await peer.settle()
  const got = await measureGets(keys, (some) => peer.readAll(some))
  return [
    { what: `${LOAD}, ${peer.name}`, ...loading.rate(count), against: LOAD },
    { what: `${GET}, ${peer.name}`, ...got, against: GET },
    {
      what: `${WHOLE}, ${peer.name}`,
      value: (await peer.sizeBytes()) / count,
      unit: 'B',
      against: WHOLE,
    },
  ]
}

/** The row a peer stores: every field by its name, and what the record says of itself. */
export function peerRowOf({ key, spelled, template, values }: RecordDraft): PeerRow {
  const record: Record<string, unknown> = { identifier: spelled, template, version: 1 }
  for (const { type, data } of values) record[type.toLowerCase()] = data
  return { key, json: JSON.stringify(record) }
}

/** Gives the records in key order, a commit at a time; only what `commit` watches counts. */
async function load(
  { count, set }: { readonly count: number; readonly set: DataSetName },
  commit: (drafts: RecordDraft[], watch: Watch) => Promise<void>,
): Promise<Loaded> {
  const watch = new Watch()
  const random = randomFrom(7)
  const keys: HandleKey[] = []
  let drafts: RecordDraft[] = []
  let seen = 0
  for (const draft of sortedDrafts(dataSet(set, { count }))) {
    // Every record equally likely to be asked for, whatever comes after it.
    const place = seen++ < GETS ? keys.length : Math.floor(random() * seen)
    if (place < GETS) keys[place] = draft.key
    drafts.push(draft)
    if (drafts.length < COMMIT_WRITES) continue
    await commit(drafts, watch)
    drafts = []
  }
  if (drafts.length > 0) await commit(drafts, watch)
  return { watch, keys }
}

/** The second pass over the same keys in random order: what the store can keep warm is warm. */
async function measureGets(
  keys: readonly HandleKey[],
  read: (keys: readonly HandleKey[]) => Promise<unknown[]> | unknown[],
): Promise<Rate> {
  const random = randomFrom(11)
  const asked = Array.from({ length: GETS }, () => keys[Math.floor(random() * keys.length)])
  let rate: Rate = { value: 0, unit: '/s', note: '' }
  for (let pass = 0; pass < 2; pass++) {
    const watch = new Watch()
    let done = 0
    for (; done < asked.length && watch.ms < GETS_MS_MAX; done += GETS_AT_ONCE) {
      const some = asked.slice(done, done + GETS_AT_ONCE) as HandleKey[]
      watch.start()
      const records = await read(some)
      watch.stop()
      if (records.length !== some.length || records.includes(undefined)) {
        throw new Error('a record that was stored is not found')
      }
    }
    rate = watch.rate(Math.min(done, asked.length))
  }
  return rate
}

function rawEach(set: DataSetName, count: number): number {
  let bytes = 0
  let lines = 0
  for (const batch of dataSet(set, { count })) {
    for (let i = 0; i < batch.count; i += 100) {
      const like = Math.min(100, batch.count - i)
      bytes += rawBytes(batch.line(i)) * like
      lines += like
    }
  }
  return bytes / lines
}
