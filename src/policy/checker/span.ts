import { compare, type Fraction, least, sumOf, toFen, ZERO } from './fraction.ts'

export type Basis = 'exact' | 'ceiling' | 'determined'
export type LimitName =
  | 'fixed'
  | 'rate'
  | 'match'
  | 'sum'
  | 'cap_project'
  | 'cap_enterprise'
  | 'cap_enterprise_year'
  | 'guide_cap'
  | 'public_funds_ratio'
  | 'determination'

/**
 * What an amount is known to be: from `low` to `high` yuan, not rounded. `high` is absent where nothing bounds it. What is told
 * beside it, and what is still open about it.
 */
export type Span = {
  readonly low: Fraction
  readonly high: Fraction | undefined
  readonly by: LimitName
  readonly basis: Basis
  readonly told: readonly string[]
  /** Why the amount is not one number although the award is due. */
  readonly unsettled: readonly string[]
  /** Facts without which nobody can say whether it is due. */
  readonly missing: readonly string[]
  /** The most that the text lets anybody have, for bounds of an open case. */
  readonly base?: Fraction
}

export function isOne({ low, high }: Span): boolean {
  return high !== undefined && compare(low, high) === 0
}

export type Limit = {
  readonly name: LimitName
  readonly value: Fraction
  readonly code: string
}

/** Cuts a span by limits in their order; of equal ones the first names it, the formula before all. */
export function limited(span: Span, limits: readonly Limit[]): Span {
  let { low, high, by } = span
  let code: string | undefined
  const wasOne = isOne(span)
  for (const limit of limits) {
    if (high === undefined || compare(limit.value, high) < 0) {
      by = limit.name
      code = limit.code
      high = limit.value
    }
    low = least(low, limit.value)
  }
  const cut = { ...span, low, high }
  if (!isOne(cut)) return cut
  // what a limit cut to its own height lost no fraction
  const kept = span.told.filter((it) => it !== 'ROUNDED_DOWN_TO_FEN')
  const told = code === undefined ? span.told : [...kept, code]
  return { ...cut, by, told, unsettled: wasOne ? span.unsettled : [] }
}

/** Rounded down to the fen, the one rounding of an award line. */
export function rounded(span: Span): Span {
  const low = toFen(span.low)
  const high = span.high === undefined ? undefined : toFen(span.high)
  const lost = isOne(span) && low.lost
  return {
    ...span,
    low: [low.fen, 100n],
    high: high === undefined ? undefined : [high.fen, 100n],
    told: lost ? [...span.told, 'ROUNDED_DOWN_TO_FEN'] : span.told,
  }
}

/** Several lines together. */
export function together(spans: readonly Span[]): Span {
  const [only] = spans
  if (only !== undefined && spans.length === 1) return only
  const highs = spans.map((it) => it.high)
  const known = highs.filter((it) => it !== undefined)
  return {
    low: sumOf(spans.map((it) => it.low)),
    high: known.length === highs.length ? sumOf(known) : undefined,
    by: 'sum',
    basis: weakest(spans.map((it) => it.basis)),
    told: spans.flatMap((it) => it.told),
    unsettled: spans.flatMap((it) => it.unsettled),
    missing: spans.flatMap((it) => it.missing),
  }
}

export function weakest(all: readonly Basis[]): Basis {
  if (all.includes('ceiling')) return 'ceiling'
  return all.includes('determined') ? 'determined' : 'exact'
}

export const NOTHING: Span = {
  low: ZERO,
  high: ZERO,
  by: 'sum',
  basis: 'exact',
  told: [],
  unsettled: [],
  missing: [],
}
