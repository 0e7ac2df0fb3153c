import { Problem } from '../../lib/problem.ts'
import { closed } from './rows.ts'

const SQLITE_BUSY = 5
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

/** What an error of SQLite is to a caller: a full disk, a busy file, no database at all; any other error is itself. */
export function sqliteProblem(error: unknown): unknown {
  const { errcode: code, code: name } = error as { errcode?: unknown; code?: unknown }
  if (name === 'ERR_INVALID_STATE') return closed(error)
  if (typeof code !== 'number') return error
  // The low byte is the kind of error, whatever its details (sqlite.org/rescode.html).
  if ((code & 0xff) === SQLITE_FULL) {
    const text = { en: 'The disk is full: nothing was stored', zh: '磁盘已满，未保存任何内容' }
    return new Problem('storage-full', text, { cause: error })
  }
  if ((code & 0xff) === SQLITE_NOTADB) {
    const text = { en: 'This is not a SQLite file', zh: '这不是 SQLite 文件' }
    return new Problem('unsupported', text, { cause: error })
  }
  if ((code & 0xff) === SQLITE_BUSY) {
    const text = { en: 'Another program is writing; try again', zh: '其他程序正在写入，请重试' }
    return new Problem('unavailable', text, { cause: error })
  }
  return error
}
