import type { Check } from '../kernel/facts/condition.ts'
import type { Case } from './measure.ts'
import type { Prohibition } from './measure-schema.ts'
import { type Outcome, refusal, undecided } from './outcome.ts'
import { standingTest } from './standing.ts'

export type CompiledProhibition = {
  readonly prohibition: Prohibition
  evaluate(given: Case): Outcome
}

/** What is forbidden is refused; what is not is allowed, and moves no money. */
export function compileProhibition(prohibition: Prohibition, forbids: Check): CompiledProhibition {
  return {
    prohibition,
    evaluate({ mode, scope }) {
      const standing = standingTest(prohibition, mode, scope)
      const { truth, open } = forbids(scope)
      const refused = [...standing.refused, ...(truth === true ? [prohibition.code] : [])]
      if (refused.length > 0) return refusal(refused, [])
      const isOpen = truth === null || standing.truth === null
      if (isOpen) return undecided([...standing.open, ...(truth === null ? open : [])], 0n, [])
      return {
        eligible: true,
        amountFen: 0n,
        basis: 'exact',
        reasons: ['CONDITIONS_MET'],
        limitedBy: 'fixed',
        capApplied: false,
        parts: [],
      }
    },
  }
}
