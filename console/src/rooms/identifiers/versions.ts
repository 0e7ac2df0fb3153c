import type { HandleValue, HistoryEntry } from './records.ts'

/** The values as they stood at `version`: those of now, with every later change taken back. Entries are newest first. */
export function valuesAt(
  now: readonly HandleValue[],
  entries: readonly Pick<HistoryEntry, 'version' | 'changes'>[],
  version: number,
): HandleValue[] {
  const values = new Map(now.map((it) => [it.index, it]))
  for (const entry of entries) {
    if (entry.version <= version) break
    for (const { index, before } of entry.changes) {
      if (before === undefined) values.delete(index)
      else values.set(index, before)
    }
  }
  return [...values.values()].toSorted((a, b) => a.index - b.index)
}
