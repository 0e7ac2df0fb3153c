import type { HandleKey } from '../handle.ts'
import type { RecordWrite } from './store.ts'

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
 * Positions of the writes in key order.
 *
 * @throws RangeError where two writes of one commit are of the same key.
 */
export function inKeyOrder(writes: readonly RecordWrite[]): Uint32Array {
  const order = new Uint32Array(writes.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  if (!isRising(writes, order)) {
    order.sort((a, b) => compareKeys(keyAt(writes, a), keyAt(writes, b)))
    if (!isRising(writes, order)) throw new RangeError('a commit writes one key twice')
  }
  return order
}

function isRising(writes: readonly RecordWrite[], order: Uint32Array): boolean {
  let before = order.length === 0 ? '' : keyAt(writes, order[0] as number)
  for (let i = 1; i < order.length; i++) {
    const key = keyAt(writes, order[i] as number)
    if (compareKeys(before, key) >= 0) return false
    before = key
  }
  return true
}

function keyAt(writes: readonly RecordWrite[], position: number): HandleKey {
  return (writes[position] as RecordWrite).next.key
}
