import { foldAscii, type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { Cursor, Filters } from '../registration/listing.ts'
import { compareKeys } from '../store/ordering.ts'
import { firstName } from '../store/tables.ts'
import {
  behindStart,
  fenceAfter,
  fenceBehind,
  type Group,
  groupAt,
  groupsFrom,
  groupsOfHandles,
  HELD,
  mayEndWith,
  namesEndingWith,
  REGISTERED,
  RETIRED,
  readGroup,
} from './groups.ts'
import type { Piece } from './question.ts'
import type { SearchedStore } from './reading.ts'
import { groupsInRun } from './runs.ts'
import type { IndexTables } from './tables.ts'
import {
  beginningTermOf,
  HELD_LABEL,
  LABEL,
  PROTECTED,
  PUBLIC,
  RETIRED_LABEL,
  tailTermOf,
  termOf,
  wordsToFind,
} from './terms.ts'
import { endingOf } from './words.ts'

/** A set of groups, one bit each. */
export class GroupSet {
  readonly #words: Uint32Array
  readonly #groups: number

  constructor(groups: number) {
    this.#groups = groups
    this.#words = new Uint32Array((groups >>> 5) + 1)
  }

  static all(groups: number): GroupSet {
    const all = new GroupSet(groups)
    all.#words.fill(0xffff_ffff)
    const rest = groups & 31
    all.#words[groups >>> 5] = 2 ** rest - 1
    return all
  }

  add(group: number): void {
    const at = group >>> 5
    this.#words[at] = (this.#words[at] ?? 0) | (1 << (group & 31))
  }

  /** A group that was made after the set may hold whatever was in those before it. */
  has(group: number): boolean {
    return group >= this.#groups || (((this.#words[group >>> 5] ?? 0) >>> (group & 31)) & 1) === 1
  }

  keepCommon(other: GroupSet): void {
    const theirs = other.#words
    for (let i = 0; i < this.#words.length; i++) {
      this.#words[i] = (this.#words[i] as number) & (theirs[i] ?? 0)
    }
  }

  copy(): GroupSet {
    const copy = new GroupSet(this.#groups)
    copy.addAll(this)
    return copy
  }

  addAll(other: GroupSet): void {
    const theirs = other.#words
    for (let i = 0; i < this.#words.length; i++) {
      this.#words[i] = (this.#words[i] as number) | (theirs[i] ?? 0)
    }
  }

  *members(): Generator<number> {
    for (let at = 0; at < this.#words.length; at++) {
      let word = this.#words[at] as number
      while (word !== 0) {
        const bit = 31 - Math.clz32(word & -word)
        yield at * 32 + bit
        word &= word - 1
      }
    }
  }

  count(): number {
    let count = 0
    for (let word of this.#words) for (; word !== 0; word &= word - 1) count++
    return count
  }
}

export type Searching = { readonly tables: IndexTables; readonly store: SearchedStore }

export type Wanted = {
  readonly pieces: readonly Piece[]
  readonly withProtected: boolean
  readonly filters: Filters
  readonly prefixes: readonly PrefixKey[]
}

/** Groups that may hold a record that is wanted, as far as the index is derived. */
export type Candidates = {
  readonly groups: GroupSet
  /** Looks closer at one of them. */
  readonly mayHold: (group: Group) => boolean
  /** The names that alone can be wanted of a group that may hold one; undefined where all of it has to be read. */
  readonly namesOf: (group: Group) => readonly HandleKey[] | undefined
}

export function candidateGroups(searching: Searching, wanted: Wanted): Candidates {
  const { tables } = searching
  const { pieces, filters } = wanted
  const sought = pieces.map((piece) => groupsOfPiece(searching, piece, wanted))
  const groups = GroupSet.all(tables.state.nextGroup)
  for (const { all } of sought) groups.keepCommon(all)
  for (const label of labelsOf(filters)) {
    groups.keepCommon(groupsOfTerms(tables, [termOf(label, LABEL)]))
  }
  const mayHold = (group: Group) =>
    mayBeOf(group, filters) && sought.every((it) => mayHoldPiece(group, it))
  const [only, ...others] = sought
  const namesOf = (group: Group) =>
    only === undefined || others.length > 0 ? undefined : namesOfPiece(group, only)
  return { groups, mayHold, namesOf }
}

function labelsOf({ template, state }: Filters): string[] {
  const labels = template === undefined ? [] : [template]
  if (state === 'retired') labels.push(RETIRED_LABEL)
  if (state === 'held') labels.push(HELD_LABEL)
  return labels
}

/** Whether one of the group's records may be of such a state and time. */
function mayBeOf({ states, updatedMin, updatedMax }: Group, filters: Filters): boolean {
  const { state, from = -Infinity, to = Infinity } = filters
  if (updatedMax < from || updatedMin >= to) return false
  return state === undefined || (states & STATE_BITS[state]) !== 0
}

const STATE_BITS = { registered: REGISTERED, retired: RETIRED, held: HELD }

type SoughtWord = {
  /** As names are folded. */
  readonly ending: string
  readonly groups: GroupSet
  /** Groups where the word is not in the index, as a name ends with it. */
  readonly endings: GroupSet | undefined
}

type SoughtPiece = {
  readonly all: GroupSet
  readonly names: GroupSet | undefined
  readonly words: readonly SoughtWord[]
  readonly ends: readonly { readonly ending: string; readonly groups: GroupSet }[]
}

function groupsOfPiece(searching: Searching, piece: Piece, wanted: Wanted): SoughtPiece {
  const { tables } = searching
  const size = tables.state.nextGroup
  const all = new GroupSet(size)
  // What one piece alone names is found by its name.
  const names = wanted.pieces.length === 1 ? undefined : namesLike(searching, piece.starts, wanted)
  if (names !== undefined) all.addAll(names)
  const ends = piece.ends.map((ending) => {
    return { ending, groups: groupsOfTerms(tables, [tailTermOf(endingOf(ending))]) }
  })
  for (const { groups } of ends) all.addAll(groups)
  const words = wordsToFind(piece.tokens).map((word) => groupsOfWord(tables, word, wanted))
  if (words.length > 0) {
    const common = GroupSet.all(size)
    for (const { groups, endings } of words) common.keepCommon(unionOf(groups, endings))
    all.addAll(common)
  }
  return { all, names, words, ends }
}

function unionOf(groups: GroupSet, endings: GroupSet | undefined): GroupSet {
  if (endings === undefined) return groups
  const both = endings.copy()
  both.addAll(groups)
  return both
}

function groupsOfWord(tables: IndexTables, word: string, wanted: Wanted): SoughtWord {
  const terms = [termOf(word, PUBLIC)]
  if (wanted.withProtected) terms.push(termOf(word, PROTECTED))
  const groups = groupsOfTerms(tables, terms)
  const isEnding = endingOf(word) === word
  const endings = isEnding ? groupsOfTerms(tables, [tailTermOf(word)]) : undefined
  return { ending: foldAscii(word), groups, endings }
}

/** Where a piece can be found by the ends of names alone: those names, in order. */
function namesOfPiece(group: Group, piece: SoughtPiece): readonly HandleKey[] | undefined {
  const { words, ends } = piece
  const { id } = group
  const endings = ends.filter(({ groups }) => groups.has(id)).map(({ ending }) => ending)
  const isByWords = words.length > 0 && words.every((it) => mayHoldWord(group, it))
  if (isByWords) {
    const unknown = words.find(({ groups }) => !groups.has(id))
    if (unknown === undefined) return undefined
    endings.push(unknown.ending)
  }
  const names = new Set<HandleKey>()
  for (const ending of endings) {
    const some = namesEndingWith(group, ending)
    if (some === undefined) return undefined
    for (const name of some) names.add(name)
  }
  return [...names].sort(compareKeys)
}

function mayHoldPiece(group: Group, { names, words, ends }: SoughtPiece): boolean {
  const { id } = group
  if (names?.has(id)) return true
  if (ends.some(({ ending, groups }) => groups.has(id) && mayEndWith(group, ending))) return true
  if (words.length === 0) return false
  return words.every((it) => mayHoldWord(group, it))
}

function mayHoldWord(group: Group, { ending, groups, endings }: SoughtWord): boolean {
  return groups.has(group.id) || (endings?.has(group.id) === true && mayEndWith(group, ending))
}

function groupsOfTerms(tables: IndexTables, terms: readonly number[]): GroupSet {
  const found = new GroupSet(tables.state.nextGroup)
  for (const { id } of tables.state.runs) {
    for (const term of terms) groupsInRun(tables, { run: id, term }, (group) => found.add(group))
  }
  return found
}

/** Groups of names that begin so, or whose suffix does; of too many to look closer at, some that have none. */
function namesLike(searching: Searching, starts: readonly string[], wanted: Wanted): GroupSet {
  const { tables, store } = searching
  const found = new GroupSet(tables.state.nextGroup)
  const scope = new Set(wanted.prefixes)
  for (const start of starts) {
    for (const group of groupsOfHandles(tables, start)) found.add(group)
    const some = groupsBegun(tables, start)
    if (some.count() > BEGUN_MAX) {
      found.addAll(some)
      continue
    }
    for (const { group, prefix, begin } of beginningsIn(tables, some, start)) {
      if (!scope.has(prefix)) continue
      const isWithin = group.first.startsWith(begin)
      if (isWithin || hasName(store, { group, prefix, start })) found.add(group.id)
    }
  }
  return found
}

/** Of more groups no closer look is taken at their first and last names. */
export const BEGUN_MAX = 20_000

/** Groups that may have names that begin so behind their prefix, or even, where asked for, are no longer. */
export function groupsBegun(tables: IndexTables, start: string, isWhole = false): GroupSet {
  const groups = groupsOfTerms(tables, [beginningTermOf(start)])
  const ending = isWhole ? endingOf(start) : ''
  if (ending !== '') groups.keepCommon(groupsOfTerms(tables, [tailTermOf(ending)]))
  return groups
}

export type Begun = {
  readonly group: Group
  readonly prefix: PrefixKey
  /** Prefix and all. */
  readonly begin: string
}

/** Those of the groups whose first and last name leave room for one that begins so. */
export function* beginningsIn(
  tables: IndexTables,
  groups: GroupSet,
  start: string,
): Generator<Begun> {
  for (const id of groups.members()) {
    const group = readGroup(tables, id)
    if (group === undefined) continue
    const prefix = prefixOf(group.fence as HandleKey)
    const begin = firstName(prefix) + start
    const isBefore = compareKeys(group.last, begin) < 0
    const isBehind = compareKeys(group.first, behindStart(begin)) >= 0
    if (!isBefore && !isBehind) yield { group, prefix, begin }
  }
}

/** Whether a name of the group begins so. The store is asked, as it is quicker than to read the whole group in vain. */
function hasName(
  store: SearchedStore,
  it: { readonly group: Group; readonly prefix: PrefixKey; readonly start: string },
): boolean {
  const name = `${firstName(it.prefix)}${it.start}` as HandleKey
  if (compareKeys(it.group.last, name) < 0) return false
  const [next] = store.scan(it.prefix, { after: name, limit: 1 })
  return next?.key.startsWith(name) === true || store.getMany([name])[0] !== undefined
}

/** A stretch of one prefix to be read: a group, or a prefix of which nothing is derived yet. */
export type Stretch = {
  readonly prefix: PrefixKey
  readonly fence: string
  readonly end: string | undefined
  readonly group: Group | undefined
}

/** What is known of a group: behind its last name there is nothing that the index knows of. */
function knownOf(group: Group): Stretch {
  const prefix = prefixOf(group.fence as HandleKey)
  return { prefix, fence: group.fence, end: fenceBehind(group.last), group }
}

/** The stretch that a name falls into, up to the next fence. */
export function stretchAt(tables: IndexTables, key: HandleKey): Stretch {
  const prefix = prefixOf(key)
  const group = groupAt(tables, { prefix, key })
  const fence = group?.fence ?? firstName(prefix)
  return { prefix, fence, end: group && fenceAfter(tables, { prefix, fence }), group }
}

/** Few candidates, or one in many groups, are sorted; of more, all groups are gone through in order. */
const FEW = 300
const SORTED_MAX = 20_000
const SPARSE = 64

export type Walk = {
  readonly candidates: GroupSet
  /** Stretches with changes the index does not know of; they are gone through in any case. */
  readonly fresh: readonly Stretch[]
  readonly start: Cursor | undefined
  /** Prefixes of the scope in order. */
  readonly prefixes: readonly PrefixKey[]
}

/** Stretches to be read, prefix by prefix in key order, from the start on. */
export function* stretchesOf(tables: IndexTables, walk: Walk): Generator<Stretch> {
  const count = walk.candidates.count()
  const isSparse = count <= SORTED_MAX && count * SPARSE < tables.state.nextGroup
  if (count <= FEW || isSparse) yield* sorted(tables, walk)
  else yield* walked(tables, walk)
}

function* sorted(tables: IndexTables, walk: Walk): Generator<Stretch> {
  const scope = new Set(walk.prefixes)
  const fences = new Map<string, Stretch | Group>()
  for (const stretch of walk.fresh) {
    if (!isBehindUs(stretch.end, stretch.prefix, walk.start)) fences.set(stretch.fence, stretch)
  }
  for (const id of walk.candidates.members()) {
    const group = readGroup(tables, id)
    if (group === undefined || fences.has(group.fence)) continue
    const prefix = prefixOf(group.fence as HandleKey)
    const isWanted = scope.has(prefix) && !isBehindUs(fenceBehind(group.last), prefix, walk.start)
    if (isWanted) fences.set(group.fence, group)
  }
  const inOrder = [...fences.values()].sort((a, b) => compareFences(a.fence, b.fence))
  for (const it of inOrder) yield 'prefix' in it ? it : knownOf(it)
}

function compareFences(a: string, b: string): number {
  return compareKeys(prefixOf(a as HandleKey), prefixOf(b as HandleKey)) || compareKeys(a, b)
}

/** Whether all names before `end` were looked at. A fence is the next name behind some record's. */
function isBehindUs(end: string | undefined, prefix: PrefixKey, start: Cursor | undefined) {
  if (start === undefined) return false
  const order = compareKeys(prefix, start.prefix)
  if (order !== 0 || start.key === undefined) return order <= 0
  return end !== undefined && compareKeys(end, fenceBehind(start.key)) <= 0
}

/** Whether all names of the prefix were looked at. */
export function isPrefixDone(prefix: PrefixKey, start: Cursor | undefined): boolean {
  if (start === undefined) return false
  const order = compareKeys(prefix, start.prefix)
  return order < 0 || (order === 0 && start.key === undefined)
}

/** The prefix as a whole, where nothing of it is derived yet. */
function* bareIn(prefix: PrefixKey, fresh: ReadonlyMap<string, Stretch>): Generator<Stretch> {
  const bare = fresh.get(firstName(prefix))
  if (bare !== undefined && bare.group === undefined) yield bare
}

/** After so many groups that are no candidates one is told all the same, so that the place moves on. */
const PASSED_MAX = 1_024

function* walked(tables: IndexTables, walk: Walk): Generator<Stretch> {
  const fresh = new Map(walk.fresh.map((it) => [it.fence, it]))
  let passed = 0
  for (const prefix of walk.prefixes) {
    if (isPrefixDone(prefix, walk.start)) continue
    yield* bareIn(prefix, fresh)
    for (const { id, fence } of groupsFrom(tables, { prefix, ...fromOf(prefix, walk.start) })) {
      const isDue = walk.candidates.has(id) || ++passed % PASSED_MAX === 0
      const known = isDue ? readGroup(tables, id) : undefined
      const stretch = fresh.get(fence) ?? (known && knownOf(known))
      if (stretch !== undefined) yield stretch
    }
  }
}

function fromOf(prefix: PrefixKey, start: Cursor | undefined): { readonly from?: HandleKey } {
  return start?.key === undefined || start.prefix !== prefix ? {} : { from: start.key }
}
