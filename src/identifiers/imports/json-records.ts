import type { FieldProblem } from '../../lib/problem.ts'
import { Problem } from '../../lib/problem.ts'
import { LINE_BYTES_MAX } from './limits.ts'
import { TOO_LONG } from './lines.ts'

export type RecordsSink = {
  /** The text of one value where records stand. */
  readonly record: (text: string) => void
  readonly refuse: (problem: FieldProblem) => void
}

/** Members of a file's object that hold its records; the second is that of a dump by a Handle.Net server. */
const RECORDS_MEMBERS: ReadonlySet<string> = new Set(['records', 'handleRecords'])
const MEMBER_BYTES_MAX = 256

/**
 * Cuts one JSON text into the records that stand in it, piece by piece: the elements of an array; those of a member `records`
 * or `handleRecords` of an object, be that an array or an object of named ones; or the object itself where it has none of
 * these. Keeps no more than one record. What is no JSON within a record is for who reads the record.
 */
export class JsonRecords {
  readonly #sink: RecordsSink
  /** Brackets that are open. */
  #depth = 0
  #inText = false
  #isEscaped = false
  /** Records are the values this deep; 0 while that is not known. */
  #recordsAt = 0
  /** What stands at `#recordsAt` is named. */
  #isNamed = false
  #isOver = false
  /** Of the object's own members: the last text in it, and whether that was its name. */
  #member = new Bytes(MEMBER_BYTES_MAX)
  #isMember = false
  #record: Bytes | undefined
  /** All there is, for the text that is itself a record. */
  #whole: Bytes | undefined = new Bytes(LINE_BYTES_MAX)
  #hasRecords = false
  /** There is a member `handle`. */
  #isNamedRecord = false

  constructor(sink: RecordsSink) {
    this.#sink = sink
  }

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      this.#whole?.add(byte)
      if (this.#inText) this.#text(byte)
      else this.#outside(byte)
    }
  }

  /** @throws Problem where the text was cut off, or holds no records */
  end(): void {
    if (this.#depth > 0 || !this.#isOver) throw NOT_RECORDS
    if (this.#hasRecords) return
    // It is a record itself, or nothing of which anything can be made.
    if (!this.#isNamedRecord || this.#whole === undefined || this.#whole.isOver) throw NOT_RECORDS
    this.#sink.record(this.#whole.text())
  }

  #text(byte: number): void {
    this.#record?.add(byte)
    if (this.#isMember && byte !== QUOTE) this.#member.add(byte)
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BACKSLASH) this.#isEscaped = true
    else if (byte === QUOTE) this.#endText()
  }

  #endText(): void {
    this.#inText = false
    if (this.#isMember && this.#member.text() === 'handle') this.#isNamedRecord = true
    this.#isMember = false
  }

  #outside(byte: number): void {
    switch (byte) {
      case QUOTE:
        this.#beginText()
        break
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.#open(byte)
        break
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        this.#close(byte)
        break
      case COMMA:
        this.#comma()
        break
      default:
        this.#other(byte)
    }
  }

  #beginText(): void {
    if (this.#depth === 0) throw NOT_RECORDS
    this.#inText = true
    if (this.#depth === 1 && this.#recordsAt !== 1) {
      this.#isMember = true
      this.#member.clear()
    }
    // A name is not what it names.
    if (this.#isBetween && !this.#isNamed) this.#record = new Bytes(LINE_BYTES_MAX)
    this.#record?.add(QUOTE)
  }

  /** Between two records, or before the first. */
  get #isBetween(): boolean {
    return this.#depth === this.#recordsAt && this.#depth > 0 && this.#record === undefined
  }

  #open(byte: number): void {
    if (this.#isOver) throw NOT_RECORDS
    if (this.#isBetween) this.#record = new Bytes(LINE_BYTES_MAX)
    this.#record?.add(byte)
    if (this.#depth === 0 && byte === OPEN_ARRAY) this.#begin(1, false)
    const isRecords = this.#depth === 1 && this.#recordsAt === 0
    if (isRecords && RECORDS_MEMBERS.has(this.#member.text())) this.#begin(2, byte === OPEN_OBJECT)
    this.#depth++
  }

  #begin(depth: number, isNamed: boolean): void {
    this.#recordsAt = depth
    this.#isNamed = isNamed
    this.#hasRecords = true
    this.#whole = undefined
  }

  #close(byte: number): void {
    if (this.#depth === 0) throw NOT_RECORDS
    if (this.#depth === this.#recordsAt) this.#tell()
    if (this.#depth === this.#recordsAt && this.#recordsAt === 2) this.#recordsAt = 0
    this.#depth--
    if (this.#depth === 0) this.#isOver = true
    this.#record?.add(byte)
    if (this.#depth === this.#recordsAt && this.#depth > 0) this.#tell()
  }

  #comma(): void {
    if (this.#depth === this.#recordsAt) this.#tell()
    else this.#record?.add(COMMA)
  }

  #other(byte: number): void {
    if (byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB) {
      this.#record?.add(byte)
      return
    }
    if (this.#depth === 0) throw NOT_RECORDS
    // Numbers and the like are no records, which whoever reads them says.
    if (this.#isBetween && byte !== COLON) this.#record = new Bytes(LINE_BYTES_MAX)
    this.#record?.add(byte)
  }

  #tell(): void {
    const record = this.#record
    if (record === undefined) return
    this.#record = undefined
    if (record.isOver) this.#sink.refuse(TOO_LONG)
    else this.#sink.record(record.text())
  }
}

const BYTES_MIN = 1_024

/** Bytes up to a limit; what is more is dropped, and remembered as such. */
class Bytes {
  readonly #most: number
  #bytes: Uint8Array
  #length = 0
  isOver = false

  constructor(most: number) {
    this.#most = most
    this.#bytes = new Uint8Array(Math.min(most, BYTES_MIN))
  }

  add(byte: number): void {
    if (this.#length === this.#bytes.length) {
      if (this.#length === this.#most) {
        this.isOver = true
        return
      }
      const more = new Uint8Array(Math.min(this.#most, this.#length * 2))
      more.set(this.#bytes)
      this.#bytes = more
    }
    this.#bytes[this.#length++] = byte
  }

  clear(): void {
    this.#length = 0
    this.isOver = false
  }

  text(): string {
    return Buffer.from(this.#bytes.buffer, 0, this.#length).toString('utf8')
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c
const COLON = 0x3a
const SPACE = 0x20
const LINE_FEED = 0x0a
const RETURN = 0x0d
const TAB = 0x09

const NOT_RECORDS = new Problem('unreadable-input', {
  en: 'The file is not JSON records: an array, an object with “records” or “handleRecords”, or one record a line',
  zh: '文件不是 JSON 记录：应为数组、带“records”或“handleRecords”的对象，或每行一条记录',
})
