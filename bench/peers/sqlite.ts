import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { folderBytes, type OpenPeer } from './peer.ts'

/** One row a record, in a table without row ids, so that the key is stored once. */
export const openSqlitePeer: OpenPeer = async (folder) => {
  mkdirSync(folder, { recursive: true })
  const database = new DatabaseSync(join(folder, 'peer.sqlite'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -262144')
  database.exec(
    'CREATE TABLE record (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID',
  )
  const insert = database.prepare('INSERT INTO record VALUES (?, ?)')
  const select = database.prepare('SELECT json FROM record WHERE key = ?')
  return {
    name: 'SQLite rows',
    commit: (rows) => {
      database.exec('BEGIN')
      for (const { key, json } of rows) insert.run(key, json)
      database.exec('COMMIT')
    },
    settle: async () => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    readAll: (keys) => keys.map((key) => JSON.parse((select.get(key) as { json: string }).json)),
    sizeBytes: () => folderBytes(folder),
    [Symbol.asyncDispose]: async () => database.close(),
  }
}
