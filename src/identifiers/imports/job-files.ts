import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Counts } from './batch.ts'
import type { FileForm, Position } from './lines.ts'

/** How far an import has come: never ahead of what is durable in the store. */
export type Checkpoint = {
  readonly position: Position
  readonly counts: Counts
  /** Bytes of the result file that belong to it. */
  readonly resultBytes: number
  readonly form?: FileForm
  /** First and last batch entry it wrote. */
  readonly sequences?: readonly [first: number, last: number]
}

const RESULT = 'result.ndjson'
const PROGRESS = 'progress.ndjson'
/** A feed that runs for days writes checkpoints all the while. */
const PROGRESS_BYTES_MAX = 1_048_576
export const UPLOAD = 'upload.bin'

/** The files of one job, in a folder of its own: the kept outcomes, and the checkpoints of which the last one counts. */
export function openJobFiles(folder: string, from: Checkpoint | undefined): JobFiles {
  mkdirSync(folder, { recursive: true })
  return new JobFiles(folder, from)
}

export class JobFiles implements Disposable {
  readonly folder: string
  readonly #result: number
  #progress: number
  #progressBytes = 0
  #isNew = false
  #resultBytes: number

  constructor(folder: string, from: Checkpoint | undefined) {
    this.folder = folder
    this.#resultBytes = from?.resultBytes ?? 0
    this.#result = openSync(join(folder, RESULT), 'a')
    // What was written after the checkpoint is written again.
    ftruncateSync(this.#result, this.#resultBytes)
    this.#progress = openSync(join(folder, PROGRESS), from === undefined ? 'w' : 'a')
    // A torn last line stays alone on its line.
    if (from !== undefined) writeSync(this.#progress, '\n')
  }

  keep(outcomes: Uint8Array): void {
    for (let at = 0; at < outcomes.length; ) at += writeSync(this.#result, outcomes, at)
    this.#resultBytes += outcomes.length
  }

  checkpoint(checkpoint: Omit<Checkpoint, 'resultBytes'>): void {
    const line: Checkpoint = { ...checkpoint, resultBytes: this.#resultBytes }
    if (this.#progressBytes > PROGRESS_BYTES_MAX) this.#startProgress()
    this.#progressBytes += writeSync(this.#progress, `${JSON.stringify(line)}\n`)
    if (this.#isNew) this.#adoptProgress()
  }

  /** Begins a new file of checkpoints beside the old one, which counts until the new one has its first. */
  #startProgress(): void {
    closeSync(this.#progress)
    this.#progress = openSync(join(this.folder, `${PROGRESS}.new`), 'w')
    this.#progressBytes = 0
    this.#isNew = true
  }

  #adoptProgress(): void {
    renameSync(join(this.folder, `${PROGRESS}.new`), join(this.folder, PROGRESS))
    this.#isNew = false
  }

  [Symbol.dispose](): void {
    fdatasyncSync(this.#result)
    fdatasyncSync(this.#progress)
    closeSync(this.#result)
    closeSync(this.#progress)
  }
}

export function resultPath(folder: string): string {
  return join(folder, RESULT)
}

/** The last whole checkpoint; undefined where there is none. */
export function readCheckpoint(folder: string): Checkpoint | undefined {
  let text: string
  try {
    text = readFileSync(join(folder, PROGRESS), 'utf8')
  } catch {
    return undefined
  }
  for (const line of text.split('\n').reverse()) {
    try {
      if (line !== '') return JSON.parse(line) as Checkpoint
    } catch {
      // Torn by a crash while it was written: the one before counts.
    }
  }
  return undefined
}
