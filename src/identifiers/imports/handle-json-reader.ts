import { JsonRecords } from './json-records.ts'
import { LINE_BYTES_MAX } from './limits.ts'
import { type FileForm, type FileReader, type LineSink, NOT_JSON } from './lines.ts'
import { type NdjsonStart, ndjsonReader, parseJson } from './ndjson-reader.ts'

/**
 * Reads records of the Handle JSON API: one a line, or one JSON text that is an array of them, an object whose `records` or
 * `handleRecords` (a dump of a Handle.Net server) holds them, or a single record. In the latter, `line` counts records, and an
 * upload that broke begins again at its first byte.
 */
export function handleJsonReader(sink: LineSink, resume?: NdjsonStart): FileReader {
  return resume !== undefined && resume.bytes > 0
    ? ndjsonReader(sink, resume)
    : new HandleJsonReader(sink)
}

class HandleJsonReader implements FileReader {
  readonly #sink: LineSink
  /** One record a line; undefined where there are none, or it is not known yet. */
  #lines: FileReader | undefined
  #records: JsonRecords | undefined
  #held: Uint8Array[] = []
  #line = 1

  constructor(sink: LineSink) {
    this.#sink = sink
  }

  push(chunk: Uint8Array): void {
    if (this.#lines !== undefined) this.#lines.push(chunk)
    else if (this.#records !== undefined) this.#records.push(chunk)
    else {
      this.#held.push(chunk)
      this.#judge(false)
    }
  }

  idle(): void {
    this.#lines?.idle()
  }

  end(): void {
    this.#judge(true)
    this.#lines?.end()
    this.#records?.end()
  }

  position() {
    return this.#lines?.position() ?? { bytes: 0, line: this.#line }
  }

  form(): FileForm | undefined {
    return this.#lines?.form()
  }

  /** A first line that is a record of its own means that all lines are. */
  #judge(isAll: boolean): void {
    if (this.#lines !== undefined || this.#records !== undefined) return
    const head = Buffer.concat(this.#held)
    const end = head.indexOf(LINE_FEED)
    if (end === -1 && !isAll && head.length <= LINE_BYTES_MAX) return
    this.#held = []
    if (isRecord(parseJson(head.toString('utf8', 0, end === -1 ? head.length : end)))) {
      this.#lines = ndjsonReader(this.#sink)
      this.#lines.push(head)
    } else {
      this.#records = new JsonRecords({
        record: (text) => this.#tell(text),
        refuse: (problem) => this.#sink.refuse(this.#line++, problem),
      })
      this.#records.push(withoutMark(head))
    }
  }

  #tell(text: string): void {
    const value = parseJson(text)
    const line = this.#line++
    if (value === undefined) this.#sink.refuse(line, NOT_JSON)
    else this.#sink.object(line, value)
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'handle' in value
}

const LINE_FEED = 0x0a
const MARK = [0xef, 0xbb, 0xbf]

function withoutMark(bytes: Uint8Array): Uint8Array {
  return MARK.every((it, i) => bytes[i] === it) ? bytes.subarray(MARK.length) : bytes
}
