import type { Condition } from '../../kernel/facts/condition-schema.ts'
import type { Article, Measure, Prohibition } from '../measure-schema.ts'
import { judgeBudget } from './budget.ts'
import { holds, type Place } from './conditions.ts'
import { flagAt, itemsAt, type Json, textAt } from './facts.ts'
import { decided } from './formula.ts'
import { compare, type Fraction, least, most, ZERO } from './fraction.ts'
import { clashing, clustersOf, isSettled, pairCodes } from './group.ts'
import { award, besides, type Outcome, openAmount, refusal, shownOf, undecided } from './outcome.ts'
import { applicantsOf, type Case, type Part, partOf, type Rule } from './part.ts'
import { runQuota } from './quota-run.ts'
import { NOTHING, together } from './span.ts'
import { inForce, type Mode } from './standing.ts'

/** Everything that rules of record are made of, by their ids. */
export type Rules = {
  readonly measures: ReadonlyMap<string, Rule>
  readonly articles: ReadonlyMap<string, Article>
  readonly prohibitions: ReadonlyMap<string, { readonly rule: Prohibition; readonly place: Place }>
}

export type Question = { readonly measure: string; readonly mode: Mode; readonly facts: Json }

/**
 * The answer of the second evaluator: slow and plain, written from the papers’ clauses and apart from the engine, so that an error
 * would have to be made twice to stay unseen. Throws RangeError for a measure that the rules do not hold.
 */
export function evaluateSlowly(rules: Rules, { measure, mode, facts }: Question): Outcome {
  const [head = ''] = measure.split(':')
  if (head === 'BUDGET') return judgeBudget(facts)
  const forbidden = rules.prohibitions.get(measure)
  if (forbidden !== undefined) return judgeProhibition(forbidden, { mode, facts })
  const article = rules.articles.get(measure)
  if (article !== undefined) return judgeArticle(rules, article, { mode, facts })
  const asked = measure.split('+').map((id) => ruleOf(rules, id))
  const of: Case = { mode, facts }
  const run = asked.find((it) => it.measure.quota?.run === true)
  if (run !== undefined && applicantsOf(facts) !== undefined) {
    return runQuota([run, ...asked.filter((it) => it !== run)], of)
  }
  const [only] = asked
  if (only !== undefined && asked.length === 1) return single(partOf(only, of), facts)
  return several(asked, of)
}

function ruleOf({ measures }: Rules, id: string): Rule {
  const rule = measures.get(id)
  if (rule === undefined) throw new RangeError(`there is no measure ${id}`)
  return rule
}

/** One measure, one applicant. */
export function single(part: Part, facts: Json): Outcome {
  const topped = withPrerequisite(part, facts)
  return said(topped)
}

type TopUp = Extract<Measure['amount'], { readonly form: 'top-up' }>

/** Whether what is topped up was granted before, or is recorded; undefined where that is not known. */
function isPoolMember({ on, member }: TopUp, facts: Json): boolean | undefined {
  return wasGranted(on, facts) || flagAt([facts], member)
}

function wasGranted(id: string, facts: Json): boolean {
  return (itemsAt([facts], 'prior_awards') ?? []).some((it) => it.measure === id)
}

function withPrerequisite(part: Part, facts: Json): Part {
  const { amount } = part.rule.measure
  if (amount.form !== 'top-up') return part
  const isMember = isPoolMember(amount, facts)
  if (isMember === true) return { ...part, told: [...part.told, 'TOP_UP_GRANTED'] }
  if (isMember === undefined) {
    return { ...part, open: [...part.open, `MISSING_FACT:${amount.member}`] }
  }
  return { ...part, refused: [...part.refused, 'PREREQUISITE_AWARD_MISSING'] }
}

export function said(part: Part): Outcome {
  const { span, told } = part
  const conflicts = told.filter((it) => it.startsWith('EVIDENCE_CONFLICT:'))
  if (part.refused.length > 0) {
    return refusal([...part.refused, ...conflicts], part.refusedBy ?? null)
  }
  if (part.open.length > 0) {
    const reasons = [...part.open, ...span.unsettled, ...conflicts]
    return undecided(reasons, { low: ZERO, high: span.high })
  }
  const reasons = ['CONDITIONS_MET', ...span.told, ...told]
  if (isSettled(part)) return { ...award(reasons, span), ...besides(part) }
  return { ...openAmount([...reasons, ...span.unsettled], span), ...besides(part) }
}

/** Several measures in one case of one applicant. */
function several(asked: readonly Rule[], of: Case): Outcome {
  const schedule = sharedSchedule(asked)
  const isOfOne = asked.filter(takesDecision).length === 1
  const all = asked.map((it) => partOf(it, isOfOne ? of : withoutDecision(of)))
  const { parts, told } = toppedUp(all, of.facts)
  const refused = parts.filter((it) => it.refused.length > 0)
  const left = parts.filter((it) => it.refused.length === 0)
  const codes = refused.flatMap((it) => it.refused)
  if (left.length === 0) return refusal(codes, refused[0]?.refusedBy ?? null)
  const amount = isOfOne ? undefined : decided([of.facts])
  const outcome =
    amount !== undefined && schedule
      ? underOneDecision(left, amount, codes)
      : fixedBy(
          amount,
          { parts: left, facts: of.facts },
          combined(left, of.facts, [...told, ...codes]),
        )
  const byMeasure = parts.map((it) => [
    it.rule.measure.id,
    it.refused.length > 0 ? 0 : it.open.length > 0 ? null : shownOf(it.span),
  ])
  return { ...outcome, by_measure: Object.fromEntries(byMeasure) }
}

/** Whether all are lines of one schedule, so that one decision can stand for them together. */
function sharedSchedule(asked: readonly Rule[]): boolean {
  const [first, ...others] = asked.map((it) => it.measure.rewards?.ownSchedule)
  return first !== undefined && others.every((it) => it === first)
}

/** Whether a decision may fix the amount: where the text gives a ceiling. */
function takesDecision({ measure: { amount } }: Rule): boolean {
  return amount.form === 'ceiling-only' || ('ceiling' in amount && amount.ceiling)
}

/** Which of several measures a decided amount is of, nobody has said. */
function withoutDecision({ mode, facts }: Case): Case {
  const { determined_amount_yuan: _, ...rest } = facts
  return { mode, facts: rest }
}

/** What several leave open of their sum a decision fixes as a whole, within its bounds. */
function fixedBy(
  amount: Fraction | undefined,
  { parts, facts }: { readonly parts: readonly Part[]; readonly facts: Json },
  outcome: Outcome,
): Outcome {
  if (amount === undefined || outcome.eligible !== true || outcome.amount_fen !== null)
    return outcome
  const { low, high } = clashing(parts, clustersOf(parts, facts))
  const above = most(amount, low)
  const value = high === undefined ? above : least(above, high)
  const open = ['SAME_COST_CLAIMED_TWICE', ...parts.flatMap((it) => it.span.unsettled)]
  const reasons = outcome.reasons.filter((it) => !open.includes(it))
  const span = { low: value, high: value, by: 'determination', basis: 'determined' } as const
  return award(reasons, { ...NOTHING, ...span })
}

/** One decision for all lines of a schedule: never above what their caps allow together. */
function underOneDecision(
  parts: readonly Part[],
  amount: Fraction,
  more: readonly string[],
): Outcome {
  const all = together(parts.map((it) => it.span))
  const high = all.high ?? amount
  const isCut = compare(high, amount) < 0
  const value = isCut ? high : amount
  const open = parts.flatMap((it) => it.open)
  if (open.length > 0) return undecided([...open, ...more], { low: ZERO, high: value })
  const told = isCut ? ['CAP_PER_PROJECT'] : []
  const by = isCut ? (parts.length > 1 ? 'sum' : 'cap_project') : 'determination'
  const span = { ...all, low: value, high: value, by, basis: 'determined' } as const
  return award(['CONDITIONS_MET', ...told, ...more], span)
}

/** A top-up whose own conditions are missed drops out beside what it tops up; without that one it has nothing to top up. */
function toppedUp(
  all: readonly Part[],
  facts: Json,
): { readonly parts: Part[]; readonly told: string[] } {
  const told: string[] = []
  const parts: Part[] = []
  for (const part of all) {
    const { amount } = part.rule.measure
    const under =
      amount.form === 'top-up' ? all.find((it) => it.rule.measure.id === amount.on) : undefined
    if (amount.form !== 'top-up' || under === undefined) parts.push(withPrerequisite(part, facts))
    else if (under.refused.length > 0) {
      parts.push(besideRefused(part, wasGranted(amount.on, facts)))
    } else if (part.refused.length > 0) told.push('TOP_UP_NOT_MET')
    else {
      const open = [...part.open, ...under.open]
      parts.push({ ...part, open, told: [...part.told, 'TOP_UP_GRANTED'] })
    }
  }
  return { parts, told }
}

/** What it tops up is refused in this case; it may have been granted before. */
function besideRefused(part: Part, isGranted: boolean): Part {
  return isGranted
    ? { ...part, told: [...part.told, 'TOP_UP_GRANTED'] }
    : { ...part, refused: [...part.refused, 'PREREQUISITE_AWARD_MISSING'] }
}

function combined(parts: readonly Part[], facts: Json, more: readonly string[]): Outcome {
  const [only] = parts
  const pairs = pairCodes(parts, facts)
  const clusters = clustersOf(parts, facts)
  const open = parts.flatMap((it) => it.open)
  const unsettled = parts.flatMap((it) => it.span.unsettled)
  const ends = clashing(parts, clusters)
  if (open.length > 0) {
    return undecided([...open, ...unsettled, ...pairs, ...more], { ...ends, low: ZERO })
  }
  const told = parts.flatMap((it) => [...it.span.told, ...it.told])
  const reasons = ['CONDITIONS_MET', ...told, ...pairs, ...unsettled, ...more]
  // what comes to the same once and twice needs nobody to decide
  const doesClash =
    clusters.some((it) => it.length > 1) &&
    (ends.high === undefined || compare(ends.low, ends.high) !== 0)
  if (doesClash || !parts.every(isSettled)) return openAmount(reasons, ends)
  if (only !== undefined && parts.length === 1) return award(reasons, only.span)
  const settled = reasons.filter((it) => it !== 'SAME_COST_CLAIMED_TWICE')
  return award(settled, together(parts.map((it) => it.span)))
}

/** An article of several branches: which one holds is a fact; while it is not known, any of them may. */
function judgeArticle(rules: Rules, article: Article, of: Case): Outcome {
  const value = textAt([of.facts], article.branchBy)
  const branches = article.branches.map((it) => ({ ...it, rule: ruleOf(rules, it.measure) }))
  const chosen = branches.find((it) => it.is === value)
  if (chosen !== undefined) return single(partOf(chosen.rule, of), of.facts)
  const parts = branches.map((it) => partOf(it.rule, of))
  const refused = parts.map((it) => it.refused)
  const common = (refused[0] ?? []).filter((code) => refused.every((it) => it.includes(code)))
  if (value !== undefined || common.length > 0) return refusal(common)
  const highs = parts.map((it) => it.span.high ?? ZERO).reduce(most, ZERO)
  const codes = [article.open, ...parts.flatMap((it) => [...it.open, ...it.span.unsettled])]
  return undecided(codes, { low: ZERO, high: highs })
}

function judgeProhibition(
  { rule, place }: { readonly rule: Prohibition; readonly place: Place },
  { mode, facts }: Case,
): Outcome {
  const standing = mode === 'live' ? inForce(rule, [facts]) : { refused: [], open: [] }
  const found = holds(rule.forbids as Condition, [facts], place)
  const refused = [...standing.refused, ...(found.holds === true ? [rule.code] : [])]
  if (refused.length > 0) return refusal(refused)
  if (found.holds === undefined) return undecided(found.open, { low: ZERO, high: ZERO })
  return award(['CONDITIONS_MET'], { ...together([]), by: 'fixed' })
}

export type { Measure }
