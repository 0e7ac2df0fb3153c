import { open, rm } from 'node:fs/promises'
import { backup, DatabaseSync } from 'node:sqlite'
import type { DocumentsSnapshot } from './documents.ts'
import { notEmpty } from './rows.ts'
import { sqliteProblem } from './sqlite-problems.ts'
import { checkSqliteFormat, inTransaction } from './sqlite-tables.ts'

/** Pages a step: between steps other readers of the thread pool get their turn. */
const STEP_PAGES = 1_000

/** One moment of a SQLite file, held by a read transaction of its own: the log keeps it until it is copied. */
export function snapshotSqlite(path: string): DocumentsSnapshot {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM migrations').get()
  } catch (error) {
    db.close()
    throw error
  }
  return {
    async copyTo(target) {
      await writeCopy(target, () => backup(db, target, { rate: STEP_PAGES }))
    },
    async [Symbol.asyncDispose]() {
      db.close()
    },
  }
}

/** Makes a copy by `fill`ing a new file; where that fails, there is no file. */
export async function writeCopy(path: string, fill: () => Promise<unknown>): Promise<void> {
  await (await open(path, 'wx')).close()
  try {
    await fill()
    await finishCopy(path)
  } catch (error) {
    await rm(path, { force: true })
    throw sqliteProblem(error)
  }
}

/** Leaves one file that needs no log beside it and can be read where nothing can be written. */
async function finishCopy(path: string): Promise<void> {
  const copy = new DatabaseSync(path)
  copy.exec('PRAGMA journal_mode = DELETE')
  copy.close()
  const file = await open(path, 'r+')
  await file.sync()
  await file.close()
}

/** Opens a copy for reading. Throws `unsupported` where it is none, or of a newer format. */
export function openCopy(path: string): DatabaseSync {
  const copy = new DatabaseSync(path, { readOnly: true })
  try {
    checkSqliteFormat(copy)
    return copy
  } catch (error) {
    copy.close()
    throw error
  }
}

/** Not what is known about the copy's own format: what came in is brought up to date when it is declared. */
const COPIED = ['documents', 'indexes', 'entries', 'changes'] as const

/** Fills the empty database from a copy, in one transaction. */
export function restoreSqlite(db: DatabaseSync, path: string): void {
  openCopy(path).close()
  db.prepare('ATTACH DATABASE ? AS copy').run(path)
  try {
    inTransaction(db, () => {
      const filled = db.prepare(
        'SELECT 1 FROM main.documents UNION ALL SELECT 1 FROM main.changes LIMIT 1',
      )
      if (filled.get() !== undefined) throw notEmpty()
      db.exec('DELETE FROM main.secrets')
      for (const table of COPIED) {
        db.exec(`DELETE FROM main.${table}`)
        db.exec(`INSERT INTO main.${table} SELECT * FROM copy.${table}`)
      }
    })
  } finally {
    db.exec('DETACH DATABASE copy')
  }
}
