import { firstLate } from '../block/block.ts'
import type { HandleKey } from '../handle.ts'

/** Order of names: by UTF-8 bytes, that is by code points; negative where `a` comes first. */
export function compareKeys(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** UTF-16 puts surrogates below U+E000…U+FFFF; code points stand the other way round. */
function rank(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/**
 * Positions of the keys of a commit in their order.
 *
 * @throws RangeError where two of them are the same.
 */
export function inKeyOrder(keys: readonly HandleKey[]): Uint32Array {
  const order = new Uint32Array(keys.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  // bulk mostly comes in order, and texts laid flat are compared much faster
  if (firstLate(keys) >= 0) {
    order.sort((a, b) => compareKeys(keys[a] as HandleKey, keys[b] as HandleKey))
    if (!isRising(keys, order)) throw new RangeError('a commit writes one key twice')
  }
  return order
}

function isRising(keys: readonly HandleKey[], order: Uint32Array): boolean {
  let before = order.length === 0 ? '' : (keys[order[0] as number] as HandleKey)
  for (let i = 1; i < order.length; i++) {
    const key = keys[order[i] as number] as HandleKey
    if (compareKeys(before, key) >= 0) return false
    before = key
  }
  return true
}
