import type { ByteWriter } from './bytes.ts'

/** Widest number that is packed, in bits. */
export const BITS_MAX = 53

/** Bits that a whole number of 0 … 2^53-1 needs; 0 needs none. */
export function bitsFor(value: number): number {
  if (value < 0x1_0000_0000) return 32 - Math.clz32(value)
  return 64 - Math.clz32(Math.floor(value / 0x1_0000_0000))
}

export function packedBytes(count: number, width: number): number {
  return (count * width + 7) >>> 3
}

/** Packs whole numbers below 2^width one after the other, low bits first. */
export class BitWriter {
  readonly #to: ByteWriter
  #bits = 0
  #held = 0

  constructor(to: ByteWriter) {
    this.#to = to
  }

  put(value: number, width: number): void {
    let rest = value
    let left = width
    while (left > 24) {
      this.#putFew(rest % 0x100_0000, 24)
      rest = Math.floor(rest / 0x100_0000)
      left -= 24
    }
    this.#putFew(rest, left)
  }

  #putFew(value: number, width: number): void {
    let bits = this.#bits | (value << this.#held)
    let held = this.#held + width
    while (held >= 8) {
      this.#to.u8(bits & 255)
      bits >>>= 8
      held -= 8
    }
    this.#bits = bits
    this.#held = held
  }

  /** Fills the last byte with zeros. */
  end(): void {
    if (this.#held > 0) this.#to.u8(this.#bits & 255)
    this.#bits = 0
    this.#held = 0
  }
}

/**
 * The number of `width` bits that begins `bit` bits after `offset`. Four bytes at least must follow the packed ones (in
 * a block the digest does).
 */
export function bitsAt(bytes: Uint8Array, offset: number, bit: number, width: number): number {
  const shift = bit & 7
  let at = offset + (bit - shift) / 8
  if (width <= 25) {
    const word =
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      shift
    return word & ((1 << width) - 1)
  }
  let value = (bytes[at] as number) >>> shift
  let got = 8 - shift
  while (got < width) {
    at++
    const missing = width - got
    const next = bytes[at] as number
    value += (missing < 8 ? next & ((1 << missing) - 1) : next) * 2 ** got
    got += 8
  }
  return value
}
