import type { RecordValues } from '../../ui/record-value.ts'

/** A field that both changed, and not to the same. */
export type Conflict = {
  readonly name: string
  readonly base: unknown
  readonly mine: unknown
  readonly theirs: unknown
}

export type Merged = {
  /** Mine, with what only they changed taken over; conflicts stand as mine. */
  readonly values: RecordValues
  /** Fields that only they changed. */
  readonly taken: readonly string[]
  readonly conflicts: readonly Conflict[]
}

type Three = {
  readonly base: RecordValues
  readonly mine: RecordValues
  readonly theirs: RecordValues
}

/** Two people changed what was `base`: field by field, who changed what. */
export function mergeFields({ base, mine, theirs }: Three): Merged {
  const values: Record<string, unknown> = { ...mine }
  const taken: string[] = []
  const conflicts: Conflict[] = []
  for (const name of new Set([...Object.keys(base), ...Object.keys(theirs)])) {
    if (isSame(base[name], theirs[name]) || isSame(mine[name], theirs[name])) continue
    if (isSame(base[name], mine[name])) {
      taken.push(name)
      if (theirs[name] === undefined) delete values[name]
      else values[name] = theirs[name]
    } else conflicts.push({ name, base: base[name], mine: mine[name], theirs: theirs[name] })
  }
  return { values, taken, conflicts }
}

/** What to send so that `base` becomes `mine`: changed fields alone, null for those that are to go. */
export function patchOf(base: RecordValues, mine: RecordValues): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  for (const name of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    if (!isSame(base[name], mine[name])) patch[name] = mine[name] ?? null
  }
  return patch
}

/** Values are JSON; a field that is empty and one that is not there are the same. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}
