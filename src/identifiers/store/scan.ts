import { decodeRecord, openBlock } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Moment, Range } from './engine.ts'
import { readLeaf } from './leaf.ts'
import { compareKeys } from './ordering.ts'
import { type RunSpan, runRows } from './run-rows.ts'
import type { Runs } from './runs.ts'
import { beyondNames, firstName, type Tables } from './tables.ts'

export type Span = {
  readonly prefix: PrefixKey
  /** The first key of the span, or the one it begins behind; default: the prefix's first. */
  readonly from?: HandleKey
  readonly after?: HandleKey
  /** The last key of the span; default: the prefix's last. */
  readonly to?: HandleKey
  readonly moment?: Moment
}

/** Current records of a span in key order, from blocks and recent area as one. */
export function* recordsIn(tables: Tables, span: Span): Generator<IdRecord> {
  const { to } = span
  for (const record of merged(packedIn(tables, span), recentIn(tables, span))) {
    if (to !== undefined && compareKeys(record.key, to) > 0) return
    yield record
  }
}

/** Both come in key order; where both have a key, the second is right. */
function* merged(packed: Iterator<IdRecord>, recent: Iterator<IdRecord>): Generator<IdRecord> {
  let left = packed.next()
  let right = recent.next()
  try {
    while (!left.done || !right.done) {
      const order = left.done ? 1 : right.done ? -1 : compareKeys(left.value.key, right.value.key)
      yield order < 0 ? left.value : right.value
      if (order <= 0) left = packed.next()
      if (order >= 0) right = recent.next()
    }
  } finally {
    packed.return?.()
    recent.return?.()
  }
}

function* packedIn(tables: Tables, span: Span): Generator<IdRecord> {
  const { prefix, after, moment } = span
  const start = after ?? span.from ?? firstName(prefix)
  const behind = (key: HandleKey) => compareKeys(key, start) - (after === undefined ? 0 : 1) >= 0
  const begun = tables.blocks.floor(start, firstName(prefix), moment)
  const from = begun?.key ?? firstName(prefix)
  for (const leaf of tables.blocks.entries({ from, to: beyondNames(prefix), moment })) {
    const blocks = readLeaf(prefix, leaf.key, leaf.value)
    for (const [i, { bytes }] of blocks.entries()) {
      const next = blocks[i + 1]
      if (next !== undefined && compareKeys(next.fence, start) <= 0) continue
      const block = openBlock(prefix, bytes)
      let position = behind(block.at(0).key) ? 0 : firstBehind(block, behind)
      for (; position < block.count; position++) yield block.at(position)
    }
  }
}

/** The first position that is behind the start; by halves, as decoding is what costs. */
function firstBehind(
  block: { readonly count: number; at(position: number): IdRecord },
  behind: (key: HandleKey) => boolean,
): number {
  let low = 0
  let high = block.count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (behind(block.at(middle).key)) high = middle
    else low = middle + 1
  }
  return low
}

/** Rows of the recent area in key order. Where a name has one by itself and others in runs, the first is right. */
function* recentIn(tables: Tables, span: Span): Generator<IdRecord> {
  const { prefix, after, moment } = span
  const least = firstName(prefix)
  const within = after !== undefined && compareKeys(after, least) >= 0
  const start = within ? { after } : { from: span.from ?? least }
  const range = { ...start, to: beyondNames(prefix) }
  const runs = moment === undefined ? tables.runs : tables.runs.at(moment)
  const rows = singleRows(tables, { ...range, moment })
  if (runs.isEmpty) yield* rows
  else yield* merged(rowsOfRuns(runs, range), rows)
}

function* singleRows(tables: Tables, range: Range<string>): Generator<IdRecord> {
  for (const { value } of tables.recent.entries(range)) yield decodeRecord(value)
}

function* rowsOfRuns(runs: Runs, span: RunSpan): Generator<IdRecord> {
  for (const { bytes } of runRows(runs, span)) yield decodeRecord(bytes)
}
