import type { FieldProblem } from '../../lib/problem.ts'
import { LINE_BYTES_MAX } from './limits.ts'
import { refusal, TOO_LONG } from './lines.ts'

/** Takes what the scanner finds. Cells of one record, unquoted; `line` is where the record begins. */
export type RecordSink = {
  record(line: number, cells: string[]): void
  broken(line: number, problem: FieldProblem): void
}

export type RecordForm = { readonly delimiter: string; readonly newline: '\n' | '\r' }

const NOWHERE = Number.POSITIVE_INFINITY

/**
 * Finds the records of delimiter-separated text (RFC 4180), a piece at a time. A record without quotes costs one
 * `indexOf` a cell; positions of the next quote and delimiter are kept from record to record.
 *
 * A broken record (a quote never closed, text after a closing quote, too long) costs the line it begins on and nothing
 * more: reading goes on with the line after, so that one stray quote cannot swallow a file.
 */
export class RecordScanner {
  readonly #sink: RecordSink
  readonly #delimiter: string
  readonly #newline: string
  /** Number of the line at which the next record begins. */
  line: number
  #text = ''
  #charsAreBytes = false
  #at = 0
  #quoteAt = NOWHERE
  #delimiterAt = NOWHERE

  constructor(form: RecordForm, line: number, sink: RecordSink) {
    this.#delimiter = form.delimiter
    this.#newline = form.newline
    this.#sink = sink
    this.line = line
  }

  /**
   * Tells all complete records of `text`; answers how many characters they took. With `final`, nothing is left.
   * `charsAreBytes`: the text stands for undecoded bytes, one character each.
   */
  scan(text: string, final: boolean, charsAreBytes: boolean): number {
    this.#text = text
    this.#charsAreBytes = charsAreBytes
    this.#at = 0
    this.#quoteAt = find(text, '"', 0)
    this.#delimiterAt = find(text, this.#delimiter, 0)
    while (this.#at < text.length) {
      const newlineAt = find(text, this.#newline, this.#at)
      if (newlineAt === NOWHERE && !final) break
      const end = Math.min(newlineAt, text.length)
      if (this.#quoteAt < this.#at) this.#quoteAt = find(text, '"', this.#at)
      if (this.#quoteAt >= end) this.#plain(end)
      else if (!this.#quoted(end, final)) break
    }
    this.#text = ''
    return Math.min(this.#at, text.length)
  }

  /** A record without quotes, ending at `end`. */
  #plain(end: number): void {
    const text = this.#text
    const from = this.#at
    const to = end > from && text.charCodeAt(end - 1) === 13 ? end - 1 : end
    this.#at = end + 1
    const line = this.line++
    if (to === from) return
    if (this.#isTooLong(from, to)) {
      this.#sink.broken(line, TOO_LONG)
      return
    }
    const cells: string[] = []
    let start = from
    let delimiterAt = this.#delimiterAt
    if (delimiterAt < from) delimiterAt = find(text, this.#delimiter, from)
    while (delimiterAt < to) {
      cells.push(text.slice(start, delimiterAt))
      start = delimiterAt + 1
      delimiterAt = find(text, this.#delimiter, start)
    }
    this.#delimiterAt = delimiterAt
    cells.push(text.slice(start, to))
    this.#tell(line, cells)
  }

  /** A record with quotes whose first line ends at `lineEnd`. False: its end is not in the text yet. */
  #quoted(lineEnd: number, final: boolean): boolean {
    const cells: string[] = []
    let at = this.#at
    let newlines = 0
    for (;;) {
      const cell = this.#text.charCodeAt(at) === 34 ? this.#quotedCell(at) : this.#bareCell(at)
      if (cell === UNCLOSED && !final) return false
      if (typeof cell === 'string') return this.#skipLine(lineEnd, PROBLEM_OF[cell])
      cells.push(cell.text)
      newlines += cell.newlines
      at = cell.end + 1
      if (!cell.more) break
    }
    if (this.#isTooLong(this.#at, at - 1)) return this.#skipLine(lineEnd, TOO_LONG)
    const line = this.line
    this.#at = at
    this.line += 1 + newlines
    this.#tell(line, cells)
    return true
  }

  /** A cell that does not begin with a quote; quotes further on are ordinary characters. */
  #bareCell(from: number): Cell {
    const delimiterAt = find(this.#text, this.#delimiter, from)
    const newlineAt = Math.min(find(this.#text, this.#newline, from), this.#text.length)
    if (delimiterAt < newlineAt) {
      return {
        text: this.#text.slice(from, delimiterAt),
        end: delimiterAt,
        more: true,
        newlines: 0,
      }
    }
    const crlf = newlineAt > from && this.#text.charCodeAt(newlineAt - 1) === 13
    const text = this.#text.slice(from, crlf ? newlineAt - 1 : newlineAt)
    return { text, end: newlineAt, more: false, newlines: 0 }
  }

  #quotedCell(from: number): Cell | Broken {
    const text = this.#text
    let close = text.indexOf('"', from + 1)
    let doubled = false
    while (close !== -1 && text.charCodeAt(close + 1) === 34) {
      doubled = true
      close = text.indexOf('"', close + 2)
    }
    if (close === -1) return UNCLOSED
    const raw = text.slice(from + 1, close)
    const cell = doubled ? raw.replaceAll('""', '"') : raw
    const newlines = raw.includes(this.#newline) ? raw.split(this.#newline).length - 1 : 0
    const end = text.startsWith('\r\n', close + 1) ? close + 2 : close + 1
    if (end >= text.length || text.startsWith(this.#newline, end)) {
      return { text: cell, end, more: false, newlines }
    }
    if (text.startsWith(this.#delimiter, end)) return { text: cell, end, more: true, newlines }
    return AFTER_QUOTE
  }

  #skipLine(lineEnd: number, problem: FieldProblem): true {
    this.#sink.broken(this.line, problem)
    this.#at = lineEnd + 1
    this.line++
    return true
  }

  /** A character is at most three bytes of UTF-8: most records need not be measured. */
  #isTooLong(from: number, to: number): boolean {
    if ((to - from) * 3 <= LINE_BYTES_MAX) return false
    if (this.#charsAreBytes) return to - from > LINE_BYTES_MAX
    return Buffer.byteLength(this.#text.slice(from, to)) > LINE_BYTES_MAX
  }

  #tell(line: number, cells: string[]): void {
    // Spreadsheets write rows of nothing but delimiters below a table.
    if (cells[0] === '' && cells.every((it) => it === '')) return
    this.#sink.record(line, cells)
  }
}

type Cell = {
  readonly text: string
  /** Position of the delimiter or line end after the cell. */
  readonly end: number
  readonly more: boolean
  readonly newlines: number
}

const UNCLOSED = 'unclosed'
const AFTER_QUOTE = 'after-quote'
type Broken = typeof UNCLOSED | typeof AFTER_QUOTE

const DOUBLE_IT = {
  en: 'A quotation mark inside a quoted cell is written twice: ""',
  zh: '引号单元格内的引号要写成两个：""',
}
const PROBLEM_OF: Readonly<Record<Broken, FieldProblem>> = {
  [UNCLOSED]: refusal(
    { en: 'A quotation mark is opened and never closed', zh: '引号没有成对闭合' },
    DOUBLE_IT,
  ),
  [AFTER_QUOTE]: refusal(
    { en: 'Text stands after a closing quotation mark', zh: '闭合引号之后还有文字' },
    DOUBLE_IT,
  ),
}
/** A record whose quote is still open when the longest line is over. */
export const NEVER_CLOSED: FieldProblem = PROBLEM_OF[UNCLOSED]

function find(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from)
  return at === -1 ? NOWHERE : at
}
