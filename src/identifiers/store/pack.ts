import { decodeRecord } from '../block/block.ts'
import { type HandleKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { moveRecentSize } from './counters.ts'
import type { PageFit } from './packing.ts'
import { covers, packedInto, type Stretch, stretchAt } from './stretch.ts'
import type { Tables } from './tables.ts'

/** Records decoded and encoded in one slice, about: what one write holds the others up for. */
const SLICE_RECORDS = 8_192
/** Rows looked at in one slice. */
const SLICE_ROWS = 4_096

export type PackedSlice = {
  readonly rows: number
  /** Where the next slice begins; absent where none is left behind this one. */
  readonly next: string | undefined
}

/**
 * Moves rows of the recent area into blocks, from `from` on, a slice at a time. Only within a write, so that a reader
 * sees each record in one place.
 */
export function packSlice(
  tables: Tables,
  options: { readonly fit: PageFit; readonly from?: string | undefined },
): PackedSlice {
  const { fit, from } = options
  const rows = rowsFrom(tables, from)
  const moved = { rows: 0, bytes: 0 }
  let touched = 0
  for (let i = 0; i < rows.length && touched < SLICE_RECORDS; ) {
    const first = rows[i] as Row
    const prefix = prefixOf(first.record.key)
    const stretch = stretchAt(tables, { prefix, key: first.record.key })
    const group = rowsWithin(rows, i, stretch)
    const records = group.map(({ record }) => record)
    for (const block of packedInto(stretch, records, fit))
      tables.blocks.put(block.fence, block.bytes)
    for (const { record } of group) tables.recent.remove(record.key)
    touched += (stretch.block?.opened.count ?? 0) + group.length
    moved.rows += group.length
    moved.bytes += group.reduce((sum, { bytes }) => sum + bytes, 0)
    i += group.length
  }
  moveRecentSize(tables, { records: -moved.rows, bytes: -moved.bytes })
  const rest = rows[moved.rows]
  const last = rows.at(-1)
  const next = rest?.record.key ?? (last && tables.recent.firstKey({ after: last.record.key }))
  return { rows: moved.rows, next }
}

type Row = { readonly record: IdRecord; readonly bytes: number }

function rowsFrom(tables: Tables, from: string | undefined): Row[] {
  const range = from === undefined ? { limit: SLICE_ROWS } : { from, limit: SLICE_ROWS }
  const rows = [...tables.recent.entries(range)]
  return rows.map(({ value }) => ({ record: decodeRecord(value), bytes: value.length }))
}

function rowsWithin(rows: readonly Row[], from: number, stretch: Stretch): Row[] {
  let to = from + 1
  while (to < rows.length) {
    const { key } = (rows[to] as Row).record
    const prefix = key.startsWith(`${stretch.prefix}/`) ? stretch.prefix : prefixOf(key)
    if (!covers(stretch, prefix, key as HandleKey)) break
    to++
  }
  return rows.slice(from, to)
}
