import { join } from 'node:path'
import { openLmdbStore } from '../src/identifiers/store/lmdb.ts'
import type { RecordDraft } from '../src/identifiers/store/store.ts'
import { dataSet, sortedDrafts } from './data-sets.ts'
import { openLmdbPeer } from './peers/lmdb.ts'
import type { OpenPeer } from './peers/peer.ts'
import { openRocksdbPeer } from './peers/rocksdb.ts'
import { openSqlitePeer } from './peers/sqlite.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { BENCH_AUTHOR, peerRowOf } from './store.ts'
import { randomFrom, shuffle } from './support/random.ts'
import { type Rate, Watch } from './support/watch.ts'

const INSERT_WRITES = 1_000
/** Of the records, so many are there before and are what the others are packed among. */
const SHARE_BEFORE = 0.5
const LOAD_WRITES = 20_000
const PEERS: readonly OpenPeer[] = [openRocksdbPeer, openLmdbPeer, openSqlitePeer]
const INSERTS = 'random inserts, commits of 1,000'

/**
 * Half of the records are there and packed. The other half comes in random order, a thousand a commit, each commit
 * durable before the next, while another thread packs, as in the server.
 */
export async function benchInserts({
  count,
  set,
  folder,
  tell,
}: BenchOptions): Promise<Measured[]> {
  const drafts = [...sortedDrafts(dataSet(set, { count }))]
  const random = randomFrom(3)
  const before = drafts.filter(() => random() < SHARE_BEFORE)
  const there = new Set(before)
  const inserts = drafts.filter((it) => !there.has(it))
  shuffle(inserts, random)
  const rows = await measureOurs({ before, inserts, folder: join(folder, 'waymark'), tell })
  for (const [i, open] of PEERS.entries()) {
    const opened = await open(join(folder, `peer-${i}`))
    if ('absent' in opened) {
      tell(`SKIPPED: ${opened.absent}`)
      continue
    }
    await using peer = opened
    tell(peer.name)
    for (const some of slices(before, LOAD_WRITES)) await peer.commit(some.map(peerRowOf))
    await peer.settle()
    const { rate, longestMs } = await insertAll(inserts, (some) => peer.commit(some.map(peerRowOf)))
    rows.push({ what: `${INSERTS}, ${peer.name}`, ...rate, against: INSERTS })
    rows.push({ what: `longest commit, ${peer.name}`, value: longestMs, unit: 'ms' })
  }
  return rows
}

type Given = {
  readonly before: readonly RecordDraft[]
  readonly inserts: readonly RecordDraft[]
  readonly folder: string
  readonly tell: (line: string) => void
}

async function measureOurs({ before, inserts, folder, tell }: Given): Promise<Measured[]> {
  tell('waymark')
  await using store = await openLmdbStore({ path: folder, writing: 'thread' })
  const commit = async (drafts: readonly RecordDraft[]) => {
    const writes = drafts.map((next) => ({ expected: 0, next }))
    const { stale } = await store.commit({ author: BENCH_AUTHOR, at: Date.now(), writes })
    if (stale.length > 0) throw new Error('a new record was refused')
  }
  for (const some of slices(before, LOAD_WRITES)) await commit(some)
  await store.pack()
  const { rate, longestMs } = await insertAll(inserts, commit)
  const waiting = store.sizes().recentRecords
  const packing = new Watch()
  packing.start()
  await store.pack()
  packing.stop()
  const sizes = store.sizes()
  return [
    { what: INSERTS, ...rate, target: { of: 'value', atLeast: 50_000 } },
    {
      what: 'longest commit while packing',
      value: longestMs,
      unit: 'ms',
      target: { of: 'value', atMost: 200 },
      ...(waiting === inserts.length && { note: 'too few for packing to begin meanwhile' }),
    },
    { what: 'records not yet packed at the end', value: waiting, unit: '' },
    { what: 'packing those', value: packing.ms, unit: 'ms' },
    {
      what: 'bytes per identifier in blocks, after packing',
      value: sizes.blockBytes / (before.length + inserts.length),
      unit: 'B',
    },
  ]
}

async function insertAll(
  inserts: readonly RecordDraft[],
  commit: (drafts: readonly RecordDraft[]) => Promise<void> | void,
): Promise<{ rate: Rate; longestMs: number }> {
  const watch = new Watch()
  for (const some of slices(inserts, INSERT_WRITES)) {
    watch.start()
    await commit(some)
    watch.stop()
  }
  return { rate: watch.rate(inserts.length), longestMs: watch.longestMs }
}

function* slices<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size)
}
