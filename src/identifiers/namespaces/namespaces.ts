import { andThen, type MaybePromise } from '../../lib/maybe-promise.ts'
import { foldAscii, type HandleKey, PREFIX_RECORDS, type PrefixKey } from '../handle.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import { rememberOfPrefixes } from '../prefixes/prefix-memo.ts'
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

/** Remembers the namespace of every prefix that is asked for until a prefix or its record changes. */
export function openNamespaces({ get, turn, lineage }: NamespacesParts): NamespaceOf {
  const find = (prefix: PrefixKey) => nearest(get, [...lineage(prefix)])
  if (turn === undefined) return find
  return rememberOfPrefixes({ turn, find, prefixesMax: PREFIXES_MAX })
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
