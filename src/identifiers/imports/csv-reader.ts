import type { FieldProblem } from '../../lib/problem.ts'
import { Problem } from '../../lib/problem.ts'
import { readCell } from './cell.ts'
import { NEVER_CLOSED, RecordScanner } from './csv-records.ts'
import { COLUMNS_MAX } from './limits.ts'
import { type FileForm, type FileReader, type LineSink, refusal, TOO_LONG } from './lines.ts'
import { type Piece, TextPieces } from './text-pieces.ts'

export type CsvStart = FileForm & { readonly bytes: number; readonly line: number }

/**
 * Reads delimiter-separated text with a header row: RFC 4180, and what spreadsheets make of it (byte order mark, `sep=`
 * line, semicolon or tab, CR or LF alone, UTF-16, GB 18030). `resume`: the stream begins after the header, at a record.
 */
export function csvReader(sink: LineSink, resume?: CsvStart): FileReader {
  return new CsvReader(sink, resume)
}

class CsvReader implements FileReader {
  readonly #sink: LineSink
  readonly #pieces: TextPieces
  #scanner: RecordScanner | undefined
  #delimiter = ','
  #columns: readonly string[] | undefined
  #piece: Piece | undefined

  constructor(sink: LineSink, resume: CsvStart | undefined) {
    this.#sink = sink
    this.#pieces = new TextPieces(
      {
        begin: (head, newline) => this.#begin(head, newline),
        piece: (piece) => this.#scan(piece),
        tooLong: (scanned) => this.#tooLong(scanned),
      },
      resume,
    )
    if (resume === undefined) return
    this.#delimiter = resume.delimiter
    this.#columns = resume.columns
    this.#scanner = this.#newScanner(resume.newline, resume.line)
    sink.header(resume.columns)
  }

  push(chunk: Uint8Array): void {
    this.#pieces.push(chunk)
  }

  idle(): void {
    this.#pieces.idle()
  }

  end(): void {
    this.#pieces.end()
    if (this.#columns === undefined) throw NO_HEADER
  }

  position() {
    return { bytes: this.#pieces.bytes, line: this.#scanner?.line ?? 1 }
  }

  form(): FileForm | undefined {
    const form = this.#pieces.form
    if (form === undefined || this.#columns === undefined) return undefined
    return { ...form, delimiter: this.#delimiter, columns: this.#columns }
  }

  #begin(head: string, newline: '\n' | '\r'): void {
    this.#delimiter = judgeDelimiter(head, newline)
    this.#scanner = this.#newScanner(newline, 1)
  }

  #newScanner(newline: '\n' | '\r', line: number): RecordScanner {
    return new RecordScanner({ delimiter: this.#delimiter, newline }, line, {
      record: (at, cells) => this.#record(at, cells),
      broken: (at, problem) => this.#broken(at, problem),
    })
  }

  #scan(piece: Piece): number {
    this.#piece = piece
    return this.#scanner?.scan(piece.text, piece.final, piece.charsAreBytes) ?? 0
  }

  #tooLong(scanned: boolean): void {
    if (this.#scanner === undefined) return
    this.#broken(this.#scanner.line++, scanned ? NEVER_CLOSED : TOO_LONG)
  }

  #broken(line: number, problem: FieldProblem): void {
    if (this.#columns === undefined) throw unreadableHeader(problem)
    this.#sink.refuse(line, problem)
  }

  #record(line: number, cells: string[]): void {
    const problem = this.#decode(cells)
    if (this.#columns === undefined) {
      this.#header(cells, problem)
      return
    }
    const refused = problem ?? wrongCount(cells, this.#columns.length)
    if (refused === undefined) this.#sink.row(line, cells)
    else this.#sink.refuse(line, refused)
  }

  /** Decodes the cells in place and undoes what spreadsheets do to them; answers why they cannot be read. */
  #decode(cells: string[]): FieldProblem | undefined {
    const piece = this.#piece
    const isPlain = piece === undefined || !(piece.isRaw || piece.isSuspect)
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] ?? ''
      const text = isPlain ? cell : this.#pieces.readText(piece, cell)
      if (typeof text !== 'string') return text.problem
      cells[i] = readCell(text)
    }
    return undefined
  }

  #header(cells: readonly string[], problem: FieldProblem | undefined): void {
    if (problem !== undefined) throw unreadableHeader(problem)
    if (cells.length === 1 && /^sep=.$/i.test(cells[0] ?? '')) return
    if (cells[0]?.toLowerCase() === 'sep=') return
    if (cells.length > COLUMNS_MAX) throw tooManyColumns(cells.length)
    this.#columns = cells.map((it) => it.trim())
    this.#sink.header(this.#columns)
  }
}

/** What a `sep=` line says, else the most frequent of `,` `;` TAB `|` in the header outside quotes, else the comma. */
export function judgeDelimiter(head: string, newline: string): string {
  const said = /^sep=([^\r\n])\r?(?:\n|$)/i.exec(head)?.[1]
  if (said !== undefined) return said
  const end = head.indexOf(newline)
  const header = (end === -1 ? head : head.slice(0, end)).replace(/"(?:[^"]|"")*"?/g, '')
  let best = ','
  for (const candidate of [',', ';', '\t', '|']) {
    if (header.split(candidate).length > header.split(best).length) best = candidate
  }
  return best
}

/** A line must be as wide as the header; empty cells beyond it do not count. Less may be a torn line. */
function wrongCount(cells: readonly string[], columns: number): FieldProblem | undefined {
  if (cells.length === columns) return undefined
  if (cells.length > columns && cells.slice(columns).every((it) => it === '')) return undefined
  return refusal(
    { en: `The line has ${cells.length} cells`, zh: `该行有 ${cells.length} 个单元格` },
    { en: `As many as the header: ${columns}`, zh: `与表头一致：${columns} 个` },
  )
}

const NO_HEADER = new Problem('unreadable-input', {
  en: 'The file has no header row',
  zh: '文件没有表头行',
})

function unreadableHeader(problem: FieldProblem): Problem {
  return new Problem(
    'unreadable-input',
    {
      en: `The header row cannot be read: ${problem.reason.en}`,
      zh: `表头行无法读取：${problem.reason.zh}`,
    },
    { fields: [{ ...problem, line: 1 }] },
  )
}

export function tooManyColumns(columns: number): Problem {
  return new Problem('too-large', {
    en: `The table has ${columns} columns; at most ${COLUMNS_MAX} are read`,
    zh: `表格有 ${columns} 列，最多读取 ${COLUMNS_MAX} 列`,
  })
}
