import { parentPort, workerData } from 'node:worker_threads'
import { BulkSign } from '../../lib/bulk-sign.ts'
import { toPlain } from '../imports/worker-messages.ts'
import type { SearchedStore } from './reading.ts'
import { SearchIndex } from './search-index.ts'
import type { FromSearch, SearchQuestion, SearchStart, ToSearch } from './worker-messages.ts'

/** What the composition hands the search thread: it opens the node's store once more, for reading. */
export type SearchParts = {
  readonly openStore: (options: unknown) => Promise<SearchedStore & AsyncDisposable>
}

/** Answers and derives until told to close. Call it from the thread's entry module. */
export async function runSearchWorker(parts: SearchParts): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('runSearchWorker is for worker threads')
  const { path, storeOptions, sign } = workerData as SearchStart
  const send = (message: FromSearch) => port.postMessage(message)
  const stop = new AbortController()
  const { promise: closed, resolve: close } = Promise.withResolvers<number>()
  await using stack = new AsyncDisposableStack()
  const store = stack.use(await parts.openStore(storeOptions))
  const onError = (error: unknown) => send({ kind: 'trouble', error })
  const index = stack.use(await SearchIndex.open(path, store, { onError }))
  port.on('message', (request: ToSearch) => {
    if (request.kind === 'close') close(request.id)
    else reply(index, request, { id: request.id, send })
  })
  const deriving = index.keepUp(stop.signal, sign && new BulkSign(sign))
  const id = await closed
  stop.abort()
  await deriving
  await stack.disposeAsync()
  send({ kind: 'answer', id, answer: undefined })
  port.close()
}

function reply(
  index: SearchIndex,
  question: SearchQuestion,
  { id, send }: { readonly id: number; readonly send: (message: FromSearch) => void },
): void {
  try {
    send({ kind: 'answer', id, answer: answerTo(index, question) })
  } catch (error) {
    const problem = toPlain(error)
    send({ kind: 'failed', id, problem, error: problem === undefined ? error : undefined })
  }
}

function answerTo(index: SearchIndex, question: SearchQuestion): unknown {
  switch (question.kind) {
    case 'ask':
      return index.answer(question.wish, question.entitlement)
    case 'position':
      return index.position()
    case 'sizes':
      return index.sizes()
  }
}
