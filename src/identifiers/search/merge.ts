import { groupIn } from './pairs.ts'
import { dueRuns, RunReader, removeSome, runWriter } from './runs.ts'
import { type IndexTables, putState, type Run } from './tables.ts'

/** Pairs merged in one slice, which is one write to the disk. */
const SLICE_PAIRS = 100_000

/** Keeps runs few: merges those of one level slice by slice, and removes what was merged. */
export class Merger {
  readonly #tables: IndexTables
  #merge: Merge | undefined

  constructor(tables: IndexTables) {
    this.#tables = tables
  }

  /** One slice of work; false where there is none. */
  slice(): boolean {
    if (this.#tables.state.dropped.length > 0) {
      this.#drop()
      return true
    }
    this.#merge ??= this.#begin()
    if (this.#merge === undefined) return false
    if (this.#merge.slice()) this.#merge = undefined
    return true
  }

  #drop(): void {
    const tables = this.#tables
    const [run, ...left] = tables.state.dropped
    if (run === undefined) return
    const state = { ...tables.state, dropped: left }
    const isRemoved = tables.engine.write(() => {
      const removed = removeSome(tables, run)
      if (removed) putState(tables, state)
      return removed
    })
    if (isRemoved) tables.state = state
  }

  #begin(): Merge | undefined {
    const { state, engine } = this.#tables
    const due = dueRuns(state.runs)
    if (due === undefined) return undefined
    const next = { ...state, merging: state.nextRun, nextRun: state.nextRun + 1 }
    engine.write(() => putState(this.#tables, next))
    this.#tables.state = next
    return new Merge(this.#tables, due, state.nextRun)
  }
}

class Merge {
  readonly #tables: IndexTables
  readonly #from: readonly Run[]
  readonly #into: number
  readonly #readers: RunReader[]
  readonly #gone: Uint8Array
  #pairs = 0
  #last = -1

  constructor(tables: IndexTables, from: readonly Run[], into: number) {
    this.#tables = tables
    this.#from = from
    this.#into = into
    this.#readers = from.map(({ id }) => new RunReader(tables, id))
    this.#gone = goneGroups(tables)
  }

  /** Writes the next pairs; true once all are merged. */
  slice(): boolean {
    const taken = new Float64Array(SLICE_PAIRS)
    let count = 0
    while (count < SLICE_PAIRS) {
      const pair = this.#next()
      if (pair === Number.POSITIVE_INFINITY) break
      taken[count++] = pair
    }
    const isDone = count < SLICE_PAIRS
    const state = isDone ? this.#merged(count) : this.#tables.state
    this.#tables.engine.write(() => {
      const writer = runWriter(this.#tables, this.#into)
      for (let i = 0; i < count; i++) writer.add(taken[i] as number)
      writer.finish()
      if (isDone) putState(this.#tables, state)
    })
    this.#pairs += count
    this.#tables.state = state
    return isDone
  }

  /** The next pair that was not yet taken and whose group is still there. */
  #next(): number {
    for (;;) {
      let least = this.#readers[0] as RunReader
      for (const reader of this.#readers) if (reader.pair < least.pair) least = reader
      const { pair } = least
      if (pair === Number.POSITIVE_INFINITY) return pair
      least.next()
      if (pair === this.#last) continue
      this.#last = pair
      const group = groupIn(pair)
      const isGone = (((this.#gone[group >>> 3] ?? 0) >>> (group & 7)) & 1) === 1
      if (!isGone) return pair
    }
  }

  #merged(count: number) {
    const { merging, ...state } = this.#tables.state
    const ids = new Set(this.#from.map(({ id }) => id))
    const made = { id: this.#into, pairs: this.#pairs + count }
    return {
      ...state,
      runs: [...state.runs.filter(({ id }) => !ids.has(id)), made],
      dropped: [...state.dropped, ...ids],
    }
  }
}

/** One bit for each group. */
function goneGroups({ gone, state }: IndexTables): Uint8Array {
  const bits = new Uint8Array((state.nextGroup >>> 3) + 1)
  for (const { key } of gone.entries({ from: Buffer.alloc(4) })) {
    const group = Buffer.from(key).readUInt32BE(0)
    bits[group >>> 3] = (bits[group >>> 3] as number) | (1 << (group & 7))
  }
  return bits
}
