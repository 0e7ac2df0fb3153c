import { andThen } from '../../lib/maybe-promise.ts'
import type { Text } from '../../lib/text.ts'
import { PlainRow } from '../block/block.ts'
import {
  foldAscii,
  type HandleKey,
  PREFIX_RECORDS,
  type PrefixKey,
  prefixOf,
  suffixOf,
} from '../handle.ts'
import { type ComputedName, openComputing } from '../namespaces/computed.ts'
import type { Namespace } from '../namespaces/namespace.ts'
import { openNamespaces } from '../namespaces/namespaces.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import type { Site } from '../prefixes/prefix.ts'
import { rememberOfPrefixes } from '../prefixes/prefix-memo.ts'
import { ancestorsOf } from '../prefixes/segments.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import type { MaybePromise, RecordStore } from '../store/store.ts'
import { TYPE_RECORDS, typeRecord } from '../values/type-records.ts'
import { type Edition, watchEditions } from './editions.ts'
import { isPublic } from './values.ts'

/** Every answer there is to "what is this?". "Not here" is an answer, not an error. */
export type Resolution =
  | { readonly kind: 'found'; readonly record: IdRecord; readonly enterprise?: string }
  /** Was here; by protocol "not found", for people 410. */
  | { readonly kind: 'retired'; readonly record: IdRecord; readonly enterprise?: string }
  /** By order, the identifier or its whole prefix; nothing of it is shown. */
  | { readonly kind: 'held'; readonly enterprise?: string }
  /** Nothing under the prefix is resolved; `said` is what its owner has people told. */
  | { readonly kind: 'suspended'; readonly enterprise?: string; readonly said?: Text }
  /** The prefix is hosted here and has no such identifier; `said` is why one could have been expected. */
  | { readonly kind: 'absent'; readonly enterprise?: string; readonly said?: Text }
  /** The prefix is answered by the enterprise's own server. */
  | {
      readonly kind: 'delegated'
      readonly enterprise?: string
      readonly sites: readonly Site[]
      /** The identifier whose record has the sites, where they are looked up there. */
      readonly service?: string
      /** What the record of `at` itself says of prefixes below it, where that is what leads elsewhere. */
      readonly stored?: readonly HandleValue[]
      readonly description?: string
      /** The prefix that is delegated: that of the identifier or one it derives from. */
      readonly at: PrefixKey
    }
  /** The prefix is not this node's. */
  | { readonly kind: 'unknown' }

export type Delegated = Extract<Resolution, { kind: 'delegated' }>

/** Answers at once when the store does: no promise is made on the way of an embedded store. */
export type Resolver = {
  /**
   * @param prefix that of the key, where it is known already
   * @param asked the name as it was spelled, for which the prefix's template may make a record where none is registered;
   *   without it only what is registered is found, so that nothing made gives anybody a right
   */
  (key: HandleKey, prefix?: PrefixKey, asked?: string): MaybePromise<Resolution>
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
  /** The prefix itself, then those above it whose templates it may use; absent: its own alone. */
  readonly lineage?: (prefix: PrefixKey) => Iterable<PrefixKey>
}

export { PREFIX_RECORDS } from '../handle.ts'

export function resolveLocally({
  store,
  prefixState,
  prefixRecord,
  lineage = (prefix) => [prefix],
}: ResolverParts): Resolver {
  const { turn } = store
  const get = (key: HandleKey, prefix?: PrefixKey) =>
    turn === undefined ? store.get(key) : turn.get(key, prefix)
  const namespaceOf = openNamespaces({ get, turn, lineage })
  const computeName = openComputing({ get, prefixState })
  // Whatever is written is decided by them: that of one prefix is asked for again and again.
  const recordOf =
    turn === undefined
      ? findRecordOf
      : rememberOfPrefixes({ turn, find: findRecordOf, prefixesMax: RECORDS_KEPT_MAX })
  const resolve = (key: HandleKey, prefix = prefixOf(key), asked?: string) => {
    if (prefix === PREFIX_RECORDS) return resolvePrefixRecord(key)
    const state = prefixState(prefix)
    if (state.kind !== 'hosted') return ofType(key, prefix) ?? withoutRecord(state)
    return andThen(namespaceOf(prefix, state), (namespace) => {
      if (namespace?.stopped !== undefined) return stopped(namespace.stopped, state)
      return andThen(get(key, prefix), (record) => {
        const { template } = namespace ?? {}
        if (record !== undefined || template === undefined || asked === undefined) {
          return withRecord(record, state)
        }
        const made = computeName({ key, spelled: asked }, template)
        return made === undefined
          ? withRecord(undefined, state)
          : andThen(made, (it) => withComputed(it, state))
      })
    })
  }
  if (turn === undefined) return resolve
  const seek = (key: HandleKey, prefix: PrefixKey) => {
    if (prefix === PREFIX_RECORDS) return resolvePrefixRecord(key)
    const state = prefixState(prefix)
    if (state.kind !== 'hosted') return withoutRecord(state)
    if (isStopped(namespaceOf(prefix, state))) return resolve(key, prefix)
    const found = turn.seek(key, prefix)
    if (!(found instanceof PlainRow)) return withRecord(found, state)
    const isShown = found.state === 'registered' && !found.held
    return isShown ? found : withRecord(found.record(), state)
  }
  /** What is stopped has no edition, so that nothing is answered from what was kept before. */
  const shownState = (prefix: PrefixKey): PrefixAnswer => {
    const state = prefixState(prefix)
    if (state.kind !== 'hosted') return state
    return isStopped(namespaceOf(prefix, state)) ? { kind: 'suspended' } : state
  }
  return Object.assign(resolve, { seek, editionOf: watchEditions(turn, shownState) })

  /** For every other prefix under 0.NA this node is asked as well, and has none: that is "not found", as deployed. */
  function resolvePrefixRecord(key: HandleKey): MaybePromise<Resolution> {
    const prefix = suffixOf(key) as PrefixKey
    const state = prefixState(prefix)
    if (state.kind === 'unknown' || state.kind === 'released') return belowAnother(prefix)
    const isElsewhere = state.kind === 'delegated' && state.at !== prefix
    if (state.kind === 'held' || isElsewhere) return withoutRecord(state)
    return recordOf(prefix, state)
  }

  function findRecordOf(prefix: PrefixKey, state: PrefixAnswer): MaybePromise<Resolution> {
    if (state.kind === 'unknown') return ABSENT
    return andThen(get(`${PREFIX_RECORDS}/${prefix}` as HandleKey), (stored) =>
      withRecord(prefixRecord(prefix, state, stored), state),
    )
  }

  /** The record of the nearest prefix above may say where those below it are, as on deployed servers. */
  function belowAnother(prefix: PrefixKey): MaybePromise<Resolution> {
    const above = [...ancestorsOf(prefix)].find((it) => prefixState(it).kind === 'hosted')
    if (above === undefined) return ABSENT
    return andThen(get(`${PREFIX_RECORDS}/${above}` as HandleKey), (record) => {
      const stored = record?.state === 'registered' ? record.values.filter(leadsBelow) : []
      if (stored.length === 0 || record?.held) return ABSENT
      return { kind: 'delegated', sites: NO_SITES, at: above, stored }
    })
  }
}

const NO_SITES: readonly Site[] = []
/** Records of prefixes, of which one may hold a hundred keys. */
const RECORDS_KEPT_MAX = 1_000
/** Types of values that lead to those who answer for the prefixes below one. */
const LEADING_BELOW = new Set(['HS_SITE.PREFIX', 'HS_SERV.PREFIX', 'HS_NA_DELEGATE'])

function leadsBelow(value: HandleValue): boolean {
  return LEADING_BELOW.has(foldAscii(value.type)) && isPublic(value)
}

const ABSENT: Resolution = { kind: 'absent' }
const UNKNOWN: Resolution = { kind: 'unknown' }

/** What the types are on which the node itself acts, for clients that have nobody else to ask. */
function ofType(key: HandleKey, prefix: PrefixKey): Resolution | undefined {
  const record = prefix === TYPE_RECORDS ? typeRecord(key) : undefined
  return record && { kind: 'found', record }
}

function withoutRecord(state: Exclude<PrefixAnswer, { kind: 'hosted' }>): Resolution {
  if (state.kind === 'unknown' || state.kind === 'released') return UNKNOWN
  if (state.kind === 'delegated') return state
  return { ...state, kind: state.kind === 'held' ? 'held' : 'suspended' }
}

type Owned = Exclude<PrefixAnswer, { kind: 'unknown' }>

function whoseOf({ enterprise }: Owned): { readonly enterprise?: string } | undefined {
  return enterprise === undefined ? undefined : { enterprise }
}

/** A store that is read by turns answers at once. */
function isStopped(namespace: MaybePromise<Namespace | undefined>): boolean {
  return namespace instanceof Promise || namespace?.stopped !== undefined
}

function stopped({ message }: Exclude<Namespace['stopped'], undefined>, state: Owned): Resolution {
  const said = message === undefined ? undefined : { said: { en: message, zh: message } }
  return { kind: 'suspended', ...whoseOf(state), ...said }
}

function withComputed(made: ComputedName, state: Owned): Resolution {
  const whose = whoseOf(state)
  switch (made.kind) {
    case 'record':
      return { kind: 'found', record: made.record, ...whose }
    case 'absent':
    case 'held':
      return { kind: made.kind, ...whose }
    case 'too-much':
      return { kind: 'absent', ...whose, said: TOO_MUCH }
  }
}

const TOO_MUCH: Text = {
  en: 'The template of the prefix takes too much work for this name',
  zh: '按前缀模板计算该标识所需的工作量过大',
}

function withRecord(record: IdRecord | undefined, state: Owned): Resolution {
  const whose = whoseOf(state)
  if (record === undefined) return { kind: 'absent', ...whose }
  if (record.held) return { kind: 'held', ...whose }
  if (record.state === 'retired') return { kind: 'retired', record, ...whose }
  return { kind: 'found', record, ...whose }
}
