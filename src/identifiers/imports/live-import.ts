import type { Documents } from '../../kernel/documents/documents.ts'
import type { Clock } from '../../lib/clock.ts'
import type { ImportJob, ImportState } from './import-job.ts'
import { IMPORTS } from './import-job.ts'
import { overBytes } from './import-problems.ts'
import { FIRST_ERRORS_MAX } from './limits.ts'
import type { Position } from './lines.ts'
import type { Mapping } from './mapping.ts'
import type { ImportRun } from './run.ts'
import type { Settled } from './session.ts'
import { toPlain } from './worker-messages.ts'

export type ImportEvent =
  | { readonly kind: 'settled'; readonly outcomes: Uint8Array }
  | { readonly kind: 'finished' }

export type LiveParts = {
  readonly id: string
  readonly job: ImportJob
  /** Of the stored document. */
  readonly version: number
  /** Where the upload goes on with the file. */
  readonly position: Position | undefined
  readonly uploadBytesMax: number
  readonly documents: Documents
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** How often a running job's counts are written to the documents; live they are known at once. */
const SAVE_MS = 2000

/** A job while this program runs it: its newest numbers, and who listens to them. */
export class LiveImport {
  readonly id: string
  job: ImportJob
  isOver = false
  /** Its columns are understood, or it is over; never rejects. */
  readonly begun: Promise<void>
  /** All is settled and written; never rejects. */
  readonly finished: Promise<void>
  readonly #parts: LiveParts
  readonly #listeners = new Set<(event: ImportEvent) => void>()
  readonly #finish: () => void
  readonly #begin: () => void
  #version: number
  #run: ImportRun | undefined
  /** Bytes of the file that came, in this upload and before. */
  #bytesTaken: number
  /** Its first line that is not settled. */
  #nextLine: number
  #isOverBytes = false
  #isComplete = false
  #isCancelled = false
  #saving: Promise<void> = Promise.resolve()
  #savedAt: number

  constructor(parts: LiveParts) {
    this.id = parts.id
    this.job = parts.job
    this.#parts = parts
    this.#version = parts.version
    this.#bytesTaken = parts.position?.bytes ?? 0
    this.#nextLine = parts.position?.line ?? 1
    this.#savedAt = parts.clock()
    const finished = Promise.withResolvers<void>()
    this.finished = finished.promise
    this.#finish = finished.resolve
    const begun = Promise.withResolvers<void>()
    this.begun = begun.promise
    this.#begin = begun.resolve
  }

  /** Follows a run to its end. */
  follow(run: ImportRun): void {
    this.#run = run
    run.finished
      .then(
        () => this.#end(undefined),
        (error) => this.#end(error),
      )
      .catch(this.#parts.onError)
  }

  listen(listener: (event: ImportEvent) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  /** Takes a piece of the file. Beyond the limit nothing is taken any more: what came before it is settled, and that is all. */
  async push(chunk: Uint8Array): Promise<void> {
    if (this.#isOverBytes) return
    this.#bytesTaken += chunk.length
    if (this.#bytesTaken <= this.#parts.uploadBytesMax) {
      await this.#run?.push(chunk)
      return
    }
    this.#isOverBytes = true
    this.#run?.end(false)
  }

  /** No more will come; `isComplete`: because that was all. */
  endUpload(isComplete: boolean): void {
    if (this.#isOverBytes) return
    this.#isComplete ||= isComplete
    if (isComplete) this.job = { ...this.job, state: 'running' }
    this.#run?.end(isComplete)
  }

  /** Stops after the batch under way. */
  cancel(): void {
    this.#isCancelled = true
    this.#run?.stop()
  }

  onMapped(mapping: Mapping | undefined): void {
    if (mapping !== undefined) {
      const { identifier, isSuffix, fields, columns } = mapping
      const named = isSuffix ? 'suffix' : 'identifier'
      const fieldAt = (at: number) => (at === identifier ? named : (fields[at] ?? ''))
      const mapped = columns.map((column, at) => ({ column, field: fieldAt(at) }))
      this.job = { ...this.job, columns: mapped }
    }
    this.#begin()
  }

  onSettled({ counts, bytes, position, encoding, errors, sequences, outcomes }: Settled): void {
    this.#nextLine = position.line
    this.job = {
      ...this.job,
      ...counts,
      bytes,
      ...(encoding !== undefined && { encoding }),
      ...(sequences !== undefined && { firstBatch: sequences[0], lastBatch: sequences[1] }),
      errors: [...this.job.errors, ...errors].slice(0, FIRST_ERRORS_MAX),
    }
    this.#tell({ kind: 'settled', outcomes })
    const now = this.#parts.clock()
    if (now - this.#savedAt < SAVE_MS) return
    this.#savedAt = now
    this.#save()
  }

  async #end(failure: unknown): Promise<void> {
    const error = failure ?? this.#overBytes()
    const problem = toPlain(error)
    if (error !== undefined && problem === undefined) this.#parts.onError(error)
    const state = this.#stateAfter(error)
    this.job = {
      ...this.job,
      state,
      finishedAt: this.#parts.clock(),
      ...(error !== undefined &&
        state === 'broken' && {
          problem: problem === undefined ? INTERNAL : { ...problem, fields: [...problem.fields] },
        }),
    }
    this.isOver = true
    this.#save()
    await this.#saving
    this.#tell({ kind: 'finished' })
    this.#begin()
    this.#finish()
  }

  #overBytes(): unknown {
    if (!this.#isOverBytes) return undefined
    const line = this.#nextLine - 1
    return overBytes(this.#parts.uploadBytesMax, line > 0 ? line : undefined)
  }

  #stateAfter(error: unknown): ImportState {
    if (this.#isCancelled) return 'cancelled'
    return error === undefined && this.#isComplete ? 'done' : 'broken'
  }

  #save(): void {
    const { documents, onError, id } = this.#parts
    const put = this.job
    this.#saving = this.#saving
      .then(async () => {
        const write = { collection: IMPORTS, id, expected: this.#version, put }
        const [version] = await documents.commit([write], { author: put.author })
        this.#version = version ?? this.#version + 1
      })
      .catch(onError)
  }

  #tell(event: ImportEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

const INTERNAL = {
  code: 'unavailable',
  text: { en: 'The import failed inside the node', zh: '导入在节点内部失败' },
  fields: [],
}
