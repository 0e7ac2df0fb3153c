import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { Cursor } from '../registration/listing.ts'
import { compareKeys } from '../store/ordering.ts'
import { firstName } from '../store/tables.ts'
import {
  fenceAfter,
  fenceBehind,
  type Group,
  groupAt,
  groupsFrom,
  groupsOfHandles,
  groupsOfNames,
  readGroup,
} from './groups.ts'
import type { Piece } from './question.ts'
import type { SearchedStore } from './reading.ts'
import { groupsInRun } from './runs.ts'
import type { IndexTables } from './tables.ts'
import { LABEL, PROTECTED, PUBLIC, termOf, wordsToFind } from './terms.ts'

/** A set of groups, one bit each. */
export class GroupSet {
  readonly #words: Uint32Array
  readonly #groups: number

  constructor(groups: number) {
    this.#groups = groups
    this.#words = new Uint32Array((groups >>> 5) + 1)
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
  /** A template by name, with or without a version. */
  readonly template: string | undefined
  readonly prefixes: readonly PrefixKey[]
}

/** Every group that may hold a record that is wanted, as far as the index is derived. */
export function candidateGroups(searching: Searching, wanted: Wanted): GroupSet {
  const { tables } = searching
  const size = tables.state.nextGroup
  const sets = wanted.pieces.map((piece) => groupsOfPiece(searching, piece, wanted))
  if (wanted.template !== undefined) {
    sets.push(groupsOfTerms(tables, [termOf(wanted.template, LABEL)]))
  }
  const [first = new GroupSet(size), ...others] = sets
  for (const other of others) first.keepCommon(other)
  return first
}

function groupsOfPiece(searching: Searching, piece: Piece, wanted: Wanted): GroupSet {
  const found = groupsOfNamesLike(searching, piece.start, wanted)
  for (const group of groupsOfHandles(searching.tables, piece.start)) found.add(group)
  const [first, ...others] = wordsToFind(piece.tokens).map((word) =>
    groupsOfWord(searching, word, wanted),
  )
  if (first === undefined) return found
  for (const other of others) first.keepCommon(other)
  found.addAll(first)
  return found
}

function groupsOfWord(searching: Searching, word: string, wanted: Wanted): GroupSet {
  const terms = [termOf(word, PUBLIC)]
  if (wanted.withProtected) terms.push(termOf(word, PROTECTED))
  const found = groupsOfTerms(searching.tables, terms)
  if (/^[a-z0-9]+$/.test(word)) {
    // The word a name begins with is not in the index.
    found.addAll(groupsOfNamesLike(searching, word.toUpperCase(), wanted))
  }
  return found
}

function groupsOfTerms(tables: IndexTables, terms: readonly number[]): GroupSet {
  const found = new GroupSet(tables.state.nextGroup)
  for (const { id } of tables.state.runs) {
    for (const term of terms) groupsInRun(tables, { run: id, term }, (group) => found.add(group))
  }
  return found
}

/** Groups of names whose suffix begins with `start`. */
function groupsOfNamesLike({ tables, store }: Searching, start: string, wanted: Wanted): GroupSet {
  const found = new GroupSet(tables.state.nextGroup)
  for (const prefix of wanted.prefixes) {
    for (const group of groupsOfNames(tables, firstName(prefix) + start)) found.add(group)
    const group = groupAt(tables, { prefix, key: firstName(prefix) + start })
    if (group !== undefined && hasName(store, { group, prefix, start })) found.add(group.id)
  }
  return found
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

function isPrefixDone(prefix: PrefixKey, start: Cursor | undefined): boolean {
  if (start === undefined) return false
  const order = compareKeys(prefix, start.prefix)
  return order < 0 || (order === 0 && start.key === undefined)
}

/** The prefix as a whole, where nothing of it is derived yet. */
function* bareIn(prefix: PrefixKey, fresh: ReadonlyMap<string, Stretch>): Generator<Stretch> {
  const bare = fresh.get(firstName(prefix))
  if (bare !== undefined && bare.group === undefined) yield bare
}

function* walked(tables: IndexTables, walk: Walk): Generator<Stretch> {
  const fresh = new Map(walk.fresh.map((it) => [it.fence, it]))
  for (const prefix of walk.prefixes) {
    if (isPrefixDone(prefix, walk.start)) continue
    yield* bareIn(prefix, fresh)
    for (const { id, fence } of groupsFrom(tables, { prefix, ...fromOf(prefix, walk.start) })) {
      const known = walk.candidates.has(id) ? readGroup(tables, id) : undefined
      const stretch = fresh.get(fence) ?? (known && knownOf(known))
      if (stretch !== undefined) yield stretch
    }
  }
}

function fromOf(prefix: PrefixKey, start: Cursor | undefined): { readonly from?: HandleKey } {
  return start?.key === undefined || start.prefix !== prefix ? {} : { from: start.key }
}
