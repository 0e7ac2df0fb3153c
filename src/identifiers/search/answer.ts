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

/** One request. Between two turns nothing of the index changes. @throws Problem `invalid-input` */
export function answer(searching: Searching, wish: SearchWish, entitlement: Entitlement): Found {
  return new Answering(searching, wish, entitlement).run()
}

class Answering {
  readonly #searching: Searching
  readonly #wish: SearchWish
  readonly #holds: (record: IdRecord) => boolean
  readonly #matcher: Matcher
  readonly #stretches: Iterable<Stretch>
  readonly #tail: Tail
  readonly #fresh: ReadonlySet<string>
  readonly #start: Cursor | undefined
  readonly #from = performance.now()
  readonly #items: IdRecord[] = []
  #total = 0
  #isExact: boolean
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
    this.#isExact = this.#tail.isWhole
    const fresh = this.#tail.stretches
    this.#fresh = new Set(fresh.map(({ fence }) => fence))
    const { template } = wish
    const candidates = candidateGroups(searching, { pieces, withProtected, template, prefixes })
    this.#stretches = stretchesOf(tables, { candidates, fresh, start: this.#start, prefixes })
  }

  run(): Found {
    for (const stretch of this.#stretches) {
      if (this.#isOut(stretch)) continue
      if (!this.#look(stretch)) return this.#short()
      if (this.#isLate()) return this.#short()
    }
    const isLastPage = this.#total <= this.#items.length
    return isLastPage ? this.#found() : this.#found(this.#items.at(-1)?.key)
  }

  /** The answer of a request that could not go to the end. */
  #short(): Found {
    this.#isExact = false
    if (this.#isFull()) return this.#found(this.#items.at(-1)?.key)
    return this.#found(this.#place?.key ?? this.#place?.prefix)
  }

  #found(place?: HandleKey | PrefixKey): Found {
    const items = this.#items
    const next = place === undefined ? {} : { next: formatCursor(place) }
    if (this.#wish.after !== undefined) return { items, ...next }
    const { asOf } = this.#tail
    return { items, ...next, found: { total: this.#total, exact: this.#isExact, asOf } }
  }

  #isFull(): boolean {
    return this.#items.length >= this.#wish.limit
  }

  /** A page that follows is not counted beyond its end, but for one more that shows there is another page. */
  #isLate(): boolean {
    const elapsedMs = performance.now() - this.#from
    if (!this.#isFull()) return elapsedMs > PAGE_MS_MAX
    const isCounted = this.#wish.after !== undefined && this.#total > this.#items.length
    return isCounted || elapsedMs > COUNT_MS_MAX
  }

  #isOut({ group, fence }: Stretch): boolean {
    return group !== undefined && !this.#fresh.has(fence) && !mayHold(group, this.#wish)
  }

  /** False where time ran out in the middle. */
  #look(stretch: Stretch): boolean {
    const { prefix, end } = stretch
    const span = { prefix, after: this.#after(stretch), end, limit: CHUNK_RECORDS }
    for (const records of chunksOf(this.#searching.store, span)) {
      if (!this.#takeAll(records, this.#lastOf(stretch))) break
      this.#place = { prefix, key: (records.at(-1) as IdRecord).key }
      if (this.#isLate()) return false
    }
    const place = end === undefined ? undefined : nameBefore(end)
    this.#place = place === undefined ? { prefix } : { prefix, key: place }
    return true
  }

  /** The last name that is known of; what comes behind is for a later search. */
  #lastOf({ group, fence }: Stretch): string | undefined {
    return group === undefined || this.#fresh.has(fence) ? undefined : group.last
  }

  /** False once the last name was come to. */
  #takeAll(records: readonly IdRecord[], last: string | undefined): boolean {
    for (const record of records) {
      const order = last === undefined ? -1 : compareKeys(record.key, last)
      if (order <= 0) this.#take(record)
      if (order >= 0) return false
    }
    return true
  }

  #after({ prefix, fence }: Stretch): HandleKey | undefined {
    const before = nameBefore(fence)
    const start = this.#start?.prefix === prefix ? this.#start.key : undefined
    if (start === undefined || before === undefined) return start ?? before
    return compareKeys(start, before) > 0 ? start : before
  }

  #take(record: IdRecord): void {
    if (record.batch > this.#tail.asOf.sequence && this.#tail.isWhole) {
      // Written since the search began: a new record does not count yet, of a changed one we do not know.
      if (record.version === 1) return
      this.#isExact = false
    }
    if (!this.#holds(record) || !this.#matcher.matches(record)) return
    this.#total++
    if (!this.#isFull()) this.#items.push(record)
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
