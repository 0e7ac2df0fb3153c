import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import { compileTemplate } from '../templates/compiled.ts'
import type { BatchLine } from './batch.ts'
import { Binder, type ReadHandleJson } from './binder.ts'
import { csvReader } from './csv-reader.ts'
import { handleJsonReader } from './handle-json-reader.ts'
import { BATCH_BYTES_MAX, BATCH_DELAY_MS_MAX, BATCH_LINES_MAX } from './limits.ts'
import type { FileForm, FileReader, LineSink, Position } from './lines.ts'
import type { Mapping } from './mapping.ts'
import { ndjsonReader } from './ndjson-reader.ts'
import type { ImportTask } from './session.ts'
import { type XlsxReader, xlsxReader } from './xlsx-reader.ts'

/** Lines that were read, on their way to be settled. */
export type Collector<B> = {
  add(line: BatchLine): void
  readonly count: number
  /** What was collected; it begins anew. */
  take(): B
}

/** How far the file was read when a batch ended. */
export type ReadAt = {
  readonly position: Position
  /** Bytes of the file that were pushed; of a workbook, which is read when it has come whole, the share that was read. */
  readonly bytes: number
  readonly form: FileForm | undefined
}

export type ReadingTools<B> = {
  readonly collector: Collector<B>
  readonly readHandleJson: ReadHandleJson
  readonly clock: Clock
  readonly onMapped: (mapping: Mapping | undefined) => void
  /** Resolves when reading may go on. */
  readonly onBatch: (batch: B, at: ReadAt) => Promise<void>
}

/** The first half of an import: its bytes, read and checked by the template, in batches. */
export class BatchReader<B> implements Disposable {
  readonly #tools: ReadingTools<B>
  readonly #reader: FileReader & Partial<Pick<XlsxReader, 'finish' | 'close' | 'readBytes'>>
  /** Lines before this one were settled by an earlier upload. */
  readonly #skipTo: number
  #bytesPushed: number
  #bytesFlushed: number
  #flushedAt: number
  #isStopped = false
  #isBegun: boolean

  constructor(task: ImportTask, tools: ReadingTools<B>) {
    this.#tools = tools
    const { resume } = task
    this.#skipTo = resume === undefined || resume.position.bytes > 0 ? 0 : resume.position.line
    this.#bytesPushed = resume?.position.bytes ?? 0
    this.#bytesFlushed = this.#bytesPushed
    this.#flushedAt = tools.clock()
    // A table tells its columns, JSON lines have none, and other JSON may turn out to be none at all.
    this.#isBegun = task.format !== 'handle-json'
    const binder = new Binder({
      template: task.template && compileTemplate(task.template, task.files),
      prefix: task.prefix,
      map: task.map,
      readHandleJson: tools.readHandleJson,
      isMove: task.format === 'handle-json',
      tell: (line) => this.#take(line),
      mapped: (mapping) => tools.onMapped(mapping),
    })
    this.#reader = readerFor(task, binder)
    if (task.format === 'ndjson') tools.onMapped(undefined)
  }

  /** Reads a piece of the file. Resolves when another may come. @throws Problem about the file as a whole */
  async push(chunk: Uint8Array): Promise<void> {
    this.#bytesPushed += chunk.length
    this.#reader.push(chunk)
    const bytes = this.#bytesPushed - this.#bytesFlushed
    const { count } = this.#tools.collector
    const isFull = count >= BATCH_LINES_MAX || bytes >= BATCH_BYTES_MAX
    if (isFull || (count > 0 && this.#isLate())) await this.#flush()
  }

  /** Nothing came for a while: what is there is told. */
  async idle(): Promise<void> {
    this.#reader.idle()
    if (this.#tools.collector.count > 0) await this.#flush()
  }

  /** The upload is over. `isComplete`: with its last line, which a broken connection may have torn. */
  async end(isComplete: boolean): Promise<void> {
    if (isComplete) {
      this.#reader.end()
      await this.#reader.finish?.(() => this.#flushFull())
    }
    await this.#flush()
  }

  /** Ends the reading of a file that is already complete. */
  stop(): void {
    this.#isStopped = true
  }

  [Symbol.dispose](): void {
    this.#reader.close?.()
  }

  #take(line: BatchLine): void {
    if (!this.#isBegun) this.#tools.onMapped(undefined)
    this.#isBegun = true
    if (line.line >= this.#skipTo) this.#tools.collector.add(line)
  }

  /** Lines of a slow upload do not wait for a full batch. */
  #isLate(): boolean {
    return this.#tools.clock() - this.#flushedAt > BATCH_DELAY_MS_MAX
  }

  async #flushFull(): Promise<void> {
    if (this.#isStopped) throw STOPPED
    if (this.#tools.collector.count >= BATCH_LINES_MAX) await this.#flush()
  }

  async #flush(): Promise<void> {
    const { collector, clock, onBatch } = this.#tools
    const position = this.#reader.position()
    this.#bytesFlushed = this.#bytesPushed
    this.#flushedAt = clock()
    const bytes = this.#reader.readBytes?.() ?? this.#bytesPushed
    const at = { position, bytes, form: this.#reader.form() }
    await onBatch(collector.take(), at)
  }
}

/** Keeps the lines as they are. */
export function plainCollector(): Collector<BatchLine[]> {
  let lines: BatchLine[] = []
  return {
    add: (line) => lines.push(line),
    get count() {
      return lines.length
    },
    take() {
      const taken = lines
      lines = []
      return taken
    },
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
