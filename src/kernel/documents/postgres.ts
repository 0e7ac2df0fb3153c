import { type ClientBase, Pool, type PoolClient, types } from 'pg'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import type { Outcome } from './decide.ts'
import type { Declared } from './declared.ts'
import type { Documents, DocumentsOptions, DocumentsSnapshot } from './documents.ts'
import { ignore, restorePostgres, snapshotPostgres } from './postgres-copy.ts'
import { declarePostgres, inPgTransaction, lockHead, migratePostgres } from './postgres-tables.ts'
import { type Applied, PostgresWriter } from './postgres-writer.ts'
import { type Dialect, FEW, type IndexIds } from './selects.ts'
import { type Engine, type ForgettingIn, SqlDocuments } from './sql-documents.ts'
import type { PreparedCommit } from './writes.ts'

export type PostgresDocumentsOptions = DocumentsOptions & {
  /** `postgresql://user:password@host:port/database?sslmode=…` */
  readonly url: string
  /** Made when it is not there: `waymark`. */
  readonly schema?: string
}

const CONNECTIONS_MAX = 8
const CONNECT_MS_MAX = 5_000
const STATEMENT_MS_MAX = 60_000
/** A server that answers nothing at all is given up a little after it should have given up itself. */
const ANSWER_MS_MAX = STATEMENT_MS_MAX + 5_000
/** Every writer waits for whoever holds the head: a program that was cut off from the server must let go of it. */
const IDLE_IN_TRANSACTION_MS_MAX = 60_000
/** Transactions that the server undid for the sake of others are tried again. */
const TRIES_MAX = 5
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/

/**
 * Documents in a PostgreSQL schema; several programs may share it. While the server is away everything is refused as
 * `unavailable`, and goes on by itself when it is back. Throws `unsupported` for a newer format.
 */
export async function openPostgresDocuments(options: PostgresDocumentsOptions): Promise<Documents> {
  const { schema = 'waymark' } = options
  if (!SCHEMA.test(schema)) throw new TypeError(`${schema}: not a schema's name`)
  const engine = new PostgresEngine({ ...options, schema })
  try {
    await engine.withClient((it) => migratePostgres(it, { schema, at: options.clock() }))
    return await SqlDocuments.over(engine, options)
  } catch (error) {
    await engine[Symbol.asyncDispose]()
    throw error
  }
}

type EngineOptions = PostgresDocumentsOptions & { readonly schema: string }

class PostgresEngine implements Engine {
  readonly dialect: Dialect
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #writer = new PostgresWriter()

  constructor({ url, schema, clock, sortRowsMax: few = FEW }: EngineOptions) {
    this.#clock = clock
    this.dialect = { sign: '$', rowByRow: ' OFFSET 0', few }
    this.#pool = new Pool({
      connectionString: url,
      options: [
        `-c search_path=${schema}`,
        `-c statement_timeout=${STATEMENT_MS_MAX}`,
        `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS_MAX}`,
      ].join(' '),
      query_timeout: ANSWER_MS_MAX,
      max: CONNECTIONS_MAX,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      keepAlive: true,
      types: { getTypeParser: parserOf },
    })
    // A connection lost while idle is dropped by the pool; without a listener it would end the program.
    this.#pool.on('error', () => undefined)
  }

  async rows(text: string, values: readonly unknown[]): Promise<readonly object[]> {
    try {
      const { rows } = await this.#pool.query<object>(text, [...values])
      return rows
    } catch (error) {
      throw problemFrom(error)
    }
  }

  async declare(declared: Declared): Promise<IndexIds> {
    const ids = await this.withClient((client) => declarePostgres(client, declared))
    this.#writer.declared.set(declared.name, { declared, ids })
    return ids
  }

  async apply(commits: readonly PreparedCommit[]): Promise<readonly Outcome[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#applyOnce(commits)
      } catch (error) {
        if (tries === TRIES_MAX || !wasUndone(error)) throw error
      }
    }
  }

  async #applyOnce(commits: readonly PreparedCommit[]): Promise<readonly Outcome[]> {
    let applied: Applied | undefined
    try {
      await this.withClient((client) =>
        inPgTransaction(client, async () => {
          applied = await this.#writer.apply(client, commits)
        }),
      )
    } catch (error) {
      // The answer to COMMIT was lost, not necessarily the commit.
      if (applied === undefined || !(await this.#wasCommitted(applied))) throw error
    }
    return applied?.outcomes ?? []
  }

  /** Asks a new connection, after whoever may still be committing. False where nobody answers, or it cannot be told. */
  async #wasCommitted(applied: Applied): Promise<boolean> {
    if (applied.isEmpty) return true
    const find = async (client: ClientBase) => {
      await lockHead(client)
      return await isStored(client, applied)
    }
    return this.withClient((client) => inPgTransaction(client, () => find(client))).catch(
      () => false,
    )
  }

  async forget(what: ForgettingIn): Promise<number> {
    return await this.withClient((client) =>
      inPgTransaction(client, () => this.#writer.forget(client, what)),
    )
  }

  async snapshot(): Promise<DocumentsSnapshot> {
    const snapshot = await this.#pool
      .connect()
      .then((client) => snapshotPostgres(client, { at: this.#clock() }))
      .catch(rethrow)
    return {
      copyTo: (path) => snapshot.copyTo(path).catch(rethrow),
      [Symbol.asyncDispose]: () => snapshot[Symbol.asyncDispose](),
    }
  }

  async restore(path: string): Promise<void> {
    await this.withClient((client) => restorePostgres(client, path))
    this.#writer.declared.clear()
  }

  async withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    let client: PoolClient | undefined
    let failure: Error | undefined
    try {
      client = await this.#pool.connect()
      client.on('error', ignore)
      return await work(client)
    } catch (error) {
      failure = error instanceof Problem ? undefined : (error as Error)
      throw problemFrom(error)
    } finally {
      client?.off('error', ignore)
      client?.release(failure)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end()
  }
}

/** By its place in the feed, or, where it was not told, by what it left behind. */
async function isStored(client: ClientBase, { first, put }: Applied): Promise<boolean> {
  if (first !== undefined) {
    const { sequence, change } = first
    const { collection, id, version, at, author, after = null } = change
    const { rows } = await client.query(
      `SELECT 1 FROM changes WHERE sequence = $1 AND collection = $2 AND id = $3 AND version = $4 AND at = $5
       AND author_id = $6 AND body_after IS NOT DISTINCT FROM $7`,
      [sequence, collection, id, version, at, author.id, after],
    )
    return rows.length > 0
  }
  if (put === undefined) return false
  const { rows } = await client.query(
    `SELECT 1 FROM documents WHERE collection = $1 AND id = $2 AND version = $3 AND updated_at = $4 AND body = $5`,
    [put.collection, put.id, put.version, put.updatedAt, put.json],
  )
  return rows.length > 0
}

const INT8 = types.builtins.INT8

/** `bigint` columns hold whole numbers within ±2^53: as numbers, where pg would give text. */
function parserOf(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (type === INT8 && format !== 'binary') return Number
  return types.getTypeParser(type, format as 'text')
}

const DISK_FULL = '53100'
/** Classes of SQLSTATE that pass: no connection, shutting down, out of resources, cancelled, read-only stand-by. */
const PASSING = /^(08|53|57|25006|40|55P03)/

/** Undone by the server, which says so (class 40): a deadlock, or a clash under an isolation stricter than ours. */
function wasUndone(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown }
  return code === '40001' || code === '40P01'
}

function rethrow(error: unknown): never {
  throw problemFrom(error)
}

/** Errors of ours, not of the database or of the way there. */
const BUGS = [TypeError, RangeError, ReferenceError, SyntaxError] as const

function problemFrom(error: unknown): unknown {
  if (error instanceof Problem || BUGS.some((it) => error instanceof it)) return error
  const code = (error as { code?: unknown } | undefined)?.code
  const state = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
  if (state === DISK_FULL) {
    const text = {
      en: 'The disk of the database is full: nothing was stored',
      zh: '数据库磁盘已满，未保存任何内容',
    }
    return new Problem('storage-full', text, { cause: error })
  }
  if (state !== undefined && !PASSING.test(state)) return error
  const text = { en: 'The database does not answer; try again', zh: '数据库暂时无响应，请重试' }
  return new Problem('unavailable', text, { cause: error, retryAfterS: 5 })
}
