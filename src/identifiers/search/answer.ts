import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Found, SearchWish } from '../registration/list-routes.ts'
import { type Cursor, cursorOf, filterOf, formatCursor } from '../registration/listing.ts'
import { compareKeys } from '../store/ordering.ts'
import { type Looked, namedLike, namedSo, prefixesNamed } from './by-name.ts'
import {
  type Candidates,
  candidateGroups,
  type Searching,
  type Stretch,
  stretchesOf,
} from './candidates.ts'
import { type Group, nameBefore } from './groups.ts'
import {
  BEGINNING,
  EXACT,
  Matcher,
  type Piece,
  parseQuestion,
  type Rank,
  rankOf,
  TEXT,
} from './question.ts'
import { changeOf, chunksOf } from './reading.ts'
import { EVERY, readTail, type Tail } from './tail.ts'
import { countRecords } from './tallies.ts'

/** What a searcher may search by: values everybody may read, or those of the administrators of the scope too. */
export type Entitlement = 'public' | 'protected'

/** How long one request looks for its page, once it has something, and, once it is full, goes on counting. */
const PAGE_MS_MAX = 200
const BEGUN_MS_MAX = 80
const COUNT_MS_MAX = 35
/** Records read at once: a page is often full soon. */
const CHUNK_RECORDS = 128

type Timed = Searching & {
  readonly now: () => number
  /** All that the store has, in order. */
  readonly prefixes: () => readonly PrefixKey[]
}

/** How many there are, as far as was counted. */
export type Count = NonNullable<Found['found']>

/**
 * One request: its page at once, and, where there were too many to count, the rest of the counting for later. What a
 * question names comes first, then what begins so, then all other text; without a question, names in order.
 */
export class Answering {
  readonly #searching: Timed
  readonly #wish: SearchWish
  readonly #prefixes: readonly PrefixKey[]
  readonly #pieces: readonly Piece[]
  readonly #holds: (record: IdRecord) => boolean
  readonly #matcher: Matcher
  readonly #candidates: Candidates
  readonly #steps: Generator<void, void>
  readonly #tail: Tail
  readonly #fresh: ReadonlySet<string>
  readonly #from: number
  readonly #items: IdRecord[] = []
  /** Records found, as they are now. */
  #matched = 0
  /** Records found as they were at the batch that the answer is as of. */
  #total = 0
  #isDone = false
  /** What is looked for now, and the place of it before which all was looked at. */
  #rank: Rank
  #place: Cursor | undefined
  #itemRank: Rank = EXACT

  constructor(searching: Timed, wish: SearchWish, entitlement: Entitlement) {
    const { tables, store } = searching
    tables.engine.freshen()
    const pieces = wish.q === undefined ? [] : parseQuestion(wish.q)
    const withProtected = entitlement === 'protected'
    const prefixes = wish.scope === 'all' ? searching.prefixes() : wish.scope
    this.#searching = searching
    this.#from = searching.now()
    this.#wish = wish
    this.#prefixes = prefixes
    this.#pieces = pieces
    this.#holds = filterOf(wish)
    this.#matcher = new Matcher(pieces, withProtected)
    const start = startOf(wish)
    this.#rank = start.rank
    this.#place = start.place
    this.#tail = readTail(tables, store, wish.scope === 'all' ? EVERY : new Set(prefixes))
    this.#fresh = new Set(this.#tail.stretches.map(({ fence }) => fence))
    const wanted = { pieces, withProtected, filters: wish, prefixes }
    this.#candidates = candidateGroups(searching, wanted)
    this.#steps = this.#look()
  }

  /** The page, with as much of the count as there is time for. */
  page(): Found {
    while (!this.#isDone) {
      this.#step()
      if (this.#isLate()) break
    }
    const items = this.#items.slice()
    const next = this.#next()
    return {
      items,
      ...(next !== undefined && { next }),
      ...(this.#wish.after === undefined && { found: this.count() }),
    }
  }

  #next(): string | undefined {
    const last = this.#items.at(-1)
    if (last !== undefined && this.#isFull()) {
      if (this.#isDone && this.#matched === this.#items.length) return undefined
      return this.#cursor(this.#itemRank, last.key)
    }
    if (this.#isDone) return undefined
    return this.#cursor(this.#rank, this.#place?.key ?? this.#place?.prefix)
  }

  #cursor(rank: Rank, place: HandleKey | PrefixKey | undefined): string | undefined {
    const text = place === undefined ? '' : formatCursor(place)
    if (this.#wish.q !== undefined) return `${rank}.${text}`
    return text === '' ? undefined : text
  }

  #step(): void {
    this.#isDone = this.#steps.next().done === true
  }

  /** Counts a little longer, in a later turn. */
  goOn(ms: number): void {
    this.#searching.tables.engine.freshen()
    const { now } = this.#searching
    const until = now() + ms
    while (!this.#isDone && now() < until) this.#step()
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /** Whether nothing that is stored by now can have been left out. */
  get isCurrent(): boolean {
    return this.#tail.isCurrent
  }

  count(): Count {
    const { asOf, isBuilding } = this.#tail
    if (this.#wish.q === undefined) return { total: this.#tallied(), exact: !isBuilding, asOf }
    return { total: this.#total, exact: this.#isDone && !isBuilding, asOf }
  }

  /** By the counts of the index, and what was changed since. */
  #tallied(): number {
    const { tables, store } = this.#searching
    const { keys, asOf } = this.#tail
    const span = { after: tables.state.position.sequence, through: asOf.sequence }
    let total = countRecords(tables, this.#wish)
    for (const record of store.getMany(keys)) {
      if (record === undefined) continue
      const { before, now } = changeOf(store, record, span)
      if (before !== undefined && this.#holds(before)) total--
      if (now !== undefined && this.#holds(now)) total++
    }
    return total
  }

  #isFull(): boolean {
    return this.#items.length >= this.#wish.limit
  }

  /** A page that is not counted record by record ends with one more that shows there is another page. */
  #isLate(): boolean {
    const elapsedMs = this.#searching.now() - this.#from
    // whoever asked for a name has it in the first row, and need not wait for what else speaks of it
    if (!this.#isFull()) return elapsedMs > (this.#matched > 0 ? BEGUN_MS_MAX : PAGE_MS_MAX)
    const isCounted = this.#wish.after !== undefined || this.#wish.q === undefined
    return (isCounted && this.#matched > this.#items.length) || elapsedMs > COUNT_MS_MAX
  }

  *#look(): Generator<void, void> {
    const { store, tables } = this.#searching
    if (this.#rank === EXACT) {
      yield* this.#lookAt(namedSo(store, { ...this.#prefixesNamed(true), start: this.#place }))
      this.#turnTo(BEGINNING)
    }
    if (this.#rank === BEGINNING) {
      if (this.#pieces.length === 1) {
        yield* this.#lookAt(namedLike(store, { ...this.#prefixesNamed(false), start: this.#place }))
      }
      this.#turnTo(TEXT)
    }
    const { groups } = this.#candidates
    const walk = { candidates: groups, fresh: this.#tail.stretches, prefixes: this.#prefixes }
    yield* this.#walk(stretchesOf(tables, { ...walk, start: this.#place }))
  }

  #prefixesNamed(isWhole: boolean) {
    const starts = this.#pieces.flatMap((it) => it.starts)
    const wanted = { prefixes: this.#prefixes, starts, isWhole }
    return { prefixes: prefixesNamed(this.#searching.tables, this.#tail, wanted), starts }
  }

  #turnTo(rank: Rank): void {
    this.#rank = rank
    this.#place = undefined
  }

  *#lookAt(some: Iterable<Looked>): Generator<void, void> {
    for (const { records, place } of some) {
      for (const record of records) this.#take(record)
      this.#place = place
      yield
    }
  }

  *#walk(stretches: Iterable<Stretch>): Generator<void, void> {
    for (const stretch of stretches) {
      const { prefix, end } = stretch
      const isFinished = this.#place?.prefix === prefix && this.#place.key === undefined
      if (isFinished) continue
      if (!this.#isOut(stretch)) yield* this.#lookAt(this.#chunksOf(stretch))
      const key = end === undefined ? undefined : nameBefore(end)
      this.#place = key === undefined ? { prefix } : { prefix, key }
      yield
    }
  }

  #isOut({ group, fence }: Stretch): boolean {
    return group !== undefined && !this.#fresh.has(fence) && !this.#candidates.mayHold(group)
  }

  *#chunksOf(stretch: Stretch): Generator<Looked> {
    const { prefix, end } = stretch
    const names = this.#namesOf(stretch)
    if (names !== undefined) {
      const last = (stretch.group as Group).last as HandleKey
      yield { records: this.#named(names, stretch), place: { prefix, key: last } }
      return
    }
    const span = { prefix, after: this.#after(stretch), end, limit: CHUNK_RECORDS }
    for (const records of chunksOf(this.#searching.store, span)) {
      yield { records, place: { prefix, key: (records.at(-1) as IdRecord).key } }
    }
  }

  #namesOf({ group, fence }: Stretch): readonly HandleKey[] | undefined {
    if (group === undefined || this.#fresh.has(fence)) return undefined
    return this.#candidates.namesOf(group)
  }

  #named(names: readonly HandleKey[], stretch: Stretch): IdRecord[] {
    const after = this.#after(stretch)
    const ahead = names.filter((it) => after === undefined || compareKeys(it, after) > 0)
    return this.#searching.store.getMany(ahead).filter((it) => it !== undefined)
  }

  /** Groups may be divided while we count: what was looked at as part of one is not looked at again. */
  #after({ prefix, fence }: Stretch): HandleKey | undefined {
    const before = nameBefore(fence)
    const done = this.#place?.prefix === prefix ? this.#place.key : undefined
    if (done === undefined || before === undefined) return done ?? before
    return compareKeys(done, before) > 0 ? done : before
  }

  /** What is found by its name is looked at with others of that rank, and not again. */
  #take(record: IdRecord): void {
    if (this.#pieces.length > 0 && rankOf(record.key, this.#pieces) !== this.#rank) return
    const isWanted = this.#isWanted(record)
    if (isWanted) {
      this.#matched++
      if (!this.#isFull()) {
        this.#items.push(record)
        this.#itemRank = this.#rank
      }
    }
    if (record.batch <= this.#tail.asOf.sequence ? isWanted : this.#wasWanted(record)) this.#total++
  }

  #isWanted(record: IdRecord): boolean {
    return this.#holds(record) && this.#matcher.matches(record)
  }

  /** Whether a record that was written since the answer's batch was wanted then. */
  #wasWanted({ key, version }: IdRecord): boolean {
    if (version === 1) return false
    const { sequence } = this.#tail.asOf
    const then = this.#searching.store.history(key).findLast(({ batch }) => batch <= sequence)
    return then !== undefined && this.#isWanted(then)
  }
}

const RANKED = /^([012])\.(.*)$/

/** Where a page begins. @throws Problem `invalid-input` for a cursor that is none */
function startOf({ q, after }: SearchWish): { rank: Rank; place: Cursor | undefined } {
  if (q === undefined) return { rank: TEXT, place: cursorOf(after) }
  if (after === undefined) return { rank: EXACT, place: undefined }
  const [, rank, place = ''] = RANKED.exec(after) ?? []
  // What is not ranked is no cursor of ours, and is told so.
  if (rank === undefined) return { rank: TEXT, place: cursorOf('') }
  return { rank: Number(rank) as Rank, place: place === '' ? undefined : cursorOf(place) }
}
