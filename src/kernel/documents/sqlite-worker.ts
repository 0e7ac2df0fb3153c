import { parentPort, workerData } from 'node:worker_threads'
import { type Failure, failureOf } from '../../lib/asked-thread.ts'
import type { Outcome } from './decide.ts'
import type { Declared } from './declared.ts'
import type { IndexIds } from './selects.ts'
import type { ForgettingIn } from './sql-documents.ts'
import { sqliteProblem } from './sqlite-problems.ts'
import { SqliteWriter, type SqliteWriterOptions } from './sqlite-writer.ts'
import type { PreparedCommit } from './writes.ts'

/** What the writer's thread is asked, one thing at a time; each gets one answer, in order. */
export type WriterRequest =
  | { readonly kind: 'open' }
  | { readonly kind: 'declare'; readonly declared: Declared }
  | { readonly kind: 'apply'; readonly commits: readonly PreparedCommit[] }
  | { readonly kind: 'forget'; readonly what: ForgettingIn }
  | { readonly kind: 'restore'; readonly path: string }
  | { readonly kind: 'close' }

export type WriterAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'declared'; readonly ids: IndexIds }
  | { readonly kind: 'applied'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'forgotten'; readonly count: number }

let writer: SqliteWriter | undefined

parentPort?.on('message', (request: WriterRequest) => {
  parentPort?.postMessage(answer(request))
  if (request.kind === 'close') parentPort?.close()
})

function answer(request: WriterRequest): WriterAnswer | Failure {
  try {
    return handle(request)
  } catch (error) {
    return failureOf(sqliteProblem(error))
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
    case 'forget':
      return { kind: 'forgotten', count: opened().forget(request.what) }
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
