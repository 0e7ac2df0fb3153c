import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { ClientBase, PoolClient } from 'pg'
import type { DocumentsSnapshot } from './documents.ts'
import { inPgTransaction, lockHead } from './postgres-tables.ts'
import { notEmpty } from './rows.ts'
import { openCopy, writeCopy } from './sqlite-copy.ts'
import { inTransaction, migrateSqlite } from './sqlite-tables.ts'

/** Rows a step: while one is written, nothing else runs on this thread. */
const STEP_ROWS = 200

type Table = {
  readonly name: string
  /** Columns and their types in PostgreSQL, in the order of both databases. */
  readonly columns: Readonly<Record<string, string>>
  /** The primary key, to walk by. */
  readonly key: readonly string[]
}

const TABLES: readonly Table[] = [
  {
    name: 'documents',
    columns: {
      collection: 'text',
      id: 'text',
      version: 'bigint',
      created_at: 'bigint',
      updated_at: 'bigint',
      body: 'text',
    },
    key: ['collection', 'id'],
  },
  {
    name: 'indexes',
    columns: {
      id: 'integer',
      collection: 'text',
      field: 'text',
      kind: 'text',
      is_unique: 'boolean',
    },
    key: ['id'],
  },
  {
    name: 'entries',
    columns: { index_id: 'integer', value: 'bytea', id: 'text' },
    key: ['index_id', 'value', 'id'],
  },
  {
    name: 'changes',
    columns: {
      sequence: 'bigint',
      collection: 'text',
      id: 'text',
      version: 'bigint',
      at: 'bigint',
      author_kind: 'text',
      author_id: 'text',
      note: 'text',
      body_before: 'text',
      body_after: 'text',
    },
    key: ['sequence'],
  },
]

/** One moment of a PostgreSQL schema, held by a repeatable-read transaction on `client`. */
export async function snapshotPostgres(
  client: PoolClient,
  { at }: { readonly at: number },
): Promise<DocumentsSnapshot> {
  client.on('error', ignore)
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // It is held as long as the copying takes, and holds nobody up.
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    await client.query('SELECT count(*) FROM migrations')
  } catch (error) {
    client.release(error as Error)
    throw error
  }
  return {
    copyTo: (path) => writeCopy(path, () => exportTables(client, path, at)),
    async [Symbol.asyncDispose]() {
      const failure = await client.query('ROLLBACK').then(
        () => undefined,
        (error: Error) => error,
      )
      client.off('error', ignore)
      client.release(failure)
    },
  }
}

/** The query under way is refused with the same error; the event tells nothing more. */
export function ignore(): void {}

async function exportTables(client: ClientBase, path: string, at: number): Promise<void> {
  const copy = new DatabaseSync(path)
  try {
    // Nothing of a copy counts before it is finished, and then it is written to the disk as a whole.
    copy.exec('PRAGMA synchronous = OFF')
    migrateSqlite(copy, at)
    for (const table of TABLES) await exportTable(client, copy, table)
  } finally {
    copy.close()
  }
}

async function exportTable(client: ClientBase, copy: DatabaseSync, table: Table): Promise<void> {
  const columns = Object.keys(table.columns)
  const key = table.key.join(', ')
  const insert = copy.prepare(
    `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  )
  for (let after: unknown[] | undefined; ; ) {
    const behind = table.key.map((_, at) => `$${at + 1}`).join(', ')
    const where = after === undefined ? '' : `WHERE (${key}) > (${behind})`
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT ${columns.join(', ')} FROM ${table.name} ${where} ORDER BY ${key} LIMIT ${STEP_ROWS}`,
      after ?? [],
    )
    inTransaction(copy, () => {
      for (const row of rows) insert.run(...columns.map((it) => toSqlite(row[it])))
    })
    const last = rows.at(-1)
    if (rows.length < STEP_ROWS || last === undefined) return
    after = table.key.map((it) => last[it])
  }
}

function toSqlite(value: unknown): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : (value as SQLInputValue)
}

/** Fills an empty schema from a copy, in one transaction. */
export async function restorePostgres(client: ClientBase, path: string): Promise<void> {
  const copy = openCopy(path)
  try {
    await inPgTransaction(client, async () => {
      await lockHead(client)
      const filled = await client.query(
        'SELECT 1 FROM documents UNION ALL SELECT 1 FROM changes LIMIT 1',
      )
      if (filled.rows.length > 0) throw notEmpty()
      await client.query('DELETE FROM secrets')
      for (const table of TABLES) await importTable(client, copy, table)
      await client.query(
        `UPDATE head SET declarations = declarations + 1,
         sequence = (SELECT coalesce(max(sequence), 0) FROM changes)`,
      )
      await client.query(
        `SELECT setval(pg_get_serial_sequence('indexes', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM indexes))`,
      )
    })
  } finally {
    copy.close()
  }
  // Until the planner has seen what came in, it takes the tables for empty.
  await client.query('ANALYZE documents, entries, changes')
}

async function importTable(client: ClientBase, copy: DatabaseSync, table: Table): Promise<void> {
  await client.query(`DELETE FROM ${table.name}`)
  const columns = Object.keys(table.columns)
  const arrays = Object.values(table.columns).map((type, at) => `$${at + 1}::${type}[]`)
  const insert = `INSERT INTO ${table.name} (${columns.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`
  let batch: Record<string, unknown>[] = []
  const flush = async () => {
    await client.query(
      insert,
      columns.map((column) => batch.map((row) => toPostgres(table.columns[column], row[column]))),
    )
    batch = []
  }
  for (const row of copy.prepare(`SELECT ${columns.join(', ')} FROM ${table.name}`).iterate()) {
    batch.push(row)
    if (batch.length === STEP_ROWS) await flush()
  }
  if (batch.length > 0) await flush()
}

function toPostgres(type: string | undefined, value: unknown): unknown {
  if (type === 'boolean') return value === 1
  return value instanceof Uint8Array ? Buffer.from(value) : value
}
