import type { Language, Text } from '../../lib/text.ts'

/** Where something stands in a file; both counted from 1, columns in UTF-16 units as editors count them. */
export type Place = { readonly line: number; readonly column: number }

/** One thing that is wrong in a pack. */
export type Fault = Place & {
  /** Path from where the pack was asked for, e.g. `regions/shenzhen/targets/plan.yaml`. */
  readonly file: string
  readonly reason: Text
}

/** `file:line:column: reason`, which editors and terminals make a link of. */
export function formatFault({ file, line, column, reason }: Fault, language: Language): string {
  return `${file}:${line}:${column}: ${reason[language]}`
}

/** By file, then from top to bottom; the same thing told twice of one place is told once. */
export function sortedFaults(faults: readonly Fault[]): Fault[] {
  const once = new Map(faults.map((it) => [formatFault(it, 'en'), it]))
  return [...once.values()].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column,
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
