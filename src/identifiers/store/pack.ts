import { BrokenBlock, decodeRecord } from '../block/block.ts'
import { type HandleKey, prefixOf } from '../handle.ts'
import { moveRecentSize } from './counters.ts'
import type { Packed, PageFit } from './packing.ts'
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
 * sees each record in one place. Rows that belong into a broken block are passed over.
 */
export function packSlice(
  tables: Tables,
  options: { readonly fit: PageFit; readonly from?: string | undefined },
): PackedSlice {
  const rows = rowsFrom(tables, options.from)
  const moved = { rows: 0, bytes: 0 }
  let touched = 0
  let seen = 0
  while (seen < rows.length && touched < SLICE_RECORDS) {
    const group = groupAt(tables, rows, seen)
    seen += group.rows.length
    const packed = packedGroup(group, options.fit)
    if (packed === undefined) continue
    for (const { fence, bytes } of packed) tables.blocks.put(fence, bytes)
    for (const { key, bytes } of group.rows) {
      tables.recent.remove(key)
      moved.bytes += bytes.length
    }
    moved.rows += group.rows.length
    touched += group.rows.length + (group.stretch?.block?.opened.count ?? 0)
  }
  moveRecentSize(tables, { records: -moved.rows, bytes: -moved.bytes })
  const last = rows.at(-1)
  const next = rows[seen]?.key ?? (last && tables.recent.firstKey({ after: last.key }))
  return { rows: moved.rows, next }
}

type Row = { readonly key: HandleKey; readonly bytes: Buffer }
/** Rows of one stretch; without it where its block is broken. */
type Group = { readonly stretch?: Stretch; readonly rows: readonly Row[] }

function rowsFrom(tables: Tables, from: string | undefined): Row[] {
  const range = from === undefined ? { limit: SLICE_ROWS } : { from, limit: SLICE_ROWS }
  const rows = [...tables.recent.entries(range)]
  return rows.map(({ key, value }) => ({ key: key as HandleKey, bytes: value }))
}

function groupAt(tables: Tables, rows: readonly Row[], from: number): Group {
  const first = rows[from] as Row
  const stretch = unlessBroken(() =>
    stretchAt(tables, { prefix: prefixOf(first.key), key: first.key }),
  )
  if (stretch === undefined) return { rows: [first] }
  let to = from + 1
  while (to < rows.length && isWithin(stretch, (rows[to] as Row).key)) to++
  return { stretch, rows: rows.slice(from, to) }
}

function isWithin(stretch: Stretch, key: HandleKey): boolean {
  const prefix = key.startsWith(`${stretch.prefix}/`) ? stretch.prefix : prefixOf(key)
  return covers(stretch, prefix, key)
}

function packedGroup({ stretch, rows }: Group, fit: PageFit): Packed[] | undefined {
  if (stretch === undefined) return undefined
  return unlessBroken(() =>
    packedInto(
      stretch,
      rows.map(({ bytes }) => decodeRecord(bytes)),
      fit,
    ),
  )
}

function unlessBroken<T>(body: () => T): T | undefined {
  try {
    return body()
  } catch (error) {
    if (error instanceof BrokenBlock) return undefined
    throw error
  }
}
