import { canonicalJson } from '../../kernel/evidence/canonical.ts'
import { formatDigits, type JsonDigits, parseDigits } from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'
import { type BundleDigests, bundleDigests } from '../checker/bundle.ts'
import { evaluateSlowly } from '../checker/evaluate.ts'
import type { Outcome } from '../checker/outcome.ts'
import { type RuleSet, rulesOf } from '../checker/rules.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { fieldsOf } from '../vectors.ts'
import { versionOn } from '../versions-in-force.ts'

/** Facts as they are handed in: JSON by the names of the vocabulary, money in yuan. */
export type PlainFacts = Readonly<Record<string, unknown>>

export const DECISION_MODE = 'live'

/** What a decision of record rests on, and what comes of it; `facts` are those alone that the result depends on. */
export type Judged = {
  readonly measure: string
  readonly mode: typeof DECISION_MODE
  readonly rules: RuleSet
  readonly readings: readonly unknown[]
  readonly facts: PlainFacts
  readonly result: Outcome
  readonly digests: BundleDigests
}

/** What the rules make of a case in live mode, in the words of a vector. @throws Problem `invalid-input` */
export function outcomeOf(open: OpenRules, measure: string, facts: PlainFacts): Outcome {
  const digits = parseDigits(JSON.stringify(facts)) as JsonDigits
  const outcome = open.evaluate(open.rules, { measure, mode: DECISION_MODE, facts: digits })
  const { amount_yuan: _, ...fields } = JSON.parse(formatDigits(fieldsOf(outcome)))
  return { ...fields, reasons: [...fields.reasons].sort() } as Outcome
}

/**
 * Judges a case by both evaluators, and keeps of the facts those that its result depends on: what is left out changes nothing, so a
 * trade secret or a person that no rule asks about never gets into a published bundle. Where the two evaluators do not agree nothing
 * is decided: `wrong-state`. @throws Problem `not-found` for a measure that the rules do not hold
 */
export function judge(open: OpenRules, measure: string, facts: PlainFacts): Judged {
  const rules = ruleSetOf(open, measure, facts.application_date)
  const needed = neededFacts(open, measure, facts)
  const result = outcomeOf(open, measure, needed)
  const second = evaluateSlowly(rulesOf(rules), { measure, mode: DECISION_MODE, facts: needed })
  if (spelled(second) !== spelled(result)) throw disagree(measure)
  const parts = { rules, readings: open.rules.readings.get(measure) ?? [], facts: needed, result }
  return { measure, mode: DECISION_MODE, ...parts, digests: bundleDigests(parts) }
}

/** Names are tried in one order, so that the same facts give the same digest wherever they are judged. */
function neededFacts(open: OpenRules, measure: string, facts: PlainFacts): PlainFacts {
  const whole = spelled(outcomeOf(open, measure, facts))
  let kept = facts
  for (const name of Object.keys(facts).sort()) {
    const { [name]: _, ...fewer } = kept
    if (spelled(outcomeOf(open, measure, fewer)) === whole) kept = fewer
  }
  return narrowed(open, { measure, facts: kept, whole })
}

/** Of a record such as the applicant, the fields alone that count. */
function narrowed(
  open: OpenRules,
  of: { readonly measure: string; readonly facts: PlainFacts; readonly whole: string },
): PlainFacts {
  let kept = of.facts
  for (const [name, value] of Object.entries(of.facts)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue
    let record = value as PlainFacts
    for (const field of Object.keys(record).sort()) {
      const { [field]: _, ...fewer } = record
      const tried = { ...kept, [name]: fewer }
      if (spelled(outcomeOf(open, of.measure, tried)) === of.whole) {
        record = fewer
        kept = tried
      }
    }
  }
  return kept
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
