import { canonicalJson } from '../../kernel/evidence/canonical.ts'
import { formatDigits } from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'
import { type BundleDigests, bundleDigests } from '../checker/bundle.ts'
import { evaluateSlowly } from '../checker/evaluate.ts'
import type { Outcome } from '../checker/outcome.ts'
import { type RuleSet, rulesOf } from '../checker/rules.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { fieldsOf } from '../vectors.ts'
import { versionOn } from '../versions-in-force.ts'
import { type FactsByName, type PlainJson, plainFacts, publishedFacts } from './published.ts'

export const DECISION_MODE = 'live'

/** What a decision of record rests on, and what comes of it, as outsiders get it. */
export type Judged = {
  readonly measure: string
  readonly mode: typeof DECISION_MODE
  readonly rules: RuleSet
  readonly readings: readonly unknown[]
  /** Those alone that the result depends on; see `publishedFacts`. */
  readonly facts: PlainJson
  readonly result: Outcome
  readonly digests: BundleDigests
  /** The same result with items by the names they came with: for the office, not for the public. */
  readonly inside: Outcome
}

/** What the rules make of a case in live mode, in the words of a vector. @throws Problem `invalid-input` */
export function outcomeOf(open: OpenRules, measure: string, facts: FactsByName): Outcome {
  const outcome = open.evaluate(open.rules, { measure, mode: DECISION_MODE, facts })
  const { amount_yuan: _, ...fields } = JSON.parse(formatDigits(fieldsOf(outcome)))
  return { ...fields, reasons: [...fields.reasons].sort() } as Outcome
}

/**
 * Judges a case by both evaluators, on those facts alone that may be published with it: a trade secret or a person that no rule asks
 * about never gets into a bundle. Where the two evaluators do not agree nothing is decided: `wrong-state`.
 * @throws Problem `not-found` for a measure that the rules do not hold, `invalid-input` for a number that cannot be published exactly
 */
export function judge(open: OpenRules, measure: string, facts: FactsByName): Judged {
  const rules = ruleSetOf(open, measure, facts.application_date)
  const inside = outcomeOf(open, measure, facts)
  const outcome = (it: FactsByName) => outcomeOf(open, measure, it)
  const published = publishedFacts(facts, {
    ...ruleOf(rules),
    says: (it) => spelled(outcome(it)),
    saysOfItems: (it) => spelled(unnamed(outcome(it))),
  })
  const kept = plainFacts(published)
  const result = outcome(published)
  const second = evaluateSlowly(rulesOf(rules), { measure, mode: DECISION_MODE, facts: kept })
  const isSame = spelled(unnamed(result)) === spelled(unnamed(inside))
  if (!isSame || spelled(second) !== spelled(result)) throw disagree(measure)
  const parts = { rules, readings: open.rules.readings.get(measure) ?? [], facts: kept, result }
  return { measure, mode: DECISION_MODE, ...parts, digests: bundleDigests(parts), inside }
}

function ruleOf({ measures: [one] }: RuleSet) {
  if (one === undefined) throw new TypeError('a set of rules for a decision has one measure')
  return one
}

/** Amounts item by item, by no name. */
function unnamed({ by_item, ...outcome }: Outcome): Outcome {
  if (by_item === undefined) return outcome
  const amounts = Object.values(by_item).toSorted((a, b) => (a ?? -1) - (b ?? -1))
  return { ...outcome, by_item: Object.fromEntries(amounts.map((it, at) => [`${at + 1}`, it])) }
}

/** The one measure, as it is on that day, with its place: all that the second evaluator needs. @throws Problem `not-found` */
function ruleSetOf({ rules }: OpenRules, id: string, day: unknown): RuleSet {
  const compiled = rules.measures.get(id)
  const versions = compiled?.versions
  const measure = (versions ? versionOn(versions, day, (it) => it.measure) : compiled)?.measure
  const place = rules.places.get(id)
  if (measure === undefined || place === undefined) {
    throw new Problem('not-found', { en: 'There is no such measure', zh: '没有该扶持措施' })
  }
  return { measures: [{ place, measure }], articles: [], prohibitions: [] }
}

/** By what it says, reasons in no order. */
export function spelled(outcome: Outcome): string {
  return canonicalJson(
    JSON.parse(JSON.stringify({ ...outcome, reasons: [...outcome.reasons].sort() })),
  )
}

function disagree(measure: string): Problem {
  return new Problem('wrong-state', {
    en: `The two evaluators do not agree on ${measure}; nothing is decided`,
    zh: `两套计算程序对 ${measure} 的结果不一致，不作决定`,
  })
}
