import { type HandleKey, type PrefixKey, prefixOf, suffixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { MaybePromise, RecordStore } from '../store/store.ts'

/** Where a delegated prefix is answered: the enterprise's own server. */
export type Delegation = {
  /** http or https address under which identifiers are opened, when there is one. */
  readonly url?: string
  readonly description?: string
}

/** What the node knows of a prefix, as far as resolution goes. `enterprise` is the id of whom it belongs to. */
export type PrefixState =
  | { readonly kind: 'hosted'; readonly enterprise?: string }
  | { readonly kind: 'delegated'; readonly enterprise?: string; readonly to: Delegation }
  | { readonly kind: 'held' | 'suspended' | 'released'; readonly enterprise?: string }
  | { readonly kind: 'unknown' }

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
  | { readonly kind: 'delegated'; readonly to: Delegation; readonly enterprise?: string }
  /** The prefix is not this node's. */
  | { readonly kind: 'unknown' }

/** Answers at once when the store does: no promise is made on the way of an embedded store. */
export type Resolver = (key: HandleKey) => MaybePromise<Resolution>

export type ResolverParts = {
  readonly store: Pick<RecordStore, 'get'>
  readonly prefixState: (prefix: PrefixKey) => PrefixState
  /** The record of a prefix of this node that has none stored (`0.NA/88.100.7`). */
  readonly prefixRecord: (prefix: PrefixKey) => IdRecord
}

/** Prefix of the records of prefixes themselves. */
export const PREFIX_RECORDS = '0.NA'

export function resolveLocally({ store, prefixState, prefixRecord }: ResolverParts): Resolver {
  return (key) => {
    const prefix = prefixOf(key)
    if (prefix === PREFIX_RECORDS) return resolvePrefixRecord(key)
    const state = prefixState(prefix)
    if (state.kind !== 'hosted') return withoutRecord(state)
    const record = store.get(key)
    return record instanceof Promise
      ? record.then((it) => withRecord(it, state))
      : withRecord(record, state)
  }

  /** For every other prefix under 0.NA this node is asked as well, and has none: that is "not found", as deployed. */
  function resolvePrefixRecord(key: HandleKey): MaybePromise<Resolution> {
    const prefix = suffixOf(key) as PrefixKey
    const state = prefixState(prefix)
    if (state.kind === 'unknown' || state.kind === 'released') return ABSENT
    if (state.kind === 'held') return withoutRecord(state)
    const record = store.get(key)
    const orMade = (stored: IdRecord | undefined) =>
      withRecord(stored ?? prefixRecord(prefix), { ...state, kind: 'hosted' })
    return record instanceof Promise ? record.then(orMade) : orMade(record)
  }
}

const ABSENT: Resolution = { kind: 'absent' }
const UNKNOWN: Resolution = { kind: 'unknown' }

function withoutRecord(state: Exclude<PrefixState, { kind: 'hosted' }>): Resolution {
  if (state.kind === 'unknown' || state.kind === 'released') return UNKNOWN
  if (state.kind === 'delegated') return state
  return { ...state, kind: state.kind === 'held' ? 'held' : 'suspended' }
}

type Hosted = Extract<PrefixState, { kind: 'hosted' }>

function withRecord(record: IdRecord | undefined, { enterprise }: Hosted): Resolution {
  const whose = enterprise === undefined ? undefined : { enterprise }
  if (record === undefined) return { kind: 'absent', ...whose }
  if (record.held) return { kind: 'held', ...whose }
  if (record.state === 'retired') return { kind: 'retired', record, ...whose }
  return { kind: 'found', record, ...whose }
}
