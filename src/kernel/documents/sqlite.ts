import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Documents, DocumentsOptions } from './documents.ts'
import { FEW } from './selects.ts'
import type { SqlValue } from './sql.ts'
import { type Engine, SqlDocuments } from './sql-documents.ts'
import { snapshotSqlite } from './sqlite-copy.ts'
import { sqliteProblem } from './sqlite-problems.ts'
import { SqliteThread } from './sqlite-thread.ts'

export type SqliteDocumentsOptions = DocumentsOptions & {
  /** The file; made when it is not there. Its folder must exist. */
  readonly path: string
  /** The file grows no further than this: commits are refused as `storage-full`. */
  readonly fileBytesMax?: number
}

/**
 * Documents in one SQLite file. Writing happens on a thread of its own, in write-ahead mode with full synchronisation;
 * readers neither wait for it nor hold it up. Throws `unsupported` for a file that is not ours or of a newer format.
 */
export async function openSqliteDocuments(options: SqliteDocumentsOptions): Promise<Documents> {
  const engine = await openSqliteEngine(options)
  try {
    return await SqlDocuments.over(engine, options)
  } catch (error) {
    await engine[Symbol.asyncDispose]()
    throw error
  }
}

async function openSqliteEngine(options: SqliteDocumentsOptions): Promise<Engine> {
  const { path, clock, fileBytesMax } = options
  const thread = await SqliteThread.open({
    path,
    at: clock(),
    ...(fileBytesMax !== undefined && { fileBytesMax }),
  })
  try {
    const reader = new Reader(path)
    return {
      dialect: { sign: '?', rowByRow: '', few: options.sortRowsMax ?? FEW },
      rows: async (text, values) => reader.rows(text, values),
      declare: (declared) => thread.declare(declared),
      apply: (commits) => thread.apply(commits),
      forget: (what) => thread.forget(what),
      snapshot: async () => snapshotSqlite(path),
      restore: (from) => thread.restore(from),
      async [Symbol.asyncDispose]() {
        reader[Symbol.dispose]()
        await thread[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await thread[Symbol.asyncDispose]()
    throw error
  }
}

const STATEMENTS_MAX = 200
const CACHE_KIB = 16 * 1024
const BUSY_MS_MAX = 5_000

/** The connection that reads, and its statements, the ones used last kept ready. */
class Reader implements Disposable {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS_MAX })
    this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
  }

  rows(text: string, values: readonly SqlValue[]): object[] {
    try {
      return this.#statement(text).all(...values)
    } catch (error) {
      throw sqliteProblem(error)
    }
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known !== undefined) {
      this.#statements.delete(text)
      this.#statements.set(text, known)
      return known
    }
    const made = this.#db.prepare(text)
    this.#statements.set(text, made)
    const [oldest] = this.#statements.keys()
    if (this.#statements.size > STATEMENTS_MAX && oldest !== undefined) {
      this.#statements.delete(oldest)
    }
    return made
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}
