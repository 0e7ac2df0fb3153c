import type { Clock } from '../../lib/clock.ts'
import type { RecordStore } from '../store/store.ts'
import { type BatchLine, type Counts, noCounts } from './batch.ts'
import { type JobFiles, openJobFiles } from './job-files.ts'
import { BATCH_LINES_MAX, FIRST_ERRORS_MAX } from './limits.ts'
import { encodeOutcomes, type OutcomeLine, packOutcomes, refusedLine } from './outcomes.ts'
import type { ReadAt } from './reading.ts'
import { Rehearsal } from './rehearsal.ts'
import type { ImportTask, Settled } from './session.ts'
import { type Grant, settle, type TemplateOf } from './settle.ts'

export type SettlingTools = {
  readonly store: RecordStore
  readonly grant: Grant
  readonly templateOf: TemplateOf
  readonly clock: Clock
  readonly onSettled: (settled: Settled) => void
}

/** The second half of an import: batches decided and stored, their outcomes told and kept. One batch at a time. */
export class BatchSettler implements Disposable {
  readonly #task: ImportTask
  readonly #tools: SettlingTools
  readonly #files: JobFiles
  readonly #counts: Counts
  readonly #rehearsal: Rehearsal | undefined
  /** All of the batch before was new: the next one will be, too. */
  #isNewExpected = false
  #errors: number
  #sequences: [number, number] | undefined

  constructor(task: ImportTask, tools: SettlingTools) {
    this.#task = task
    this.#tools = tools
    const { resume } = task
    this.#counts = { ...(resume?.counts ?? noCounts()) }
    this.#errors = this.#counts.refused
    this.#sequences = resume?.sequences && [...resume.sequences]
    this.#files = openJobFiles(task.folder, resume)
    this.#rehearsal = task.isDryRun ? new Rehearsal(tools.store) : undefined
  }

  /** Resolves when every line of the batch has its outcome and what was stored is durable. */
  async settle(lines: readonly BatchLine[], at: ReadAt): Promise<void> {
    // Only formats that are read as a whole hold back more than a batch, and they go on by line.
    const size = at.position.bytes > 0 ? Math.max(lines.length, 1) : BATCH_LINES_MAX
    for (let from = 0; from < lines.length || from === 0; from += size) {
      const next = lines[from + size]
      const position = next === undefined ? at.position : { bytes: 0, line: next.line }
      await this.#settleSome(lines.slice(from, from + size), { ...at, position })
    }
  }

  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]()
  }

  async #settleSome(lines: readonly BatchLine[], at: ReadAt): Promise<void> {
    const { store, grant, templateOf, clock, onSettled } = this.#tools
    const { template, author, id, wanted, language } = this.#task
    const rehearsal = this.#rehearsal
    const settling = { store, template, grant, templateOf, author, job: id, clock }
    const options =
      rehearsal === undefined
        ? { ...settling, isNewExpected: this.#isNewExpected }
        : { ...settling, rehearsal }
    const sequences = await settle(lines, options)
    this.#isNewExpected = lines.every(({ draft, outcome }) => !draft || outcome === 'created')
    const errors = this.#count(lines)
    for (const sequence of sequences) this.#sequences = [this.#sequences?.[0] ?? sequence, sequence]
    this.#keep(lines, at)
    onSettled({
      counts: { ...this.#counts },
      bytes: at.bytes,
      position: at.position,
      encoding: at.form?.encoding,
      outcomes: encodeOutcomes(lines, wanted, language),
      errors,
      sequences: this.#sequences,
    })
  }

  #keep(lines: readonly BatchLine[], { position, form }: ReadAt): void {
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
    const counts = this.#counts
    for (const line of lines) {
      counts.lines++
      counts[line.outcome ?? 'refused']++
      if (line.outcome === 'refused' && this.#errors < FIRST_ERRORS_MAX) {
        this.#errors++
        errors.push(refusedLine(line))
      }
    }
    return errors
  }
}
