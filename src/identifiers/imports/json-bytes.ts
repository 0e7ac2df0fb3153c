const FIRST_BYTES = 262_144
/** UTF-8 of one UTF-16 unit, at most. */
const UNIT_BYTES_MAX = 3
const DIGITS_MAX = 10
const INTEGER_MAX = 2 ** 31

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const ZERO = 0x30

/**
 * JSON put together as bytes, for thousands of short lines: texts that are joined and encoded afterwards leave the
 * collector a scrap for each of their pieces.
 */
export class JsonBytes {
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0

  clear(): void {
    this.#length = 0
  }

  /** JSON as it is. */
  raw(json: string): void {
    if (!this.#ascii(json, false)) this.#utf8(json)
  }

  /** A text as JSON has it between quotation marks. */
  quoted(text: string): void {
    if (!this.#ascii(text, true)) this.#utf8(JSON.stringify(text).slice(1, -1))
  }

  /** @param number whole, from 0 to 2^53-1 */
  number(number: number): void {
    if (number >= INTEGER_MAX) {
      this.raw(String(number))
      return
    }
    const bytes = this.#reserve(DIGITS_MAX)
    let end = this.#length + 1
    for (let rest = number; rest >= 10; rest = (rest / 10) | 0) end++
    this.#length = end
    let rest = number
    do {
      const less = (rest / 10) | 0
      bytes[--end] = ZERO + rest - less * 10
      rest = less
    } while (rest > 0)
  }

  append(other: JsonBytes): void {
    this.#reserve(other.#length).set(other.view(), this.#length)
    this.#length += other.#length
  }

  /** What was written, until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** What was written, in memory of its own. */
  copy(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.view())
  }

  /** Letter by letter: a call into the runtime would take longer. Writes nothing where a letter is not what it stands for. */
  #ascii(text: string, isQuoted: boolean): boolean {
    const bytes = this.#reserve(text.length)
    let at = this.#length
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x80) return false
      if (isQuoted && (unit < SPACE || unit === QUOTE || unit === BACKSLASH)) return false
      bytes[at++] = unit
    }
    this.#length = at
    return true
  }

  #utf8(json: string): void {
    const room = json.length * UNIT_BYTES_MAX
    this.#length += this.#reserve(room).write(json, this.#length, room, 'utf8')
  }

  #reserve(count: number): Buffer {
    const needed = this.#length + count
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
      larger.set(this.view())
      this.#bytes = larger
    }
    return this.#bytes
  }
}
