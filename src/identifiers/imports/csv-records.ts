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
  /** The first one from where reading is, or further back. */
  #delimiterAt = NOWHERE
  #newlineAt = NOWHERE
  /** Cells of the record before. */
  #width = 0
  /** Of the quoted record that is read: where its last cell ends, whether another follows, and line ends within cells. */
  #cellEnd = 0
  #hasMore = false
  #newlines = 0

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
    const to = end > from && text.charCodeAt(end - 1) === CR ? end - 1 : end
    this.#at = end + 1
    const line = this.line++
    if (to === from) return
    if (this.#isTooLong(from, to)) {
      this.#sink.broken(line, TOO_LONG)
      return
    }
    const cells = new Array<string>(this.#width)
    let count = 0
    let start = from
    let delimiterAt = this.#delimiterAt
    if (delimiterAt < from) delimiterAt = find(text, this.#delimiter, from)
    while (delimiterAt < to) {
      cells[count++] = text.slice(start, delimiterAt)
      start = delimiterAt + 1
      delimiterAt = find(text, this.#delimiter, start)
    }
    this.#delimiterAt = delimiterAt
    cells[count++] = text.slice(start, to)
    this.#finish(line, cells, count)
  }

  /** A record with quotes whose first line ends at `lineEnd`. False: its end is not in the text yet. */
  #quoted(lineEnd: number, final: boolean): boolean {
    const cells = new Array<string>(this.#width)
    this.#newlineAt = lineEnd
    this.#cellEnd = this.#at - 1
    this.#newlines = 0
    let count = 0
    do {
      const at = this.#cellEnd + 1
      const cell = this.#text.charCodeAt(at) === QUOTE ? this.#quotedCell(at) : this.#bareCell(at)
      if (cell === UNCLOSED && !final) return false
      if (typeof cell !== 'string') return this.#skipLine(lineEnd, cell)
      cells[count++] = cell
    } while (this.#hasMore)
    if (this.#isTooLong(this.#at, this.#cellEnd)) return this.#skipLine(lineEnd, TOO_LONG)
    const line = this.line
    this.#at = this.#cellEnd + 1
    this.line += 1 + this.#newlines
    this.#finish(line, cells, count)
    return true
  }

  /** A cell that does not begin with a quote; quotes further on are ordinary characters. */
  #bareCell(from: number): string {
    const text = this.#text
    if (this.#delimiterAt < from) this.#delimiterAt = find(text, this.#delimiter, from)
    if (this.#newlineAt < from)
      this.#newlineAt = Math.min(find(text, this.#newline, from), text.length)
    const delimiterAt = this.#delimiterAt
    const newlineAt = this.#newlineAt
    this.#hasMore = delimiterAt < newlineAt
    this.#cellEnd = this.#hasMore ? delimiterAt : newlineAt
    if (this.#hasMore) return text.slice(from, delimiterAt)
    const isCrlf = newlineAt > from && text.charCodeAt(newlineAt - 1) === CR
    return text.slice(from, isCrlf ? newlineAt - 1 : newlineAt)
  }

  #quotedCell(from: number): string | FieldProblem {
    const text = this.#text
    let close = text.indexOf('"', from + 1)
    let isDoubled = false
    while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) {
      isDoubled = true
      close = text.indexOf('"', close + 2)
    }
    if (close === -1) return UNCLOSED
    const raw = text.slice(from + 1, close)
    if (this.#newlineAt < close) this.#newlines += this.#newlinesIn(raw)
    const isCrlf = text.charCodeAt(close + 1) === CR && text.charCodeAt(close + 2) === LF
    const end = isCrlf ? close + 2 : close + 1
    const isEnd = end >= text.length || text[end] === this.#newline
    if (!isEnd && text[end] !== this.#delimiter) return AFTER_QUOTE
    this.#hasMore = !isEnd
    this.#cellEnd = end
    return isDoubled ? raw.replaceAll('""', '"') : raw
  }

  #newlinesIn(cell: string): number {
    return cell.includes(this.#newline) ? cell.split(this.#newline).length - 1 : 0
  }

  #skipLine(lineEnd: number, problem: FieldProblem): true {
    this.#sink.broken(this.line, problem)
    this.#at = lineEnd + 1
    // it may lie behind what is read now
    this.#delimiterAt = -1
    this.line++
    return true
  }

  /** A character is at most three bytes of UTF-8: most records need not be measured. */
  #isTooLong(from: number, to: number): boolean {
    if ((to - from) * 3 <= LINE_BYTES_MAX) return false
    if (this.#charsAreBytes) return to - from > LINE_BYTES_MAX
    return Buffer.byteLength(this.#text.slice(from, to)) > LINE_BYTES_MAX
  }

  /** Records are mostly as wide as the one before, so that its width is the room they are given. */
  #finish(line: number, cells: string[], count: number): void {
    if (cells.length !== count) cells.length = count
    this.#width = count
    // Spreadsheets write rows of nothing but delimiters below a table.
    if (cells[0] === '' && cells.every((it) => it === '')) return
    this.#sink.record(line, cells)
  }
}

const QUOTE = 0x22
const CR = 0x0d
const LF = 0x0a

const DOUBLE_IT = {
  en: 'A quotation mark inside a quoted cell is written twice: ""',
  zh: '引号单元格内的引号要写成两个：""',
}
const UNCLOSED: FieldProblem = refusal(
  { en: 'A quotation mark is opened and never closed', zh: '引号没有成对闭合' },
  DOUBLE_IT,
)
const AFTER_QUOTE: FieldProblem = refusal(
  { en: 'Text stands after a closing quotation mark', zh: '闭合引号之后还有文字' },
  DOUBLE_IT,
)
/** A record whose quote is still open when the longest line is over. */
export const NEVER_CLOSED: FieldProblem = UNCLOSED

function find(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from)
  return at === -1 ? NOWHERE : at
}
