import type { Truth } from '../kernel/facts/truth.ts'
import type { Basis } from './formula.ts'
import type { FenSpan, LimitName } from './limits.ts'
import type { Part } from './part.ts'

/** `exact`: the text fixes it; `ceiling`: the most that may be granted; `none`: refused; `undetermined`: only bounds. */
export type AmountBasis = Basis | 'undetermined' | 'none'

/** What comes of a case. Money in fen. */
export type Outcome = {
  readonly eligible: Truth
  /** Null while it is not determined; 0 where refused. */
  readonly amountFen: bigint | null
  readonly basis: AmountBasis
  readonly reasons: readonly string[]
  readonly limitedBy: LimitName | null
  readonly capApplied: boolean
  /** Given with an undetermined amount; `hi` undefined: nothing bounds it. */
  readonly bounds?: FenSpan
  readonly byItem?: ReadonlyMap<string, bigint | null>
  readonly byMeasure?: ReadonlyMap<string, bigint | null>
  readonly byYear?: ReadonlyMap<string, bigint | null>
  readonly selected?: readonly string[]
  readonly notSelected?: readonly string[]
  readonly undecided?: readonly string[]
  readonly unallocatedFen?: bigint
  readonly auditedBaseFen?: bigint
  readonly alternativeReadings?: readonly { readonly base: string; readonly amountFen: bigint }[]
  /** What each measure made of it, for the explanation. */
  readonly parts: readonly Part[]
}

export function isCap(by: LimitName | null): boolean {
  return by !== null && (by.startsWith('cap_') || by === 'guide_cap')
}

/** Refusals that a limit explains. */
export function refusedBy(reasons: readonly string[]): LimitName | null {
  if (reasons.includes('PUBLIC_FUNDS_LIMIT_EXHAUSTED')) return 'public_funds_ratio'
  return reasons.includes('QUOTA_EXCEEDED') ? 'quota' : null
}

export function refusal(reasons: readonly string[], parts: readonly Part[]): Outcome {
  return {
    eligible: false,
    amountFen: 0n,
    basis: 'none',
    reasons,
    limitedBy: refusedBy(reasons),
    capApplied: false,
    parts,
  }
}

export function undecided(
  reasons: readonly string[],
  most: bigint | undefined,
  parts: readonly Part[],
): Outcome {
  return {
    eligible: null,
    amountFen: null,
    basis: 'undetermined',
    reasons,
    limitedBy: null,
    capApplied: false,
    bounds: { lo: 0n, hi: most },
    parts,
  }
}
