import type { Measure } from '../measure-schema.ts'
import { flagAt, isJson, itemsAt, type Json, numberAt, textAt } from './facts.ts'
import { byFormula } from './formula.ts'
import { add, compare, type Fraction, sumOf, times, whole, ZERO } from './fraction.ts'
import { award, type Outcome, refusal, undecided } from './outcome.ts'
import type { Case, Rule } from './part.ts'
import { NOTHING } from './span.ts'
import { inForce } from './standing.ts'

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
  const standing = mode === 'live' ? inForce(measure, scope) : { refused: [], open: [] }
  if (standing.refused.length > 0) return refusal(standing.refused)
  const applicants = itemsAt(scope, 'applicants') ?? []
  const ranked = rankedBy(measure, applicants, facts)
  const open = [...standing.open, ...ranked.reasons.filter((it) => it !== 'QUOTA_EXCEEDED')]
  const each = (it: Json) => worthOf(asked, it, facts)
  const certain = sumOf(ranked.selected.map(each))
  const names = {
    selected: ranked.selected.map(idOf),
    not_selected: ranked.left.map(idOf),
    undecided: ranked.undecided.map(idOf),
  }
  if (open.length > 0) {
    const high = add(
      certain,
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
  return { ...award(reasons, { ...NOTHING, low: certain, high: certain }), ...names }
}

function idOf(applicant: Json): string {
  return String(applicant.id)
}

/** What one selected applicant gets: the award, and the top-ups that were asked for and are reached. */
function worthOf(asked: readonly Rule[], applicant: Json, facts: Json): Fraction {
  const scope = [applicant, facts]
  return sumOf(
    asked.map(({ measure, place }) =>
      measure.amount.form === 'top-up' && !isReached(measure, applicant, facts)
        ? ZERO
        : byFormula(measure, scope, place).low,
    ),
  )
}

function isReached(measure: Measure, applicant: Json, facts: Json): boolean {
  return (measure.conditions ?? []).every((it) => {
    const { fact, moreThan } = it as { fact?: string; moreThan?: number }
    const value = fact === undefined ? undefined : numberAt([applicant, facts], fact)
    return value !== undefined && compare(value, whole(moreThan ?? 0)) > 0
  })
}

function topUpCodes(asked: readonly Rule[], selected: readonly Json[], facts: Json): string[] {
  const tops = asked.filter((it) => it.measure.amount.form === 'top-up')
  if (tops.length === 0) return []
  const reached = selected.map((one) => tops.every((it) => isReached(it.measure, one, facts)))
  return [
    ...(reached.includes(true) ? ['TOP_UP_GRANTED'] : []),
    ...(reached.includes(false) ? ['TOP_UP_NOT_MET'] : []),
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
  const scoreOf = (it: Json) => numberAt([it], 'score') ?? times(whole(-1), whole(1))
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
