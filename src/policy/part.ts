import type { Finding, Input } from '../kernel/facts/finding.ts'
import type { Truth } from '../kernel/facts/truth.ts'
import type { Basis } from './formula.ts'
import type { FenSpan, LimitName } from './limits.ts'
import type { Line } from './line.ts'
import type { Measure } from './measure-schema.ts'

/** One thing that was asked of a case, with what it saw. */
export type Test = {
  readonly name: string
  readonly truth: Truth
  readonly refused: readonly string[]
  readonly open: readonly string[]
  readonly inputs: readonly Input[]
  /** The tree below, where the test is a condition of the measure. */
  readonly finding?: Finding
}

/** What one measure makes of a case. */
export type Part = {
  readonly measure: Measure
  readonly tests: readonly Test[]
  readonly lines: readonly Line[]
  readonly eligible: Truth
  /** If everything open were decided in the applicant's favour. */
  readonly fen: FenSpan
  readonly by: LimitName | undefined
  readonly basis: Basis
  readonly losesFraction: boolean
  readonly refused: readonly string[]
  readonly open: readonly string[]
  /** What the text itself leaves open of the amount. */
  readonly unfixed: readonly string[]
  readonly told: readonly string[]
  /** Codes of facts that were stated otherwise than they were measured or confirmed; also among what is told. */
  readonly conflicts: readonly string[]
  /** What is rewarded: two measures that share one of these reward the same thing. */
  readonly things: readonly string[]
  readonly byItem: ReadonlyMap<string, FenSpan> | undefined
  readonly byYear: ReadonlyMap<string, FenSpan> | undefined
  readonly auditedBase: bigint | undefined
  readonly other: { readonly name: string; readonly fen: bigint } | undefined
  /** A decision on the amount was used. */
  readonly isDecided: boolean
}
