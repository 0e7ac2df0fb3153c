import { BrokenBlock, keyOfRow } from '../block/block.ts'
import type { HandleKey } from '../handle.ts'
import { compareKeys } from './ordering.ts'
import type { Run, RunRow, Runs } from './runs.ts'

export type RunSpan = {
  /** The first name, or the one that the rows begin behind; default: the first there is. */
  readonly from?: string | undefined
  readonly after?: string | undefined
  /** Not itself part of the span. */
  readonly to?: string | undefined
  /** Only of runs up to this one. */
  readonly upTo?: number
  /** Told of runs with a broken piece, which is then passed over; without it a broken piece is thrown. */
  readonly onBroken?: (sequence: number) => void
}

/** Rows of all runs in the order of their names, of each name the newest; those that are packed are left out. */
export function* runRows(runs: Runs, span: RunSpan): Generator<RunRow> {
  const heap = heapOf(runs, span)
  let last: HandleKey | undefined
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    const { row } = top
    if (span.to !== undefined && compareKeys(row.key, span.to) >= 0) return
    if (row.key !== last && !runs.isPacked(row.sequence, row.key)) yield row
    last = row.key
    if (!top.next()) {
      const end = heap.pop() as RunCursor
      if (end !== top) heap[0] = end
    }
    sink(heap, 0)
  }
}

function heapOf(runs: Runs, span: RunSpan): RunCursor[] {
  const { upTo = Number.MAX_SAFE_INTEGER } = span
  const cursors: RunCursor[] = []
  for (const run of runs.list) {
    const least = run.sequence <= upTo ? runs.unpackedFrom(run.sequence) : undefined
    if (least !== undefined) cursors.push(new RunCursor(runs, run, spanFrom(span, least)))
  }
  const heap = cursors.filter((cursor) => cursor.next())
  for (let at = (heap.length >>> 1) - 1; at >= 0; at--) sink(heap, at)
  return heap
}

/** The part of a span that begins with a name or behind it. */
function spanFrom(span: RunSpan, least: string): RunSpan {
  const start = span.after ?? span.from ?? ''
  return compareKeys(start, least) >= 0 ? span : { ...span, after: undefined, from: least }
}

/**
 * Moves the cursor at a place down to where it belongs: to the bottom first, as most belong near it, which takes half as many
 * comparisons.
 */
function sink(heap: RunCursor[], from: number): void {
  const cursor = heap[from]
  if (cursor === undefined) return
  let at = from
  for (let child = at * 2 + 1; child < heap.length; child = at * 2 + 1) {
    const right = child + 1
    if (right < heap.length && isBefore(heap[right] as RunCursor, heap[child] as RunCursor)) child++
    heap[at] = heap[child] as RunCursor
    at = child
  }
  while (at > from) {
    const parent = (at - 1) >>> 1
    if (!isBefore(cursor, heap[parent] as RunCursor)) break
    heap[at] = heap[parent] as RunCursor
    at = parent
  }
  heap[at] = cursor
}

/** Of one name the newest row comes first. */
function isBefore({ row: a }: RunCursor, { row: b }: RunCursor): boolean {
  const order = compareKeys(a.key, b.key)
  return order < 0 || (order === 0 && a.sequence > b.sequence)
}

/** Goes through the rows of one run, a piece at a time. */
class RunCursor {
  readonly #runs: Runs
  readonly #run: Run
  readonly #onBroken: RunSpan['onBroken']
  #piece: number
  #rows: readonly Buffer[] = []
  #at = 0
  #row: RunRow | undefined

  constructor(runs: Runs, run: Run, span: RunSpan) {
    this.#runs = runs
    this.#run = run
    this.#onBroken = span.onBroken
    const start = span.after ?? span.from
    this.#piece = start === undefined ? 0 : this.#pieceOf(start)
    if (start === undefined) return
    const least = span.after === undefined ? 0 : 1
    while (this.next() && compareKeys(this.row.key, start) < least);
    // The row that was found is to come with the next step.
    if (this.#row !== undefined) this.#at--
  }

  get row(): RunRow {
    return this.#row as RunRow
  }

  /** Steps to the next row; answers whether there is one. */
  next(): boolean {
    while (this.#at >= this.#rows.length) {
      if (this.#piece >= this.#run.counts.length) {
        this.#row = undefined
        return false
      }
      this.#rows = this.#rowsOf(this.#piece++)
      this.#at = 0
    }
    const bytes = this.#rows[this.#at++] as Buffer
    this.#row = { key: keyOfRow(bytes), bytes, sequence: this.#run.sequence }
    return true
  }

  #rowsOf(piece: number): readonly Buffer[] {
    const { sequence } = this.#run
    try {
      return this.#runs.piece(sequence, piece)
    } catch (error) {
      if (!(error instanceof BrokenBlock) || this.#onBroken === undefined) throw error
      this.#onBroken(sequence)
      return []
    }
  }

  /** The piece that would hold a name. Where pieces are missing, the first one: all are then gone through. */
  #pieceOf(name: string): number {
    if (this.#runs.isBroken(this.#run.sequence)) return 0
    let low = 0
    let high = this.#run.counts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      const first = this.#firstOf(middle)
      if (first === undefined) return 0
      if (compareKeys(first, name) <= 0) low = middle
      else high = middle - 1
    }
    return low
  }

  #firstOf(piece: number): HandleKey | undefined {
    const { firsts } = this.#run
    if (firsts[piece] === undefined) {
      const row = this.#rowsOf(piece)[0]
      if (row !== undefined) firsts[piece] = keyOfRow(row)
    }
    return firsts[piece]
  }
}
