import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { BulkSign } from '../../lib/bulk-sign.ts'
import type { Gate } from '../../lib/gate.ts'
import {
  type FromWorker,
  fromPlain,
  type ToWorker,
  type WorkerOrder,
  type WorkerStart,
} from './worker-messages.ts'

/**
 * The most the heap of one import's thread may take, in MiB. A batch and its neighbours need some thirty; but the collector
 * lets a heap grow between two collections by what may come of it at most: with a fifth of this it ran six times as often.
 */
const HEAP_MIB = 2_048
/** Twice as much saves the collector a twentieth of an import's time, and costs all of it in memory. */
const YOUNG_MIB = 48

export type ImportThreadsOptions = {
  /** A module that calls `runImportWorker`. */
  readonly entry: URL
  /** For the entry's `openStore`, as a structured clone. */
  readonly storeOptions: unknown
  readonly gate?: Gate
  /** Raised while lines come in bulk. */
  readonly sign?: BulkSign
}

/** What one import or undo on a thread is told and tells. */
export type ThreadRun = {
  readonly send: (message: ToWorker, transfer?: ArrayBuffer[]) => void
  /** The work is over and its store closed. Rejects with what stopped it. */
  readonly finished: Promise<void>
}

type OnMessage = (message: FromWorker) => void | Promise<void>

/**
 * The threads that imports and undos run on. One is kept when its work is done: its program is read and compiled, so that
 * the next import begins at full speed. Others end with their work. A thread at work is never terminated, for it may hold
 * the store's lock: it ends by itself when its port is closed.
 */
export class ImportThreads implements AsyncDisposable {
  readonly #options: ImportThreadsOptions
  /** Threads at work, and the end of that. */
  readonly #busy = new Map<Worker, Promise<void>>()
  #kept: Worker | undefined

  constructor(options: ImportThreadsOptions) {
    this.#options = options
  }

  /** Begins the thread that is kept, before there is work for it and while the program is small. */
  warm(): void {
    this.#kept ??= this.#begin()
  }

  /** Runs one import or undo, on a thread that does nothing else meanwhile. */
  run(work: WorkerOrder['work'], onMessage: OnMessage): ThreadRun {
    const worker = this.#free()
    const { port1: port, port2: theirs } = new MessageChannel()
    const end = endOf(worker, port, onMessage)
    const finished = end.then(({ isTold, failed }) => {
      port.close()
      this.#busy.delete(worker)
      if (!isTold) this.#forget(worker)
      else if (worker !== this.#kept) void worker.terminate()
      if (failed !== undefined) throw failed.error
    })
    this.#busy.set(
      worker,
      finished.catch(() => undefined),
    )
    const order: WorkerOrder = { work, port: theirs }
    worker.postMessage(order, [theirs])
    return { send: (message, transfer = []) => port.postMessage(message, transfer), finished }
  }

  #free(): Worker {
    const kept = this.#kept
    if (kept !== undefined && !this.#busy.has(kept)) return kept
    const worker = this.#begin()
    this.#kept ??= worker
    return worker
  }

  #begin(): Worker {
    const { entry, storeOptions, gate, sign } = this.#options
    const start: WorkerStart = {
      storeOptions,
      ...(gate && { gate: gate.memory }),
      ...(sign && { sign: sign.memory }),
    }
    const worker = new Worker(entry, {
      workerData: start,
      name: 'import',
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
    })
    // Whoever waits for its work hears of it; where nobody does, the next work finds a thread of its own.
    worker.on('error', () => this.#forget(worker))
    worker.on('exit', () => this.#forget(worker))
    // The port of its work keeps the program running.
    worker.unref()
    return worker
  }

  #forget(worker: Worker): void {
    if (this.#kept === worker) this.#kept = undefined
  }

  /** Waits for what is under way: stop it before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#busy.values())
    // while its end is waited for the program must go on
    this.#kept?.ref()
    await this.#kept?.terminate()
  }
}

type End = {
  /** The thread itself told that its work is over, and is free for more. */
  readonly isTold: boolean
  readonly failed?: { readonly error: unknown }
}

function endOf(worker: Worker, port: MessagePort, onMessage: OnMessage): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>()
  const onError = (error: unknown) => resolve({ isTold: false, failed: { error } })
  const onExit = (code: number) => onError(new Error(`the import thread ended with code ${code}`))
  const answer = async (message: FromWorker) => await onMessage(message)
  worker.on('error', onError)
  worker.on('exit', onExit)
  port.on('message', (message: FromWorker) => {
    if (message.kind === 'done') resolve({ isTold: true })
    else if (message.kind === 'failed') {
      const { problem, error } = message
      const failed = { error: problem === undefined ? error : fromPlain(problem) }
      resolve({ isTold: true, failed })
    } else answer(message).catch(onError)
  })
  return promise.finally(() => {
    worker.off('error', onError)
    worker.off('exit', onExit)
  })
}
