import type { PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Moment } from './engine.ts'
import type { BatchEntry, PrefixCounts } from './store.ts'
import { sealed, type Tables, unsealed } from './tables.ts'

export type Moved = BatchEntry['moved'][number]

const ZERO: PrefixCounts = { total: 0, registered: 0, retired: 0, held: 0 }
const TOTALS_KEY = Buffer.from('totals')
const RECENT_KEY = Buffer.from('recent')
const NUMBER_BYTES = 6

export function readCounts(tables: Tables, prefix: PrefixKey, moment?: Moment): PrefixCounts {
  return countsFrom(tables.counts.get(prefix, moment))
}

export function readTotals(tables: Tables, moment?: Moment): PrefixCounts {
  return countsFrom(tables.meta.get(TOTALS_KEY, moment))
}

/** Only within a write. */
export function moveCounts(tables: Tables, moved: readonly Moved[]): void {
  let totals = readTotals(tables)
  for (const it of moved) {
    tables.counts.put(it.prefix, bytesOf(movedCounts(readCounts(tables, it.prefix), it)))
    totals = movedCounts(totals, it)
  }
  tables.meta.put(TOTALS_KEY, bytesOf(totals))
}

function movedCounts(counts: PrefixCounts, by: Omit<Moved, 'prefix'>): PrefixCounts {
  return {
    total: counts.total + by.created,
    registered: counts.registered + by.registered,
    retired: counts.retired + by.retired,
    held: counts.held + by.held,
  }
}

function bytesOf({ total, registered, retired, held }: PrefixCounts): Buffer {
  return numbers([total, registered, retired, held])
}

function countsFrom(bytes: Buffer | undefined): PrefixCounts {
  if (bytes === undefined) return ZERO
  const [total = 0, registered = 0, retired = 0, held = 0] = numbersIn(bytes)
  return { total, registered, retired, held }
}

/** How full the recent area is, as of the last commit. */
export type RecentSize = { readonly records: number; readonly bytes: number }

export function readRecentSize(tables: Tables, moment?: Moment): RecentSize {
  const stored = tables.meta.get(RECENT_KEY, moment)
  const [records = 0, bytes = 0] = stored === undefined ? [] : numbersIn(stored)
  return { records, bytes }
}

/** Only within a write. A store whose size came out too small once can still be written; `emptyRecentSize` sets it right. */
export function moveRecentSize(tables: Tables, by: RecentSize): void {
  if (by.records === 0 && by.bytes === 0) return
  const { records, bytes } = readRecentSize(tables)
  const moved = [Math.max(0, records + by.records), Math.max(0, bytes + by.bytes)]
  tables.meta.put(RECENT_KEY, numbers(moved))
}

/** Notes that the recent area holds nothing; only within a write. */
export function emptyRecentSize(tables: Tables): void {
  const { records, bytes } = readRecentSize(tables)
  if (records > 0 || bytes > 0) tables.meta.put(RECENT_KEY, numbers([0, 0]))
}

function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * NUMBER_BYTES)
  for (const [i, value] of values.entries())
    bytes.writeUIntBE(value, i * NUMBER_BYTES, NUMBER_BYTES)
  return sealed(bytes)
}

function numbersIn(bytes: Buffer): number[] {
  const payload = unsealed(bytes)
  const count = payload.length / NUMBER_BYTES
  return Array.from({ length: count }, (_, i) => payload.readUIntBE(i * NUMBER_BYTES, NUMBER_BYTES))
}

const PACKED_KEY = Buffer.from('packed')

/** How much there is in blocks, without what the engine takes beside. */
export type PackedSize = { readonly blocks: number; readonly bytes: number }

export function readPacked(tables: Tables): PackedSize {
  const stored = tables.meta.get(PACKED_KEY)
  const [blocks = 0, bytes = 0] = stored === undefined ? [] : numbersIn(stored)
  return { blocks, bytes }
}

/** Only within a write. */
export function movePacked(tables: Tables, by: PackedSize): void {
  if (by.blocks === 0 && by.bytes === 0) return
  const { blocks, bytes } = readPacked(tables)
  tables.meta.put(PACKED_KEY, numbers([blocks + by.blocks, bytes + by.bytes]))
}

type Lived = Pick<IdRecord, 'state' | 'held'>

/** Adds up, prefix by prefix, how a commit moves the counts. Its records come in key order. */
export class MovedTally {
  readonly #moved: { -readonly [Member in keyof Moved]: Moved[Member] }[] = []

  add(prefix: PrefixKey, before: IdRecord | undefined, after: Lived): void {
    let last = this.#moved.at(-1)
    if (last?.prefix !== prefix) {
      last = { prefix, written: 0, created: 0, registered: 0, retired: 0, held: 0 }
      this.#moved.push(last)
    }
    last.written++
    if (before === undefined) last.created++
    else {
      last[before.state]--
      if (before.held) last.held--
    }
    last[after.state]++
    if (after.held) last.held++
  }

  get moved(): readonly Moved[] {
    return this.#moved
  }
}
