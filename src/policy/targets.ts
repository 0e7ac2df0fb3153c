import { isList, scopeOf } from '../kernel/facts/fact.ts'
import type { FactType } from '../kernel/facts/fact-type.ts'
import { parseFacts } from '../kernel/facts/parse-facts.ts'
import type { JsonDigits } from '../lib/json-digits.ts'
import { yuanToFen } from './formula.ts'
import type { Target } from './target-schema.ts'

export type TargetStatus =
  | 'met'
  | 'met_above_range'
  | 'missed'
  | 'open'
  | 'not_a_target'
  | 'needs_determination'

const FEN_DECIMALS = 2

/** What is known of a target: the day, how far it is, or the figures that are counted. */
export const TARGET_FACTS: ReadonlyMap<string, FactType> = new Map<string, FactType>([
  ['as_of', { type: 'day' }],
  ['value', { type: 'quantity', unit: 'count', decimals: 6 }],
  [
    'revenues_yuan',
    { type: 'list', of: { type: 'quantity', unit: 'yuan', decimals: FEN_DECIMALS } },
  ],
  ['measure', { type: 'word' }],
  ['quota', { type: 'quantity', unit: 'count', decimals: 0 }],
])
const VALUE_SCALE = 10n ** 6n

/**
 * How a target stands on a day. Short of it on or after the deadline is `missed`, before it `open`; without a deadline nothing is ever
 * missed, and while the figure is not known it is open. Throws `invalid-input` for facts of the wrong type.
 */
export function targetStatus(target: Target, input: JsonDigits): TargetStatus {
  const scope = scopeOf(parseFacts(TARGET_FACTS, input))
  if (target.kind === 'quota') return 'not_a_target'
  if (target.kind === 'qualitative') return 'needs_determination'
  const value =
    target.kind === 'nested' ? countOf(scope('revenues_yuan'), target.eachAtLeastYuan) : null
  const figure = value ?? scope('value')
  if (typeof figure !== 'bigint') return 'open'
  const at = (bound: number) => BigInt(bound) * VALUE_SCALE
  const floor = target.kind === 'range' ? target.from : target.value
  if (figure >= at(floor)) {
    return target.kind === 'range' && figure > at(target.to) ? 'met_above_range' : 'met'
  }
  if (target.kind === 'encouraged') return 'missed'
  const day = scope('as_of')
  const deadline = deadlineOf(target, day)
  return deadline !== undefined && typeof day === 'string' && day >= deadline ? 'missed' : 'open'
}

function deadlineOf(target: Target, day: unknown): string | undefined {
  const isYearly = target.kind === 'at-least' && target.everyYear === true
  return isYearly && typeof day === 'string' ? `${day.slice(0, 4)}-12-31` : target.deadline
}

function countOf(revenues: ReturnType<ReturnType<typeof scopeOf>>, atLeast: number): bigint | null {
  if (!isList(revenues)) return null
  const line = yuanToFen(atLeast)
  const reached = revenues.filter((it) => typeof it === 'bigint' && it >= line)
  return BigInt(reached.length) * VALUE_SCALE
}
