/** DER (X.690), as much of it as keys are made of. */
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTETS = 0x04
const SEQUENCE = 0x30
const LONG = 0x80

/** A number of no more than 65,535 bytes that is not negative, most significant byte first. */
export function derInteger(bytes: Uint8Array): Buffer {
  return element(INTEGER, signedNumber(bytes))
}

export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return element(SEQUENCE, Buffer.concat(parts))
}

export function derOctets(bytes: Uint8Array): Buffer {
  return element(OCTETS, bytes)
}

/** Of whole bytes. */
export function derBits(bytes: Uint8Array): Buffer {
  return element(BIT_STRING, Buffer.concat([Buffer.of(0), bytes]))
}

/** With a zero byte in front where the number would else be taken for a negative one. */
export function signedNumber(bytes: Uint8Array): Uint8Array {
  return (bytes[0] ?? 0) >= LONG ? Buffer.concat([Buffer.of(0), bytes]) : bytes
}

export function withoutZeros(bytes: Uint8Array): Uint8Array {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  return bytes.subarray(start)
}

/** Of an element that begins at a place: where its content begins and ends. Bytes are trusted: they were made here. */
export function derContent(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at + 1] ?? 0
  if (first < LONG) return { start: at + 2, end: at + 2 + first }
  const start = at + 2 + (first - LONG)
  const length = bytes.subarray(at + 2, start).reduce((all, it) => all * 256 + it, 0)
  return { start, end: start + length }
}

function element(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  if (length < LONG) return Buffer.concat([Buffer.of(tag, length), content])
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...bytes), content])
}
