/** Stored bytes that are not what was written: a digest that does not fit, or a form that was never encoded. */
export class BrokenBlock extends Error {
  override readonly name = 'BrokenBlock'
}

/** Kinds of a stored piece, the two low bits of its length. */
const ASCII = 0
const UTF_8 = 1
/** Text that is no valid Unicode (a lone surrogate); kept as it is. */
const UTF_16 = 2
const OCTETS = 3

const SHORT_LETTERS_MAX = 64
const ROOM_BYTES_MIN = 65_536
/** A buffer that grew beyond this for one large block is given back. */
const KEPT_BYTES_MAX = 4 * 1_048_576

/** Appends to one growing buffer. Kept between uses, so that encoding a block allocates only its result. */
export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(ROOM_BYTES_MIN)
  #length = 0

  get length(): number {
    return this.#length
  }

  reset(): void {
    this.#length = 0
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#bytes = Buffer.allocUnsafeSlow(ROOM_BYTES_MIN)
  }

  /** Room for `count` more bytes; answers the buffer to write them into, from `length` on. */
  reserve(count: number): Buffer {
    const needed = this.#length + count
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, this.#length)
      this.#bytes = grown
    }
    return this.#bytes
  }

  /** Takes what was written into the reserved room. */
  advance(count: number): void {
    this.#length += count
  }

  u8(value: number): void {
    this.reserve(1)[this.#length++] = value
  }

  u32(value: number): void {
    this.reserve(4).writeUInt32LE(value >>> 0, this.#length)
    this.#length += 4
  }

  /** A whole number from 0 to 2^53-1, seven bits a byte, low bits first. */
  uint(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new RangeError(`not a whole number from 0 to 2^53-1: ${value}`)
    }
    const bytes = this.reserve(8)
    let rest = value
    while (rest >= 0x8000_0000) {
      bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      bytes[this.#length++] = (rest & 127) | 128
      rest >>>= 7
    }
    bytes[this.#length++] = rest
  }

  /** A whole number of either sign, up to 2^52 in size. */
  int(value: number): void {
    this.uint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  raw(octets: Uint8Array): void {
    this.reserve(octets.length).set(octets, this.#length)
    this.#length += octets.length
  }

  /** Octets that stand among others. */
  rawPart(source: Buffer, from: number, to: number): void {
    source.copy(this.reserve(to - from), this.#length, from, to)
    this.#length += to - from
  }

  /** What was written from one place to another, once more. */
  again(from: number, to: number): void {
    this.reserve(to - from).copyWithin(this.#length, from, to)
    this.#length += to - from
  }

  /** ASCII text without its length. */
  ascii(text: string): void {
    this.reserve(text.length).write(text, this.#length, text.length, 'latin1')
    this.#length += text.length
  }

  /** Takes back what was written from `length` on. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length)
  }

  /** Puts the length of what was written from `from` on before it. */
  prependLength(from: number): void {
    const written = new Uint8Array(this.view(from))
    this.#length = from
    this.uint(written.length)
    this.raw(written)
  }

  /** Text of any kind, or octets, with its length. */
  piece(piece: string | Uint8Array): void {
    if (typeof piece !== 'string') {
      this.uint(piece.length * 4 + OCTETS)
      this.raw(piece)
      return
    }
    if (piece.length <= SHORT_LETTERS_MAX && this.#shortAscii(piece)) return
    const length = Buffer.byteLength(piece)
    if (length === piece.length) {
      this.uint(length * 4 + ASCII)
      this.reserve(length).write(piece, this.#length, length, 'latin1')
      this.#length += length
    } else if (piece.isWellFormed()) {
      this.uint(length * 4 + UTF_8)
      this.reserve(length).write(piece, this.#length, length, 'utf8')
      this.#length += length
    } else {
      this.uint(piece.length * 8 + UTF_16)
      this.reserve(piece.length * 2).write(piece, this.#length, piece.length * 2, 'utf16le')
      this.#length += piece.length * 2
    }
  }

  /** Letter by letter: a call into the runtime would take longer. Writes nothing where the text is not ASCII. */
  #shortAscii(text: string): boolean {
    const start = this.#length
    this.uint(text.length * 4 + ASCII)
    const bytes = this.reserve(text.length)
    let at = this.#length
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x80) {
        this.#length = start
        return false
      }
      bytes[at++] = unit
    }
    this.#length = at
    return true
  }

  /** What was written from `from` on, until the next write. */
  view(from = 0): Buffer {
    return this.#bytes.subarray(from, this.#length)
  }

  /** A copy of all that was written. */
  copy(): Uint8Array {
    return new Uint8Array(this.view())
  }
}

/** Reads what `ByteWriter` wrote; every read stays within its bounds or throws `BrokenBlock`. */
export class ByteReader {
  readonly bytes: Buffer
  readonly end: number
  at: number

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  u8(): number {
    if (this.at >= this.end) throw new BrokenBlock('the bytes end too early')
    return this.bytes[this.at++] as number
  }

  uint(): number {
    const first = this.u8()
    return first < 128 ? first : this.#longUint(first & 127)
  }

  #longUint(low: number): number {
    let value = low
    // Up to four bytes are a whole number of the machine, which takes no floating point.
    for (let shift = 7; shift <= 21; shift += 7) {
      const next = this.u8()
      value |= (next & 127) << shift
      if (next < 128) return value
    }
    for (let scale = 2 ** 28; scale <= 2 ** 49; scale *= 128) {
      const next = this.u8()
      value += (next & 127) * scale
      if (next < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw new BrokenBlock('a number is too long')
  }

  int(): number {
    const value = this.uint()
    if (value < 2 ** 31) return (value & 1) === 0 ? value >>> 1 : -(value >>> 1) - 1
    const half = Math.floor(value / 2)
    return value === half * 2 ? half : -half - 1
  }

  /** A count or length of which `each` bytes at least must follow. */
  count(each: number): number {
    const count = this.uint()
    if (count * each > this.end - this.at) throw new BrokenBlock('a count exceeds the bytes')
    return count
  }

  skip(count: number): number {
    const from = this.at
    if (count > this.end - from) throw new BrokenBlock('the bytes end too early')
    this.at = from + count
    return from
  }

  piece(): string | Uint8Array {
    const head = this.uint()
    const from = this.skip(Math.floor(head / 4))
    switch (head % 4) {
      case ASCII:
        return this.bytes.toString('latin1', from, this.at)
      case UTF_8:
        return this.bytes.toString('utf8', from, this.at)
      case UTF_16:
        return this.bytes.toString('utf16le', from, this.at)
      default:
        return new Uint8Array(this.bytes.subarray(from, this.at))
    }
  }

  skipPiece(): void {
    this.skip(Math.floor(this.uint() / 4))
  }

  text(): string {
    const piece = this.piece()
    if (typeof piece !== 'string') throw new BrokenBlock('text was expected')
    return piece
  }

  /** Nothing may be left over. */
  finish(): void {
    if (this.at !== this.end) throw new BrokenBlock('bytes are left over')
  }
}
