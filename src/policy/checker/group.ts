import type { Json } from './facts.ts'
import { numberAt } from './facts.ts'
import { compare, type Fraction, most, sumOf, ZERO } from './fraction.ts'
import { type Part, rewardedItems } from './part.ts'
import { isOne } from './span.ts'

/** Why two measures of one case do not simply add. */
export type Clash = 'thing' | 'cost'

/** Whether two parts reward one thing, or claim one cost; undefined where they add. */
export function clashOf(a: Part, b: Part, facts: Json): Clash | undefined {
  const shared = numberAt([facts], 'shared_cost_yuan')
  if (shared !== undefined && compare(shared, ZERO) > 0) return 'cost'
  const [one, other] = [a.rule.measure.rewards, b.rule.measure.rewards]
  if (one === undefined || other === undefined || one.thing !== other.thing) return undefined
  if (one.ownSchedule !== undefined && one.ownSchedule === other.ownSchedule) return undefined
  const [mine, theirs] = [rewardedItems(a, facts), rewardedItems(b, facts)]
  if (mine === undefined || theirs === undefined) return 'thing'
  return mine.some((it) => theirs.includes(it)) ? 'thing' : undefined
}

/** Whether the papers themselves say that two measures add: a top-up on what it tops up, lines of one schedule. */
export function addsByText(a: Part, b: Part): boolean {
  const isTopUp = (top: Part, under: Part) =>
    top.rule.measure.amount.form === 'top-up' &&
    top.rule.measure.amount.on === under.rule.measure.id
  const [one, other] = [a.rule.measure.rewards?.ownSchedule, b.rule.measure.rewards?.ownSchedule]
  return isTopUp(a, b) || isTopUp(b, a) || (one !== undefined && one === other)
}

export type Ends = { readonly low: Fraction; readonly high: Fraction | undefined }

/** From the larger of those that clash to the sum of all. */
export function clashing(parts: readonly Part[], clusters: readonly (readonly Part[])[]): Ends {
  const lows = clusters.map((them) => them.map((it) => it.span.low).reduce(most, ZERO))
  const highs = parts.map((it) => it.span.high)
  const known = highs.filter((it) => it !== undefined)
  return { low: sumOf(lows), high: known.length === highs.length ? sumOf(known) : undefined }
}

/** Parts that clash with each other, directly or through a third. */
export function clustersOf(parts: readonly Part[], facts: Json): Part[][] {
  const clusters: Part[][] = []
  for (const part of parts) {
    const near = clusters.filter((them) =>
      them.some((it) => clashOf(it, part, facts) !== undefined),
    )
    const joined = [...near.flat(), part]
    for (const them of near) clusters.splice(clusters.indexOf(them), 1)
    clusters.push(joined)
  }
  return clusters
}

/** Codes of every pair: that nothing is said of adding, and that one cost is claimed twice. */
export function pairCodes(parts: readonly Part[], facts: Json): string[] {
  const codes = new Set<string>()
  for (const [at, one] of parts.entries()) {
    for (const other of parts.slice(at + 1)) {
      if (clashOf(one, other, facts) === 'cost') codes.add('SAME_COST_CLAIMED_TWICE')
      if (!addsByText(one, other)) codes.add('NO_STACKING_RULE_IN_TEXT')
    }
  }
  return [...codes]
}

export function isSettled(part: Part): boolean {
  return isOne(part.span) && part.span.unsettled.length === 0
}
