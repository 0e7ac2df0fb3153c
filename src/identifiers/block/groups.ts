import type { IdRecord } from '../record.ts'
import { sameShape } from './shape.ts'

/** Kinds of records that one block holds in columns; more are packed as rows. */
export const GROUPS_MAX = 16
/** Shapes with fewer rows than this on average are better packed as rows. */
const SHAPE_ROWS_MIN = 4

/** Records of a block that are written together, and their rows in it. */
export type Group = { readonly records: readonly IdRecord[]; readonly rows: readonly number[] }

/** One group for each shape; undefined where there are too many. */
export function groupsByShape(records: readonly IdRecord[]): Group[] | undefined {
  if (areOfOneShape(records)) return [{ records, rows: Array.from(records, (_, row) => row) }]
  const groups: { records: IdRecord[]; rows: number[] }[] = []
  let last: (typeof groups)[number] | undefined
  for (let row = 0; row < records.length; row++) {
    const record = records[row] as IdRecord
    if (last === undefined || !sameShape(last.records[0] as IdRecord, record)) {
      last = groups.find((group) => sameShape(group.records[0] as IdRecord, record))
    }
    if (last === undefined) {
      last = { records: [], rows: [] }
      groups.push(last)
      if (groups.length > GROUPS_MAX) return undefined
      if (groups.length > 1 && groups.length * SHAPE_ROWS_MIN > records.length) return undefined
    }
    last.records.push(record)
    last.rows.push(row)
  }
  return groups
}

function areOfOneShape(records: readonly IdRecord[]): boolean {
  const first = records[0] as IdRecord
  for (let row = 1; row < records.length; row++) {
    if (!sameShape(first, records[row] as IdRecord)) return false
  }
  return true
}

/**
 * Divides groups further: by the codes that several of a group's columns share (records of one production batch have
 * the name and the batch number in common), and by the length of their names. Undefined where that changes nothing.
 */
export function finerGroups(
  groups: readonly Group[],
  linked: readonly (Float64Array | undefined)[],
): Group[] | undefined {
  const finer = groups.flatMap((group, g) => divided(group, linked[g]))
  return finer.length === groups.length || finer.length > GROUPS_MAX ? undefined : finer
}

function divided({ records, rows }: Group, codes: Float64Array | undefined): Group[] {
  const length = records[0]?.key.length
  if (codes === undefined && records.every(({ key }) => key.length === length)) {
    return [{ records, rows }]
  }
  const parts = new Map<number, { records: IdRecord[]; rows: number[] }>()
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as IdRecord
    const kind = record.key.length * 256 + (codes?.[i] ?? 0)
    let part = parts.get(kind)
    if (part === undefined) {
      part = { records: [], rows: [] }
      parts.set(kind, part)
    }
    part.records.push(record)
    part.rows.push(rows[i] as number)
  }
  return [...parts.values()]
}
