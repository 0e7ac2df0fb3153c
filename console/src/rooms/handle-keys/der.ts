/** One DER element (X.690): its tag, its length, its contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = joined(contents)
  return joined([Uint8Array.of(tag, ...lengthOf(body.length)), body])
}

export const DER = {
  integer: 0x02,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const

/** An object identifier by its encoded contents, in hexadecimal. */
export function oid(hex: string): Uint8Array<ArrayBuffer> {
  return der(
    DER.oid,
    Uint8Array.from(hex.match(/../g) ?? [], (it) => Number.parseInt(it, 16)),
  )
}

/** A positive whole number below 2^31. */
export function integer(value: number): Uint8Array<ArrayBuffer> {
  const bytes = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
  while (bytes.length > 1 && bytes[0] === 0 && (bytes[1] ?? 0) < 128) bytes.shift()
  return der(DER.integer, Uint8Array.from(bytes))
}

function lengthOf(length: number): readonly number[] {
  if (length < 128) return [length]
  const bytes: number[] = []
  for (let left = length; left > 0; left >>>= 8) bytes.unshift(left & 255)
  return [128 | bytes.length, ...bytes]
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const LINE_CHARS = 64

/** RFC 7468: bytes as text between two lines that say what they are. */
export function pemOf(label: string, bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  const lines = btoa(binary).match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
