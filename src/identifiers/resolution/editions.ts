import { BrokenBlock } from '../block/block.ts'
import type { PrefixKey } from '../handle.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import type { TurnReads } from '../store/store.ts'

/** The same object for as long as every answer under its prefix stays the same. */
export type Edition = { readonly prefix: PrefixKey; readonly state: PrefixAnswer }

const PREFIXES_MAX = 100_000
/** So many batches are looked through for their prefixes; behind more than that, every edition is new. */
const BATCHES_MAX = 64

/**
 * Tells who keeps answers whether they still hold. A commit begins a new edition of the prefixes it wrote, and of no
 * others; so does whatever changes the state of a prefix.
 */
export function watchEditions(
  reads: TurnReads,
  prefixState: (prefix: PrefixKey) => PrefixAnswer,
): (prefix: PrefixKey) => Edition | undefined {
  const editions = new Map<PrefixKey, Edition>()
  let seen = -1
  const follow = () => {
    const last = reads.sequence()
    if (last === seen) return
    const before = seen
    seen = last
    if (editions.size === 0) return
    const written = last - before > BATCHES_MAX ? undefined : prefixesWritten(reads, before)
    if (written === undefined) editions.clear()
    else for (const prefix of written) editions.delete(prefix)
  }
  return (prefix) => {
    follow()
    const state = prefixState(prefix)
    if (state.kind !== 'hosted') return undefined
    const known = editions.get(prefix)
    if (known?.state === state) return known
    if (editions.size >= PREFIXES_MAX) editions.clear()
    const edition = { prefix, state }
    editions.set(prefix, edition)
    return edition
  }
}

/** Undefined where an entry cannot be read: anything may stand in it. */
function prefixesWritten(reads: TurnReads, after: number): PrefixKey[] | undefined {
  try {
    return reads.changes(after, BATCHES_MAX).flatMap(({ moved }) => moved.map((it) => it.prefix))
  } catch (error) {
    if (error instanceof BrokenBlock) return undefined
    throw error
  }
}
