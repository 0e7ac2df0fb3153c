import { decodeRecord, openBlock } from '../block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { findInLeaf } from './leaf.ts'
import { compareKeys } from './ordering.ts'
import { Leaf, type Stretch } from './stretch.ts'
import { findPacked, firstName, type Tables } from './tables.ts'

/** What a name has. */
export type Found = {
  readonly before: IdRecord | undefined
  /** Bytes of the row in the recent area that `before` stands in; 0 where it does not. */
  readonly rowBytes: number
  /** A run has a row of that name. Nothing is removed from a run: only a newer row can take its place. */
  readonly isInRun: boolean
}

export const NOTHING: Found = { before: undefined, rowBytes: 0, isInRun: false }

/**
 * Finds keys that come in order. Neighbours cost one look into the tables a stretch; scattered keys one or two each, and
 * nothing that would only pay for neighbours.
 */
export class Seeker {
  readonly #tables: Tables
  readonly #rows: RowSeeker
  readonly #isAhead: boolean
  #leaf: Leaf | undefined
  #stretch: Stretch | undefined
  #prefix = '' as PrefixKey
  #start = '/'
  /** A second key fell into the leaf: from then on its end is known. */
  #isDense = false
  /** Keys have come behind the last of the stretch's block: no other will be in it. */
  #isBehind = false
  /** Up to this key nothing is stored; undefined: nothing to the end of the prefix; null: not known. */
  #nowhereUntil: string | null | undefined = null
  /** Of the row that was found last; 0 where it was in a block or nowhere. */
  rowBytes = 0
  /** Whether a run has a row of that name. */
  isInRun = false

  /** `ahead`: of a write, not within it, where a look costs less. */
  constructor(tables: Tables, { ahead = false }: { readonly ahead?: boolean } = {}) {
    this.#tables = tables
    this.#isAhead = ahead
    this.#rows = new RowSeeker(tables)
    tables.runs.look()
  }

  /** The stretch that the key asked for last falls into. */
  get stretch(): Stretch {
    return this.#stretch as Stretch
  }

  /** What was found last, with where it was; most names have nothing. */
  told(before: IdRecord | undefined): Found {
    const { rowBytes, isInRun } = this
    if (before === undefined && rowBytes === 0 && !isInRun) return NOTHING
    return { before, rowBytes, isInRun }
  }

  find(key: HandleKey): IdRecord | undefined {
    this.rowBytes = 0
    this.isInRun = false
    if (this.#isNowhere(key)) return undefined
    this.#step(key)
    const row = this.#rowOf(key)
    if (row !== undefined) return decodeRecord(row)
    if (!this.#isBehind) return this.stretch.find(key)
    if (!this.#tables.runs.isEmpty) return undefined
    this.#nowhereUntil = lesser(this.stretch.end, this.#rows.next)
    return undefined
  }

  /** `find` for a key that is alone in its stretch, which is not told then. */
  findAlone(prefix: PrefixKey, key: HandleKey): IdRecord | undefined {
    this.rowBytes = 0
    this.isInRun = false
    const row = this.#rowOf(key)
    if (row !== undefined) return decodeRecord(row)
    if (this.#isAhead) return findPacked(this.#tables, key)
    const leaf = this.#tables.blocks.seekFloor(key, firstName(prefix))
    if (leaf === undefined) return undefined
    const block = openBlock(prefix, findInLeaf(prefix, key, leaf))
    const position = block.find(key)
    return position < 0 ? undefined : block.at(position)
  }

  #rowOf(key: HandleKey): Buffer | undefined {
    const inRun = this.#tables.runs.find(key)
    this.isInRun = inRun !== undefined
    const row = this.#rows.find(key) ?? inRun?.bytes
    if (row !== undefined) this.rowBytes = row.length
    return row
  }

  /** Most keys of a load come behind a block and before whatever is next: one comparison, or none, is all they take. */
  #isNowhere(key: HandleKey): boolean {
    const until = this.#nowhereUntil
    if (!this.#isBehind || until === null || !key.startsWith(this.#start)) return false
    return until === undefined || compareKeys(key, until) < 0
  }

  #step(key: HandleKey): void {
    const leaf = this.#leafOf(key)
    const old = this.#stretch
    const stretch = old?.leaf === leaf && old.covers(key) ? old : leaf.stretchOf(key)
    if (stretch !== old) {
      this.#stretch = stretch
      this.#isBehind = false
      this.#nowhereUntil = null
    } else if (!this.#isBehind) {
      const { last } = stretch
      this.#isBehind = last === undefined || compareKeys(key, last) > 0
    }
  }

  #leafOf(key: HandleKey): Leaf {
    const prefix = key.startsWith(this.#start) ? this.#prefix : prefixOf(key)
    const old = this.#leaf
    const isKnown = this.#isDense || old?.fence === undefined
    if (old !== undefined && isKnown && old.covers(prefix, key)) return old
    const leaf = new Leaf(this.#tables, { prefix, key })
    this.#isDense = old?.fence !== undefined && old.fence === leaf.fence
    if (this.#isDense) return old as Leaf
    this.#prefix = prefix
    this.#start = `${prefix}/`
    this.#leaf = leaf
    return leaf
  }
}

function lesser(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return compareKeys(a, b) < 0 ? a : b
}

/** Steps after which it is tried again whether looking ahead pays. */
const GETS_BEFORE_LOOK = 32
/** Keys that a look ahead must spare the trouble of getting. */
const SPARED_MIN = 4

/** Finds rows of the recent area for keys that come in order, looking ahead where rows are rare among the keys. */
class RowSeeker {
  readonly #tables: Tables
  /** No row stands before this one; undefined: none at all. */
  next: string | undefined = ''
  #spared = 0
  #gets = 0

  constructor(tables: Tables) {
    this.#tables = tables
  }

  find(key: HandleKey): Buffer | undefined {
    if (this.next === undefined || compareKeys(key, this.next) < 0) {
      this.#spared++
      return undefined
    }
    const row = this.#tables.recent.get(key)
    if (this.#spared >= SPARED_MIN || ++this.#gets >= GETS_BEFORE_LOOK) {
      this.next = this.#tables.recent.firstKey({ after: key })
      this.#spared = 0
      this.#gets = 0
    }
    return row
  }
}
