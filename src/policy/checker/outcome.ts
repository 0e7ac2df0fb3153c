import { type Fraction, toFen } from './fraction.ts'
import type { Part } from './part.ts'
import { isOne, type Span } from './span.ts'

/** What the evaluator says of a case; the form of the vectors, with fen as whole numbers. */
export type Outcome = {
  readonly eligible: boolean | null
  readonly amount_fen: number | null
  readonly amount_basis: 'exact' | 'ceiling' | 'determined' | 'undetermined' | 'none'
  /** Sorted. */
  readonly reasons: readonly string[]
  readonly cap_applied: boolean
  readonly limited_by: string | null
  readonly bounds_yuan?: readonly [number, number | null]
  readonly by_item?: Readonly<Record<string, number | null>>
  readonly by_measure?: Readonly<Record<string, number | null>>
  readonly by_year?: Readonly<Record<string, number | null>>
  readonly selected?: readonly string[]
  readonly not_selected?: readonly string[]
  readonly undecided?: readonly string[]
  readonly unallocated_yuan?: number
  readonly audited_base_yuan?: number
  readonly alternative_readings?: readonly {
    readonly base: string
    readonly amount_yuan: number | null
  }[]
}

export function refusal(reasons: readonly string[], by: string | null = null): Outcome {
  return {
    eligible: false,
    amount_fen: 0,
    amount_basis: 'none',
    reasons: sorted(reasons),
    cap_applied: false,
    limited_by: by,
  }
}

type Ends = { readonly low: Fraction; readonly high: Fraction | undefined }

/** Not to be decided yet: from nothing to what it would be. */
export function undecided(
  reasons: readonly string[],
  ends: Ends,
  by: string | null = null,
): Outcome {
  return {
    eligible: null,
    amount_fen: null,
    amount_basis: 'undetermined',
    reasons: sorted(reasons),
    cap_applied: false,
    limited_by: by,
    bounds_yuan: bounds(ends),
  }
}

export function openAmount(told: readonly string[], ends: Ends): Outcome {
  // an amount that is not there yet lost no fraction
  const reasons = told.filter((it) => it !== 'ROUNDED_DOWN_TO_FEN')
  return { ...undecided(reasons, ends, 'determination'), eligible: true }
}

export function award(reasons: readonly string[], span: Span): Outcome {
  return {
    eligible: true,
    amount_fen: Number(toFen(span.low).fen),
    amount_basis: span.basis,
    reasons: sorted(reasons),
    cap_applied: span.by.startsWith('cap_') || span.by === 'guide_cap',
    limited_by: span.by,
  }
}

export function bounds({ low, high }: Ends): readonly [number, number | null] {
  return [yuanOf(low), high === undefined ? null : yuanOf(high)]
}

/** Rounded down to the fen; exact in a double up to 90 billion yuan. */
export function yuanOf(value: Fraction): number {
  return Number(toFen(value).fen) / 100
}

export function shownOf(span: Span): number | null {
  return isOne(span) && span.unsettled.length === 0 ? yuanOf(span.low) : null
}

/** What is shown beside one measure’s amount. */
export function besides(part: Part): Partial<Outcome> {
  const { byItem, byYear, audited, other } = part
  return {
    ...(byItem !== undefined && { by_item: shownAll(byItem) }),
    ...(byYear !== undefined && { by_year: shownAll(byYear) }),
    ...(audited !== undefined && { audited_base_yuan: yuanOf(audited) }),
    ...(other !== undefined && {
      alternative_readings: [{ base: other.base, amount_yuan: shownOf(other.span) }],
    }),
  }
}

function shownAll(spans: ReadonlyMap<string, Span>): Record<string, number | null> {
  return Object.fromEntries([...spans].map(([id, span]) => [id, shownOf(span)]))
}

function sorted(reasons: readonly string[]): string[] {
  return [...new Set(reasons)].sort()
}
