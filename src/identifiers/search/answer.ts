import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Found, SearchWish } from '../registration/list-routes.ts'
import {
  type Cursor,
  cursorOf,
  type Filters,
  filterOf,
  formatCursor,
} from '../registration/listing.ts'
import { compareKeys } from '../store/ordering.ts'
import { candidateGroups, type Searching, type Stretch, stretchesOf } from './candidates.ts'
import { type Group, HELD, nameBefore, REGISTERED, RETIRED } from './groups.ts'
import { Matcher, parseQuestion } from './question.ts'
import { chunksOf, type SearchedStore } from './reading.ts'
import { readTail, type Tail } from './tail.ts'

/** What a searcher may search by: values everybody may read, or those of the administrators of the scope too. */
export type Entitlement = 'public' | 'protected'

/** How long one request looks for its page, and, once that is full, goes on counting. */
const PAGE_MS_MAX = 200
const COUNT_MS_MAX = 35
const PREFIXES_READ = 1_024
/** Records read at once: a page is often full soon. */
const CHUNK_RECORDS = 128

/** How many there are, as far as was counted. */
export type Count = NonNullable<Found['found']>

/** One request: its page at once, and, where there were too many to count, the rest of the counting for later. */
export class Answering {
  readonly #searching: Searching
  readonly #wish: SearchWish
  readonly #holds: (record: IdRecord) => boolean
  readonly #matcher: Matcher
  readonly #steps: Generator<void, void>
  readonly #tail: Tail
  readonly #fresh: ReadonlySet<string>
  readonly #start: Cursor | undefined
  readonly #from = performance.now()
  readonly #items: IdRecord[] = []
  /** Records found, as they are now. */
  #matched = 0
  /** Records found as they were at the batch that the answer is as of. */
  #total = 0
  #isDone = false
  /** All before it was looked at. */
  #place: Cursor | undefined

  constructor(searching: Searching, wish: SearchWish, entitlement: Entitlement) {
    const { tables, store } = searching
    tables.engine.freshen()
    const pieces = parseQuestion(wish.q)
    const withProtected = entitlement === 'protected'
    const prefixes = wish.scope === 'all' ? allPrefixes(store) : wish.scope
    this.#searching = searching
    this.#wish = wish
    this.#holds = filterOf(wish)
    this.#matcher = new Matcher(pieces, withProtected)
    this.#start = cursorOf(wish.after)
    this.#place = this.#start
    this.#tail = readTail(tables, store, new Set(prefixes))
    const fresh = this.#tail.stretches
    this.#fresh = new Set(fresh.map(({ fence }) => fence))
    const { template } = wish
    const candidates = candidateGroups(searching, { pieces, withProtected, template, prefixes })
    const walk = { candidates, fresh, start: this.#start, prefixes }
    this.#steps = this.#walk(stretchesOf(tables, walk))
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
      ...(next !== undefined && { next: formatCursor(next) }),
      ...(this.#wish.after === undefined && { found: this.count() }),
    }
  }

  #next(): HandleKey | PrefixKey | undefined {
    if (this.#isFull() && !(this.#isDone && this.#matched === this.#items.length)) {
      return this.#items.at(-1)?.key
    }
    return this.#isDone ? undefined : (this.#place?.key ?? this.#place?.prefix)
  }

  #step(): void {
    this.#isDone = this.#steps.next().done === true
  }

  /** Counts a little longer, in a later turn. */
  goOn(ms: number): void {
    this.#searching.tables.engine.freshen()
    const until = performance.now() + ms
    while (!this.#isDone && performance.now() < until) this.#step()
  }

  get isDone(): boolean {
    return this.#isDone
  }

  count(): Count {
    const { asOf, isBuilding } = this.#tail
    return { total: this.#total, exact: this.#isDone && !isBuilding, asOf }
  }

  #isFull(): boolean {
    return this.#items.length >= this.#wish.limit
  }

  /** A page that follows is not counted beyond its end, but for one more that shows there is another page. */
  #isLate(): boolean {
    const elapsedMs = performance.now() - this.#from
    if (!this.#isFull()) return elapsedMs > PAGE_MS_MAX
    const isCounted = this.#wish.after !== undefined && this.#matched > this.#items.length
    return isCounted || elapsedMs > COUNT_MS_MAX
  }

  #isOut({ group, fence }: Stretch): boolean {
    return group !== undefined && !this.#fresh.has(fence) && !mayHold(group, this.#wish)
  }

  *#walk(stretches: Iterable<Stretch>): Generator<void, void> {
    for (const stretch of stretches) {
      const { prefix, end } = stretch
      const isFinished = this.#place?.prefix === prefix && this.#place.key === undefined
      if (isFinished || this.#isOut(stretch)) continue
      yield* this.#look(stretch)
      const key = end === undefined ? undefined : nameBefore(end)
      this.#place = key === undefined ? { prefix } : { prefix, key }
      yield
    }
  }

  *#look(stretch: Stretch): Generator<void, void> {
    const { prefix, end } = stretch
    const span = { prefix, after: this.#after(stretch), end, limit: CHUNK_RECORDS }
    for (const records of chunksOf(this.#searching.store, span)) {
      for (const record of records) this.#take(record)
      this.#place = { prefix, key: (records.at(-1) as IdRecord).key }
      yield
    }
  }

  /** Groups may be divided while we count: what was looked at as part of one is not looked at again. */
  #after({ prefix, fence }: Stretch): HandleKey | undefined {
    const before = nameBefore(fence)
    const done = this.#place?.prefix === prefix ? this.#place.key : undefined
    if (done === undefined || before === undefined) return done ?? before
    return compareKeys(done, before) > 0 ? done : before
  }

  #take(record: IdRecord): void {
    const isWanted = this.#isWanted(record)
    if (isWanted) {
      this.#matched++
      if (!this.#isFull()) this.#items.push(record)
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

/** Whether one of the group's records may be wanted. */
function mayHold({ states, updatedMin, updatedMax }: Group, wish: Filters): boolean {
  const { state, from = -Infinity, to = Infinity } = wish
  if (updatedMax < from || updatedMin >= to) return false
  if (state === undefined) return true
  return (states & STATE_BITS[state]) !== 0
}

const STATE_BITS = { registered: REGISTERED, retired: RETIRED, held: HELD }

function allPrefixes(store: SearchedStore): PrefixKey[] {
  const all: PrefixKey[] = []
  for (;;) {
    const after = all.at(-1)
    const some = store.prefixes({ limit: PREFIXES_READ, ...(after !== undefined && { after }) })
    all.push(...some)
    if (some.length < PREFIXES_READ) return all
  }
}
