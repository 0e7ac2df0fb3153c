import { sectors } from '../../kernel/parties/codes.ts'
import type { Text } from '../../lib/text.ts'
import type { Population } from './award-table.ts'
import { FenSum } from './fen-sum.ts'

/** What becomes of some of a population. */
export type GroupSums = {
  /** Kind of applicant, or section of GB/T 4754; null: not known. */
  readonly group: string | null
  readonly cases: number
  readonly winners: number
  readonly losers: number
  /** The most that they may get for sure: under the rules in force (nothing without variants), and after. */
  readonly beforeFen: bigint
  readonly afterFen: bigint
}

/** Per case what it may get, in whole fen. */
export type Totals = { readonly before: Float64Array; readonly after: Float64Array }

/** A population by the kind of applicant that each case states. */
export function groupsByType({ cases, columns }: Population, totals: Totals): GroupSums[] {
  const codes = columns.texts('applicant.type')
  const { texts } = columns.dictionary
  return grouped(cases.length, (row) => texts[codes[row] ?? -1] ?? null, totals)
}

/** A population by sections of GB/T 4754, told row by row. */
export function groupsBySector(
  of: readonly (string | undefined)[],
  count: number,
  totals: Totals,
): GroupSums[] {
  return grouped(count, (row) => of[row] ?? null, totals)
}

type Counting = {
  cases: number
  winners: number
  losers: number
  readonly before: FenSum
  readonly after: FenSum
}

/** The largest first; those of whom it is not known at the end. */
function grouped(
  count: number,
  groupOf: (row: number) => string | null,
  { before, after }: Totals,
): GroupSums[] {
  const groups = new Map<string | null, Counting>()
  for (let row = 0; row < count; row++) {
    const group = groupOf(row)
    const of = groups.get(group) ?? begun()
    groups.set(group, of)
    const [old, now] = [before[row] as number, after[row] as number]
    of.cases++
    if (now > old) of.winners++
    if (now < old) of.losers++
    of.before.add(old)
    of.after.add(now)
  }
  return [...groups]
    .map(([group, { before, after, ...counts }]) => ({
      ...{ group, ...counts, beforeFen: before.total, afterFen: after.total },
    }))
    .toSorted((a, b) => Number(a.group === null) - Number(b.group === null) || b.cases - a.cases)
}

function begun(): Counting {
  return { cases: 0, winners: 0, losers: 0, before: new FenSum(), after: new FenSum() }
}

/** The section of GB/T 4754 that a code of any level lies in; undefined: there is no such code. */
export function sectionOf(code: string): string | undefined {
  return sectors().find(code)?.chain[0]?.code
}

/** How a section is called. */
export function sectionTitle(section: string): Text {
  const found = sectors().find(section)
  return { zh: found?.name ?? section, en: found?.nameEn ?? found?.name ?? section }
}
