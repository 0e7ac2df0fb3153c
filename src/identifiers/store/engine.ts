import assert from 'node:assert/strict'
import { type Database, open, type RootDatabase, type Transaction } from 'lmdb'
import { Problem } from '../../lib/problem.ts'
import { FLOORS_TABLE, Floors } from './floors.ts'
import { reserveLockFile } from './lock-file.ts'
import { readKey, writeKey } from './packed-key.ts'

/** A moment of the engine that was pinned; absent: the moment of this turn, or what the writer under way sees. */
export type Moment = Transaction | undefined
export type Entry<K> = { readonly key: K; readonly value: Buffer }
export type Range<K> = {
  readonly from?: K
  readonly after?: K
  /** Not itself part of the range. */
  readonly to?: K
  readonly limit?: number
  readonly moment?: Moment
}
export type TableSize = { readonly entries: number; readonly bytes: number }

/** Address space set aside; the file grows as it is written. */
const MAP_BYTES_MAX = 2 ** 40
const READERS_MAX = 512
const TABLES_MAX = 24
const READER_CHECK_INTERVAL_MS = 30_000
const COPIED = { encode: (bytes: Uint8Array) => bytes, decode: (bytes: Buffer) => volatile(bytes) }
const NAMES = { writeKey, readKey }
const NAMES_UNREAD = { writeKey, readKey: () => '' }
const OCTETS = {
  writeKey: (key: Uint8Array, target: Buffer, start: number) => {
    target.set(key, start)
    return start + key.length
  },
  readKey: (source: Buffer, start: number, end: number) => Buffer.from(source.subarray(start, end)),
}

/** The engine's one buffer for values pretends to be as long as the value in it. */
function volatile(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length)
}

/**
 * LMDB: an ordered table of byte strings, copied on write. `write` returns when the disk has it; one writer at a time
 * over all threads and processes; readers never wait. Everything here answers at once.
 */
export class Engine implements AsyncDisposable {
  readonly readOnly: boolean
  readonly #root: RootDatabase
  #isFresh = false
  /** Counts the moments that reads of this thread have seen. */
  moments = 0
  #nextReaderCheckMs = 0
  readonly #age = () => {
    this.#isFresh = false
  }

  constructor(path: string, options: { readonly readOnly?: boolean } = {}) {
    this.readOnly = options.readOnly ?? false
    if (!this.readOnly) reserveLockFile(path)
    this.#root = open({
      path,
      noSubdir: false,
      readOnly: this.readOnly,
      // With overlapping syncs a commit is told before the disk has it.
      overlappingSync: false,
      mapSize: MAP_BYTES_MAX,
      maxReaders: READERS_MAX,
      maxDbs: TABLES_MAX,
    })
  }

  /** A table whose keys are folded names, in their order; with \`floors\` where they are looked up all the time. */
  names(name: string, options: { readonly floors?: boolean } = {}): Table<string> {
    const floors = options.floors ? new Floors(this.#open(name, FLOORS_TABLE)) : undefined
    return new Table(this.#table(name, NAMES), this.#table(name, NAMES_UNREAD), floors)
  }

  octets(name: string): Table<Uint8Array> {
    const table: Database = this.#table(name, OCTETS)
    return new Table(table, table)
  }

  #table(name: string, keyEncoder: object): Database {
    return this.#open(name, { encoder: COPIED, keyEncoder })
  }

  #open(name: string, options: object): Database {
    const table: Database | undefined = this.#root.openDB(name, options)
    if (table !== undefined) return table
    throw new Problem('not-found', {
      en: `There is no identifier store here: the table ${name} is missing`,
      zh: `此处没有标识库：缺少表 ${name}`,
    })
  }

  /**
   * What follows, up to the next time this thread waits for anything, sees the last commit of whichever thread or
   * process. Nothing that happens meanwhile can be known to the code that is running, so once is enough.
   */
  freshen(): void {
    if (this.#isFresh) return
    this.renew()
    this.#isFresh = true
    this.moments++
    queueMicrotask(this.#age)
  }

  /** What follows sees the last commit, even where something in this turn has seen an earlier one. */
  freshenAgain(): void {
    this.#isFresh = false
    this.freshen()
  }

  /** Lets go of the moment that this thread reads. */
  renew(): void {
    this.#root.resetReadTxn()
  }

  /** Runs `body` alone; all it puts is stored or none, and is on the disk when this returns. */
  write<T>(body: () => T): T {
    if (performance.now() > this.#nextReaderCheckMs) this.#dropDeadReaders()
    try {
      return this.#root.transactionSync(body)
    } catch (error) {
      throw isFull(error) ? storageFull(error) : error
    }
  }

  /** A reader that was killed holds its moment, and with it all pages freed since, until somebody looks. */
  #dropDeadReaders(): void {
    this.#root.readerCheck()
    this.#nextReaderCheckMs = performance.now() + READER_CHECK_INTERVAL_MS
  }

  /** Holds the present moment until disposed of. Pages freed meanwhile are not used again: keep it short. */
  pin(): Disposable & { readonly moment: Moment } {
    this.freshen()
    const moment = this.#root.useReadTransaction()
    return { moment, [Symbol.dispose]: () => moment.done() }
  }

  /** Bytes of the file that hold something or once did. */
  fileBytes(): number {
    const stats = this.#root.getStats() as { lastPageNumber: number; root: { pageSize: number } }
    return (stats.lastPageNumber + 1) * stats.root.pageSize
  }

  /** A copy of one moment, compacted, into `folder`, which is there and empty; reads and writes go on. */
  async copy(folder: string): Promise<void> {
    await this.#root.backup(folder, true)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#root.close()
  }
}

export class Table<K extends string | Uint8Array> {
  readonly #table: Database
  /** The same table, for reads that want no keys. */
  readonly #unread: Database
  /** One range for all of `peekFloor`: making one anew takes longer than the look itself. */
  readonly #floor: { -readonly [Member in keyof FloorRange<K>]: FloorRange<K>[Member] }
  readonly #floors: Iterable<unknown>
  readonly floors: Floors | undefined

  constructor(table: Database, unread: Database, floors?: Floors) {
    this.floors = floors
    this.#table = table
    this.#unread = unread
    this.#floor = { ...FLOOR, start: undefined, end: undefined, transaction: undefined }
    this.#floors = unread.getRange(this.#floor as object)
  }

  /** The value of a key, in a buffer that the next read overwrites. */
  peek(key: K, moment?: Moment): Buffer | undefined {
    return this.#unread.get(key, moment === undefined ? undefined : { transaction: moment })
  }

  get(key: K, moment?: Moment): Buffer | undefined {
    const value = this.peek(key, moment)
    return value === undefined ? undefined : Buffer.from(value)
  }

  /**
   * The value of the greatest key from `least` to `key`, in a buffer that the next read overwrites. Not within
   * `Engine.write`.
   */
  peekFloor(key: K, least: K, moment?: Moment): Buffer | undefined {
    this.#floor.start = key
    this.#floor.end = least
    this.#floor.transaction = moment
    return firstOf<K>(this.#floors)?.value
  }

  /** `peekFloor`, within `Engine.write` too. */
  seekFloor(key: K, least: K): Buffer | undefined {
    return first<K>(this.#unread, { ...FLOOR, start: key, end: least })?.value
  }

  /** The entry of the greatest key from `least` to `key`. */
  floor(key: K, least: K, moment?: Moment): Entry<K> | undefined {
    const found = first<K>(this.#table, { ...FLOOR, start: key, end: least, transaction: moment })
    return found && { key: found.key, value: Buffer.from(found.value) }
  }

  /** The least key of a range. */
  firstKey(range: Range<K>): K | undefined {
    const options = { ...forward(range), limit: 1, values: false }
    const steps = this.#table.getRange(options as object)[Symbol.iterator]()
    const step = steps.next()
    steps.return?.()
    return step.done ? undefined : (step.value as unknown as K)
  }

  /** Entries of a range in order. */
  *entries(range: Range<K>): Generator<Entry<K>> {
    const { limit } = range
    const options = { ...forward(range), ...(limit === undefined ? {} : { limit }) }
    for (const { key, value } of this.#table.getRange(options as object)) {
      yield { key: key as K, value: Buffer.from(value) }
    }
  }

  /** The last entry of all. */
  last(): Entry<K> | undefined {
    const found = first<K>(this.#table, {
      reverse: true,
      limit: 1,
      start: undefined,
      end: undefined,
    })
    return found && { key: found.key, value: Buffer.from(found.value) }
  }

  /** Only within `Engine.write`. */
  put(key: K, value: Uint8Array): void {
    this.#table.putSync(key, value)
  }

  /** Puts what comes behind all other keys: the pages before it stay full. Only within `Engine.write`. */
  append(key: K, value: Uint8Array): void {
    const isStored: unknown = this.#table.putSync(key, value, { append: true })
    assert(isStored === true, 'a key was appended that is not behind all others')
  }

  /** Only within `Engine.write`. */
  remove(key: K): void {
    this.#table.removeSync(key)
  }

  size(): TableSize {
    const stats = this.#table.getStats() as Record<string, number>
    const { entryCount = 0, pageSize = 0 } = stats
    const { treeBranchPageCount = 0, treeLeafPageCount = 0, overflowPages = 0 } = stats
    const pages = treeBranchPageCount + treeLeafPageCount + overflowPages
    return { entries: entryCount, bytes: pages * pageSize }
  }
}

const FLOOR = { reverse: true, inclusiveEnd: true, limit: 1 }

type FloorRange<K> = typeof FLOOR & {
  readonly start: K | undefined
  readonly end: K | undefined
  readonly transaction: Moment
}

function first<K>(table: Database, options: object): Entry<K> | undefined {
  return firstOf<K>(table.getRange(options))
}

function firstOf<K>(range: Iterable<unknown>): Entry<K> | undefined {
  const steps = range[Symbol.iterator]()
  const step = steps.next()
  steps.return?.()
  return step.done ? undefined : (step.value as Entry<K>)
}

/** Absent bounds are given as undefined: left out, they would stand for the engine's own default. */
function forward<K>({ from, after, to, moment }: Range<K>): object {
  return { start: after ?? from, exclusiveStart: after !== undefined, end: to, transaction: moment }
}

/**
 * LMDB's own code where its map is full, and those of the system: no space, quota, file too large. A write of which the
 * disk took only a part comes as an input/output error.
 */
const FULL_CODES = new Set<unknown>([-30_792, 28, 122, 27, 5])
const FULL_TEXT = /MDB_MAP_FULL|No space left|quota exceeded|File too large|Input\/output error/i

function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return FULL_CODES.has((error as { code?: unknown }).code) || FULL_TEXT.test(error.message)
}

function storageFull(cause: unknown): Problem {
  const text = {
    en: 'The disk is full or takes no writes: nothing was stored',
    zh: '磁盘已满或无法写入：未存储任何内容',
  }
  return new Problem('storage-full', text, { cause })
}
