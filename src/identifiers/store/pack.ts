import { BrokenBlock, decodeRecord } from '../block/block.ts'
import { type HandleKey, prefixOf } from '../handle.ts'
import { emptyRecentSize, moveRecentSize } from './counters.ts'
import { LeafEdits } from './leaf-edits.ts'
import { compareKeys } from './ordering.ts'
import type { PageFit } from './packing.ts'
import { RoundRows } from './round-rows.ts'
import { Leaf, type Stretch } from './stretch.ts'
import { lastSequence, type Tables } from './tables.ts'

export type SliceLimits = {
  /** Rows taken from the recent area. */
  readonly rowsMax: number
  /** Records decoded and encoded, about. */
  readonly recordsMax: number
}

/** Of a slice that is planned before its write: one that is larger shares its write with more. */
export const SLICE_AHEAD: SliceLimits = { rowsMax: 8_192, recordsMax: 16_384 }
/** Of a slice that is planned within its write, for which all others wait. */
export const SLICE_WITHIN: SliceLimits = { rowsMax: 2_048, recordsMax: 4_096 }

/** Pieces of packed runs that are dropped in one slice, about. */
const SLICE_PIECES = 2_048

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

/** Packs rounds through the recent area, a slice at a time. */
export class Packer {
  readonly #tables: Tables
  readonly #fit: PageFit
  #round: RoundRows | undefined

  constructor(tables: Tables, fit: PageFit) {
    this.#tables = tables
    this.#fit = fit
  }

  /**
   * Reads rows of the recent area from where the round has come to, and encodes the blocks that take them in, without
   * storing anything: commits need not wait for it. Stored in one write, so that a reader sees each record in one place.
   */
  plan(limits: SliceLimits): SlicePlan {
    const { runs } = this.#tables
    runs.look()
    const { upTo, hand } = runs.round
    if (hand === undefined) return dropPlan(this.#tables)
    // Another process may have packed meanwhile.
    if (!this.#round?.isAt(upTo, hand)) this.#round = new RoundRows(runs, { upTo, hand })
    try {
      return new RowsPlan(this.#tables, { fit: this.#fit, round: this.#round, limits })
    } catch (error) {
      this.forget()
      throw error
    }
  }

  /** Lets go of what was read ahead; for when what was written comes to nothing. */
  forget(): void {
    this.#round = undefined
  }
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

type SliceOptions = {
  readonly fit: PageFit
  readonly round: RoundRows
  readonly limits: SliceLimits
}

class RowsPlan implements SlicePlan {
  readonly #tables: Tables
  readonly #round: RoundRows
  readonly #upTo: number
  readonly #from: string
  readonly #sequence: number
  readonly #age: number
  readonly #edits: LeafEdits
  readonly #packed: Row[] = []
  /** Rows of runs whose block is broken: they go on waiting by themselves. */
  readonly #stuck: Row[] = []
  readonly #next: string | undefined

  constructor(tables: Tables, it: SliceOptions) {
    const { fit, round, limits } = it
    this.#tables = tables
    this.#round = round
    this.#upTo = round.upTo
    this.#from = round.hand
    this.#sequence = lastSequence(tables)
    this.#age = tables.runs.age
    this.#edits = new LeafEdits(fit)
    const { rows, until } = this.#read(limits.rowsMax + 1)
    let touched = 0
    let seen = 0
    let leaf: Leaf | undefined
    while (seen < Math.min(rows.length, limits.rowsMax) && touched < limits.recordsMax) {
      const group = groupAt(tables, { rows, from: seen, leaf })
      seen += group.rows.length
      leaf = group.stretch?.leaf
      if (isAdded(this.#edits, group)) {
        this.#packed.push(...group.rows)
        touched += group.rows.length + (group.stretch?.opened?.count ?? 0)
      } else this.#stuck.push(...group.rows.filter(({ sequence }) => sequence > 0))
    }
    this.#next = rows[seen]?.key ?? (until === undefined ? undefined : `${until}\0`)
  }

  get rows(): number {
    return this.#packed.length
  }

  get isLast(): boolean {
    return this.#next === undefined
  }

  /** The first so many rows from where the round is, up to a name that is told where there may be more behind it. */
  #read(count: number): { rows: Row[]; until: string | undefined } {
    const ofRuns = this.#round.ahead(count)
    const singles = [...this.#tables.recent.entries({ from: this.#from, limit: count })]
    const ends = [ofRuns, singles].flatMap((list) =>
      list.length < count ? [] : [(list.at(-1) as { readonly key: string }).key],
    )
    const until = ends.toSorted(compareKeys)[0]
    // A run that came since has a row of the name, with which this one is left for the next round.
    const rows: Row[] = ofRuns.filter(({ key }) => !this.#hasNewer(key))
    if (singles.length > 0) this.#mix(rows, singles)
    const beyond =
      until === undefined ? -1 : rows.findLastIndex(({ key }) => compareKeys(key, until) <= 0)
    return { rows: until === undefined ? rows : rows.slice(0, beyond + 1), until }
  }

  #hasNewer(key: HandleKey): boolean {
    const { runs } = this.#tables
    if (!runs.mayHaveSince(this.#upTo, key)) return false
    return (runs.find(key)?.sequence ?? 0) > this.#upTo
  }

  /** A row that stands by itself is newer than those of runs. */
  #mix(rows: Row[], singles: readonly { readonly key: string; readonly value: Buffer }[]): void {
    const ofRuns = rows.splice(0)
    const names = new Set(singles.map(({ key }) => key))
    for (const row of ofRuns) if (!names.has(row.key)) rows.push(row)
    for (const { key: name, value: bytes } of singles) {
      const key = name as HandleKey
      if (!this.#hasNewer(key)) rows.push({ key, bytes, sequence: 0 })
    }
    rows.sort((a, b) => compareKeys(a.key, b.key))
  }

  isStill(): boolean {
    const { runs } = this.#tables
    runs.look()
    const { upTo, hand } = runs.round
    if (hand !== this.#from || upTo !== this.#upTo) return false
    // Told by what is read, as the plan was: the engine counts a write before whoever begins to read sees it.
    if (lastSequence(this.#tables) === this.#sequence && runs.age === this.#age) return true
    // Another packer may have been through all of the rows and have come to the same place.
    return this.#edits.isStill(this.#tables) && this.#areNewest()
  }

  #areNewest(): boolean {
    const { recent, runs } = this.#tables
    const rows = this.#packed
    const from = rows[0]?.key
    if (from === undefined) return true
    if (rows.some(({ key }) => runs.mayHaveSince(this.#sequence, key))) return false
    const to = `${(rows.at(-1) as Row).key}\0`
    const isAlone =
      recent.firstKey({ from, to }) === undefined && rows.every(({ sequence }) => sequence > 0)
    return isAlone || rows.every((row) => this.#isAsItWas(row))
  }

  #isAsItWas({ key, bytes, sequence }: Row): boolean {
    const single = this.#tables.recent.peek(key)
    return sequence > 0 ? single === undefined : single?.equals(bytes) === true
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
    runs.pass({ upTo: this.#upTo, hand: this.#next, broken: this.#round.broken })
    if (this.isLast) {
      runs.drop(SLICE_PIECES)
      if (runs.isEmpty && recent.firstKey({}) === undefined) emptyRecentSize(this.#tables)
    }
    this.#round.pass(this.#next)
  }
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
