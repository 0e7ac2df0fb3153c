import { andThen, type MaybePromise } from '../../lib/maybe-promise.ts'
import { BrokenBlock } from '../block/block.ts'
import { foldAscii, type HandleKey, PREFIX_RECORDS, type PrefixKey } from '../handle.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import type { IdRecord } from '../record.ts'
import type { TurnReads } from '../store/store.ts'
import { NAMESPACE_TYPE, type Namespace, readNamespace } from './namespace.ts'

export type NamespacesParts = {
  readonly get: (key: HandleKey) => MaybePromise<IdRecord | undefined>
  /** Absent where the store cannot tell what has changed: then it is asked every time. */
  readonly turn?: Pick<TurnReads, 'sequence' | 'changes'> | undefined
  /** The prefix itself, then those above it whose templates it may use. */
  readonly lineage: (prefix: PrefixKey) => Iterable<PrefixKey>
}

/**
 * What holds for the names under a prefix that is hosted here; undefined where nothing is said. Its own record alone stops
 * resolution; the template is that of the nearest record above that has one.
 *
 * @param state of the prefix, the same object as long as no prefix has changed
 */
export type NamespaceOf = (
  prefix: PrefixKey,
  state: PrefixAnswer,
) => MaybePromise<Namespace | undefined>

const PREFIXES_MAX = 100_000
/** So many commits are looked through for one of a prefix's record; behind more than that there may be one. */
const BATCHES_MAX = 64

type Known = {
  readonly state: PrefixAnswer
  readonly namespace: MaybePromise<Namespace | undefined>
}

/** Remembers the namespace of every prefix that is asked for until a prefix or its record changes. */
export function openNamespaces({ get, turn, lineage }: NamespacesParts): NamespaceOf {
  const find = (prefix: PrefixKey) => nearest(get, [...lineage(prefix)])
  if (turn === undefined) return find
  const known = new Map<PrefixKey, Known>()
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
    if (it?.state === state) return it.namespace
    if (known.size >= PREFIXES_MAX) known.clear()
    const namespace = find(prefix)
    known.set(prefix, { state, namespace })
    return namespace
  }
}

function mayHaveChanged(
  turn: Pick<TurnReads, 'changes'>,
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

function nearest(
  get: NamespacesParts['get'],
  [own, ...above]: readonly PrefixKey[],
): MaybePromise<Namespace | undefined> {
  if (own === undefined) return undefined
  return andThen(get(`${PREFIX_RECORDS}/${own}` as HandleKey), (record) => {
    const namespace = record === undefined ? undefined : namespaceIn(record)
    if (namespace?.template !== undefined || above.length === 0) return namespace
    return andThen(nearest(get, above), (inherited) => {
      if (inherited?.template === undefined) return namespace
      return { ...namespace, template: inherited.template }
    })
  })
}

/** That of the first value of the type that can be read. */
export function namespaceIn({ state, values }: IdRecord): Namespace | undefined {
  if (state !== 'registered') return undefined
  for (const { type, data } of values) {
    if (foldAscii(type) !== NAMESPACE_TYPE || typeof data !== 'string') continue
    const namespace = readNamespace(data)
    if (namespace !== undefined) return namespace
  }
  return undefined
}
