import { BrokenBlock, decodeRecord } from '../block/block.ts'
import { type HandleKey, prefixOf } from '../handle.ts'
import { moveRecentSize } from './counters.ts'
import { LeafEdits } from './leaf-edits.ts'
import { compareKeys } from './ordering.ts'
import type { PageFit } from './packing.ts'
import { runRows } from './run-rows.ts'
import { Leaf, type Stretch } from './stretch.ts'
import { lastSequence, type Tables } from './tables.ts'

/** Records decoded and encoded in one slice, about: what one write holds the others up for. */
const SLICE_RECORDS = 8_192
/** Rows looked at in one slice. */
const SLICE_ROWS = 4_096
const ROWS_READ = SLICE_ROWS + 1

/** Pieces of packed runs that are dropped in one slice, about. */
const SLICE_PIECES = 4_096

/** A row of the recent area; `sequence` of its run, 0 where it stands by itself. */
type Row = { readonly key: HandleKey; readonly bytes: Buffer; readonly sequence: number }
/** Rows of one stretch; without it where its block is broken. */
type Group = { readonly stretch?: Stretch; readonly rows: readonly Row[] }

export type SlicePlan = {
  readonly rows: number
  /** The round ends with this slice. */
  readonly isLast: boolean
  /** Whether nothing has been committed since that it would undo; only within a write. */
  isStill(): boolean
  /** Only within a write. */
  store(): void
}

/**
 * Reads rows of the recent area from where the round has come to, and encodes the blocks that take them in, without
 * storing anything: commits need not wait for it. Stored in one write, so that a reader sees each record in one place.
 */
export function planSlice(tables: Tables, fit: PageFit): SlicePlan {
  const { runs } = tables
  runs.look()
  const { upTo, hand } = runs.round
  return hand === undefined ? dropPlan(tables) : new RowsPlan(tables, { fit, upTo, hand })
}

function dropPlan({ runs }: Tables): SlicePlan {
  return {
    rows: 0,
    isLast: false,
    isStill() {
      runs.look()
      return runs.isDropping
    },
    store: () => runs.drop(SLICE_PIECES),
  }
}

class RowsPlan implements SlicePlan {
  readonly #tables: Tables
  readonly #upTo: number
  readonly #from: string
  readonly #sequence: number
  readonly #edits: LeafEdits
  readonly #packed: Row[] = []
  /** Rows of runs whose block is broken: they go on waiting by themselves. */
  readonly #stuck: Row[] = []
  readonly #broken: number[] = []
  readonly #next: string | undefined

  constructor(tables: Tables, it: { fit: PageFit; upTo: number; hand: string }) {
    this.#tables = tables
    this.#upTo = it.upTo
    this.#from = it.hand
    this.#sequence = lastSequence(tables)
    this.#edits = new LeafEdits(it.fit)
    const rows = this.#rows()
    let touched = 0
    let seen = 0
    let leaf: Leaf | undefined
    while (seen < Math.min(rows.length, SLICE_ROWS) && touched < SLICE_RECORDS) {
      const group = groupAt(tables, { rows, from: seen, leaf })
      seen += group.rows.length
      leaf = group.stretch?.leaf
      if (isAdded(this.#edits, group)) {
        this.#packed.push(...group.rows)
        touched += group.rows.length + (group.stretch?.opened?.count ?? 0)
      } else this.#stuck.push(...group.rows.filter(({ sequence }) => sequence > 0))
    }
    this.#next = rows[seen]?.key ?? behind(rows)
  }

  get rows(): number {
    return this.#packed.length
  }

  get isLast(): boolean {
    return this.#next === undefined
  }

  /** One more than a slice has, which tells where the next one begins. */
  #rows(): Row[] {
    const { recent, runs } = this.#tables
    const singles = new Map<string, Buffer>()
    for (const { key, value } of recent.entries({ from: this.#from, limit: ROWS_READ })) {
      singles.set(key, value)
    }
    const rows: Row[] = []
    const onBroken = (sequence: number) => this.#broken.push(sequence)
    for (const row of runRows(runs, { from: this.#from, onBroken })) {
      // A run that came since has a row of the name, with which this one is left for the next round.
      if (row.sequence > this.#upTo) singles.delete(row.key)
      else if (!singles.has(row.key)) rows.push(row)
      if (rows.length >= ROWS_READ) break
    }
    for (const [key, bytes] of singles) rows.push({ key: key as HandleKey, bytes, sequence: 0 })
    return rows.sort((a, b) => compareKeys(a.key, b.key)).slice(0, ROWS_READ)
  }

  isStill(): boolean {
    const { runs } = this.#tables
    runs.look()
    const { upTo, hand } = runs.round
    if (hand !== this.#from || upTo !== this.#upTo) return false
    if (lastSequence(this.#tables) === this.#sequence) return true
    return this.#edits.isStill(this.#tables) && this.#packed.every((row) => this.#isNewest(row))
  }

  #isNewest({ key, bytes, sequence }: Row): boolean {
    const { recent, runs } = this.#tables
    const single = recent.peek(key)
    const isSame = sequence > 0 ? single === undefined : single?.equals(bytes) === true
    return isSame && !runs.mayHaveSince(this.#sequence, key)
  }

  store(): void {
    const { recent, runs } = this.#tables
    this.#edits.store(this.#tables)
    let bytes = 0
    for (const row of this.#packed) {
      if (row.sequence === 0) recent.remove(row.key)
      bytes += row.bytes.length
    }
    for (const row of this.#stuck) recent.put(row.key, row.bytes)
    moveRecentSize(this.#tables, { records: -this.#packed.length, bytes: -bytes })
    runs.pass({ upTo: this.#upTo, hand: this.#next, broken: this.#broken })
    if (this.isLast) runs.drop(SLICE_PIECES)
  }
}

/** The least name behind all rows that were read, where there may be more. */
function behind(rows: readonly Row[]): string | undefined {
  const last = rows.at(-1)
  return last === undefined || rows.length < ROWS_READ ? undefined : `${last.key}\0`
}

function groupAt(
  tables: Tables,
  it: { rows: readonly Row[]; from: number; leaf: Leaf | undefined },
): Group {
  const { rows, from } = it
  const { key } = rows[from] as Row
  const prefix = prefixOf(key)
  const stretch = unlessBroken(() => {
    const leaf = it.leaf?.covers(prefix, key) ? it.leaf : new Leaf(tables, { prefix, key })
    return leaf.stretchOf(key)
  })
  if (stretch === undefined) return { rows: [rows[from] as Row] }
  let to = from + 1
  while (to < rows.length && isWithin(stretch, (rows[to] as Row).key)) to++
  return { stretch, rows: rows.slice(from, to) }
}

function isWithin(stretch: Stretch, key: HandleKey): boolean {
  return key.startsWith(`${stretch.prefix}/`) && stretch.covers(key)
}

function isAdded(edits: LeafEdits, { stretch, rows }: Group): boolean {
  if (stretch === undefined) return false
  const records = () => rows.map(({ bytes }) => decodeRecord(bytes))
  return unlessBroken(() => edits.add(stretch, records())) !== undefined
}

function unlessBroken<T>(body: () => T): T | undefined {
  try {
    return body()
  } catch (error) {
    if (error instanceof BrokenBlock) return undefined
    throw error
  }
}
