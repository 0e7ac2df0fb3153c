import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import type { Language } from '../../lib/text.ts'
import type { PrefixKey } from '../handle.ts'
import type { RecordStore } from '../store/store.ts'
import { compileTemplate } from '../templates/compiled.ts'
import type { Template } from '../templates/template.ts'
import { type BatchLine, type Counts, noCounts } from './batch.ts'
import { Binder, type ReadHandleJson } from './binder.ts'
import { csvReader } from './csv-reader.ts'
import { handleJsonReader } from './handle-json-reader.ts'
import { type Checkpoint, type JobFiles, openJobFiles } from './job-files.ts'
import { BATCH_BYTES_MAX, BATCH_DELAY_MS_MAX, BATCH_LINES_MAX, FIRST_ERRORS_MAX } from './limits.ts'
import type { Encoding, FileReader, LineSink, Position } from './lines.ts'
import type { ColumnMap, Mapping } from './mapping.ts'
import { ndjsonReader } from './ndjson-reader.ts'
import {
  formatOutcomes,
  type OutcomeLine,
  packOutcomes,
  refusedLine,
  type Wanted,
} from './outcomes.ts'
import { type Grant, settle } from './settle.ts'
import { type XlsxReader, xlsxReader } from './xlsx-reader.ts'

export const FORMATS = ['csv', 'ndjson', 'xlsx', 'handle-json'] as const
export type Format = (typeof FORMATS)[number]

/** All that an import is told; plain values, so that it can be sent to another thread. */
export type ImportTask = {
  readonly id: string
  readonly format: Format
  readonly prefix?: { readonly spelled: string; readonly key: PrefixKey }
  readonly template?: Template
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
  /** JSON lines, as the client wants them. */
  readonly outcomes: Uint8Array
  /** Refused lines, of the first of the import. */
  readonly errors: readonly OutcomeLine[]
  readonly sequences: readonly [first: number, last: number] | undefined
}

export type SessionTools = {
  readonly store: RecordStore
  readonly grant: Grant
  readonly readHandleJson: ReadHandleJson
  readonly clock: Clock
  readonly onMapped: (mapping: Mapping | undefined) => void
  readonly onSettled: (settled: Settled) => void
}

/**
 * One import from its bytes to its last outcome. While a batch is made durable the next one is read. Not safe for
 * concurrent calls: one waits for the call before.
 */
export class ImportSession implements AsyncDisposable {
  readonly #task: ImportTask
  readonly #tools: SessionTools
  readonly #files: JobFiles
  readonly #binder: Binder
  readonly #reader: FileReader & Partial<Pick<XlsxReader, 'finish' | 'close'>>
  readonly #counts: Counts
  /** Lines before this one were settled by an earlier upload. */
  readonly #skipTo: number
  #batch: BatchLine[] = []
  #bytesPushed = 0
  #bytesFlushed = 0
  #flushedAt = 0
  #isStopped = false
  #isBegun = false
  #errors = 0
  #sequences: [number, number] | undefined
  #settling: Promise<void> = Promise.resolve()

  constructor(task: ImportTask, tools: SessionTools) {
    this.#task = task
    this.#tools = tools
    const { resume } = task
    this.#counts = { ...(resume?.counts ?? noCounts()) }
    this.#errors = this.#counts.refused
    this.#skipTo = resume === undefined || resume.position.bytes > 0 ? 0 : resume.position.line
    this.#sequences = resume?.sequences && [...resume.sequences]
    this.#bytesPushed = resume?.position.bytes ?? 0
    this.#flushedAt = tools.clock()
    this.#files = openJobFiles(task.folder, resume)
    this.#binder = new Binder({
      template: task.template && compileTemplate(task.template),
      prefix: task.prefix,
      map: task.map,
      readHandleJson: tools.readHandleJson,
      tell: (line) => this.#take(line),
      mapped: (mapping) => tools.onMapped(mapping),
    })
    this.#reader = readerFor(task, this.#binder)
    if (task.format === 'ndjson') tools.onMapped(undefined)
  }

  /** Reads a piece of the file. Resolves when another may come; waits where the store is behind. */
  async push(chunk: Uint8Array): Promise<void> {
    this.#bytesPushed += chunk.length
    this.#reader.push(chunk)
    const bytes = this.#bytesPushed - this.#bytesFlushed
    const isFull = this.#batch.length >= BATCH_LINES_MAX || bytes >= BATCH_BYTES_MAX
    if (isFull || this.#isLate()) await this.#flush()
  }

  /** Lines of a slow upload do not wait for a full batch. */
  #isLate(): boolean {
    return this.#batch.length > 0 && this.#tools.clock() - this.#flushedAt > BATCH_DELAY_MS_MAX
  }

  /** Ends the reading of a file that is already complete; what is settled stays. */
  stop(): void {
    this.#isStopped = true
  }

  /** Nothing came for a while: what is there is settled now. */
  async idle(): Promise<void> {
    this.#reader.idle()
    if (this.#batch.length > 0) await this.#flush()
    await this.#settling
  }

  /** The upload is over. `isComplete`: with its last line, which a broken connection may have torn. */
  async end(isComplete: boolean): Promise<void> {
    if (isComplete) {
      this.#reader.end()
      await this.#reader.finish?.(() => this.#flushFull())
    }
    await this.#flush()
    await this.#settling
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#settling.catch(() => undefined)
    this.#reader.close?.()
    this.#files[Symbol.dispose]()
  }

  #take(line: BatchLine): void {
    if (!this.#isBegun && this.#task.format === 'handle-json') this.#tools.onMapped(undefined)
    this.#isBegun = true
    if (line.line >= this.#skipTo) this.#batch.push(line)
  }

  async #flushFull(): Promise<void> {
    if (this.#isStopped) throw STOPPED
    if (this.#batch.length >= BATCH_LINES_MAX) await this.#flush()
  }

  /** Begins to settle what was read, once the batch before is settled. */
  async #flush(): Promise<void> {
    const lines = this.#batch
    const position = this.#reader.position()
    this.#batch = []
    this.#bytesFlushed = this.#bytesPushed
    this.#flushedAt = this.#tools.clock()
    await this.#settling
    this.#settling = this.#settle(lines, position)
    // Whoever waits next is told; nobody may be waiting yet.
    this.#settling.catch(() => undefined)
  }

  async #settle(lines: readonly BatchLine[], position: Position): Promise<void> {
    // Only formats that are read as a whole hold back more than a batch, and they go on by line.
    const size = position.bytes > 0 ? Math.max(lines.length, 1) : BATCH_LINES_MAX
    for (let from = 0; from < lines.length || from === 0; from += size) {
      const next = lines[from + size]
      const reached = next === undefined ? position : { bytes: 0, line: next.line }
      await this.#settleSome(lines.slice(from, from + size), reached)
    }
  }

  async #settleSome(lines: readonly BatchLine[], position: Position): Promise<void> {
    const { store, grant, clock, onSettled } = this.#tools
    const { template, author, id, isDryRun, wanted, language } = this.#task
    const options = { store, template, grant, author, job: id, isDryRun, clock }
    const sequences = await settle(lines, options)
    const errors = this.#count(lines)
    for (const sequence of sequences) this.#sequences = [this.#sequences?.[0] ?? sequence, sequence]
    this.#keep(lines, position)
    onSettled({
      counts: { ...this.#counts },
      bytes: this.#bytesPushed,
      position,
      encoding: this.#reader.form()?.encoding,
      outcomes: Buffer.from(formatOutcomes(lines, wanted, language)),
      errors,
      sequences: this.#sequences,
    })
  }

  #keep(lines: readonly BatchLine[], position: Position): void {
    const form = this.#reader.form()
    this.#files.keep(packOutcomes(lines))
    this.#files.checkpoint({
      position,
      counts: this.#counts,
      ...(form !== undefined && { form }),
      ...(this.#sequences !== undefined && { sequences: this.#sequences }),
    })
  }

  /** Adds the outcomes up; answers the refused lines that are still shown with the job. */
  #count(lines: readonly BatchLine[]): OutcomeLine[] {
    const errors: OutcomeLine[] = []
    for (const line of lines) {
      this.#counts.lines++
      this.#counts[line.outcome ?? 'refused']++
      if (line.outcome === 'refused' && this.#errors < FIRST_ERRORS_MAX) {
        this.#errors++
        errors.push(refusedLine(line))
      }
    }
    return errors
  }
}

const STOPPED = new Problem('wrong-state', { en: 'The import was stopped', zh: '导入已停止' })

function readerFor(task: ImportTask, sink: LineSink): FileReader {
  const { form, position } = task.resume ?? {}
  const start = form && position && position.bytes > 0 ? { ...form, ...position } : undefined
  switch (task.format) {
    case 'csv':
      return csvReader(sink, start)
    case 'ndjson':
      return ndjsonReader(sink, start)
    case 'handle-json':
      return handleJsonReader(sink, start)
    case 'xlsx':
      return xlsxReader(sink, { folder: task.folder, sheet: task.sheet })
  }
}
