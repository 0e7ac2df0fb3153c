import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Problem } from '../lib/problem.ts'

/** Where everything stands inside the data folder. */
export type DataFolder = {
  readonly root: string
  readonly documents: string
  readonly identifiers: string
  readonly search: string
  readonly evidence: string
  readonly files: string
  readonly imports: string
  readonly keys: string
  readonly backups: string
}

export function dataFolder(root: string): DataFolder {
  return {
    root,
    documents: join(root, 'documents.sqlite'),
    identifiers: join(root, 'identifiers'),
    search: join(root, 'search'),
    evidence: join(root, 'evidence'),
    files: join(root, 'files'),
    imports: join(root, 'imports'),
    keys: join(root, 'keys'),
    backups: join(root, 'backups'),
  }
}

export function makeDataFolder(root: string): DataFolder {
  const folder = dataFolder(root)
  try {
    const { documents: _file, ...folders } = folder
    for (const path of Object.values(folders)) mkdirSync(path, { recursive: true, mode: 0o700 })
    accessSync(root, constants.R_OK | constants.W_OK)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Problem(
      'unavailable',
      { en: `Cannot use the data folder ${root}: ${why}`, zh: `无法使用数据目录 ${root}：${why}` },
      { cause },
    )
  }
  return folder
}

/**
 * Held while a node serves from the folder. The lock is the database engine's own file lock, so it goes with the process
 * however that ends, and no stale file can keep a node from starting.
 */
export function lockDataFolder(folder: DataFolder): Disposable {
  const lock = new DatabaseSync(join(folder.root, 'lock.sqlite'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new Problem(
      'unavailable',
      {
        en: `Another node already serves from ${folder.root}; stop it first, or set WAYMARK_DATA to another folder`,
        zh: `已有节点正在使用数据目录 ${folder.root}；请先停止它，或用 WAYMARK_DATA 指定另一个目录`,
      },
      { cause },
    )
  }
  return { [Symbol.dispose]: () => lock.close() }
}
