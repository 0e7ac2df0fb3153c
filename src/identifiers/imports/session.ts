import type { Author } from '../../lib/author.ts'
import type { Language } from '../../lib/text.ts'
import type { PrefixKey } from '../handle.ts'
import type { UsableFiles } from '../templates/files.ts'
import type { Template } from '../templates/template.ts'
import type { BatchLine, Counts } from './batch.ts'
import type { Checkpoint } from './job-files.ts'
import type { Encoding, Position } from './lines.ts'
import type { ColumnMap } from './mapping.ts'
import type { OutcomeLine, Wanted } from './outcomes.ts'
import { BatchReader, plainCollector, type ReadingTools } from './reading.ts'
import { BatchSettler, type SettlingTools } from './settling.ts'

export const FORMATS = ['csv', 'ndjson', 'xlsx', 'handle-json'] as const
export type Format = (typeof FORMATS)[number]

/** All that an import is told; plain values, so that it can be sent to another thread. */
export type ImportTask = {
  readonly id: string
  readonly format: Format
  readonly prefix?: { readonly spelled: string; readonly key: PrefixKey }
  readonly template?: Template
  /** Files that its fields may refer to. */
  readonly files?: UsableFiles
  readonly map: ColumnMap
  /** XLSX: name of the sheet; default the first. */
  readonly sheet?: string
  readonly isDryRun: boolean
  readonly author: Author
  /** The job's own folder. */
  readonly folder: string
  readonly wanted: Wanted
  /** Of the messages in outcomes. */
  readonly language: Language
  /** Where an upload that broke goes on. */
  readonly resume?: Checkpoint
}

/** What a batch came to, once it is durable. */
export type Settled = {
  readonly counts: Counts
  readonly bytes: number
  readonly position: Position
  readonly encoding: Encoding | undefined
  /** JSON lines, as the client wants them, in memory of their own. */
  readonly outcomes: Uint8Array<ArrayBuffer>
  /** Refused lines, of the first of the import. */
  readonly errors: readonly OutcomeLine[]
  readonly sequences: readonly [first: number, last: number] | undefined
}

export type SessionTools = SettlingTools &
  Pick<ReadingTools<unknown>, 'readHandleJson' | 'onMapped'>

/**
 * One import on one thread, from its bytes to its last outcome. While a batch is made durable the next one is read. Not
 * safe for concurrent calls: one waits for the call before.
 */
export class ImportSession implements AsyncDisposable {
  readonly #reader: BatchReader<BatchLine[]>
  readonly #settler: BatchSettler
  #settling: Promise<void> = Promise.resolve()

  constructor(task: ImportTask, tools: SessionTools) {
    this.#settler = new BatchSettler(task, tools)
    const collector = plainCollector()
    this.#reader = new BatchReader(task, {
      ...tools,
      collector,
      onBatch: async (lines, at) => {
        await this.#settling
        this.#settling = this.#settler.settle(lines, at)
        // Whoever waits next is told; nobody may be waiting yet.
        this.#settling.catch(() => undefined)
      },
    })
  }

  /** Reads a piece of the file. Resolves when another may come; waits where the store is behind. */
  async push(chunk: Uint8Array): Promise<void> {
    await this.#reader.push(chunk)
  }

  /** Nothing came for a while: what is there is settled now. */
  async idle(): Promise<void> {
    await this.#reader.idle()
    await this.#settling
  }

  /** The upload is over. `isComplete`: with its last line, which a broken connection may have torn. */
  async end(isComplete: boolean): Promise<void> {
    await this.#reader.end(isComplete)
    await this.#settling
  }

  /** Ends the reading of a file that is already complete; what is settled stays. */
  stop(): void {
    this.#reader.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#settling.catch(() => undefined)
    this.#reader[Symbol.dispose]()
    this.#settler[Symbol.dispose]()
  }
}
