import { isAscii, isUtf8 } from 'node:buffer'
import type { FieldProblem } from '../../lib/problem.ts'
import { decodeBytes, judgeEncoding, readByteOrderMark } from './encoding.ts'
import { HEAD_BYTES, LINE_BYTES_MAX } from './limits.ts'
import { type Encoding, NUL_BYTE, refusal } from './lines.ts'

/** A run of whole lines as text. */
export type Piece = {
  readonly text: string
  readonly charsAreBytes: boolean
  /** Characters stand for bytes that are still to be decoded: some are not valid, or it is GB 18030. */
  readonly isRaw: boolean
  /** Somewhere in it are characters that make their line unreadable: NUL, or halves of a UTF-16 pair. */
  readonly isSuspect: boolean
  /** Nothing follows. */
  readonly final: boolean
}

export type PieceSink = {
  /** The file's first bytes, decoded as far as they can be: delimiter and columns are found here. */
  begin(head: string, newline: '\n' | '\r'): void
  /** Answers how many characters were used up; the rest comes again with what follows. */
  piece(piece: Piece): number
  /** The line that begins next is longer than a line may be; its rest is dropped. `open`: part of it was scanned. */
  tooLong(scanned: boolean): void
}

export type PiecesForm = { readonly encoding: Encoding; readonly newline: '\n' | '\r' }

/** Bytes handed on at once: what a line that never ends makes us look at again and again is bounded by it. */
const PIECE_BYTES_MAX = 262_144
const LF = 0x0a
const CR = 0x0d

/**
 * Cuts a stream of bytes at line ends and decodes the pieces, whatever the encoding. Structure characters of CSV and
 * JSON lines never occur inside a character of UTF-8 or GB 18030 (second bytes are 0x30–0x39 or ≥ 0x40), so a piece
 * that cannot be decoded as a whole is handed on as bytes and decoded line by line. UTF-16 is turned into UTF-8 first.
 */
export class TextPieces {
  readonly #sink: PieceSink
  #encoding: Encoding | undefined
  #newline: '\n' | '\r' = '\n'
  #started = false
  /** The rest of a line that is too long is dropped until its end. */
  #skipping = false
  #held: Buffer = Buffer.alloc(0)
  #bytes = 0
  #utf16: TextDecoder | undefined

  constructor(sink: PieceSink, resume?: PiecesForm & { readonly bytes: number }) {
    this.#sink = sink
    if (resume === undefined) return
    this.#started = true
    this.#newline = resume.newline
    this.#bytes = resume.bytes
    this.#setEncoding(resume.encoding)
  }

  /** Bytes of the file before the first line that was not used up. */
  get bytes(): number {
    return this.#bytes
  }

  get form(): PiecesForm | undefined {
    if (!this.#started) return undefined
    return { encoding: this.#encoding ?? 'utf-8', newline: this.#newline }
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#toBytes(chunk, false)
    if (!this.#started) {
      this.#held = Buffer.concat([this.#held, bytes])
      if (this.#held.length >= HEAD_BYTES) this.#start(false)
      return
    }
    this.#take(bytes, false)
  }

  /** Starts on less than a full head, if a whole line is there. */
  idle(): void {
    if (this.#started) return
    const isUtf16 = readByteOrderMark(this.#held)?.encoding.startsWith('utf-16')
    const lineEnd = isUtf16
      ? this.#held.toString('utf16le').search(UTF16_LF)
      : this.#held.indexOf(LF)
    if (lineEnd !== -1) this.#start(false)
  }

  end(): void {
    const tail = this.#toBytes(new Uint8Array(), true)
    if (!this.#started) {
      this.#held = Buffer.concat([this.#held, tail])
      this.#start(true)
    } else {
      this.#take(tail, true)
    }
  }

  #start(final: boolean): void {
    const mark = readByteOrderMark(this.#held)
    let head = this.#held
    if (mark !== undefined) {
      this.#setEncoding(mark.encoding)
      this.#bytes = mark.bytes
      head = head.subarray(mark.bytes)
      if (this.#utf16 !== undefined)
        head = Buffer.from(this.#utf16.decode(head, { stream: !final }))
    }
    this.#encoding ??= judgeEncoding(head, final)
    this.#newline = !head.includes(LF) && head.includes(CR) ? '\r' : '\n'
    this.#started = true
    this.#held = Buffer.alloc(0)
    this.#sink.begin(this.#headText(head), this.#newline)
    this.#take(head, final)
  }

  #headText(head: Buffer): string {
    if (this.#encoding !== 'gb18030') return head.toString('utf8')
    return new TextDecoder('gb18030').decode(head)
  }

  #setEncoding(encoding: Encoding): void {
    this.#encoding = encoding
    if (encoding.startsWith('utf-16')) this.#utf16 = new TextDecoder(encoding, { ignoreBOM: true })
  }

  #toBytes(chunk: Uint8Array, final: boolean): Buffer {
    if (this.#utf16 !== undefined && this.#started) {
      return Buffer.from(this.#utf16.decode(chunk, { stream: !final }))
    }
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }

  #take(bytes: Buffer, final: boolean): void {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES_MAX) {
      const part = bytes.subarray(from, from + PIECE_BYTES_MAX)
      const more = this.#held.length === 0 ? part : Buffer.concat([this.#held, part])
      this.#held = more
      this.#drain(final && from + PIECE_BYTES_MAX >= bytes.length)
    }
    if (bytes.length === 0 && final) this.#drain(true)
  }

  /** Hands on the whole lines that are held, until what is held is the beginning of a line of allowed length. */
  #drain(final: boolean): void {
    for (;;) {
      if (this.#skipping && !this.#skipLine()) return
      this.#handOn(final)
      if (this.#held.length <= LINE_BYTES_MAX + 1) return
      const scanned = this.#held.indexOf(this.#newlineByte) !== -1
      this.#sink.tooLong(scanned)
      this.#skipping = true
    }
  }

  get #newlineByte(): number {
    return this.#newline === '\n' ? LF : CR
  }

  /** Drops the held bytes up to the next line end. False: all of them. */
  #skipLine(): boolean {
    const at = this.#held.indexOf(this.#newlineByte)
    this.#useUp(at === -1 ? this.#held.length : at + 1)
    this.#skipping = at === -1
    return at !== -1
  }

  #handOn(final: boolean): void {
    const held = this.#held
    const cut = final ? held.length : held.lastIndexOf(this.#newlineByte) + 1
    if (cut === 0) return
    const region = cut === held.length ? held : held.subarray(0, cut)
    const piece = this.#decode(region, final)
    const used = this.#sink.piece(piece)
    if (used === piece.text.length) this.#useUp(cut)
    else if (piece.charsAreBytes) this.#useUp(used)
    else this.#useUp(cut - Buffer.byteLength(piece.text.slice(used)))
  }

  #decode(region: Buffer, final: boolean): Piece {
    const isSuspect =
      region.includes(0) || (this.#utf16 !== undefined && region.includes(REPLACEMENT))
    if (isAscii(region)) {
      return {
        text: region.toString('latin1'),
        charsAreBytes: true,
        isRaw: false,
        isSuspect,
        final,
      }
    }
    this.#encoding ??= judgeEncoding(region, true) ?? 'utf-8'
    if (this.#encoding !== 'gb18030' && isUtf8(region)) {
      return { text: region.toString('utf8'), charsAreBytes: false, isRaw: false, isSuspect, final }
    }
    return { text: region.toString('latin1'), charsAreBytes: true, isRaw: true, isSuspect, final }
  }

  #useUp(bytes: number): void {
    const used = this.#held.subarray(0, bytes)
    // UTF-16 has two bytes a code unit, and JavaScript's strings count code units.
    this.#bytes += this.#utf16 === undefined ? bytes : used.toString('utf8').length * 2
    this.#held = this.#held.subarray(bytes)
  }

  /** Text of a part of a piece, or why it is none. */
  readText(piece: Piece, part: string): string | { readonly problem: FieldProblem } {
    if (piece.isSuspect) {
      if (part.includes('\0')) return { problem: NUL_BYTE }
      if (this.#utf16 !== undefined && part.includes('\ufffd')) return { problem: HALF_PAIR }
    }
    if (!piece.isRaw || !NOT_ASCII.test(part)) return part
    const encoding = this.#encoding === 'gb18030' ? 'gb18030' : 'utf-8'
    return decodeBytes(Buffer.from(part, 'latin1'), encoding)
  }
}

/** A line feed in either byte order. */
const UTF16_LF = /[\n\u0a00]/
const REPLACEMENT = Buffer.from('\ufffd')
const HALF_PAIR = refusal({
  en: 'The line is not valid UTF-16',
  zh: '该行不是有效的 UTF-16',
})
const NOT_ASCII = /[\x80-\xff]/
