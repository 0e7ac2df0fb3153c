import type { Clock } from '../../lib/clock.ts'
import type { RecordStore } from '../store/store.ts'
import type { ReadHandleJson } from './binder.ts'
import { drive, UploadQueue } from './drive.ts'
import type { ImportThreads } from './import-threads.ts'
import { UPLOAD_AHEAD_BYTES_MAX } from './limits.ts'
import type { Mapping } from './mapping.ts'
import { ImportSession, type ImportTask, type Settled } from './session.ts'
import type { Grant, TemplateOf } from './settle.ts'
import { type UndoProgress, type UndoTask, undoImport } from './undo.ts'

/**
 * Where imports do their work: on a thread that opens the same store, so that answering goes on undisturbed; or, for stores that cannot be opened twice, on this thread.
 */
export type ImportPlace =
  | { readonly kind: 'thread'; readonly threads: ImportThreads }
  | { readonly kind: 'here'; readonly store: RecordStore; readonly readHandleJson: ReadHandleJson }

export type ImportListener = {
  readonly grant: Grant
  readonly templateOf: TemplateOf
  readonly onMapped: (mapping: Mapping | undefined) => void
  readonly onSettled: (settled: Settled) => void
}

/** An upload under way. */
export type ImportRun = {
  /** Takes a piece; resolves when there is room for another. Never rejects: `finished` does. */
  push(chunk: Uint8Array): Promise<void>
  /** `isComplete`: the whole file was pushed. */
  end(isComplete: boolean): void
  /** Ends it as soon as the batch under way is settled. */
  stop(): void
  /** All is settled and the store is closed. Rejects with what stopped it. */
  readonly finished: Promise<void>
}

export function startImport(
  place: ImportPlace,
  task: ImportTask,
  listener: ImportListener,
): ImportRun {
  return place.kind === 'thread'
    ? onThread(place, task, listener)
    : onThisThread(place, task, listener)
}

/** Bytes pushed and not yet read; who pushes waits while they are too many. */
class Ahead {
  #bytes = 0
  #room: PromiseWithResolvers<void> | undefined

  add(bytes: number): Promise<void> {
    this.#bytes += bytes
    if (this.#bytes <= UPLOAD_AHEAD_BYTES_MAX) return Promise.resolve()
    this.#room ??= Promise.withResolvers()
    return this.#room.promise
  }

  taken(bytes: number): void {
    this.#bytes -= bytes
    if (this.#bytes <= UPLOAD_AHEAD_BYTES_MAX / 2) this.release()
  }

  release(): void {
    this.#room?.resolve()
    this.#room = undefined
  }
}

function onThisThread(
  { store, readHandleJson }: Extract<ImportPlace, { kind: 'here' }>,
  task: ImportTask,
  listener: ImportListener,
): ImportRun {
  const queue = new UploadQueue()
  const ahead = new Ahead()
  const clock: Clock = Date.now
  let stop = () => {}
  const run = async () => {
    await using session = new ImportSession(task, { store, readHandleJson, clock, ...listener })
    stop = () => session.stop()
    await drive(session, queue, (bytes) => ahead.taken(bytes))
  }
  // Begun in the next turn, so that the caller has the run before it hears of it.
  const finished = Promise.resolve()
    .then(run)
    .finally(() => ahead.release())
  finished.catch(() => undefined)
  return {
    push: (chunk) => {
      queue.push(chunk)
      return ahead.add(chunk.length)
    },
    end: (isComplete) => queue.end(isComplete),
    stop: () => {
      stop()
      queue.end(false)
    },
    finished,
  }
}

function onThread(
  place: Extract<ImportPlace, { kind: 'thread' }>,
  task: ImportTask,
  { grant, templateOf, onMapped, onSettled }: ImportListener,
): ImportRun {
  const ahead = new Ahead()
  const { send, finished } = place.threads.run({ import: task }, async (message) => {
    switch (message.kind) {
      case 'mapped':
        onMapped(message.mapping)
        break
      case 'settled':
        onSettled(message.settled)
        break
      case 'taken':
        ahead.taken(message.bytes)
        break
      case 'ask': {
        const refused = await grant(message.of)
        send({ kind: 'answer', of: message.of, ...(refused !== undefined && { refused }) })
        break
      }
      case 'ask-template': {
        const { name } = message
        const template = await templateOf(name.prefix, name.id)
        send({ kind: 'template', name, ...(template !== undefined && { template }) })
        break
      }
      case 'undone':
      case 'done':
      case 'failed':
        break
    }
  })
  return {
    push: (chunk) => {
      // The connection's buffers are its own; a copy can be handed over without another.
      const bytes = new Uint8Array(chunk)
      send({ kind: 'chunk', bytes }, [bytes.buffer])
      return ahead.add(chunk.length)
    },
    end: (isComplete) => send({ kind: 'end', isComplete }),
    stop: () => {
      send({ kind: 'stop' })
      send({ kind: 'end', isComplete: false })
    },
    finished: finished.finally(() => ahead.release()),
  }
}

export type UndoRun = { readonly finished: Promise<void>; stop(): void }

export function startUndo(
  place: ImportPlace,
  task: UndoTask,
  onProgress: (progress: UndoProgress) => void,
): UndoRun {
  if (place.kind === 'thread') {
    const { send, finished } = place.threads.run({ undo: task }, (message) => {
      if (message.kind === 'undone') onProgress(message.progress)
    })
    return { finished, stop: () => send({ kind: 'stop' }) }
  }
  let isStopped = false
  const tools = { store: place.store, clock: Date.now, onProgress, isStopped: () => isStopped }
  const finished = undoImport(task, tools).then(() => undefined)
  finished.catch(() => undefined)
  return {
    finished,
    stop: () => {
      isStopped = true
    },
  }
}
