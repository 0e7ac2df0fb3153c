import { type Facts, type FactValue, scopeOf } from '../../kernel/facts/fact.ts'
import type { FactType } from '../../kernel/facts/fact-type.ts'
import type { JsonDigits } from '../../lib/json-digits.ts'
import type { Text } from '../../lib/text.ts'
import { evaluateMeasures } from '../evaluate.ts'
import type { Measure } from '../measure-schema.ts'
import type { Outcome } from '../outcome.ts'
import type { Rules } from '../rules.ts'
import type { Mode } from '../standing.ts'
import { type Names, titleOf, valueText } from '../words.ts'
import { type Change, factJson, typeAt, withChanges } from './alter.ts'
import { together, waysToMeet } from './remedies.ts'

/** The smallest change of the facts that was found to turn a refusal into something else, and what would come of it. */
export type Nearest = {
  readonly changes: readonly {
    readonly fact: string
    readonly title: Text
    readonly from: Text
    readonly to: Text
    /** As it would be handed in. */
    readonly value: JsonDigits
  }[]
  readonly outcome: Outcome
}

type Asked = {
  readonly rules: Rules
  readonly names: Names
  readonly measure: Measure
  readonly facts: Facts
  readonly mode: Mode
}

const TRIED_MAX = 12

/**
 * For a refused case: the thresholds, words and days that the failing tests name are tried one fact at a time (together where several
 * tests fail), the smallest change first, each by evaluating the case again. Undefined where none of them alters the answer.
 */
export function nearestChange(refused: Outcome, asked: Asked): Nearest | undefined {
  const { rules, measure, facts } = asked
  const scope = scopeOf(facts)
  const around = {
    ...{ measure, scope, types: rules.facts },
    here: rules.places.get(measure.id) ?? '',
  }
  const failed = refused.parts.flatMap((it) => it.tests).filter((it) => it.truth === false)
  const ways = together(failed.map((it) => waysToMeet(it, around)))
    .filter((it) => it.length > 0 && !contradicts(it))
    .map((changes) => ({ changes, cost: costOf(changes, asked) }))
    .toSorted((a, b) => a.cost - b.cost)
    .slice(0, TRIED_MAX)
  for (const { changes } of ways) {
    const outcome = outcomeWith(asked, changes)
    if (outcome.eligible !== false)
      return { changes: changes.map((it) => told(it, asked)), outcome }
  }
  return undefined
}

function outcomeWith({ rules, measure, facts, mode }: Asked, changes: readonly Change[]): Outcome {
  const altered = withChanges(facts, changes)
  return evaluateMeasures(rules, [measure.id], { mode, facts: altered, scope: scopeOf(altered) })
}

/** Two tests want one fact to be two things. */
function contradicts(changes: readonly Change[]): boolean {
  return new Set(changes.map((it) => it.fact)).size < changes.length
}

const COST_OF: Readonly<Record<FactType['type'], number>> = {
  ...{ quantity: 1, flag: 1, ratio: 1, list: 1.5, map: 1.5, record: 2, word: 2 },
  /** Nobody moves, nor goes back in time, for the sake of an award. */
  ...{ place: 5, day: 8 },
}

function costOf(changes: readonly Change[], { rules, facts }: Asked): number {
  const scope = scopeOf(facts)
  return changes.reduce((sum, { fact, to }) => {
    const type = typeAt(rules.facts, fact)
    return sum + COST_OF[type?.type ?? 'word'] + distance(scope(fact), to)
  }, 0)
}

/** How far two numbers are apart, as a part of the larger; 0 for what is no number. */
function distance(from: FactValue | null, to: FactValue): number {
  if (typeof from !== 'bigint' || typeof to !== 'bigint') return 0
  const [low, high] = from < to ? [from, to] : [to, from]
  return high === 0n ? 0 : Number(((high - low) * 1000n) / high) / 1000
}

function told({ fact, to }: Change, { rules, names, facts }: Asked): Nearest['changes'][number] {
  return {
    fact,
    title: titleOf(fact, names),
    from: valueText(fact, scopeOf(facts)(fact), names),
    to: valueText(fact, to, names),
    value: factJson(to, typeAt(rules.facts, fact)),
  }
}
