import type { Static, TSchema } from 'typebox'
import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Gate } from '../../lib/gate.ts'

/** How a declared index field compares: text by UTF-8 bytes, integer by value (within ±2^53), boolean false first. */
export type IndexKind = 'text' | 'integer' | 'boolean'

/**
 * A kind of document: its schema, and the fields that can be asked for. Declare it once as a constant of the room.
 * An index names a top-level member, or a path of members joined by `.` (`contact.email`); an array member is indexed
 * by each of its elements; null counts as absent. Indexed text is at most 1,024 bytes. Unique indexes refuse a second document with the same value (absent values do not count).
 */
export type Collection<S extends TSchema = TSchema> = {
  /** kebab-case, e.g. `enterprises`. */
  readonly name: string
  readonly schema: S
  readonly indexes: Readonly<Record<string, IndexKind>>
  readonly unique?: readonly string[]
  /** Members whose values are personal data: blanked in the change feed's before/after for those not entitled. */
  readonly personal?: readonly string[]
  /** Top-level members whose values never enter the change feed: it tells only that there is one, and when it changes. */
  readonly secret?: readonly string[]
  /**
   * Top-level members whose change alone the feed does not tell: when something was last seen, how far it is. `always` for
   * bookkeeping that nobody follows: nothing of the collection is told, and the versions of a document that was deleted
   * and is put again begin at 1.
   */
  readonly quiet?: readonly string[] | 'always'
  /** Each document is written once, and the oldest may be forgotten. */
  readonly forgets?: true
}

export type Body<C extends Collection> = Static<C['schema']>

export type Stored<T> = {
  readonly id: string
  /** 1 when first put, one more at every change; the count goes on when a deleted document is put again. */
  readonly version: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly body: T
}

/** `expected` is the stored version: 0 for a new document, undefined to write whatever is there. */
export type DocumentWrite =
  | {
      readonly collection: Collection
      readonly id: string
      readonly expected?: number
      readonly put: unknown
    }
  | {
      readonly collection: Collection
      readonly id: string
      readonly expected?: number
      readonly delete: true
    }

export type Comparison =
  | string
  | number
  | boolean
  | { readonly in: readonly (string | number | boolean)[] }
  /** Half-open or closed ranges over integers and text. */
  | {
      readonly from?: string | number
      readonly below?: string | number
      readonly to?: string | number
    }
  | { readonly startsWith: string }

export type Query = {
  /** All hold. Keys are declared indexes, or `id`, `createdAt`, `updatedAt`. */
  readonly where?: Readonly<Record<string, Comparison>>
  /**
   * One declared single-valued index, or `id` (default), `createdAt`, `updatedAt`; ties are broken by id, in the same
   * direction. Documents without the value come first, and last when descending.
   */
  readonly order?: { readonly by: string; readonly descending?: boolean }
  /** The `next` of the page before, for the same query. */
  readonly after?: string
  /** 1 … 1,000. */
  readonly limit: number
}

export type Page<T> = { readonly items: readonly Stored<T>[]; readonly next?: string }

/** One write as the feed tells it; what a collection declares `secret` or `quiet` it does not tell. `sequence` rises with every write and never repeats; it may skip numbers. */
export type DocumentChange = {
  readonly sequence: number
  readonly collection: string
  readonly id: string
  readonly version: number
  readonly at: number
  readonly author: Author
  /** Why, where the writer said so (a reviewer's reason, an order's number). */
  readonly note?: string
  readonly before?: unknown
  /** Absent: deleted. */
  readonly after?: unknown
}

export type CommitOptions = { readonly author: Author; readonly note?: string }

export type Forgetting = {
  /** Written up to then, in milliseconds since 1970. */
  readonly to: number
  /** 1 … 1,000. */
  readonly limit: number
}

/**
 * Everything small and valuable. Two drivers (SQLite, PostgreSQL) and a memory model pass
 * `test/contract/documents.contract.ts`. There are no interactive transactions: read, decide, commit, retry on
 * `stale-version`.
 */
export interface Documents extends AsyncDisposable {
  get<C extends Collection>(collection: C, id: string): Promise<Stored<Body<C>> | undefined>

  query<C extends Collection>(collection: C, query: Query): Promise<Page<Body<C>>>

  count(collection: Collection, where?: Query['where']): Promise<number>

  /**
   * All or nothing, durable when it resolves. Throws `stale-version` (an expectation failed), `already-exists` (a unique
   * index), `invalid-input` (the schema; `fields` says where), `too-large`, `storage-full`, and `unavailable` when the
   * database went away: whether the commit is stored is then not known, so read before trying again. A commit writes a
   * document once at most. Answers the new versions in the order of the writes; deleting what is not there is no change
   * and answers 0.
   */
  commit(writes: readonly DocumentWrite[], options: CommitOptions): Promise<readonly number[]>

  /**
   * Takes the oldest documents of a collection that `forgets`, and what the feed told of them, out for good; nothing is
   * told of that. So many at once that nobody waits long for it. The newest change of the whole feed always stays, so that
   * no sequence is ever given again. Answers how many went.
   */
  forget(collection: Collection, what: Forgetting): Promise<number>

  /** Every change after `sequence` that is committed, in order, without gaps appearing later behind it. */
  changes(
    after: number,
    limit: number,
    filter?: { readonly collection?: string; readonly id?: string },
  ): Promise<readonly DocumentChange[]>
}

/** What every driver is opened with. */
export type DocumentsOptions = {
  readonly clock: Clock
  /** Commits pass through it, so that a backup can stop them. */
  readonly gate?: Gate
  /** How many documents a query may sort instead of walking in the order asked for; for tests of both ways. */
  readonly sortRowsMax?: number
  /** Declared at once; others are declared when they are first used. */
  readonly collections?: readonly Collection[]
}

/** The documents as they were at one moment. It holds resources of the database until it is disposed of. */
export interface DocumentsSnapshot extends AsyncDisposable {
  /**
   * Writes them to a new SQLite file of this program's own format, whichever database they are in, while others read
   * and write. The file is on the disk when it resolves.
   */
  copyTo(path: string): Promise<void>
}
