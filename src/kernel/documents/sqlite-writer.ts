import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type ChangeRow, decide, type Facts, type Mutations, type Outcome } from './decide.ts'
import type { Declared } from './declared.ts'
import { type DocumentRow, rowOf } from './rows.ts'
import { bytesOf, type IndexIds } from './selects.ts'
import type { ForgettingIn } from './sql-documents.ts'
import { restoreSqlite } from './sqlite-copy.ts'
import { declareSqlite, inTransaction, migrateSqlite } from './sqlite-tables.ts'
import type { PreparedCommit } from './writes.ts'

export type SqliteWriterOptions = {
  readonly path: string
  /** When the file is opened, milliseconds since 1970. */
  readonly at: number
  /** The file grows no further than this: `storage-full`. */
  readonly fileBytesMax?: number
}

/** Waits for another process that writes, e.g. the command line beside a server. */
const BUSY_MS_MAX = 10_000
const CACHE_KIB = 16 * 1024
const PAGE_BYTES = 4096

/** The one connection that writes. It blocks its thread while the disk works, so it lives on a thread of its own. */
export class SqliteWriter implements Disposable {
  readonly #db: DatabaseSync
  readonly #declared = new Map<string, { readonly declared: Declared; readonly ids: IndexIds }>()
  readonly #statements: Statements

  constructor({ path, at, fileBytesMax }: SqliteWriterOptions) {
    this.#db = new DatabaseSync(path, { timeout: BUSY_MS_MAX })
    try {
      this.#db.exec('PRAGMA journal_mode = WAL')
      // FULL: the log is on the disk before a commit is acknowledged.
      this.#db.exec('PRAGMA synchronous = FULL')
      // What is deleted, a password's hash perhaps, does not stay in the pages that are written anyway.
      this.#db.exec('PRAGMA secure_delete = FAST')
      this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
      migrateSqlite(this.#db, at)
      if (fileBytesMax !== undefined) {
        this.#db.exec(`PRAGMA max_page_count = ${Math.ceil(fileBytesMax / PAGE_BYTES)}`)
      }
      this.#statements = prepareAll(this.#db)
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /** Makes the indexes a collection declares, and says where they lie. */
  declare(declared: Declared): IndexIds {
    const ids = declareSqlite(this.#db, declared)
    this.#declared.set(declared.name, { declared, ids })
    return ids
  }

  /** Stores the commits that hold in one transaction: one wait for the disk, however many there are. */
  apply(commits: readonly PreparedCommit[]): readonly Outcome[] {
    return inTransaction(this.#db, () => {
      const { outcomes, mutations } = decide(this.#facts(), commits)
      this.#store(mutations)
      return outcomes
    })
  }

  /** The oldest of a collection, and what the feed told of them, in one transaction. Answers how many. */
  forget({ collection, to, limit }: ForgettingIn): number {
    const { oldest, removeChange, remove, removeEntries } = this.#statements
    const indexes = [...this.#of(collection).ids.values()]
    return inTransaction(this.#db, () => {
      const rows = oldest.all(collection, limit) as OldestChange[]
      const gone = rows.filter((it) => it.at <= to)
      for (const { sequence, id } of gone) {
        removeChange.run(sequence)
        remove.run(collection, id)
        for (const index of indexes) removeEntries.run(index, id)
      }
      return gone.length
    })
  }

  /** Fills the empty file from a copy. What was declared must be declared anew. */
  restore(path: string): void {
    restoreSqlite(this.#db, path)
    this.#declared.clear()
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }

  #of(collection: string): { readonly declared: Declared; readonly ids: IndexIds } {
    const found = this.#declared.get(collection)
    if (found === undefined) throw new TypeError(`${collection} was not declared`)
    return found
  }

  #facts(): Facts {
    const { row, lastVersion, holders } = this.#statements
    return {
      declared: (name) => this.#of(name).declared,
      row: (collection, id) => {
        const stored = row.get(collection, id) as DocumentRow | undefined
        return stored && rowOf(stored)
      },
      lastVersion: (collection, id) =>
        (lastVersion.get(collection, id) as { version: number } | undefined)?.version ?? 0,
      holders: (collection, field, value) => {
        const index = this.#of(collection).ids.get(field) ?? 0
        return (holders.all(index, bytesOf(value)) as { id: string }[]).map((it) => it.id)
      },
    }
  }

  #store({ puts, deletes, entriesGone, entriesNew, changes }: Mutations): void {
    const { put, remove, addEntry, removeEntry } = this.#statements
    for (const { row } of puts) {
      put.run(row.collection, row.id, row.version, row.createdAt, row.updatedAt, row.json)
    }
    for (const { collection, id } of deletes) remove.run(collection, id)
    for (const { collection, field, value, id } of entriesGone) {
      removeEntry.run(this.#of(collection).ids.get(field) ?? 0, bytesOf(value), id)
    }
    for (const { collection, field, value, id } of entriesNew) {
      addEntry.run(this.#of(collection).ids.get(field) ?? 0, bytesOf(value), id)
    }
    for (const change of changes) this.#addChange(change)
  }

  #addChange({ collection, id, version, at, author, note, before, after }: ChangeRow): void {
    this.#statements.addChange.run(
      collection,
      id,
      version,
      at,
      author.kind,
      author.id,
      note ?? null,
      before ?? null,
      after ?? null,
    )
  }
}

type OldestChange = { sequence: number; id: string; at: number }

type Statements = Readonly<
  Record<
    | ('row' | 'lastVersion' | 'holders' | 'put' | 'remove' | 'addEntry' | 'removeEntry')
    | ('addChange' | 'oldest' | 'removeChange' | 'removeEntries'),
    StatementSync
  >
>

function prepareAll(db: DatabaseSync): Statements {
  return {
    row: db.prepare(
      'SELECT collection, id, version, created_at, updated_at, body FROM documents WHERE collection = ? AND id = ?',
    ),
    lastVersion: db.prepare(
      'SELECT version FROM changes WHERE collection = ? AND id = ? ORDER BY sequence DESC LIMIT 1',
    ),
    holders: db.prepare('SELECT id FROM entries WHERE index_id = ? AND value = ?'),
    put: db.prepare(
      `INSERT INTO documents (collection, id, version, created_at, updated_at, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (collection, id) DO UPDATE SET version = excluded.version,
       created_at = excluded.created_at, updated_at = excluded.updated_at, body = excluded.body`,
    ),
    remove: db.prepare('DELETE FROM documents WHERE collection = ? AND id = ?'),
    addEntry: db.prepare('INSERT INTO entries (index_id, value, id) VALUES (?, ?, ?)'),
    removeEntry: db.prepare('DELETE FROM entries WHERE index_id = ? AND value = ? AND id = ?'),
    addChange: db.prepare(
      `INSERT INTO changes (collection, id, version, at, author_kind, author_id, note, body_before, body_after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    // The last row of all stays: its number would be given again.
    oldest: db.prepare(
      `SELECT sequence, id, at FROM changes
       WHERE collection = ? AND sequence < (SELECT max(sequence) FROM changes) ORDER BY sequence LIMIT ?`,
    ),
    removeChange: db.prepare('DELETE FROM changes WHERE sequence = ?'),
    removeEntries: db.prepare('DELETE FROM entries WHERE index_id = ? AND id = ?'),
  }
}
