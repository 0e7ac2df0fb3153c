import type { Condition } from '../../kernel/facts/condition-schema.ts'
import type { Measure } from '../measure-schema.ts'
import { holdAll } from './conditions.ts'
import { flagAt, isJson, itemsAt, type Json, numberAt, textAt } from './facts.ts'
import { byFormula } from './formula.ts'
import { add, compare, type Fraction, sumOf, ZERO } from './fraction.ts'
import { award, type Outcome, openAmount, refusal, undecided } from './outcome.ts'
import type { Case, Rule } from './part.ts'
import { NOTHING } from './span.ts'
import { standingOfRun } from './standing.ts'

type Ranked = {
  readonly selected: readonly Json[]
  readonly left: readonly Json[]
  readonly undecided: readonly Json[]
  readonly reasons: readonly string[]
  readonly places: number
}

/** A selection for the places of one year: by the order supplied; a tie at the edge and a missing order stay open. */
export function runQuota(asked: readonly Rule[], { mode, facts }: Case): Outcome {
  const [main] = asked
  const measure = main?.measure
  if (main === undefined || measure?.quota === undefined) throw new RangeError('no quota to run')
  const scope = [facts]
  const standing = standingOfRun(measure, mode, scope)
  if (standing.refused.length > 0) return refusal(standing.refused)
  const applicants = itemsAt(scope, 'applicants') ?? []
  const ranked = rankedBy(measure, applicants, facts)
  const negative = ranked.reasons.filter((it) => it.startsWith('DETERMINATION_NEGATIVE:'))
  if (negative.length > 0) return refusal(negative)
  const open = [...standing.open, ...ranked.reasons.filter((it) => it !== 'QUOTA_EXCEEDED')]
  const each = (it: Json) => worthOf(asked, it, facts).high
  const certain = sumOf(ranked.selected.map((it) => worthOf(asked, it, facts).low))
  const most = sumOf(ranked.selected.map(each))
  const names = {
    selected: ranked.selected.map(idOf),
    not_selected: ranked.left.map(idOf),
    undecided: ranked.undecided.map(idOf),
  }
  if (open.length > 0) {
    const high = add(
      most,
      bestOf(ranked.undecided.map(each), ranked.places - ranked.selected.length),
    )
    const low = standing.open.length > 0 ? ZERO : certain
    return { ...undecided(open, { low, high }, 'quota'), ...names }
  }
  const reasons = [
    'CONDITIONS_MET',
    ...ranked.reasons,
    ...topUpCodes(asked, ranked.selected, facts),
  ]
  if (compare(certain, most) < 0) {
    const codes = asked.flatMap((it) => ranked.selected.flatMap((one) => openOf(it, one, facts)))
    return { ...openAmount([...reasons, ...codes], { low: certain, high: most }), ...names }
  }
  return { ...award(reasons, { ...NOTHING, low: certain, high: certain }), ...names }
}

function idOf(applicant: Json): string {
  return String(applicant.id)
}

type Worth = { readonly low: Fraction; readonly high: Fraction }

/** What one selected applicant gets: the award, and the top-ups that were asked for and are reached, or may be. */
function worthOf(asked: readonly Rule[], applicant: Json, facts: Json): Worth {
  const scope = [applicant, facts]
  const each = asked.map((rule): Worth => {
    const { low } = byFormula(rule.measure, scope, rule.place)
    if (rule.measure.amount.form !== 'top-up') return { low, high: low }
    const { holds } = reached(rule, applicant, facts)
    return { low: holds === true ? low : ZERO, high: holds === false ? ZERO : low }
  })
  return { low: sumOf(each.map((it) => it.low)), high: sumOf(each.map((it) => it.high)) }
}

function reached({ measure, place }: Rule, applicant: Json, facts: Json) {
  return holdAll((measure.conditions ?? []) as Condition[], [applicant, facts], place)
}

function openOf(rule: Rule, applicant: Json, facts: Json): readonly string[] {
  return rule.measure.amount.form === 'top-up' ? reached(rule, applicant, facts).open : []
}

function topUpCodes(asked: readonly Rule[], selected: readonly Json[], facts: Json): string[] {
  const tops = asked.filter((it) => it.measure.amount.form === 'top-up')
  if (tops.length === 0) return []
  const said = selected.flatMap((one) => tops.map((it) => reached(it, one, facts).holds))
  return [
    ...(said.includes(true) ? ['TOP_UP_GRANTED'] : []),
    ...(said.includes(false) ? ['TOP_UP_NOT_MET'] : []),
  ]
}

function bestOf(worth: readonly Fraction[], places: number): Fraction {
  const sorted = worth.toSorted((a, b) => compare(b, a))
  return sumOf(sorted.slice(0, Math.max(places, 0)))
}

function rankedBy(measure: Measure, applicants: readonly Json[], facts: Json): Ranked {
  const places = measure.quota?.places ?? 0
  const rule = textAt([facts], 'ordering_rule')
  if (rule === 'score_desc') return byScore(applicants, places)
  if (rule === 'received_at_asc') {
    const left = applicants.slice(places)
    const reasons = left.length > 0 ? ['QUOTA_EXCEEDED'] : []
    return { selected: applicants.slice(0, places), left, undecided: [], reasons, places }
  }
  const isEnough = applicants.length <= places
  const none = { selected: [], left: [], undecided: applicants, places }
  if (!isEnough) return { ...none, reasons: ['QUOTA_ORDER_UNSPECIFIED'] }
  return (
    unordered(measure, applicants, facts) ?? {
      ...none,
      selected: applicants,
      undecided: [],
      reasons: [],
    }
  )
}

/** Places enough and no order: what has still to be judged of everybody. */
function unordered(measure: Measure, applicants: readonly Json[], facts: Json): Ranked | undefined {
  const name = measure.quota?.unordered
  if (name === undefined) return undefined
  const said = flagAt([facts], `determinations.${name}`)
  const base = { selected: [], left: [], undecided: applicants, places: measure.quota?.places ?? 0 }
  if (said === undefined) return { ...base, reasons: [`MISSING_DETERMINATION:${name}`] }
  return said ? undefined : { ...base, reasons: [`DETERMINATION_NEGATIVE:${name}`] }
}

function byScore(applicants: readonly Json[], places: number): Ranked {
  const scoreOf = (it: Json) => numberAt([it], 'score') ?? ZERO
  const isScored = applicants.every((it) => numberAt([it], 'score') !== undefined)
  if (!isScored && applicants.length > places) {
    return {
      selected: [],
      left: [],
      undecided: applicants,
      reasons: ['MISSING_FACT:score'],
      places,
    }
  }
  if (!isScored) return { selected: applicants, left: [], undecided: [], reasons: [], places }
  const sorted = applicants.toSorted((a, b) => compare(scoreOf(b), scoreOf(a)))
  const last = sorted[places - 1]
  const next = sorted[places]
  if (last === undefined || next === undefined || !isJson(next)) {
    return { selected: sorted, left: [], undecided: [], reasons: [], places }
  }
  const edge = scoreOf(last)
  if (compare(edge, scoreOf(next)) !== 0) {
    return {
      selected: sorted.slice(0, places),
      left: sorted.slice(places),
      undecided: [],
      reasons: ['QUOTA_EXCEEDED'],
      places,
    }
  }
  const above = sorted.filter((it) => compare(scoreOf(it), edge) > 0)
  const tied = sorted.filter((it) => compare(scoreOf(it), edge) === 0)
  const below = sorted.filter((it) => compare(scoreOf(it), edge) < 0)
  return { selected: above, left: below, undecided: tied, reasons: ['QUOTA_TIE'], places }
}
