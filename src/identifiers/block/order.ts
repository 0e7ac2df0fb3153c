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
