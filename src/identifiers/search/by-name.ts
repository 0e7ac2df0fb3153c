import { HANDLE_BYTES_MAX, type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Cursor } from '../registration/listing.ts'
import { isOwnPrefix } from '../registration/totals.ts'
import { compareKeys } from '../store/ordering.ts'
import { firstName } from '../store/tables.ts'
import { BEGUN_MAX, groupsBegun, beginningsIn as groupsIn, isPrefixDone } from './candidates.ts'
import { behindStart } from './groups.ts'
import type { SearchedStore } from './reading.ts'
import type { IndexTables } from './tables.ts'
import type { Tail } from './tail.ts'

/** Records that were read together, and the place up to which all was looked at. */
export type Looked = { readonly records: readonly IdRecord[]; readonly place: Cursor }

export type NamesWanted = {
  /** Prefixes of the scope in order. */
  readonly prefixes: readonly PrefixKey[]
  readonly starts: readonly string[]
  readonly start: Cursor | undefined
}

/** Of so few prefixes each is looked at. */
const PREFIXES_FEW = 2

/**
 * Prefixes of the scope that may have a name that is one of `starts`, or begins with one, with the prefix or without; in
 * order. By the index, for a node has tens of thousands; all of them where it does not know all that is stored, or nearly all
 * may have one.
 */
export function prefixesNamed(
  tables: IndexTables,
  tail: Tail,
  { prefixes, starts, isWhole }: Pick<NamesWanted, 'prefixes' | 'starts'> & { isWhole: boolean },
): readonly PrefixKey[] {
  if (prefixes.length <= PREFIXES_FEW || !tail.isCurrent) return prefixes
  const named = new Set(tail.keys.map(prefixOf))
  for (const start of starts) {
    const groups = groupsBegun(tables, start, isWhole)
    if (groups.count() > BEGUN_MAX) return prefixes
    for (const { prefix } of groupsIn(tables, groups, start)) named.add(prefix)
  }
  return prefixes.filter((it) => named.has(it) || isOwnPrefix(it) || isNamedBy(it, starts))
}

/** Whether the prefix itself begins so, or one of the names begins with it. */
function isNamedBy(prefix: PrefixKey, starts: readonly string[]): boolean {
  const all = firstName(prefix)
  return starts.some((it) => all.startsWith(it) || it.startsWith(all))
}

const NAMES_READ = 256
/** Most prefixes have no name that begins so: one look, then more at once. */
const FIRST_READ = 1
const NEXT_READ = 128

/** Records whose name, or all of it behind the prefix, is one of `starts`; in order. */
export function* namedSo(store: SearchedStore, wanted: NamesWanted): Generator<Looked> {
  const { starts, start } = wanted
  let keys: HandleKey[] = []
  let place: PrefixKey | undefined
  for (const prefix of wanted.prefixes) {
    if (isPrefixDone(prefix, start)) continue
    for (const key of namesIn(prefix, starts)) if (isAhead(key, start)) keys.push(key)
    place = prefix
    if (keys.length < NAMES_READ) continue
    yield { records: read(store, keys), place: { prefix } }
    keys = []
  }
  if (place !== undefined) yield { records: read(store, keys), place: { prefix: place } }
}

/** Names of the prefix that are one of `starts`, with the prefix or without; in order. */
function namesIn(prefix: PrefixKey, starts: readonly string[]): HandleKey[] {
  const all = firstName(prefix)
  const names = starts.flatMap((it) => (it.startsWith(all) ? [it, all + it] : [all + it]))
  return [...new Set(names.filter(canBeName))].sort(compareKeys) as HandleKey[]
}

function canBeName(name: string): boolean {
  return Buffer.byteLength(name) <= HANDLE_BYTES_MAX
}

function read(store: SearchedStore, keys: readonly HandleKey[]): IdRecord[] {
  return store.getMany(keys).filter((it) => it !== undefined)
}

/** Records whose name goes on behind one of `starts`, with the prefix or without; in order. */
export function* namedLike(store: SearchedStore, wanted: NamesWanted): Generator<Looked> {
  const { starts, start } = wanted
  for (const prefix of wanted.prefixes) {
    if (isPrefixDone(prefix, start)) continue
    let behind = start?.prefix === prefix ? start.key : undefined
    for (const begin of beginningsIn(prefix, starts)) {
      for (const records of namesFrom(store, { prefix, begin, behind })) {
        behind = (records.at(-1) as IdRecord).key
        yield { records, place: { prefix, key: behind } }
      }
    }
    yield { records: [], place: { prefix } }
  }
}

/** What names of the prefix may begin with, in order, none of them the beginning of another. */
function beginningsIn(prefix: PrefixKey, starts: readonly string[]): string[] {
  const all = firstName(prefix)
  const begins = starts.flatMap((it) => {
    if (all.startsWith(it)) return [all]
    return it.startsWith(all) ? [it, all + it] : [all + it]
  })
  const inOrder = begins.filter(canBeName).sort(compareKeys)
  return inOrder.filter((it, i) => !inOrder.slice(0, i).some((before) => it.startsWith(before)))
}

function* namesFrom(
  store: SearchedStore,
  it: {
    readonly prefix: PrefixKey
    readonly begin: string
    readonly behind: HandleKey | undefined
  },
): Generator<readonly IdRecord[]> {
  const { prefix, begin, behind } = it
  const end = behindStart(begin)
  const isWhole = begin === firstName(prefix)
  let after = isWhole ? undefined : (begin as HandleKey)
  if (behind !== undefined && (after === undefined || compareKeys(behind, after) > 0)) {
    after = behind
  }
  for (let limit = FIRST_READ; ; limit = NEXT_READ) {
    const some = store.scan(prefix, { limit, ...(after !== undefined && { after }) })
    const within = some.filter(({ key }) => compareKeys(key, end) < 0)
    if (within.length > 0) yield within
    if (within.length < limit) return
    after = within.at(-1)?.key
  }
}

function isAhead(key: HandleKey, start: Cursor | undefined): boolean {
  if (start?.key === undefined || prefixOf(key) !== start.prefix) return true
  return compareKeys(key, start.key) > 0
}
