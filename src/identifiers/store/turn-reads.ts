import { decodeRecord, type PlainRow, wholeOf } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { entryFrom } from './batches.ts'
import type { BatchEntry, TurnReads } from './store.ts'
import {
  freshen,
  isLastSequence,
  lastSequence,
  seekPacked,
  sequenceKey,
  type Tables,
} from './tables.ts'

/** Turns of this thread's event loop in which somebody has read, and resolved commits between. */
let turn = 0
let isBegun = false

function thisTurn(): number {
  if (!isBegun) {
    isBegun = true
    setImmediate(endTurn)
  }
  return turn
}

/** What is read from now on sees whatever was committed before. */
export function endTurn(): void {
  isBegun = false
  turn++
}

/** The entries of commits behind one that were asked for last. */
type Told = {
  readonly sequence: number
  readonly after: number
  readonly limit: number
  readonly entries: readonly BatchEntry[]
}

/** Looks for commits once a turn, and past the recent area where nothing is in it. */
export class TurnReader implements TurnReads {
  readonly #tables: Tables
  #lookedIn = -1
  #sequence = 0
  #age = -1
  #hasRows = true
  #told: Told = { sequence: -1, after: -1, limit: 0, entries: [] }

  constructor(tables: Tables) {
    this.#tables = tables
  }

  get(key: HandleKey, prefix?: PrefixKey): IdRecord | undefined {
    return wholeOf(this.seek(key, prefix))
  }

  seek(key: HandleKey, prefix?: PrefixKey): PlainRow | IdRecord | undefined {
    this.#look()
    // A record moves from the recent area into its block and never back, so that a block read later is no older.
    const row =
      (this.#hasRows ? this.#tables.recent.peek(key) : undefined) ??
      this.#tables.runs.find(key)?.bytes
    if (row !== undefined) return decodeRecord(row)
    return seekPacked(this.#tables, key, { prefix })
  }

  sequence(): number {
    this.#look()
    return this.#sequence
  }

  changes(after: number, limit: number): readonly BatchEntry[] {
    this.#look()
    // Whoever follows the commits asks for the same ones, one after the other.
    const { sequence, after: from, limit: most } = this.#told
    if (sequence === this.#sequence && from === after && most === limit) return this.#told.entries
    const range = { from: sequenceKey(after + 1), limit }
    const entries = [...this.#tables.batches.entries(range)].map(({ value }) => entryFrom(value))
    this.#told = { sequence: this.#sequence, after, limit, entries }
    return entries
  }

  #look(): void {
    const now = thisTurn()
    if (this.#lookedIn === now) return
    freshen(this.#tables)
    const isSame = isLastSequence(this.#tables, this.#sequence)
    const sequence = isSame ? this.#sequence : lastSequence(this.#tables)
    const { age } = this.#tables.runs
    // A commit puts rows there, and packing those that no block takes.
    if (this.#hasRows || sequence !== this.#sequence || age !== this.#age) {
      this.#hasRows = this.#tables.recent.firstKey({}) !== undefined
    }
    this.#sequence = sequence
    this.#age = age
    this.#lookedIn = now
  }
}
