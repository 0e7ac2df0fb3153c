import { isList, type Scope } from '../kernel/facts/fact.ts'
import type { TypeOf } from '../kernel/facts/finding.ts'
import { missingCode } from '../kernel/facts/leaf.ts'
import {
  add,
  compare,
  divide,
  greatest,
  multiply,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../lib/rational.ts'
import { compileFormula, type Formula, type Given, ratioIn, yuanToFen } from './formula.ts'
import { type Least, type Limit, type LimitName, leastOfReadings } from './limits.ts'
import type { Cap, Measure } from './measure-schema.ts'
import { isPoint, leastSpan, point, restOf, type Span, scaleSpan } from './span.ts'

/** One award line: the smallest thing to which the text gives its own amount. */
export type Line = {
  readonly id: string | undefined
  readonly year: string | undefined
  readonly result: Least
  /** By the adopted reading, the formula first: each with what it would have allowed. */
  readonly limits: readonly Limit[]
  readonly formula: Formula
  /** Codes of what refuses it. */
  readonly refused: readonly string[]
  /** Codes of facts that are not known and would change it. */
  readonly missing: readonly string[]
  /** Codes of what the text leaves open. */
  readonly unfixed: readonly string[]
  readonly told: readonly string[]
  readonly other: { readonly name: string; readonly result: Least } | undefined
}

export type FindLine = (given: Given) => Omit<Line, 'id' | 'year'>

/** One line of a measure: its formula under every limit that holds for the line alone. */
export function compileLine(measure: Measure, here: string, typeOf: TypeOf): FindLine {
  const formulaOf = compileFormula(measure, here, typeOf)
  const caps = (measure.caps ?? []).filter(({ per }) => per === 'project' || per === 'guide')
  return (given) => {
    const headroom = headroomOf(measure, given.scope)
    const formula = coupled(formulaOf(given), measure, headroom)
    const capReadings = capReadingsOf(measure, caps, given)
    const after = headroom === undefined ? [] : [headroom.limit]
    const readings = formula.readings.flatMap((own) =>
      capReadings.lists.map((list) => [...own, ...list, ...after]),
    )
    const result = leastOfReadings(readings)
    return {
      result,
      limits: readings[0] ?? [],
      formula,
      refused: headroom?.isExhausted ? ['PUBLIC_FUNDS_LIMIT_EXHAUSTED'] : [],
      missing: [
        ...(isPoint(result.span) ? [] : formula.missing),
        ...(headroom?.missing ?? []),
        ...capReadings.missing,
      ],
      unfixed: isPoint(result.span)
        ? []
        : [...formula.unfixed, ...(result.agree ? [] : unclearCodes(formula, capReadings))],
      told: [...formula.told, ...cutBy(result.by)],
      other: otherOf(formula, [...(capReadings.lists[0] ?? []), ...after], result),
    }
  }
}

const CAP_CODES: Partial<Record<LimitName, string>> = {
  cap_project: 'CAP_PER_PROJECT',
  cap_enterprise: 'CAP_PER_ENTERPRISE',
  cap_enterprise_year: 'CAP_PER_ENTERPRISE_YEAR',
  guide_cap: 'GUIDE_CAP',
  public_funds_ratio: 'PUBLIC_FUNDS_LIMIT',
}

/** The code of a limit that cut an amount. */
export function cutBy(by: LimitName | undefined): string[] {
  const code = by === undefined ? undefined : CAP_CODES[by]
  return code === undefined ? [] : [code]
}

function unclearCodes(formula: Formula, caps: CapReadings): string[] {
  return [
    ...(formula.readings.length > 1 && formula.unclear !== undefined ? [formula.unclear] : []),
    ...(caps.unclear === undefined ? [] : [caps.unclear]),
  ]
}

function otherOf(formula: Formula, after: readonly Limit[], adopted: Least): Line['other'] {
  const { other } = formula
  if (other === undefined || !isPoint(adopted.span)) return undefined
  const result = leastOfReadings([[other.limit, ...after]])
  return compare(result.span.lo, adopted.span.lo) === 0 ? undefined : { name: other.name, result }
}

type CapReadings = {
  readonly lists: readonly (readonly Limit[])[]
  readonly unclear?: string
  readonly missing: readonly string[]
}

/** The measure's own caps and the guide's. A guide narrows; where it is wider its file says whose cap holds, or that it is open. */
function capReadingsOf(measure: Measure, caps: readonly Cap[], given: Given): CapReadings {
  const own = caps.map((cap) => capLimit(cap, given.scope))
  const missing = own.flatMap((it) => it.missing)
  const limits = own.map((it) => it.limit)
  const guideFen = given.guide?.capFen
  if (guideFen === undefined || measure.guide === undefined) return { lists: [limits], missing }
  const guide: Limit = { by: 'guide_cap', allows: point(rational(guideFen)) }
  const isWider = limits.some(
    ({ allows }) => allows.hi !== undefined && compare(guide.allows.lo, allows.hi) > 0,
  )
  if (!isWider || measure.guide.wider === 'own-cap') return { lists: [[...limits, guide]], missing }
  const unclear = `CAP_CONFLICT:${measure.id}|${measure.guide.clause}`
  return { lists: [limits, [guide]], unclear, missing }
}

function capLimit({ per, yuan, byLevel }: Cap, scope: Scope) {
  const by: LimitName = per === 'guide' ? 'guide_cap' : `cap_${per}`
  if (byLevel === undefined) {
    return { limit: { by, allows: point(rational(yuanToFen(yuan ?? 0))) }, missing: [] }
  }
  const awards = byLevel.rows.map((it) => rational(yuanToFen(it.yuan)))
  const levels = scope(byLevel.levels)
  if (isList(levels)) {
    const reached = byLevel.rows.find(({ level }) => levels.includes(level))
    const fen = reached === undefined ? 0n : yuanToFen(reached.yuan)
    return { limit: { by, allows: point(rational(fen)) }, missing: [] }
  }
  const allows = { lo: ZERO, hi: awards.reduce(greatest) }
  return { limit: { by, allows }, missing: [missingCode(byLevel.levels, scope)] }
}

type Headroom = {
  readonly limit: Limit
  readonly isExhausted: boolean
  readonly missing: readonly string[]
  /** Investment's share and the money that is known to count. */
  readonly most: Rational | undefined
  readonly counted: Rational
  readonly ratio: Rational
}

/** What public money of all levels that count leaves for this award. */
function headroomOf({ publicFunds }: Measure, scope: Scope): Headroom | undefined {
  if (publicFunds === undefined) return undefined
  const ratio = ratioIn(publicFunds.ratio)
  const investment = scope(publicFunds.of)
  const whole = typeof investment === 'bigint' ? rational(investment) : undefined
  const values = publicFunds.counted.map((fact) => ({ fact, value: scope(fact) }))
  const counted = values.reduce(
    (total, { value }) => add(total, rational(typeof value === 'bigint' ? value : 0n)),
    ZERO,
  )
  const unknown = values.filter((it) => it.value === null).map((it) => it.fact)
  const most: Span = whole === undefined ? { lo: ZERO, hi: undefined } : point(whole)
  const share = scaleSpan(most, ratio)
  const taken: Span = { lo: counted, hi: unknown.length === 0 ? counted : undefined }
  const allows = restOf(share, taken)
  const isExhausted = allows.hi !== undefined && compare(allows.hi, ZERO) <= 0
  const missing = [...(whole === undefined ? [publicFunds.of] : []), ...unknown]
  return {
    limit: { by: 'public_funds_ratio', allows: isExhausted ? point(ZERO) : allows },
    isExhausted,
    missing: [...new Set(missing.map((it) => missingCode(it, scope)))],
    most: share.hi,
    counted,
    ratio,
  }
}

/**
 * Money of a level that is not known raises the match and takes from the headroom yuan for yuan. The most that any amount of it
 * allows lies where the two meet.
 */
function coupled(formula: Formula, { amount }: Measure, headroom: Headroom | undefined): Formula {
  if (amount.form !== 'match' || headroom?.most === undefined) return formula
  const [first] = formula.readings
  const limit = first?.find((it) => it.by === 'match')
  if (limit === undefined || limit.allows.hi !== undefined) return formula
  const ratio = ratioIn(amount.ratio)
  const known = limit.allows.lo
  const left = subtract(subtract(headroom.most, headroom.counted), known)
  const meets = divide(left, add(rational(1n), ratio))
  const most = add(known, multiply(ratio, greatest(meets, ZERO)))
  const bounded = { by: 'match' as const, allows: leastSpan(limit.allows, { lo: known, hi: most }) }
  return {
    ...formula,
    readings: formula.readings.map((list) => list.map((it) => (it === limit ? bounded : it))),
  }
}
