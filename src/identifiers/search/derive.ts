import type { HandleKey, PrefixKey } from '../handle.ts'
import { prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { isOwnPrefix } from '../registration/totals.ts'
import { compareKeys } from '../store/ordering.ts'
import { firstName } from '../store/tables.ts'
import {
  fenceAfter,
  fenceBehind,
  type Group,
  groupAt,
  nameBefore,
  newGroup,
  noteRecord,
  putGroup,
  removeGroup,
} from './groups.ts'
import { GROUPS_MAX, pairOf } from './pairs.ts'
import {
  changeOf,
  chunksOf,
  newestSequence,
  recordsOf,
  type SearchedStore,
  sortedKeys,
} from './reading.ts'
import { runWriter } from './runs.ts'
import { type IndexTables, type Position, putState } from './tables.ts'
import { TallyDraft } from './tallies.ts'
import { TermFinder } from './terms.ts'

/** Records of a group that grows at its end; where they come in between it is divided at twice as many. */
const GROUP_RECORDS = 1_024
const GROUP_RECORDS_MAX = 2 * GROUP_RECORDS
/** Changes after which a group is made anew, to be rid of what its records no longer say. */
const GROUP_CHANGES_MAX = 4 * GROUP_RECORDS
/** Records derived before they are stored, and pairs. */
const ROUND_RECORDS = 50_000
const ROUND_PAIRS_MAX = 1_000_000
const ROUND_BATCHES_MAX = 4_096
const PREFIXES_READ = 256
/** Records read at a time, as each reading begins in every run that is not packed yet; and taken between two turns. */
const CHUNK_RECORDS = 8_192
const TURN_RECORDS = 512
/** Of more, the first to be derived are read from the store rather than from their batches. */
const FIRST_LOAD_RECORDS = 2 * ROUND_RECORDS
const ANEW = { kind: 'building', sequence: 0, place: undefined } as const

/** Derives the index from a store: first from all that is stored, then from batch after batch. */
export class Deriver {
  readonly #tables: IndexTables
  readonly #store: SearchedStore
  readonly #finder: TermFinder
  #pairs = new Float64Array(65_536)
  #pairCount = 0
  #nextGroup: number
  readonly #tally = new TallyDraft()
  /** The batches that are derived now: all after one, up to another. */
  #span = { after: 0, through: 0 }
  readonly #touched = new Map<number, Group>()
  readonly #removed = new Set<number>()
  #records = 0
  /** The group of the record before, its prefix, and where it ends. */
  #group: Group | undefined
  #prefix = '' as PrefixKey
  #groupEnd: string | undefined
  /** The stored group that was come to last, or what was put in its place, and where that ends. */
  #ahead: Group[] = []
  #end: string | undefined

  constructor(tables: IndexTables, store: SearchedStore) {
    this.#tables = tables
    this.#store = store
    this.#nextGroup = tables.state.nextGroup
    this.#finder = new TermFinder((term) => this.#emit(term))
  }

  /** One round of work; yields often, for other turns. Answers whether there was anything to do. */
  *round(): Generator<void, boolean> {
    const { position } = this.#tables.state
    this.#tables.engine.freshen()
    try {
      if (position.kind === 'building') yield* this.#build(position)
      else if (this.#isFirstLoad(position.sequence)) yield* this.#build(ANEW)
      else return yield* this.#follow(position.sequence)
      return true
    } finally {
      // What is not stored by now is derived again from the position.
      this.#reset()
    }
  }

  /** Whether nothing is derived and much is stored: in the order of names it takes a fraction of what batch after batch does. */
  #isFirstLoad(after: number): boolean {
    if (this.#nextGroup > 0) return false
    const waiting = this.#store.changes(after, ROUND_BATCHES_MAX)
    return waiting.reduce((sum, { count }) => sum + count, 0) > FIRST_LOAD_RECORDS
  }

  *#follow(after: number): Generator<void, boolean> {
    const keys: HandleKey[] = []
    let last: { readonly sequence: number; readonly digest: string } | undefined
    for (const batch of this.#store.changes(after, ROUND_BATCHES_MAX)) {
      if (keys.length > 0 && keys.length + batch.count > ROUND_RECORDS) break
      // One by one, as keys of a large batch are more than an argument list takes.
      for (const key of this.#store.batchKeys(batch.sequence)) keys.push(key)
      last = batch
      yield
    }
    if (last === undefined) return false
    this.#span = { after, through: last.sequence }
    for (const records of recordsOf(this.#store, sortedKeys(keys))) {
      for (const record of records) this.#take(record)
      if (this.#pairCount > ROUND_PAIRS_MAX) this.#flushPairs()
      yield
    }
    const { sequence, digest } = last
    this.#flush({ kind: 'following', sequence, digest })
    return true
  }

  *#build(position: Position & { readonly kind: 'building' }): Generator<void> {
    const { place } = position
    const sequence = place === undefined ? newestSequence(this.#store, 0) : position.sequence
    this.#span = { after: 0, through: sequence }
    let prefix: PrefixKey | undefined = place as PrefixKey | undefined
    if (place?.includes('/')) {
      prefix = prefixOf(place as HandleKey)
      yield* this.#buildPrefix(prefix, sequence, place as HandleKey)
    }
    for (;;) {
      prefix = this.#nextPrefix(prefix)
      if (prefix === undefined) break
      yield* this.#buildPrefix(prefix, sequence)
    }
    const digest = this.#store.batch(sequence)?.digest ?? ''
    this.#flush({ kind: 'following', sequence, digest })
  }

  *#buildPrefix(prefix: PrefixKey, sequence: number, after?: HandleKey): Generator<void> {
    for (const chunk of chunksOf(this.#store, { prefix, after, limit: CHUNK_RECORDS })) {
      for (let at = 0; at < chunk.length; at += TURN_RECORDS) {
        const records = chunk.slice(at, at + TURN_RECORDS)
        for (const record of records) this.#take(record)
        const place = records.at(-1)?.key
        if (this.#isRoundFull()) this.#flush({ kind: 'building', sequence, place })
        yield
      }
    }
    // Prefixes of few records each are many.
    if (this.#isRoundFull()) this.#flush({ kind: 'building', sequence, place: prefix })
  }

  #prefixes: PrefixKey[] = []

  #nextPrefix(after: PrefixKey | undefined): PrefixKey | undefined {
    if (this.#prefixes.length === 0) {
      const range = { limit: PREFIXES_READ, ...(after !== undefined && { after }) }
      this.#prefixes = this.#store.prefixes(range)
    }
    return this.#prefixes.shift()
  }

  #isRoundFull(): boolean {
    return this.#records >= ROUND_RECORDS || this.#pairCount > ROUND_PAIRS_MAX
  }

  /** Records come in key order between two writes. */
  #take(record: IdRecord): void {
    const { key } = record
    // The records of prefixes are found by their prefix; they are no identifiers of anybody.
    if (isOwnPrefix(prefixOf(key))) return
    const { before, now } = changeOf(this.#store, record, this.#span)
    this.#tally.move(before, now)
    let group = this.#group
    if (group === undefined || !this.#covers(group, key)) group = this.#enter(key)
    if (record.batch <= group.through) return
    const isBehind = group.count >= GROUP_RECORDS && compareKeys(key, group.last) > 0
    if (isBehind && this.#nextGroup < GROUPS_MAX) group = this.#open(fenceBehind(group.last))
    this.#add(group, record)
    const isTooLarge = group.count > GROUP_RECORDS_MAX || group.changes > GROUP_CHANGES_MAX
    if (isTooLarge && this.#nextGroup < GROUPS_MAX) this.#divide(group)
  }

  #add(group: Group, record: IdRecord): void {
    noteRecord(group, record)
    this.#records++
    this.#finder.take(record)
  }

  #covers({ fence }: Group, key: HandleKey): boolean {
    const prefix = this.#prefix
    if (key[prefix.length] !== '/' || !key.startsWith(prefix)) return false
    return compareKeys(key, fence) >= 0 && isBefore(key, this.#groupEnd)
  }

  /** Goes to the group of a key. */
  #enter(key: HandleKey): Group {
    const prefix = prefixOf(key)
    if (prefix !== this.#prefix || !isBefore(key, this.#end)) this.#seek(prefix, key)
    while (this.#ahead[1] !== undefined && compareKeys(this.#ahead[1].fence, key) <= 0) {
      this.#ahead.shift()
    }
    this.#groupEnd = this.#ahead[1]?.fence ?? this.#end
    const [group] = this.#ahead
    return group === undefined ? this.#open(firstName(prefix)) : this.#use(group)
  }

  #seek(prefix: PrefixKey, key: HandleKey): void {
    const found = groupAt(this.#tables, { prefix, key })
    const fence = found?.fence ?? firstName(prefix)
    this.#prefix = prefix
    this.#end = fenceAfter(this.#tables, { prefix, fence })
    this.#ahead = found === undefined ? [] : [found]
  }

  #open(fence: string): Group {
    return this.#use(newGroup(this.#nextGroup++, fence))
  }

  #use(group: Group): Group {
    this.#group = group
    this.#touched.set(group.id, group)
    this.#finder.begin()
    return group
  }

  /** Puts groups of the usual size in the place of one, from what the store holds now. */
  #divide(group: Group): void {
    const prefix = this.#prefix
    const made: Group[] = []
    let through = 0
    this.#touched.delete(group.id)
    this.#removed.add(group.id)
    let current = this.#open(group.fence)
    made.push(current)
    const span = { prefix, after: nameBefore(group.fence), end: this.#groupEnd }
    for (const records of chunksOf(this.#store, span)) {
      // Whoever sees a batch sees all that came before it, here and in every later chunk.
      if (through === 0) through = records.reduce((most, { batch }) => Math.max(most, batch), 0)
      for (const record of records) {
        if (current.count >= GROUP_RECORDS && this.#nextGroup < GROUPS_MAX) {
          current = this.#open(fenceBehind(current.last))
          made.push(current)
        }
        this.#add(current, record)
      }
    }
    for (const it of made) {
      it.through = through
      it.changes = 0
    }
    this.#ahead = [...made, ...this.#ahead.slice(1)]
    this.#group = undefined
  }

  #emit(term: number): void {
    if (this.#pairCount === this.#pairs.length) {
      const grown = new Float64Array(this.#pairs.length * 2)
      grown.set(this.#pairs)
      this.#pairs = grown
    }
    this.#pairs[this.#pairCount++] = pairOf(term, (this.#group as Group).id)
  }

  /** Stores all that was derived with the position it leads to, in one write. */
  #flush(position: Position): void {
    this.#put(position)
    this.#reset()
  }

  /** Makes room in the middle of a round. Counts wait for its end: what is derived again must not be counted again. */
  #flushPairs(): void {
    this.#put(undefined)
    this.#resetGroups()
  }

  #put(position: Position | undefined): void {
    const tables = this.#tables
    const pairs = this.#pairs.subarray(0, this.#pairCount).sort()
    const { state } = tables
    const run = { id: state.nextRun, pairs: pairs.length }
    tables.state = tables.engine.write(() => {
      for (const id of this.#removed) removeGroup(tables, id)
      for (const group of this.#touched.values()) putGroup(tables, group)
      const writer = runWriter(tables, run.id)
      let before = -1
      for (const pair of pairs) {
        if (pair !== before) writer.add(pair)
        before = pair
      }
      writer.finish()
      const next = {
        ...state,
        nextGroup: this.#nextGroup,
        ...(pairs.length > 0 && { nextRun: run.id + 1, runs: [...state.runs, run] }),
        ...(position !== undefined && {
          position,
          nextCell: this.#tally.put(tables, state.nextCell),
        }),
      }
      putState(tables, next)
      return next
    })
  }

  #reset(): void {
    this.#tally.clear()
    this.#resetGroups()
  }

  #resetGroups(): void {
    this.#touched.clear()
    this.#removed.clear()
    this.#group = undefined
    this.#prefix = '' as PrefixKey
    this.#ahead = []
    this.#prefixes = []
    this.#pairCount = 0
    this.#records = 0
    // One flush of many pairs must not keep its memory for ever.
    if (this.#pairs.length > 2 * ROUND_PAIRS_MAX) this.#pairs = new Float64Array(65_536)
  }
}

function isBefore(key: HandleKey, end: string | undefined): boolean {
  return end === undefined || compareKeys(key, end) < 0
}
