import { BrokenBlock } from '../block/block.ts'
import { PREFIX_RECORDS, type PrefixKey } from '../handle.ts'
import type { TurnReads } from '../store/store.ts'
import type { PrefixAnswer } from './book.ts'

/** So many commits are looked through for one of a prefix's record; behind more than that there may be one. */
const BATCHES_MAX = 64

type Turn = Pick<TurnReads, 'sequence' | 'changes'>
type Known<T> = { readonly state: PrefixAnswer; readonly found: T }

export type PrefixMemoParts<T> = {
  readonly turn: Turn
  /** Told the state of a prefix, which is the same object as long as no prefix has changed. */
  readonly find: (prefix: PrefixKey, state: PrefixAnswer) => T
  /** Remembered at once; beyond, all is forgotten. */
  readonly prefixesMax: number
}

/** Remembers what is found of prefixes and their records until a prefix or any of their records changes. */
export function rememberOfPrefixes<T>({
  turn,
  find,
  prefixesMax,
}: PrefixMemoParts<T>): PrefixMemoParts<T>['find'] {
  const known = new Map<PrefixKey, Known<T>>()
  let seen = -1
  const follow = () => {
    const last = turn.sequence()
    if (last === seen) return
    if (known.size > 0 && mayHaveChanged(turn, { after: seen, last })) known.clear()
    seen = last
  }
  return (prefix, state) => {
    follow()
    const it = known.get(prefix)
    if (it?.state === state) return it.found
    if (known.size >= prefixesMax) known.clear()
    const found = find(prefix, state)
    known.set(prefix, { state, found })
    return found
  }
}

function mayHaveChanged(
  turn: Turn,
  { after, last }: { readonly after: number; readonly last: number },
): boolean {
  if (last - after > BATCHES_MAX) return true
  try {
    return turn
      .changes(after, BATCHES_MAX)
      .some(({ moved }) => moved.some((it) => it.prefix === PREFIX_RECORDS))
  } catch (error) {
    if (error instanceof BrokenBlock) return true
    throw error
  }
}
