import { parentPort, workerData } from 'node:worker_threads'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { Outcome } from './decide.ts'
import type { Declared } from './declared.ts'
import type { IndexIds } from './selects.ts'
import { SqliteWriter, type SqliteWriterOptions } from './sqlite-writer.ts'
import type { PreparedCommit } from './writes.ts'

/** What the writer's thread is asked, one thing at a time; each gets one answer, in order. */
export type WriterRequest =
  | { readonly kind: 'open' }
  | { readonly kind: 'declare'; readonly declared: Declared }
  | { readonly kind: 'apply'; readonly commits: readonly PreparedCommit[] }
  | { readonly kind: 'restore'; readonly path: string }
  | { readonly kind: 'close' }

export type WriterAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'declared'; readonly ids: IndexIds }
  | { readonly kind: 'applied'; readonly outcomes: readonly Outcome[] }
  | {
      readonly kind: 'problem'
      readonly code: Problem['code']
      readonly text: Text
      readonly cause?: unknown
    }
  | { readonly kind: 'bug'; readonly error: unknown }

const SQLITE_BUSY = 5
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

let writer: SqliteWriter | undefined

parentPort?.on('message', (request: WriterRequest) => {
  parentPort?.postMessage(answer(request))
  if (request.kind === 'close') parentPort?.close()
})

function answer(request: WriterRequest): WriterAnswer {
  try {
    return handle(request)
  } catch (error) {
    const problem = problemFrom(error)
    if (problem === undefined) return { kind: 'bug', error }
    return { kind: 'problem', code: problem.code, text: problem.text, cause: problem.cause }
  }
}

function handle(request: WriterRequest): WriterAnswer {
  switch (request.kind) {
    case 'open':
      writer = new SqliteWriter(workerData as SqliteWriterOptions)
      return { kind: 'done' }
    case 'declare':
      return { kind: 'declared', ids: opened().declare(request.declared) }
    case 'apply':
      return { kind: 'applied', outcomes: opened().apply(request.commits) }
    case 'restore':
      opened().restore(request.path)
      return { kind: 'done' }
    case 'close':
      writer?.[Symbol.dispose]()
      writer = undefined
      return { kind: 'done' }
  }
}

function opened(): SqliteWriter {
  if (writer === undefined) throw new TypeError('the writer is not open')
  return writer
}

function problemFrom(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  const code = (error as { errcode?: unknown } | undefined)?.errcode
  if (typeof code !== 'number') return undefined
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
  return undefined
}
