import { add, compare, least, multiply, type Rational, subtract, ZERO } from '../lib/rational.ts'

/** What a number may be: from `lo` to `hi`, both possible. `hi` undefined: without end. A known number has both the same. */
export type Span = { readonly lo: Rational; readonly hi: Rational | undefined }

export const ANYTHING: Span = { lo: ZERO, hi: undefined }

export function point(value: Rational): Span {
  return { lo: value, hi: value }
}

export function isPoint({ lo, hi }: Span): boolean {
  return hi !== undefined && compare(lo, hi) === 0
}

export function sameSpan(a: Span, b: Span): boolean {
  if (compare(a.lo, b.lo) !== 0) return false
  if (a.hi === undefined || b.hi === undefined) return a.hi === b.hi
  return compare(a.hi, b.hi) === 0
}

export function addSpans(a: Span, b: Span): Span {
  return {
    lo: add(a.lo, b.lo),
    hi: a.hi === undefined || b.hi === undefined ? undefined : add(a.hi, b.hi),
  }
}

/** By a factor that is not below 0. */
export function scaleSpan({ lo, hi }: Span, factor: Rational): Span {
  return { lo: multiply(lo, factor), hi: hi === undefined ? undefined : multiply(hi, factor) }
}

export function leastSpan(a: Span, b: Span): Span {
  return { lo: least(a.lo, b.lo), hi: leastOrNone(a.hi, b.hi) }
}

/** What holds of either. */
export function hullOf(spans: readonly Span[]): Span {
  return spans.reduce((a, b) => ({
    lo: least(a.lo, b.lo),
    hi:
      a.hi === undefined || b.hi === undefined ? undefined : compare(a.hi, b.hi) < 0 ? b.hi : a.hi,
  }))
}

/** `a - b`, never below 0; where `b` has no end nothing may be left. */
export function restOf(a: Span, b: Span): Span {
  const lo = b.hi === undefined ? ZERO : subtract(a.lo, b.hi)
  return {
    lo: compare(lo, ZERO) < 0 ? ZERO : lo,
    hi: a.hi === undefined ? undefined : subtract(a.hi, b.lo),
  }
}

function leastOrNone(a: Rational | undefined, b: Rational | undefined): Rational | undefined {
  if (a === undefined) return b
  return b === undefined ? a : least(a, b)
}
