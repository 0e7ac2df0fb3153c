import { parentPort, workerData } from 'node:worker_threads'
import { Problem, type ProblemCode } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { CommitAnswer } from './store.ts'
import { openTables } from './tables.ts'
import { type CommitRequest, Writer } from './writer.ts'

/** What the thread is asked for, one after the other. */
export type WriterRequest =
  | { readonly kind: 'commit'; readonly group: readonly CommitRequest[] }
  | { readonly kind: 'pack' }
  | { readonly kind: 'close' }

/** A problem crosses to the other thread in parts: an error would lose what it has beside its message. */
export type Failure =
  | {
      readonly kind: 'problem'
      readonly code: ProblemCode
      readonly text: Text
      readonly cause: unknown
    }
  | { readonly kind: 'bug'; readonly error: unknown }

export type WriterAnswer =
  | { readonly kind: 'committed'; readonly outcomes: readonly (CommitAnswer | Failure)[] }
  | { readonly kind: 'packed'; readonly left: boolean }
  | { readonly kind: 'closed' }
  | Failure

const port = parentPort
if (port !== null) {
  const { path } = workerData as { path: string }
  const tables = openTables(path, {})
  const writer = new Writer(tables)
  const ending = new AbortController()
  const packing = writer.keepPacked(ending.signal)

  const answerTo = async (request: WriterRequest): Promise<WriterAnswer> => {
    switch (request.kind) {
      case 'commit': {
        const outcomes = writer.commit(request.group)
        const answers = outcomes.map((it) => ('answer' in it ? it.answer : failureOf(it.error)))
        return { kind: 'committed', outcomes: answers }
      }
      case 'pack':
        return { kind: 'packed', left: writer.pack() }
      case 'close':
        ending.abort()
        await packing
        await tables.engine[Symbol.asyncDispose]()
        return { kind: 'closed' }
    }
  }

  port.on('message', async (request: WriterRequest) => {
    port.postMessage(await answerTo(request).catch(failureOf))
    if (request.kind === 'close') port.close()
  })
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Problem)) return { kind: 'bug', error }
  return { kind: 'problem', code: error.code, text: error.text, cause: error.cause }
}
