import { PlainRow } from '../block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf, suffixOf } from '../handle.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import type { Site } from '../prefixes/prefix.ts'
import type { IdRecord } from '../record.ts'
import type { MaybePromise, RecordStore } from '../store/store.ts'
import { type Edition, watchEditions } from './editions.ts'

/** Every answer there is to "what is this?". "Not here" is an answer, not an error. */
export type Resolution =
  | { readonly kind: 'found'; readonly record: IdRecord; readonly enterprise?: string }
  /** Was here; by protocol "not found", for people 410. */
  | { readonly kind: 'retired'; readonly record: IdRecord; readonly enterprise?: string }
  /** By order, the identifier or its whole prefix; nothing of it is shown. */
  | { readonly kind: 'held'; readonly enterprise?: string }
  | { readonly kind: 'suspended'; readonly enterprise?: string }
  /** The prefix is hosted here and has no such identifier. */
  | { readonly kind: 'absent'; readonly enterprise?: string }
  /** The prefix is answered by the enterprise's own server. */
  | {
      readonly kind: 'delegated'
      readonly enterprise?: string
      readonly sites: readonly Site[]
      readonly description?: string
      /** The prefix that is delegated: that of the identifier or one it derives from. */
      readonly at: PrefixKey
    }
  /** The prefix is not this node's. */
  | { readonly kind: 'unknown' }

export type Delegated = Extract<Resolution, { kind: 'delegated' }>

/** Answers at once when the store does: no promise is made on the way of an embedded store. */
export type Resolver = {
  /** @param prefix that of the key, where it is known already */
  (key: HandleKey, prefix?: PrefixKey): MaybePromise<Resolution>
  /**
   * The same where what is found may stay where it lies; absent where the store cannot leave it there. Use it before the
   * next one.
   */
  readonly seek?: (key: HandleKey, prefix: PrefixKey) => MaybePromise<Resolution> | PlainRow
  /** The edition of a prefix hosted here; absent where the store cannot tell what has changed. */
  readonly editionOf?: (prefix: PrefixKey) => Edition | undefined
}

export type ResolverParts = {
  readonly store: Pick<RecordStore, 'get' | 'turn'>
  readonly prefixState: (prefix: PrefixKey) => PrefixAnswer
  /** The record of a prefix of this node (`0.NA/88.100.7`), with what of it is stored. */
  readonly prefixRecord: (
    prefix: PrefixKey,
    state: PrefixAnswer,
    stored: IdRecord | undefined,
  ) => IdRecord
}

/** Prefix of the records of prefixes themselves. */
export const PREFIX_RECORDS = '0.NA'

export function resolveLocally({ store, prefixState, prefixRecord }: ResolverParts): Resolver {
  const { turn } = store
  const get = (key: HandleKey, prefix?: PrefixKey) =>
    turn === undefined ? store.get(key) : turn.get(key, prefix)
  const resolve = (key: HandleKey, prefix = prefixOf(key)) => {
    if (prefix === PREFIX_RECORDS) return resolvePrefixRecord(key)
    const state = prefixState(prefix)
    if (state.kind !== 'hosted') return withoutRecord(state)
    const record = get(key, prefix)
    return record instanceof Promise
      ? record.then((it) => withRecord(it, state))
      : withRecord(record, state)
  }
  if (turn === undefined) return resolve
  const seek = (key: HandleKey, prefix: PrefixKey) => {
    if (prefix === PREFIX_RECORDS) return resolvePrefixRecord(key)
    const state = prefixState(prefix)
    if (state.kind !== 'hosted') return withoutRecord(state)
    const found = turn.seek(key, prefix)
    if (!(found instanceof PlainRow)) return withRecord(found, state)
    const isShown = found.state === 'registered' && !found.held
    return isShown ? found : withRecord(found.record(), state)
  }
  return Object.assign(resolve, { seek, editionOf: watchEditions(turn, prefixState) })

  /** For every other prefix under 0.NA this node is asked as well, and has none: that is "not found", as deployed. */
  function resolvePrefixRecord(key: HandleKey): MaybePromise<Resolution> {
    const prefix = suffixOf(key) as PrefixKey
    const state = prefixState(prefix)
    if (state.kind === 'unknown' || state.kind === 'released') return ABSENT
    const isElsewhere = state.kind === 'delegated' && state.at !== prefix
    if (state.kind === 'held' || isElsewhere) return withoutRecord(state)
    const record = get(key)
    const orMade = (stored: IdRecord | undefined) =>
      withRecord(prefixRecord(prefix, state, stored), state)
    return record instanceof Promise ? record.then(orMade) : orMade(record)
  }
}

const ABSENT: Resolution = { kind: 'absent' }
const UNKNOWN: Resolution = { kind: 'unknown' }

function withoutRecord(state: Exclude<PrefixAnswer, { kind: 'hosted' }>): Resolution {
  if (state.kind === 'unknown' || state.kind === 'released') return UNKNOWN
  if (state.kind === 'delegated') return state
  return { ...state, kind: state.kind === 'held' ? 'held' : 'suspended' }
}

type Owned = Exclude<PrefixAnswer, { kind: 'unknown' }>

function withRecord(record: IdRecord | undefined, { enterprise }: Owned): Resolution {
  const whose = enterprise === undefined ? undefined : { enterprise }
  if (record === undefined) return { kind: 'absent', ...whose }
  if (record.held) return { kind: 'held', ...whose }
  if (record.state === 'retired') return { kind: 'retired', record, ...whose }
  return { kind: 'found', record, ...whose }
}
