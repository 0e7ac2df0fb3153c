import { flatten } from './flat.ts'

/** Order of the UTF-8 bytes of two texts: that of their code points. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    return ranked(x) - ranked(y)
  }
  return a.length - b.length
}

/** Position of the first of the texts that does not come after the one before it; -1 where each does. */
export function firstLate(texts: readonly string[]): number {
  const bytes = flatten(texts)
  let at = 0
  for (let i = 1; i < texts.length; i++) {
    const a = texts[i - 1] as string
    const b = texts[i] as string
    const next = at + a.length
    const order =
      bytes === undefined
        ? compareUtf8(a, b)
        : compareBytes(bytes, at, next, Math.min(a.length, b.length)) || a.length - b.length
    if (order >= 0) return i
    at = next
  }
  return -1
}

function compareBytes(bytes: Uint8Array, a: number, b: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const order = (bytes[a + i] as number) - (bytes[b + i] as number)
    if (order !== 0) return order
  }
  return 0
}

/** Surrogates stand for code points above all others. */
function ranked(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}

/** Position of a key, or -1, by comparing with the keys at some positions. */
export function searchKeys(
  count: number,
  key: string,
  keyAt: (position: number) => string,
): number {
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = compareUtf8(keyAt(middle), key)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}
