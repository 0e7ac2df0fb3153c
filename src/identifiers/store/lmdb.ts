import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Gate } from '../../lib/gate.ts'
import { Problem } from '../../lib/problem.ts'
import { decodeRecord } from '../block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { entryFrom, readBatch, readWrote, type Wrote } from './batches.ts'
import { readClaimant } from './claims.ts'
import { readCounts, readPacked, readRecentSize, readTotals } from './counters.ts'
import { readHistory, wroteVersion } from './history.ts'
import { recordsIn } from './scan.ts'
import type {
  BatchDraft,
  BatchEntry,
  CommitAnswer,
  PrefixCounts,
  RecordStore,
  StoreSizes,
} from './store.ts'
import { findPacked, freshen, openTables, peekRow, sequenceKey, type Tables } from './tables.ts'
import { endTurn, TurnReader } from './turn-reads.ts'
import { type Broken, verifyTables } from './verify.ts'
import { type CommitRequest, Writer } from './writer.ts'
import { WriterThread } from './writer-thread.ts'

export type LmdbStoreOptions = {
  /** A folder; made where it is absent. */
  readonly path: string
  /** Every commit passes through it, so that a backup can stop them. */
  readonly gate?: Gate
  /** Only reads, in a process beside the one that writes. The store must be there already. */
  readonly readOnly?: boolean
  /**
   * `thread`: a thread of its own commits, so that readers here never wait for the disk, and packs in the background;
   * for a server. `here` (default): commits block this thread and nothing packs by itself until the recent area is
   * full; for a worker that only writes, and for tools.
   */
  readonly writing?: 'here' | 'thread'
  /** Resolves after so many milliseconds; default: the system's timer. */
  readonly wait?: (ms: number) => Promise<unknown>
}

/** One group of waiting commits shares one write to the disk. */
const GROUP_WRITES_MAX = 50_000
/**
 * Where so many came together, the next ones are given a moment to come together, too: who has been answered soon writes again, and
 * a write to the disk costs for one commit as for ten. Who writes alone waits for nobody.
 */
const GATHERED_MIN = 4
const GATHER_MS = 2
type Waiting = CommitRequest & {
  resolve(answer: CommitAnswer): void
  reject(reason: unknown): void
}

/**
 * Records in dense blocks over LMDB. Many threads and processes may have one folder open: readers see one moment and
 * never wait, writers take turns, and every reader sees a commit as soon as it is made.
 *
 * @throws Problem `unsupported` where a newer program made the store, `not-found` where `readOnly` finds none.
 */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<LmdbStore> {
  if (options.readOnly) return new LmdbStore(openTables(options.path, options), options)
  const made = await mkdir(options.path, { recursive: true })
  const tables = openTables(options.path, options)
  // The first commit is durable only if the file it stands in is.
  await syncPath(options.path)
  if (made !== undefined) await syncPath(dirname(resolve(made)))
  return new LmdbStore(tables, options)
}

export class LmdbStore implements RecordStore {
  readonly turn: TurnReader
  readonly #tables: Tables
  readonly #gate: Gate | undefined
  readonly #writer: Writer | WriterThread
  readonly #waiting: Waiting[] = []
  #draining: Promise<void> | undefined
  readonly #wait: (ms: number) => Promise<unknown>

  constructor(tables: Tables, options: LmdbStoreOptions) {
    this.#tables = tables
    this.#wait = options.wait ?? delay
    this.turn = new TurnReader(tables)
    this.#gate = options.gate
    const inThread = options.writing === 'thread' && !options.readOnly
    this.#writer = inThread ? new WriterThread(options.path) : new Writer(tables)
  }

  get(key: HandleKey): IdRecord | undefined {
    freshen(this.#tables)
    return this.#get(key)
  }

  #get(key: HandleKey): IdRecord | undefined {
    const row = peekRow(this.#tables, key)
    if (row !== undefined) return decodeRecord(row)
    return findPacked(this.#tables, key)
  }

  getMany(keys: readonly HandleKey[]): (IdRecord | undefined)[] {
    freshen(this.#tables)
    return keys.map((key) => this.#get(key))
  }

  commit(batch: BatchDraft, options?: { readonly atomic?: boolean }): Promise<CommitAnswer> {
    if (this.#tables.engine.readOnly) return Promise.reject(readOnlyProblem())
    const atomic = options?.atomic ?? false
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, atomic, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Commits that wait while another is under way go to the disk together. */
  async #drain(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup()
      try {
        await this.#commitGroup(group)
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      if (group.length >= GATHERED_MIN) await this.#wait(GATHER_MS)
    }
    this.#draining = undefined
  }

  #nextGroup(): Waiting[] {
    let writes = 0
    let count = 0
    for (const { batch } of this.#waiting) {
      writes += batch.writes.length
      if (count > 0 && writes > GROUP_WRITES_MAX) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    const requests = group.map(({ batch, atomic }) => ({ batch, atomic }))
    const commit = () => this.#writer.commit(requests)
    const outcomes = await (this.#gate === undefined ? commit() : this.#gate.through(commit))
    endTurn()
    for (const [i, { resolve, reject }] of group.entries()) {
      const outcome = outcomes[i]
      if (outcome === undefined) reject(new Error('a commit was left without an outcome'))
      else if ('answer' in outcome) resolve(outcome.answer)
      else reject(outcome.error)
    }
  }

  scan(prefix: PrefixKey, options: { after?: HandleKey; limit: number }): IdRecord[] {
    const { after, limit } = options
    freshen(this.#tables)
    const records: IdRecord[] = []
    if (limit < 1) return records
    for (const record of recordsIn(
      this.#tables,
      after === undefined ? { prefix } : { prefix, after },
    )) {
      records.push(record)
      if (records.length >= limit) break
    }
    return records
  }

  prefixes({ after, limit }: { after?: PrefixKey; limit: number }): PrefixKey[] {
    freshen(this.#tables)
    const range = after === undefined ? { limit } : { after, limit }
    return [...this.#tables.counts.entries(range)].map(({ key }) => key as PrefixKey)
  }

  claimant(prefix: PrefixKey, claim: string): HandleKey | undefined {
    freshen(this.#tables)
    return readClaimant(this.#tables, { prefix, claim })
  }

  counts(prefix: PrefixKey): PrefixCounts {
    freshen(this.#tables)
    return readCounts(this.#tables, prefix)
  }

  totals(): PrefixCounts {
    freshen(this.#tables)
    return readTotals(this.#tables)
  }

  history(key: HandleKey): IdRecord[] {
    freshen(this.#tables)
    return readHistory(this.#tables, this.#get(key))
  }

  batch(sequence: number): BatchEntry | undefined {
    freshen(this.#tables)
    return readBatch(this.#tables, sequence)
  }

  changes(after: number, limit: number): BatchEntry[] {
    freshen(this.#tables)
    const range = { from: sequenceKey(after + 1), limit }
    return [...this.#tables.batches.entries(range)].map(({ value }) => entryFrom(value))
  }

  batchKeys(sequence: number, limit = Number.POSITIVE_INFINITY): HandleKey[] {
    const tables = this.#tables
    freshen(tables)
    const wrote: Wrote[] = []
    // Each stretch that was written has one key at least.
    for (const it of readWrote(tables, sequence)) if (wrote.push(it) === limit) break
    const keys: HandleKey[] = []
    for (const it of wrote) {
      for (const key of this.#wroteKeys(sequence, it)) {
        if (keys.push(key) === limit) return keys
      }
    }
    return keys
  }

  *#wroteKeys(sequence: number, wrote: Wrote): Generator<HandleKey> {
    const tables = this.#tables
    if ('key' in wrote) {
      yield wrote.key
      return
    }
    for (const current of recordsIn(tables, { prefix: prefixOf(wrote.from), ...wrote })) {
      if (wroteVersion(tables, { current, sequence })) yield current.key
    }
  }

  async pack(signal?: AbortSignal): Promise<void> {
    if (this.#tables.engine.readOnly) throw readOnlyProblem()
    while (!signal?.aborted && (await this.#writer.pack())) await new Promise(setImmediate)
  }

  sizes(): StoreSizes {
    const tables = this.#tables
    freshen(tables)
    const recent = readRecentSize(tables)
    return {
      records: readTotals(tables).total,
      blocks: readPacked(tables).blocks,
      blockBytes: tables.blocks.size().bytes,
      recentRecords: recent.records,
      recentBytes: tables.recent.size().bytes + tables.runs.bytes(),
      historyBytes: tables.history.size().bytes,
      batchBytes: tables.batches.size().bytes + tables.batchKeys.size().bytes,
      claimBytes: tables.claims.size().bytes,
      fileBytes: tables.engine.fileBytes(),
    }
  }

  verify(signal?: AbortSignal): AsyncGenerator<Broken> {
    return verifyTables(this.#tables, signal)
  }

  /**
   * A copy of one moment as `folder`, while reads and writes go on; it opens like any store. The folder appears when all
   * of it is on the disk.
   */
  async copyTo(folder: string): Promise<void> {
    const partial = `${folder}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    await this.#tables.engine.copy(partial)
    await syncPath(join(partial, 'data.mdb'))
    await syncPath(partial)
    await rename(partial, folder)
    await syncPath(dirname(resolve(folder)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#draining
    if (this.#writer instanceof WriterThread) await this.#writer[Symbol.asyncDispose]()
    await this.#tables.engine[Symbol.asyncDispose]()
  }
}

function readOnlyProblem(): Problem {
  return new Problem('unsupported', {
    en: 'The identifier store is open for reading only',
    zh: '标识库以只读方式打开',
  })
}

async function syncPath(path: string): Promise<void> {
  await using handle = await open(path, 'r')
  await handle.sync()
}
