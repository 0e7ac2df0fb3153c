import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'

/** Above what LMDB takes for its readers; it makes use of all of a file that is longer. */
const LOCK_BYTES = 36_864

/**
 * Makes LMDB's file of locks, where there is none yet, with all its bytes on the disk. LMDB itself would make one of holes
 * and write to it through memory: on a full disk that does not fail but kills the program (SIGBUS).
 * @throws ENOSPC
 */
export function reserveLockFile(folder: string): void {
  const path = join(folder, 'lock.mdb')
  if (existsSync(path)) return
  mkdirSync(folder, { recursive: true })
  const made = join(folder, `lock.mdb.${process.pid}-${threadId}`)
  try {
    writeFileSync(made, Buffer.alloc(LOCK_BYTES))
    // Never over one that is there: it may be in use.
    linkSync(made, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(made, { force: true })
  }
}
