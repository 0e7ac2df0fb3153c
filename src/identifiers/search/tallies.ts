import { createHash } from 'node:crypto'
import { ByteReader, ByteWriter } from '../block/bytes.ts'
import type { PrefixKey } from '../handle.ts'
import { prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Filters, Scope } from '../registration/listing.ts'
import { sealed, unsealed } from '../store/tables.ts'
import type { IndexTables } from './tables.ts'

/*
 * How many records there are of each prefix, template and state, by the time of their last change. A cell is a prefix and
 * a template; those of the whole node are cells too, with and without a template. Each cell has a row for all time and
 * rows for stretches of time of every size, each some of the next, so that any time from and to is a sum of few rows.
 */

/** Stretches of 1 ms, 65 s, 70 min, 3 days and 199 days; powers of two need no calendar. */
const STRETCHES_MS = [1, 2 ** 16, 2 ** 22, 2 ** 28, 2 ** 34] as const
const TIME_MS_MAX = 2 ** 48 - 1
/** The level of the row for all time; those of the stretches follow. */
const WHOLE = 0

/** Registered, registered and held, retired, retired and held. */
type Tally = [number, number, number, number]

const OWNER_BYTES = 16
const NODE = Buffer.alloc(OWNER_BYTES)
/** The cell of everything. */
const ANY = Buffer.alloc(OWNER_BYTES, 0xff)

function ownerOf(prefix: PrefixKey): Buffer {
  return createHash('sha256').update(prefix).digest().subarray(0, OWNER_BYTES)
}

function cellKey(owner: Buffer, template: string): Buffer {
  return Buffer.concat([owner, Buffer.from(template)])
}

function rowKey(cell: number, level: number, slot: number): Buffer {
  const key = Buffer.alloc(11)
  key.writeUInt32BE(cell, 0)
  key.writeUInt8(level, 4)
  key.writeUIntBE(slot, 5, 6)
  return key
}

function stateOf({ state, held }: IdRecord): 0 | 1 | 2 | 3 {
  return state === 'registered' ? (held ? 1 : 0) : held ? 3 : 2
}

function timeIn(at: number): number {
  return Math.min(Math.max(Math.floor(at), 0), TIME_MS_MAX)
}

/** What one time of one prefix and template moves by. */
type Moves = { readonly prefix: PrefixKey; readonly template: string; readonly times: TimeMoves }
type TimeMoves = Map<number, Tally>

/** Changes of the counts until they are stored together with the position they lead to. */
export class TallyDraft {
  readonly #moves = new Map<string, Moves>()
  /** Neighbours are mostly of one cell and one time. */
  #prefix: PrefixKey | undefined
  #template: string | undefined
  #at = -1
  #tally: Tally = [0, 0, 0, 0]

  move(before: IdRecord | undefined, now: IdRecord | undefined): void {
    if (before === now) return
    if (before !== undefined) this.#add(before, -1)
    if (now !== undefined) this.#add(now, 1)
  }

  #add(record: IdRecord, by: number): void {
    const prefix = this.#prefix
    const isOfPrefix =
      prefix !== undefined && record.key.startsWith(prefix) && record.key[prefix.length] === '/'
    const template = record.template ?? ''
    if (!isOfPrefix || template !== this.#template || record.updatedAt !== this.#at) {
      this.#enter(isOfPrefix ? prefix : prefixOf(record.key), template, record.updatedAt)
    }
    this.#tally[stateOf(record)] += by
  }

  #enter(prefix: PrefixKey, template: string, at: number): void {
    const name = `${prefix}/${template}`
    let moves = this.#moves.get(name)
    if (moves === undefined) {
      moves = { prefix, template, times: new Map() }
      this.#moves.set(name, moves)
    }
    this.#prefix = prefix
    this.#template = template
    this.#at = at
    this.#tally = tallyAt(moves.times, timeIn(at))
  }

  clear(): void {
    this.#moves.clear()
    this.#prefix = undefined
  }

  /** Stores all of it; answers the next cell that is free. Only within `engine.write`. */
  put(tables: IndexTables, nextCell: number): number {
    const ofNode = new Map<string, { readonly key: Buffer; readonly times: TimeMoves }>()
    const cells = new Cells(tables, nextCell)
    for (const { prefix, template, times } of this.#moves.values()) {
      moveCell(tables, cells.idOf(cellKey(ownerOf(prefix), template)), times)
      for (const key of [cellKey(NODE, template), ANY]) addTimes(ofNode, key, times)
    }
    for (const { key, times } of ofNode.values()) moveCell(tables, cells.idOf(key), times)
    return cells.next
  }
}

function addTimes(
  sums: Map<string, { readonly key: Buffer; readonly times: TimeMoves }>,
  key: Buffer,
  times: TimeMoves,
): void {
  const name = key.toString('latin1')
  const sum = sums.get(name) ?? { key, times: new Map<number, Tally>() }
  sums.set(name, sum)
  for (const [at, tally] of times) addTally(tallyAt(sum.times, at), tally)
}

function tallyAt(times: TimeMoves, at: number): Tally {
  const known = times.get(at)
  if (known !== undefined) return known
  const tally: Tally = [0, 0, 0, 0]
  times.set(at, tally)
  return tally
}

function addTally(to: Tally, by: Tally): void {
  for (let i = 0; i < 4; i++) to[i] = (to[i] as number) + (by[i] as number)
}

class Cells {
  readonly #tables: IndexTables
  next: number

  constructor(tables: IndexTables, next: number) {
    this.#tables = tables
    this.next = next
  }

  idOf(key: Buffer): number {
    const stored = this.#tables.cells.get(key)
    if (stored !== undefined) return unsealed(stored).readUInt32BE(0)
    const id = Buffer.alloc(4)
    id.writeUInt32BE(this.next, 0)
    this.#tables.cells.put(key, sealed(id))
    return this.next++
  }
}

function moveCell({ tallies }: IndexTables, cell: number, times: TimeMoves): void {
  const rows = new Map<string, { readonly key: Buffer; readonly tally: Tally }>()
  const add = (key: Buffer, by: Tally) => {
    const name = key.toString('latin1')
    const row = rows.get(name) ?? { key, tally: [0, 0, 0, 0] satisfies Tally }
    rows.set(name, row)
    addTally(row.tally, by)
  }
  for (const [at, tally] of times) {
    if (tally.every((it) => it === 0)) continue
    add(rowKey(cell, WHOLE, 0), tally)
    for (const [i, ms] of STRETCHES_MS.entries()) {
      add(rowKey(cell, i + 1, Math.floor(at / ms)), tally)
    }
  }
  for (const { key, tally } of rows.values()) {
    const stored = tallies.get(key)
    if (stored !== undefined) addTally(tally, readTally(stored))
    if (tally.every((it) => it === 0)) tallies.remove(key)
    else tallies.put(key, tallyBytes(tally))
  }
}

const writer = new ByteWriter()

function tallyBytes(tally: Tally): Buffer {
  writer.reset()
  for (const count of tally) writer.uint(count)
  return sealed(writer.view())
}

function readTally(stored: Buffer): Tally {
  const r = new ByteReader(unsealed(stored))
  return [r.uint(), r.uint(), r.uint(), r.uint()]
}

/** How many records hold by the filters, exact as of the position of the index. */
export function countRecords(
  tables: IndexTables,
  wish: Filters & { readonly scope: Scope },
): number {
  const { state, from = -Infinity, to = Infinity } = wish
  const sum: Tally = [0, 0, 0, 0]
  if (from >= to) return 0
  const first = Math.ceil(Math.max(from, 0))
  const end = Math.ceil(Math.min(Math.max(to, 0), TIME_MS_MAX + 1))
  const isWhole = from === -Infinity && to === Infinity
  for (const cell of cellsOf(tables, wish)) {
    if (isWhole) addRows(tables, sum, { from: rowKey(cell, WHOLE, 0), to: rowKey(cell, WHOLE, 1) })
    else addStretches(tables, { sum, cell, level: STRETCHES_MS.length, first, end })
  }
  const [registered, registeredHeld, retired, retiredHeld] = sum
  switch (state) {
    case 'registered':
      return registered + registeredHeld
    case 'retired':
      return retired + retiredHeld
    case 'held':
      return registeredHeld + retiredHeld
    case undefined:
      return registered + registeredHeld + retired + retiredHeld
  }
}

function* cellsOf(
  { cells }: IndexTables,
  { scope, template }: { readonly scope: Scope; readonly template?: string | undefined },
): Generator<number> {
  if (scope === 'all' && template === undefined) {
    const stored = cells.get(ANY)
    if (stored !== undefined) yield unsealed(stored).readUInt32BE(0)
    return
  }
  const owners = scope === 'all' ? [NODE] : scope.map(ownerOf)
  for (const owner of owners) {
    for (const { value } of cells.entries(templateRange(owner, template))) {
      yield unsealed(value).readUInt32BE(0)
    }
  }
}

function templateRange(owner: Buffer, template: string | undefined) {
  if (template === undefined) return { from: owner, to: cellKey(owner, '\u{10ffff}') }
  if (!template.includes('@')) {
    // `A` follows `@`, which stands before the version.
    return { from: cellKey(owner, `${template}@`), to: cellKey(owner, `${template}A`) }
  }
  return { from: cellKey(owner, template), to: cellKey(owner, `${template}\0`) }
}

type Stretches = {
  readonly sum: Tally
  readonly cell: number
  readonly level: number
  /** Milliseconds since 1970; `end` is not of it. */
  readonly first: number
  readonly end: number
}

/** Adds up a time: by whole stretches of one level, and what is left before and behind by those of the level below. */
function addStretches(tables: IndexTables, it: Stretches): void {
  const { sum, cell, level, first, end } = it
  if (first >= end) return
  const ms = STRETCHES_MS[level - 1] as number
  const from = Math.ceil(first / ms)
  const to = Math.floor(end / ms)
  if (from >= to) {
    if (level > 1) addStretches(tables, { ...it, level: level - 1 })
    return
  }
  addRows(tables, sum, { from: rowKey(cell, level, from), to: rowAfter(cell, level, to) })
  if (level === 1) return
  addStretches(tables, { ...it, level: level - 1, end: from * ms })
  addStretches(tables, { ...it, level: level - 1, first: to * ms })
}

/** The key of a slot, which may be one more than there are. */
function rowAfter(cell: number, level: number, slot: number): Buffer {
  return slot <= TIME_MS_MAX ? rowKey(cell, level, slot) : rowKey(cell, level + 1, 0)
}

function addRows(
  { tallies }: IndexTables,
  sum: Tally,
  range: { readonly from: Buffer; readonly to: Buffer },
): void {
  for (const { value } of tallies.entries(range)) addTally(sum, readTally(value))
}
