import { parentPort, workerData } from 'node:worker_threads'
import { BulkSign } from '../../lib/bulk-sign.ts'
import { systemClock } from '../../lib/clock.ts'
import { Gate } from '../../lib/gate.ts'
import type { Text } from '../../lib/text.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { RecordStore } from '../store/store.ts'
import type { Template } from '../templates/template.ts'
import type { ReadHandleJson } from './binder.ts'
import { drive, UploadQueue } from './drive.ts'
import { BATCH_LINES_MAX } from './limits.ts'
import { ImportSession, type ImportTask } from './session.ts'
import { type UndoTask, undoImport } from './undo.ts'
import {
  type FromWorker,
  type TemplateName,
  type ToWorker,
  toPlain,
  type WorkerOrder,
  type WorkerStart,
} from './worker-messages.ts'

/** What the composition hands the thread of an import; it opens the same store as the node. */
export type WorkerParts = {
  readonly openStore: (
    options: unknown,
    gate: Gate | undefined,
  ) => RecordStore | Promise<RecordStore>
  readonly readHandleJson: ReadHandleJson
}

/** Runs the imports and undos this worker thread is sent, one after another. Call it from the thread's entry module. */
export function runImportWorker(parts: WorkerParts): void {
  if (parentPort === null) throw new Error('runImportWorker is for worker threads')
  parentPort.on('message', (order: WorkerOrder) => void runOrder(parts, order))
}

async function runOrder(parts: WorkerParts, { work, port }: WorkerOrder): Promise<void> {
  const send = (message: FromWorker, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer)
  const inbox = new Inbox(send)
  port.on('message', (message: ToWorker) => inbox.take(message))
  // Nobody wants the work any more: it may wait for an answer that does not come. No write is under way between two turns.
  const onClose = () => process.exit(1)
  port.on('close', onClose)
  const told = await runWork(parts, { work, inbox, send })
  port.off('close', onClose)
  send(told)
  port.close()
}

type Work = Pick<WorkerOrder, 'work'> & Pick<Tools, 'inbox' | 'send'>

/** Answers how it ended. */
async function runWork(parts: WorkerParts, { work, inbox, send }: Work): Promise<FromWorker> {
  const start = workerData as WorkerStart
  const sign = start.sign && new BulkSign(start.sign)
  try {
    const gate = start.gate === undefined ? undefined : new Gate(start.gate)
    await using store = await parts.openStore(start.storeOptions, gate)
    const tools = { store, inbox, send }
    if ('undo' in work) await runUndo(work.undo, tools)
    else await runImport(work.import, { ...parts, ...tools, sign })
    return { kind: 'done' }
  } catch (error) {
    const problem = toPlain(error)
    return { kind: 'failed', problem, error: problem === undefined ? error : undefined }
  } finally {
    sign?.lower()
  }
}

/** Far less than may lie ahead, far more than a piece: messages between threads cost as much as reading some lines. */
const TAKEN_TOLD_BYTES = 524_288

type Send = (message: FromWorker, transfer?: ArrayBuffer[]) => void
/** A batch of so many lines is bulk work; where lines trickle in, batches end by time. */
const BULK_LINES_MIN = BATCH_LINES_MAX / 2

type Tools = { readonly store: RecordStore; readonly inbox: Inbox; readonly send: Send }

async function runImport(
  task: ImportTask,
  {
    store,
    inbox,
    send,
    readHandleJson,
    sign,
  }: Tools & Pick<WorkerParts, 'readHandleJson'> & { readonly sign: BulkSign | undefined },
): Promise<void> {
  let lines = task.resume?.counts.lines ?? 0
  await using session = new ImportSession(task, {
    store,
    grant: (of) => inbox.ask(of),
    templateOf: (prefix, id) => inbox.askTemplate({ prefix, id }),
    readHandleJson,
    clock: systemClock,
    onMapped: (mapping) => send({ kind: 'mapped', mapping }),
    onSettled: (settled) => {
      send({ kind: 'settled', settled }, [settled.outcomes.buffer])
      if (settled.counts.lines - lines >= BULK_LINES_MIN) sign?.raise()
      lines = settled.counts.lines
    },
  })
  inbox.onStop = () => session.stop()
  let taken = 0
  await drive(session, inbox.queue, (bytes) => {
    taken += bytes
    if (taken < TAKEN_TOLD_BYTES) return
    send({ kind: 'taken', bytes: taken })
    taken = 0
  })
}

async function runUndo(task: UndoTask, { store, inbox, send }: Tools): Promise<void> {
  let isStopped = false
  inbox.onStop = () => {
    isStopped = true
  }
  await undoImport(task, {
    store,
    clock: systemClock,
    onProgress: (progress) => send({ kind: 'undone', progress }),
    isStopped: () => isStopped,
  })
}

function nameOf({ prefix, id }: TemplateName): string {
  return `${prefix}/${id}`
}

/** What the node sends, sorted. */
class Inbox {
  readonly queue = new UploadQueue()
  onStop: () => void = () => undefined
  readonly #send: Send
  readonly #answers = new Map<PrefixKey | HandleKey, Promise<Text | undefined>>()
  readonly #asked = new Map<PrefixKey | HandleKey, (refused: Text | undefined) => void>()
  readonly #templates = new Map<string, PromiseWithResolvers<Template | undefined>>()

  constructor(send: Send) {
    this.#send = send
  }

  take(message: ToWorker): void {
    switch (message.kind) {
      case 'chunk':
        this.queue.push(message.bytes)
        break
      case 'end':
        this.queue.end(message.isComplete)
        break
      case 'stop':
        this.onStop()
        break
      case 'answer':
        this.#asked.get(message.of)?.(message.refused)
        this.#asked.delete(message.of)
        this.#answers.delete(message.of)
        break
      case 'template':
        this.#templates.get(nameOf(message.name))?.resolve(message.template)
        break
    }
  }

  /** Asks the node, whose answer may change while the import runs. */
  ask(of: PrefixKey | HandleKey): Promise<Text | undefined> {
    const known = this.#answers.get(of)
    if (known !== undefined) return known
    const { promise, resolve } = Promise.withResolvers<Text | undefined>()
    this.#answers.set(of, promise)
    this.#asked.set(of, resolve)
    this.#send({ kind: 'ask', of })
    return promise
  }

  /** Asks the node once: a version that records were made by never changes. */
  askTemplate(name: TemplateName): Promise<Template | undefined> {
    const known = this.#templates.get(nameOf(name))
    if (known !== undefined) return known.promise
    const asked = Promise.withResolvers<Template | undefined>()
    this.#templates.set(nameOf(name), asked)
    this.#send({ kind: 'ask-template', name })
    return asked.promise
  }
}
