import { BrokenBlock, decodeRecord } from '../block/block.ts'
import { type HandleKey, prefixOf } from '../handle.ts'
import { moveRecentSize } from './counters.ts'
import { LeafEdits } from './leaf-edits.ts'
import type { PageFit } from './packing.ts'
import { Leaf, type Stretch } from './stretch.ts'
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
  const edits = new LeafEdits(options.fit)
  const moved = { rows: 0, bytes: 0 }
  let touched = 0
  let seen = 0
  let leaf: Leaf | undefined
  while (seen < rows.length && touched < SLICE_RECORDS) {
    const group = groupAt(tables, { rows, from: seen, leaf })
    seen += group.rows.length
    leaf = group.stretch?.leaf
    if (!isAdded(edits, group)) continue
    for (const { key, bytes } of group.rows) {
      tables.recent.remove(key)
      moved.bytes += bytes.length
    }
    moved.rows += group.rows.length
    touched += group.rows.length + (group.stretch?.opened?.count ?? 0)
  }
  edits.store(tables)
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
