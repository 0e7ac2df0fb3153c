import type { FieldProblem } from '../../lib/problem.ts'
import { LINE_BYTES_MAX } from './limits.ts'
import { type FileForm, type FileReader, type LineSink, NOT_JSON, TOO_LONG } from './lines.ts'
import { type Piece, TextPieces } from './text-pieces.ts'

export type NdjsonStart = FileForm & { readonly bytes: number; readonly line: number }

/** Reads one JSON text a line (ndjson.org); blank lines are passed over. */
export function ndjsonReader(sink: LineSink, resume?: NdjsonStart): FileReader {
  return new NdjsonReader(sink, resume)
}

class NdjsonReader implements FileReader {
  readonly #sink: LineSink
  readonly #pieces: TextPieces
  #newline: '\n' | '\r' = '\n'
  #line: number

  constructor(sink: LineSink, resume: NdjsonStart | undefined) {
    this.#sink = sink
    this.#line = resume?.line ?? 1
    this.#newline = resume?.newline ?? '\n'
    this.#pieces = new TextPieces(
      {
        begin: (_head, newline) => {
          this.#newline = newline
        },
        piece: (piece) => this.#scan(piece),
        tooLong: () => sink.refuse(this.#line++, TOO_LONG),
      },
      resume,
    )
  }

  push(chunk: Uint8Array): void {
    this.#pieces.push(chunk)
  }

  idle(): void {
    this.#pieces.idle()
  }

  end(): void {
    this.#pieces.end()
  }

  position() {
    return { bytes: this.#pieces.bytes, line: this.#line }
  }

  form(): FileForm | undefined {
    const form = this.#pieces.form
    return form === undefined ? undefined : { ...form, delimiter: '', columns: [] }
  }

  #scan(piece: Piece): number {
    const { text } = piece
    let from = 0
    while (from < text.length) {
      const at = text.indexOf(this.#newline, from)
      const end = at === -1 ? text.length : at
      this.#tell(this.#line++, text.slice(from, end), piece)
      from = end + 1
    }
    return text.length
  }

  #tell(line: number, part: string, piece: Piece): void {
    if (part.length < 3 && part.trim() === '') return
    const text = this.#read(part, piece)
    if (typeof text !== 'string') {
      this.#sink.refuse(line, text.problem)
      return
    }
    const value = parseJson(text)
    if (value !== undefined) this.#sink.object(line, value)
    else if (text.trim() !== '') this.#sink.refuse(line, NOT_JSON)
  }

  #read(part: string, piece: Piece): string | { readonly problem: FieldProblem } {
    if (isTooLong(part, piece.charsAreBytes)) return { problem: TOO_LONG }
    return piece.isRaw || piece.isSuspect ? this.#pieces.readText(piece, part) : part
  }
}

/** A character is at most three bytes of UTF-8: most lines need not be measured. */
function isTooLong(part: string, charsAreBytes: boolean): boolean {
  if (part.length * 3 <= LINE_BYTES_MAX) return false
  const bytes = part.endsWith('\r') ? part.slice(0, -1) : part
  return (charsAreBytes ? bytes.length : Buffer.byteLength(bytes)) > LINE_BYTES_MAX
}

/** The value, numbers of more digits than JavaScript keeps as their own text; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return hasOtherThanTexts(value) && MANY_DIGITS.test(text) ? JSON.parse(text, keepDigits) : value
  } catch {
    return undefined
  }
}

/** An object of nothing but texts, as most lines are, has no digits to lose. */
function hasOtherThanTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true
  const members = value as Readonly<Record<string, unknown>>
  for (const name in members) if (typeof members[name] !== 'string') return true
  return false
}

/** A number outside of texts with sixteen digits, or an exponent: rarely met, so that the slow way costs little. */
const MANY_DIGITS = /[:[,]\s*-?\d(?:[\d.]{15}|[\d.]*[eE])/

/** A number that would not be written back as it was given stays the text it was given as. */
function keepDigits(
  _name: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER && context.source.length <= 15
    ? value
    : context.source
}
