import { typeIn } from '../../kernel/facts/condition.ts'
import type { JsonDigits } from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'
import { evaluate } from '../evaluate.ts'
import { compileMeasure } from '../measure.ts'
import type { Measure } from '../measure-schema.ts'
import type { Outcome } from '../outcome.ts'
import type { Rules } from '../rules.ts'
import { joinVersions } from '../versions-in-force.ts'

/** One case as it is given: what it is called, and its facts. */
export type GivenCase = {
  readonly id: string
  readonly mode?: string
  readonly facts: JsonDigits
}

export type Side = Pick<Outcome, 'eligible' | 'amountFen' | 'basis' | 'reasons' | 'bounds'>

/** One case under two versions. `error`: why the rules cannot take its facts; such a case counts as neither. */
export type ComparedCase = {
  readonly id: string
  readonly before?: Side
  readonly after?: Side
  readonly changes: boolean
  readonly error?: Problem
}

/** The rules with this measure in the place of all versions of it. `place`: its region's, `shenzhen/baoan`. */
export function rulesWith(rules: Rules, measure: Measure, place: string): Rules {
  const around = { here: place, typeOf: typeIn(rules.facts), types: rules.types }
  const compiled = compileMeasure(measure, around)
  return { ...rules, measures: new Map([...rules.measures, [measure.id, compiled]]) }
}

/** The rules with this measure as the newest of its versions: days on which it is not in force find the others. */
export function rulesWithNewest(rules: Rules, measure: Measure, place: string): Rules {
  const known = rules.measures.get(measure.id)
  const alone = rulesWith(rules, measure, place)
  const newest = alone.measures.get(measure.id)
  if (known === undefined || newest === undefined) return alone
  const joined = joinVersions([...(known.versions ?? [known]), newest])
  return { ...rules, measures: new Map([...rules.measures, [measure.id, joined]]) }
}

/** What a measure makes of each case under two sets of rules. */
export function compareCases(
  cases: readonly GivenCase[],
  measure: string,
  { before, after }: { readonly before: Rules; readonly after: Rules },
): ComparedCase[] {
  return cases.map(({ id, mode = 'live', facts }) => {
    try {
      const old = sideOf(evaluate(before, { measure, mode, facts }))
      const next = sideOf(evaluate(after, { measure, mode, facts }))
      return { id, before: old, after: next, changes: textOf(old) !== textOf(next) }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { id, changes: false, error }
    }
  })
}

function sideOf({ eligible, amountFen, basis, reasons, bounds }: Outcome): Side {
  return { eligible, amountFen, basis, reasons, ...(bounds !== undefined && { bounds }) }
}

/** Whether and how much; the order of reasons says nothing. */
function textOf({ eligible, amountFen, basis, reasons, bounds }: Side): string {
  const told = [...reasons].sort()
  return [eligible, amountFen, basis, bounds?.lo, bounds?.hi, ...told].join('|')
}
