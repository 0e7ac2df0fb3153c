import { Problem } from '../../lib/problem.ts'
import { HANDLE_JSON_BYTES_MAX, LINE_BYTES_MAX } from './limits.ts'
import type { FileForm, FileReader, LineSink } from './lines.ts'
import { type NdjsonStart, ndjsonReader, parseJson } from './ndjson-reader.ts'

/**
 * Reads records of the Handle JSON API: one a line, or one JSON text that is an array of them, an object whose `records`
 * is one, or a single record. In the latter, `line` counts records, and nothing is told before the text is complete.
 */
export function handleJsonReader(sink: LineSink, resume?: NdjsonStart): FileReader {
  return resume !== undefined && resume.bytes > 0
    ? ndjsonReader(sink, resume)
    : new HandleJsonReader(sink)
}

class HandleJsonReader implements FileReader {
  readonly #sink: LineSink
  #lines: FileReader | undefined
  #isWhole = false
  #held: Uint8Array[] = []
  #bytes = 0
  #line = 1

  constructor(sink: LineSink) {
    this.#sink = sink
  }

  push(chunk: Uint8Array): void {
    if (this.#lines !== undefined) {
      this.#lines.push(chunk)
      return
    }
    this.#held.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > HANDLE_JSON_BYTES_MAX) throw TOO_LARGE
    if (!this.#isWhole) this.#judge()
  }

  idle(): void {
    this.#lines?.idle()
  }

  end(): void {
    if (this.#lines !== undefined) {
      this.#lines.end()
      return
    }
    const records = recordsIn(parseJson(Buffer.concat(this.#held).toString('utf8')))
    for (const record of records) this.#sink.object(this.#line++, record)
    this.#held = []
  }

  position() {
    return this.#lines?.position() ?? { bytes: 0, line: this.#line }
  }

  form(): FileForm | undefined {
    return this.#lines?.form()
  }

  /** A first line that is a record of its own means that all lines are. */
  #judge(): void {
    const head = Buffer.concat(this.#held)
    const end = head.indexOf(0x0a)
    if (end === -1 && head.length <= LINE_BYTES_MAX) return
    const first = parseJson(head.toString('utf8', 0, end === -1 ? 0 : end))
    this.#isWhole = !(isObject(first) && 'handle' in first)
    if (this.#isWhole) return
    this.#lines = ndjsonReader(this.#sink)
    this.#lines.push(head)
    this.#held = []
  }
}

function recordsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (isObject(value) && Array.isArray(value.records)) return value.records
  if (isObject(value) && 'handle' in value) return [value]
  throw new Problem('unreadable-input', {
    en: 'The file is not JSON records: an array, an object with “records”, or one record a line',
    zh: '文件不是 JSON 记录：应为数组、带“records”的对象，或每行一条记录',
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const TOO_LARGE = new Problem('too-large', {
  en: `A JSON text of more than ${HANDLE_JSON_BYTES_MAX} bytes must hold one record a line`,
  zh: `超过 ${HANDLE_JSON_BYTES_MAX} 字节的 JSON 文件必须每行一条记录`,
})
