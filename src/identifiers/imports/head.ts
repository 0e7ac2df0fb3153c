import { csvLine } from '../../lib/csv-cell.ts'
import type { FieldProblem } from '../../lib/problem.ts'
import { guardCell } from './cell.ts'
import { csvReader } from './csv-reader.ts'
import { HEAD_ROWS_MAX } from './limits.ts'
import type { Encoding, FileReader, LineSink } from './lines.ts'
import { ndjsonReader } from './ndjson-reader.ts'
import { type XlsxReader, xlsxReader } from './xlsx-reader.ts'

/** A line as it stands in the file; `problem` where it cannot even be read. */
export type HeadRow = {
  readonly line: number
  readonly cells: readonly string[]
  readonly problem?: FieldProblem
}

/** The beginning of a file, as it is before anything is made of it. */
export type Head = {
  readonly columns: readonly string[]
  readonly rows: readonly HeadRow[]
  readonly encoding: Encoding | undefined
  /** The same rows as a file of their own, of the form `csv` or `ndjson`; one line for each row that could be read. */
  readonly lines: string
  readonly form: 'csv' | 'ndjson'
}

export type HeadFormat = 'csv' | 'ndjson' | 'xlsx'

export type HeadOptions = {
  readonly format: HeadFormat
  readonly sheet?: string | undefined
  /** Where a workbook may lie while it is read. */
  readonly folder: string
  /** There is more of the file than these bytes: their last line may be torn. */
  readonly isPartial: boolean
}

/** Reads the columns and the first rows of a file. @throws Problem about the file as a whole */
export async function readHead(bytes: Uint8Array, options: HeadOptions): Promise<Head> {
  const sink = options.format === 'ndjson' ? new ObjectHead() : new TableHead()
  const reader = readerFor(sink, options)
  try {
    reader.push(bytes)
    if (options.isPartial) reader.idle()
    else reader.end()
    await reader.finish?.(() => Promise.resolve())
  } catch (error) {
    if (error !== ENOUGH) throw error
  } finally {
    reader.close?.()
  }
  return { ...sink.head(), encoding: reader.form()?.encoding }
}

/** Thrown by a sink that has seen enough. */
const ENOUGH = new Error('enough was read')

function readerFor(
  sink: LineSink,
  { format, folder, sheet }: HeadOptions,
): FileReader & Partial<Pick<XlsxReader, 'finish' | 'close'>> {
  switch (format) {
    case 'csv':
      return csvReader(sink)
    case 'ndjson':
      return ndjsonReader(sink)
    case 'xlsx':
      return xlsxReader(sink, { folder, sheet })
  }
}

abstract class RowsHead implements LineSink {
  protected readonly rows: HeadRow[] = []

  header(_columns: readonly string[]): void {}
  row(_line: number, _cells: readonly string[]): void {}
  object(_line: number, _value: unknown): void {}
  abstract head(): Omit<Head, 'encoding'>

  refuse(line: number, problem: FieldProblem): void {
    this.take({ line, cells: [], problem })
  }

  protected take(row: HeadRow): void {
    this.rows.push(row)
    if (this.rows.length >= HEAD_ROWS_MAX) throw ENOUGH
  }
}

class TableHead extends RowsHead {
  #columns: readonly string[] = []

  override header(columns: readonly string[]): void {
    this.#columns = columns
  }

  override row(line: number, cells: readonly string[]): void {
    this.take({ line, cells: [...cells] })
  }

  head(): Omit<Head, 'encoding'> {
    const readable = this.rows.filter((it) => it.problem === undefined).map((it) => it.cells)
    const lines = [this.#columns, ...readable].map((it) => csvLine(it.map(guardCell))).join('')
    return { columns: this.#columns, rows: this.rows, lines, form: 'csv' }
  }
}

type Members = Readonly<Record<string, unknown>>

/** Lines of JSON have no columns; the names of their members stand for them. */
class ObjectHead extends RowsHead {
  readonly #values: unknown[] = []

  override object(line: number, value: unknown): void {
    this.#values.push(value)
    // the cells are known when the members of all rows are
    this.take({ line, cells: [] })
  }

  head(): Omit<Head, 'encoding'> {
    const members = this.#values.map(membersOf)
    const columns = [...new Set(members.flatMap((it) => Object.keys(it)))]
    let read = 0
    const rows = this.rows.map((row) => {
      if (row.problem !== undefined) return row
      const own = members[read++] ?? {}
      return { ...row, cells: columns.map((it) => textOf(own[it])) }
    })
    const lines = this.#values.map((it) => `${JSON.stringify(it)}\n`).join('')
    return { columns, rows, lines, form: 'ndjson' }
  }
}

function membersOf(value: unknown): Members {
  if (!isObject(value)) return {}
  const { fields, ...own } = value
  return isObject(fields) ? { ...own, ...fields } : value
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
