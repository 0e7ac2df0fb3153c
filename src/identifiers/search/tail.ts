import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import { type Stretch, stretchAt } from './candidates.ts'
import type { SearchedStore } from './reading.ts'
import type { IndexTables } from './tables.ts'

/** Changes that a search looks at by itself; of more, it waits for the derivation. */
const TAIL_BATCHES_MAX = 64
const TAIL_RECORDS_MAX = 4_000

export type AsOf = { readonly sequence: number; readonly at?: number }

/** What was changed since the index was derived. */
export type Tail = {
  /** What of the scope was changed, and where, each once. */
  readonly keys: readonly HandleKey[]
  readonly stretches: readonly Stretch[]
  /** The batch up to which an answer knows all. */
  readonly asOf: AsOf
  /** The index does not know all of any batch yet. */
  readonly isBuilding: boolean
  /** An answer leaves nothing out that is stored by now. */
  readonly isCurrent: boolean
}

/** The scope of all prefixes. */
export const EVERY = { has: () => true } as const

export function readTail(
  tables: IndexTables,
  store: SearchedStore,
  scope: Pick<ReadonlySet<PrefixKey>, 'has'>,
): Tail {
  const { position } = tables.state
  const behind = { keys: [], stretches: [], isCurrent: false }
  if (position.kind === 'building') return { ...behind, asOf: { sequence: 0 }, isBuilding: true }
  const batches = store.changes(position.sequence, TAIL_BATCHES_MAX + 1)
  const records = batches.reduce((sum, { count }) => sum + count, 0)
  if (batches.length > TAIL_BATCHES_MAX || records > TAIL_RECORDS_MAX) {
    return { ...behind, asOf: asOfBatch(store, position.sequence), isBuilding: false }
  }
  const keys = new Set<HandleKey>()
  const stretches = new Map<string, Stretch>()
  for (const { sequence, moved } of batches) {
    if (!moved.some(({ prefix }) => scope.has(prefix))) continue
    for (const key of store.batchKeys(sequence)) {
      if (!scope.has(prefixOf(key)) || keys.has(key)) continue
      keys.add(key)
      const stretch = stretchAt(tables, key)
      stretches.set(stretch.fence, stretch)
    }
  }
  const last = batches.at(-1)
  const asOf =
    last === undefined
      ? asOfBatch(store, position.sequence)
      : { sequence: last.sequence, at: last.at }
  return {
    keys: [...keys],
    stretches: [...stretches.values()],
    asOf,
    isBuilding: false,
    isCurrent: true,
  }
}

function asOfBatch(store: SearchedStore, sequence: number): AsOf {
  const at = sequence === 0 ? undefined : store.batch(sequence)?.at
  return { sequence, ...(at !== undefined && { at }) }
}
