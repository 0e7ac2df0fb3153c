import type { Measure } from './measure-schema.ts'

/**
 * What the text alone lets anybody compute: F a fixed amount, R a rate, M a match, RC and MC the ceiling of one, C a ceiling without a
 * formula, X tiers without a table, N no amount.
 */
export type DeterminacyClass = 'F' | 'R' | 'M' | 'RC' | 'MC' | 'C' | 'X' | 'N'

const EXACT: readonly DeterminacyClass[] = ['F', 'R', 'M']

/** The class of a measure, by its form and nothing else. */
export function determinacyOf({ amount }: Measure): DeterminacyClass {
  switch (amount.form) {
    case 'fixed':
    case 'top-up':
    case 'schedule':
      return 'F'
    case 'rate':
      return amount.ceiling ? 'RC' : 'R'
    case 'match':
      return amount.ceiling ? 'MC' : 'M'
    case 'ceiling-only':
      return 'C'
    case 'tiers':
      return 'X'
    case 'none':
      return 'N'
  }
}

/** Amount lines of a measure: its levels are counted singly. */
export function amountLines({ amount, caps }: Measure): number {
  if (amount.form === 'schedule') return amount.rows.length
  if (amount.form === 'none') return 0
  return caps?.find((it) => it.byLevel !== undefined)?.byLevel?.rows.length ?? 1
}

export type DeterminacyShare = { readonly lines: number; readonly exact: number }

/** How many amount lines there are, and of how many the text alone fixes the amount. */
export function determinacyShare(measures: readonly Measure[]): DeterminacyShare {
  const count = (list: readonly Measure[]) => list.reduce((sum, it) => sum + amountLines(it), 0)
  const exact = measures.filter((it) => EXACT.includes(determinacyOf(it)))
  return { lines: count(measures), exact: count(exact) }
}
