/** The bytes end too early, a length points outside them, or something is left over. */
export class MalformedBytes extends Error {
  override readonly name = 'MalformedBytes'
}

/** Handle.Net's own limit for any counted array in a message, in elements or bytes. */
export const ARRAY_LENGTH_MAX = 1_048_576

/** A cursor over big-endian fields (RFC 3652 §2.1). All bounds of the binary forms live here alone. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2))
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4))
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** A u32 length, then as many bytes. */
  counted(): Uint8Array {
    return this.bytes(this.u32())
  }

  /** UTF8-String: a u32 byte count, then the text. Bytes that are not UTF-8 come out as U+FFFD. */
  text(): string {
    return Buffer.from(this.counted()).toString('utf8')
  }

  /** A u32 count, then as many elements of at least `elementBytesMin` bytes each. */
  list<T>(elementBytesMin: number, element: (reader: Reader) => T): T[] {
    const count = this.u32()
    if (count > ARRAY_LENGTH_MAX || count * elementBytesMin > this.left) {
      throw new MalformedBytes(`${count} elements do not fit into ${this.left} bytes`)
    }
    return Array.from({ length: count }, () => element(this))
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.left > 0) throw new MalformedBytes(`${this.left} bytes are left over`)
  }

  #take(length: number): number {
    if (length > this.left) {
      throw new MalformedBytes(`${length} bytes wanted, ${this.left} are left`)
    }
    const start = this.#at
    this.#at += length
    return start
  }
}

const START_BYTES = 128

/** Writes what `Reader` reads; every method returns the writer, so that a form stands in one chain. */
export class Writer {
  #bytes = Buffer.allocUnsafe(START_BYTES)
  #at = 0

  u8(value: number): this {
    this.#reserve(1)
    this.#bytes[this.#at++] = value
    return this
  }

  u16(value: number): this {
    this.#reserve(2)
    return this.u8(value >>> 8).u8(value)
  }

  /** Negative numbers too, as their two's complement. */
  u32(value: number): this {
    this.#reserve(4)
    this.#bytes[this.#at++] = value >>> 24
    this.#bytes[this.#at++] = value >>> 16
    this.#bytes[this.#at++] = value >>> 8
    this.#bytes[this.#at++] = value
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }

  counted(bytes: Uint8Array): this {
    return this.u32(bytes.length).bytes(bytes)
  }

  text(text: string): this {
    const length = Buffer.byteLength(text)
    this.u32(length).#reserve(length)
    this.#at += this.#bytes.write(text, this.#at)
    return this
  }

  list<T>(elements: readonly T[], element: (writer: Writer, it: T) => void): this {
    this.u32(elements.length)
    for (const it of elements) element(this, it)
    return this
  }

  /** All of it, in memory of its own. */
  done(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#at))
  }

  #reserve(bytes: number): void {
    const wanted = this.#at + bytes
    if (wanted <= this.#bytes.length) return
    const more = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2))
    this.#bytes.copy(more, 0, 0, this.#at)
    this.#bytes = more
  }
}
