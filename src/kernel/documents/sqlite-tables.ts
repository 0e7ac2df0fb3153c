import type { DatabaseSync } from 'node:sqlite'
import { Problem } from '../../lib/problem.ts'
import { type Declared, entriesOf } from './declared.ts'
import type { IndexKind } from './documents.ts'
import { DOCUMENTS_FORMAT, type DocumentRow, notUnique, rowOf, tooNew } from './rows.ts'
import { bytesOf, type IndexIds } from './selects.ts'
import { strippedOf, type ToldRow } from './told.ts'

/** Read by `file(1)` and by us, so that another program's SQLite file is not taken for ours: "WmDo". */
const APPLICATION_ID = 0x576d446f

/** Members that were declared secret and are in no stored change any more. */
const SECRETS = `
CREATE TABLE secrets (collection TEXT NOT NULL, member TEXT NOT NULL, PRIMARY KEY (collection, member)) WITHOUT ROWID;
`

const TABLES = `
CREATE TABLE migrations (version INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE documents (
  collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (collection, id)
);
CREATE TABLE indexes (
  id INTEGER PRIMARY KEY, collection TEXT NOT NULL, field TEXT NOT NULL,
  kind TEXT NOT NULL, is_unique INTEGER NOT NULL, UNIQUE (collection, field)
);
CREATE TABLE entries (
  index_id INTEGER NOT NULL, value BLOB NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (index_id, value, id)
) WITHOUT ROWID;
CREATE INDEX entries_of_document ON entries (index_id, id, value);
CREATE TABLE changes (
  sequence INTEGER PRIMARY KEY, collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  at INTEGER NOT NULL, author_kind TEXT NOT NULL, author_id TEXT NOT NULL, note TEXT,
  body_before TEXT, body_after TEXT
);
CREATE INDEX changes_of_document ON changes (id, collection, sequence);
CREATE INDEX changes_of_collection ON changes (collection, sequence);
${SECRETS}`

/** Makes the tables of an empty file, or brings them up to date. Throws `unsupported` for what is not ours or newer. */
export function migrateSqlite(db: DatabaseSync, at: number): void {
  inTransaction(db, () => {
    const isEmpty = numberOf(db, 'SELECT count(*) FROM sqlite_schema') === 0
    if (isEmpty) {
      db.exec(TABLES)
      db.exec(`PRAGMA user_version = ${DOCUMENTS_FORMAT}`)
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
      db.prepare('INSERT INTO migrations (version, at) VALUES (?, ?)').run(DOCUMENTS_FORMAT, at)
    }
    const before = checkSqliteFormat(db)
    if (before >= DOCUMENTS_FORMAT) return
    db.exec(SECRETS)
    db.exec(`PRAGMA user_version = ${DOCUMENTS_FORMAT}`)
    db.prepare('INSERT INTO migrations (version, at) VALUES (?, ?)').run(DOCUMENTS_FORMAT, at)
  })
}

/** Answers the format. Throws `unsupported` for what is not ours, or newer than this program. */
export function checkSqliteFormat(db: DatabaseSync): number {
  if (numberOf(db, 'PRAGMA application_id') !== APPLICATION_ID) throw notOurs()
  const version = numberOf(db, 'PRAGMA user_version')
  if (version > DOCUMENTS_FORMAT) throw tooNew(version)
  return version
}

function notOurs(): Problem {
  return new Problem('unsupported', {
    en: 'This SQLite file was not made by Waymark',
    zh: '该 SQLite 文件不是由路标创建的',
  })
}

type IndexRow = { id: number; field: string; kind: IndexKind; is_unique: number }

/**
 * Numbers of a collection's indexes, after those that were declared otherwise before were built anew, in one
 * transaction, and after what is newly secret was taken out of the feed. Throws `wrong-state` where a newly unique index finds a value twice.
 */
export function declareSqlite(db: DatabaseSync, declared: Declared): IndexIds {
  const known = indexRows(db, declared.name)
  const isSame =
    known.length === declared.indexes.length &&
    declared.indexes.every((it) => known.some((row) => isSameIndex(row, it)))
  const secrets = newSecrets(db, declared)
  if (secrets.length > 0) stripFeed(db, declared)
  if (!isSame || secrets.length > 0) {
    inTransaction(db, () => {
      if (!isSame) rebuild(db, declared)
      const add = db.prepare('INSERT INTO secrets (collection, member) VALUES (?, ?)')
      for (const member of secrets) add.run(declared.name, member)
    })
  }
  return new Map(indexRows(db, declared.name).map((it) => [it.field, it.id]))
}

function rebuild(db: DatabaseSync, declared: Declared): void {
  const known = indexRows(db, declared.name)
  const gone = known.filter((row) => !declared.indexes.some((it) => isSameIndex(row, it)))
  for (const { id } of gone) {
    db.prepare('DELETE FROM entries WHERE index_id = ?').run(id)
    db.prepare('DELETE FROM indexes WHERE id = ?').run(id)
  }
  const fresh = declared.indexes.filter((it) => !known.some((row) => isSameIndex(row, it)))
  const add = db.prepare(
    'INSERT INTO indexes (collection, field, kind, is_unique) VALUES (?, ?, ?, ?)',
  )
  for (const { field, kind, unique } of fresh) add.run(declared.name, field, kind, unique ? 1 : 0)
  const ids = new Map(indexRows(db, declared.name).map((it) => [it.field, it.id]))
  fill(db, { name: declared.name, indexes: fresh }, ids)
  for (const { field, unique } of fresh) {
    const id = ids.get(field) ?? 0
    const twice = db
      .prepare(
        `SELECT 1 FROM entries WHERE index_id = ? AND value <> x'00' GROUP BY value HAVING count(*) > 1`,
      )
      .get(id)
    if (unique && twice !== undefined) throw notUnique(declared.name, field)
  }
}

function newSecrets(db: DatabaseSync, { name, secret }: Declared): string[] {
  const rows = db.prepare('SELECT member FROM secrets WHERE collection = ?').all(name)
  const known = new Set(rows.map((it) => it.member))
  return secret.filter((it) => !known.has(it))
}

const STRIP_ROWS = 500

/** Takes secrets out of the changes that an earlier release stored, and their bytes out of the file. */
function stripFeed(db: DatabaseSync, declared: Declared): void {
  db.exec('PRAGMA secure_delete = ON')
  let isDone = false
  for (let after = 0; !isDone; ) {
    const rows = changesAfter(db, declared.name, after)
    inTransaction(db, () => stripRows(db, declared, rows))
    after = rows.at(-1)?.sequence ?? after
    isDone = rows.length < STRIP_ROWS
    // The log holds the pages as they were before, too.
    if (isDone && after > 0) db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }
  db.exec('PRAGMA secure_delete = FAST')
}

function changesAfter(db: DatabaseSync, collection: string, after: number): ToldRow[] {
  const rows = db.prepare(
    `SELECT sequence, body_before, body_after FROM changes
     WHERE collection = ? AND sequence > ? ORDER BY sequence LIMIT ${STRIP_ROWS}`,
  )
  return rows.all(collection, after) as ToldRow[]
}

function stripRows(db: DatabaseSync, declared: Declared, rows: readonly ToldRow[]): void {
  const update = db.prepare('UPDATE changes SET body_before = ?, body_after = ? WHERE sequence = ?')
  for (const { sequence, body_before, body_after } of strippedOf(declared, rows)) {
    update.run(body_before, body_after, sequence)
  }
}

function fill(db: DatabaseSync, declared: Pick<Declared, 'name' | 'indexes'>, ids: IndexIds): void {
  const add = db.prepare('INSERT INTO entries (index_id, value, id) VALUES (?, ?, ?)')
  const rows = db.prepare(
    'SELECT collection, id, version, created_at, updated_at, body FROM documents WHERE collection = ?',
  )
  for (const stored of rows.iterate(declared.name)) {
    const row = rowOf(stored as DocumentRow)
    for (const { field, value } of entriesOf(declared, row)) {
      add.run(ids.get(field) ?? 0, bytesOf(value), row.id)
    }
  }
}

function indexRows(db: DatabaseSync, collection: string): IndexRow[] {
  const rows = db.prepare('SELECT id, field, kind, is_unique FROM indexes WHERE collection = ?')
  return rows.all(collection) as IndexRow[]
}

function isSameIndex(row: IndexRow, index: Declared['indexes'][number]): boolean {
  return (
    row.field === index.field && row.kind === index.kind && (row.is_unique === 1) === index.unique
  )
}

/** Takes the write lock at once, so that nothing read in it is stale when it is written. What `work` throws undoes it. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function numberOf(db: DatabaseSync, query: string): number {
  return Number(Object.values(db.prepare(query).get() ?? {})[0])
}
