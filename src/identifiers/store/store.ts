import type { Author } from '../../lib/author.ts'
import type { MaybePromise } from '../../lib/maybe-promise.ts'
import type { PlainRow } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'

export type { MaybePromise } from '../../lib/maybe-promise.ts'

/** What a writer wants stored; the store adds `version`, `createdAt`, `updatedAt` and `batch`. */
export type RecordDraft = Pick<
  IdRecord,
  'key' | 'spelled' | 'state' | 'held' | 'template' | 'values'
>

/** Stored only if the version in the store is `expected` (0: absent). */
export type RecordWrite = {
  readonly expected: number
  readonly next: RecordDraft
  /**
   * Names that one record of the prefix at most may hold, e.g. `product/serial=A-17` for a unique field. Claimed and
   * released in the same commit; a write whose claim another record holds is not stored. The writes of a commit claim
   * and release in the order they stand in; each releases before it claims, and only what its record holds.
   */
  readonly claims?: readonly string[]
  readonly releases?: readonly string[]
}

export type BatchDraft = {
  readonly author: Author
  /** Milliseconds since 1970. */
  readonly at: number
  /** The import job this commit belongs to; an undo finds its records by it. */
  readonly job?: string
  readonly writes: readonly RecordWrite[]
}

/** One commit, as it is remembered for ever. Sequence numbers are dense and rise by one. */
export type BatchEntry = {
  readonly sequence: number
  readonly author: Author
  readonly at: number
  readonly job?: string
  /** Writes stored by this commit. */
  readonly count: number
  /** Of those, first versions (`expected` 0). */
  readonly created: number
  /** Per prefix, how the number of records in each state moved. */
  readonly moved: readonly {
    readonly prefix: PrefixKey
    /** Versions written. */
    readonly written: number
    /** First versions among them. */
    readonly created: number
    readonly registered: number
    readonly retired: number
    readonly held: number
  }[]
  /** SHA-256 over the encoded writes, hexadecimal. */
  readonly digest: string
}

export type CommitAnswer = {
  /** Of the batch entry; 0 when nothing was stored, for then there is none. */
  readonly sequence: number
  /** Indexes into `writes` that were not stored, because their expected version was not the stored one. */
  readonly stale: readonly number[]
  /** Writes that were not stored because another record holds a claim of theirs. */
  readonly taken: readonly {
    readonly write: number
    readonly claim: string
    readonly by: HandleKey
  }[]
}

/** Live numbers of a prefix, exact as of the last commit. */
export type PrefixCounts = {
  /** Every record that was ever registered and not erased: `registered + retired`. */
  readonly total: number
  readonly registered: number
  readonly retired: number
  /** Of `total`, how many are held by order. */
  readonly held: number
}

/**
 * Where records live. Drivers store what they are given; they never judge it. Every driver passes
 * `test/contract/store.contract.ts`. Nothing here needs a transaction wider than one prefix's neighbouring blocks,
 * except that a commit on an embedded engine is atomic as a whole.
 */
export interface RecordStore extends AsyncDisposable {
  /** Cheaper reads for what is asked for thousands of times a second; absent where there are none. */
  readonly turn?: TurnReads

  /** The current version. An embedded engine answers at once, a cluster by a promise. */
  get(key: HandleKey): MaybePromise<IdRecord | undefined>

  /** `get` of many; cheapest when the keys are sorted. Answers stand in the order of the keys. */
  getMany(keys: readonly HandleKey[]): MaybePromise<(IdRecord | undefined)[]>

  /**
   * Stores all writes whose expected version holds, in one durable commit, together with the versions they replace and
   * one batch entry. Resolves when the commit would survive a power cut. Keys within one commit are distinct; they
   * need not be sorted, but sorted neighbours are much cheaper. With `atomic`, one write that is stale or whose claim is
   * taken refuses them all.
   *
   * @throws RangeError where two writes are of the same key.
   * @throws Problem `storage-full` where the disk is: nothing of the commit is stored then, and reads go on.
   */
  commit(batch: BatchDraft, options?: { readonly atomic?: boolean }): Promise<CommitAnswer>

  /** Records of a prefix in key order (UTF-8 byte order), after `after`; `limit` at most. Sees one moment. */
  scan(
    prefix: PrefixKey,
    options: { readonly after?: HandleKey; readonly limit: number },
  ): MaybePromise<IdRecord[]>

  /** Prefixes that hold records, in key order, after `after`. */
  prefixes(options: {
    readonly after?: PrefixKey
    readonly limit: number
  }): MaybePromise<PrefixKey[]>

  /** The record of the prefix that holds the claim. */
  claimant(prefix: PrefixKey, claim: string): MaybePromise<HandleKey | undefined>

  counts(prefix: PrefixKey): MaybePromise<PrefixCounts>
  totals(): MaybePromise<PrefixCounts>

  /** Every version there was, oldest first, the current one last. Empty for an unknown key. */
  history(key: HandleKey): MaybePromise<IdRecord[]>

  batch(sequence: number): MaybePromise<BatchEntry | undefined>

  /** Batch entries after `sequence`, in order: from these search, counts and evidence are derived. */
  changes(after: number, limit: number): MaybePromise<BatchEntry[]>

  /** Keys a batch wrote, in key order; the first `limit` of them. */
  batchKeys(sequence: number, limit?: number): MaybePromise<HandleKey[]>

  /** Packs the recent area into blocks until nothing is left to pack or `signal` aborts. Runs in the background too. */
  pack(signal?: AbortSignal): Promise<void>

  /** What is stored where, in bytes and records, for operators and benches. */
  sizes(): MaybePromise<StoreSizes>

  /** Reads every block and row and checks every digest; yields what is broken. */
  verify(signal?: AbortSignal): AsyncIterable<{ readonly where: string; readonly why: string }>
}

/**
 * Reads that look for new commits once in a turn of this thread's event loop: they see all that was committed before the
 * turn began, and every commit made through a store of this thread that has resolved.
 */
export type TurnReads = {
  /** @param prefix that of the key, where it is known already */
  get(key: HandleKey, prefix?: PrefixKey): IdRecord | undefined
  /** `get` that leaves the record where it lies, if it can. Use it before the next read. */
  seek(key: HandleKey, prefix?: PrefixKey): PlainRow | IdRecord | undefined
  /** Of the last batch entry. */
  sequence(): number
  changes(after: number, limit: number): readonly BatchEntry[]
}

export type StoreSizes = {
  readonly records: number
  readonly blocks: number
  readonly blockBytes: number
  readonly recentRecords: number
  readonly recentBytes: number
  readonly historyBytes: number
  /** Batch entries and what each batch wrote. */
  readonly batchBytes: number
  readonly claimBytes: number
  readonly fileBytes: number
}
