import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import { inKeyOrder } from './ordering.ts'
import { type Found, NOTHING, Seeker } from './seeker.ts'
import { firstName, lastSequence, type Tables } from './tables.ts'

/**
 * As many writes into one stretch go straight into its blocks; fewer wait in the recent area for company. Up to twice as
 * many may wait too, where all of a commit is scattered otherwise.
 */
export const STRETCH_WRITES_MIN = 32

/** What the names of a scattered commit have, as of one moment before it. */
export type Looked = {
  /** Positions of the names in their order. */
  readonly order: Uint32Array
  readonly found: readonly Found[]
  /** That the commit will have, and the age of the runs then; if nobody else commits meanwhile. */
  readonly sequence: number
  readonly age: number
}

/** As many writes from each other as fill a stretch. */
const FIRST_TWO = Uint32Array.from({ length: STRETCH_WRITES_MIN + 1 }, (_, i) => i)

/**
 * Looks up the names of a commit before its write begins, when its records may still be on their way: reading costs less
 * then, and others may write meanwhile. Nothing where they are not scattered, as their blocks must be read in the write.
 *
 * @throws RangeError where two names are the same.
 */
export function lookAhead(tables: Tables, keys: readonly HandleKey[]): Looked | undefined {
  const keyAt = (position: number) => keys[position] as HandleKey
  // Bulk mostly comes in order, and then its first names tell; ordering all of them first would cost more than the look.
  if (keys.length > STRETCH_WRITES_MIN && !isScattered(tables, { order: FIRST_TWO, keyAt })) return
  const order = inKeyOrder(keys)
  if (!isScattered(tables, { order, keyAt })) return undefined
  const seeker = new Seeker(tables, { ahead: true })
  const { age } = tables.runs
  const found = Array.from(keys, () => NOTHING)
  let before: { readonly prefix: PrefixKey } | undefined
  for (const position of order) {
    const key = keyAt(position)
    const prefix = prefixUnder(before, key)
    if (prefix !== before?.prefix) before = { prefix }
    found[position] = seeker.told(seeker.findAlone(prefix, key))
  }
  return { order, found, sequence: lastSequence(tables) + 1, age }
}

/** The prefix of a key, which most share with the one before. */
export function prefixUnder(
  last: { readonly prefix: PrefixKey } | undefined,
  key: HandleKey,
): PrefixKey {
  if (last === undefined || key.charCodeAt(last.prefix.length) !== SLASH) return prefixOf(key)
  return key.startsWith(last.prefix) ? last.prefix : prefixOf(key)
}

const SLASH = 0x2f

/** Whether no two writes that have so many between them as fill a stretch lie in the same leaf. */
export function isScattered(
  { blocks }: Tables,
  {
    order,
    keyAt,
  }: { readonly order: Uint32Array; readonly keyAt: (position: number) => HandleKey },
): boolean {
  // So few fill no stretch, wherever they lie.
  if (order.length <= STRETCH_WRITES_MIN) return true
  let last: string | undefined
  for (let i = 0; i < order.length; i += STRETCH_WRITES_MIN) {
    const key = keyAt(order[i] as number)
    const fence = blocks.floor(key, firstName(prefixOf(key)))?.key
    if (i > 0 && (fence === undefined || fence === last)) return false
    last = fence
  }
  return true
}
