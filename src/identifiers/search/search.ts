import { Worker } from 'node:worker_threads'
import type { BulkSign } from '../../lib/bulk-sign.ts'
import { Problem } from '../../lib/problem.ts'
import { fromPlain } from '../imports/worker-messages.ts'
import type { Found, SearchWish } from '../registration/list-routes.ts'
import type { Entitlement } from './answer.ts'
import type { SearchPosition, SearchSizes } from './search-index.ts'
import type { FromSearch, SearchAnswer, SearchRequest, SearchStart } from './worker-messages.ts'

export type SearchOptions = {
  /** Folder of the index; a backup may leave it out, for it is derived anew where it is missing. */
  readonly path: string
  /** The thread's entry module: it calls `runSearchWorker`. */
  readonly entry: URL
  /** For the entry's `openStore`, as a structured clone. */
  readonly storeOptions: unknown
  /** While it is raised, deriving waits: for a while, see `SEARCH_BEHIND_MS_MAX`. */
  readonly sign?: BulkSign
  /** Told what goes wrong in the background; the search goes on. */
  readonly onError: (error: unknown) => void
}

/** Search over the identifiers of a node, on a thread of its own: nothing here waits for the disk. */
export type SearchThread = AsyncDisposable & {
  /**
   * A page in key order, prefix after prefix, and on the first page how many there are; `exact` where all were looked
   * at. A page may be short, or empty, and still have a `next`.
   *
   * @throws Problem `invalid-input`; `too-many-requests` where too many wait; `unavailable` while the thread restarts.
   */
  search(wish: SearchWish, entitlement?: Entitlement): Promise<Found>
  /** How far the index is derived. */
  position(): Promise<SearchPosition>
  sizes(): Promise<SearchSizes>
}

export function openSearch(options: SearchOptions): SearchThread {
  const thread = new Thread(options)
  return {
    search: (wish, entitlement = 'protected') => thread.ask({ kind: 'ask', wish, entitlement }),
    position: () => thread.ask({ kind: 'position' }),
    sizes: () => thread.ask({ kind: 'sizes' }),
    [Symbol.asyncDispose]: () => thread.close(),
  }
}

const WAITING_MAX = 256
const RESTART_MS = 1_000

type Waiting = {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Some ten times what deriving and answering hold. The less a heap may grow at most, the sooner it is collected: without a
 * limit it held five times what was in use while ten million lines came in.
 */
const HEAP_MIB_MAX = 512

class Thread {
  readonly #options: SearchOptions
  #worker: Worker | undefined
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #isClosing = false
  #restart: NodeJS.Timeout | undefined

  constructor(options: SearchOptions) {
    this.#options = options
    this.#start()
  }

  #start(): void {
    const { entry, path, storeOptions, sign } = this.#options
    const start: SearchStart = { path, storeOptions, ...(sign && { sign: sign.memory }) }
    const worker = new Worker(entry, {
      workerData: start,
      name: 'search',
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    })
    worker.on('message', (message: FromSearch) => this.#take(message))
    worker.on('error', (error) => this.#options.onError(error))
    worker.on('exit', () => this.#lose(worker))
    this.#worker = worker
    this.#settleRef()
  }

  /** A thread that ended by itself is started again after a pause. */
  #lose(worker: Worker): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(unavailable())
    this.#waiting.clear()
    if (this.#isClosing) return
    this.#restart = setTimeout(() => this.#start(), RESTART_MS).unref()
  }

  #take(message: FromSearch): void {
    if (message.kind === 'trouble') {
      this.#options.onError(message.error)
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    this.#settleRef()
    if (message.kind === 'answer') waiting?.resolve(message.answer)
    else waiting?.reject(message.problem === undefined ? message.error : fromPlain(message.problem))
  }

  /** Only while an answer is due does the thread keep the program running. */
  #settleRef(): void {
    if (this.#waiting.size > 0) this.#worker?.ref()
    else this.#worker?.unref()
  }

  async ask<R extends SearchRequest>(request: R): Promise<SearchAnswer[R['kind']]> {
    const worker = this.#worker
    if (worker === undefined) throw unavailable()
    if (this.#waiting.size >= WAITING_MAX && request.kind !== 'close') throw tooMany()
    const id = ++this.#lastId
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
    })
    this.#settleRef()
    worker.postMessage({ ...request, id })
    return (await answered) as SearchAnswer[R['kind']]
  }

  async close(): Promise<void> {
    this.#isClosing = true
    clearTimeout(this.#restart)
    const worker = this.#worker
    if (worker === undefined) return
    await this.ask({ kind: 'close' }).catch(this.#options.onError)
    // while its end is waited for the program must go on
    worker.ref()
    await worker.terminate()
  }
}

function unavailable(): Problem {
  return new Problem('unavailable', {
    en: 'The search is being restarted; try again in a moment',
    zh: '检索正在重新启动，请稍后重试',
  })
}

function tooMany(): Problem {
  const text = { en: 'Too many searches at once', zh: '同时进行的检索过多' }
  return new Problem('too-many-requests', text, { retryAfterS: 1 })
}
