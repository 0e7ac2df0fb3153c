import { compare, floor, isWhole } from '../lib/rational.ts'
import { hullOf, isPoint, leastSpan, type Span, sameSpan } from './span.ts'

/** What can fix an amount, in the order in which equal ones win. */
export const LIMIT_ORDER = [
  'determination',
  'fixed',
  'rate',
  'match',
  'cap_project',
  'cap_enterprise',
  'cap_enterprise_year',
  'guide_cap',
  'public_funds_ratio',
] as const

export type LimitName = (typeof LIMIT_ORDER)[number] | 'sum' | 'quota' | 'budget'

/** Something an amount cannot go beyond, the formula itself included, in fen. */
export type Limit = { readonly by: LimitName; readonly allows: Span }

export type Least = {
  /** Not rounded. */
  readonly span: Span
  /** What fixed it; undefined while it is not a known number. */
  readonly by: LimitName | undefined
}

/** The least of several limits; of equal ones the first in the list. */
export function leastOf(limits: readonly Limit[]): Least {
  const span = limits.map((it) => it.allows).reduce(leastSpan)
  if (!isPoint(span)) return { span, by: undefined }
  const binds = limits.filter(({ allows }) => compare(allows.lo, span.lo) === 0)
  return { span, by: (binds.find((it) => isPoint(it.allows)) ?? binds[0])?.by }
}

/** The least by each reading, and whether the readings agree. */
export function leastOfReadings(
  readings: readonly (readonly Limit[])[],
): Least & { agree: boolean } {
  const results = readings.map(leastOf)
  const [first] = results
  if (first === undefined) throw new RangeError('an amount has one reading at least')
  if (results.every((it) => comesToSame(it.span, first.span))) return { ...first, agree: true }
  return { span: hullOf(results.map((it) => it.span)), by: undefined, agree: false }
}

/** The same, or the same fen once it is rounded: then there is nothing to decide. */
function comesToSame(a: Span, b: Span): boolean {
  return sameSpan(a, b) || (isPoint(a) && isPoint(b) && floor(a.lo) === floor(b.lo))
}

/** Fen after the one rounding, down. */
export type FenSpan = { readonly lo: bigint; readonly hi: bigint | undefined }

export function roundDown({ lo, hi }: Span): FenSpan {
  return { lo: floor(lo), hi: hi === undefined ? undefined : floor(hi) }
}

export function losesFraction(span: Span): boolean {
  return isPoint(span) && !isWhole(span.lo)
}

export function addFen(a: FenSpan, b: FenSpan): FenSpan {
  return { lo: a.lo + b.lo, hi: a.hi === undefined || b.hi === undefined ? undefined : a.hi + b.hi }
}

export function isKnown(fen: FenSpan): fen is { readonly lo: bigint; readonly hi: bigint } {
  return fen.lo === fen.hi
}

export function capFen(fen: FenSpan, cap: bigint): FenSpan {
  const under = (value: bigint) => (value < cap ? value : cap)
  return { lo: under(fen.lo), hi: fen.hi === undefined ? cap : under(fen.hi) }
}
