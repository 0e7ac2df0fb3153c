import { isList, type Scope } from '../kernel/facts/fact.ts'
import type { TypeOf } from '../kernel/facts/finding.ts'
import { missingCodes } from '../kernel/facts/leaf.ts'
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
import {
  compileFormula,
  compileMoney,
  type Formula,
  type Given,
  ratioIn,
  yuanToFen,
} from './formula.ts'
import { type Least, type Limit, type LimitName, leastOfReadings } from './limits.ts'
import type { Cap, Measure } from './measure-schema.ts'
import { isPoint, leastSpan, point, restOf, scaleSpan } from './span.ts'

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
  const capReadingsOf = compileCaps(measure, caps)
  const headroomOf = compileHeadroom(measure)
  return (given) => {
    const headroom = headroomOf?.(given.scope)
    const formula = coupled(formulaOf(given), measure, headroom)
    const capReadings = capReadingsOf(given)
    const after = headroom === undefined ? NONE : [headroom.limit]
    const readings = formula.readings.flatMap((own) =>
      capReadings.lists.map((list) => [...own, ...list, ...after]),
    )
    const result = leastOfReadings(readings)
    const isKnown = isPoint(result.span)
    return {
      result,
      limits: readings[0] ?? NONE,
      formula,
      refused: headroom?.isExhausted ? EXHAUSTED : NONE,
      missing: joined(isKnown ? NONE : formula.missing, headroom?.missing, capReadings.missing),
      unfixed: isKnown
        ? NONE
        : joined(formula.unfixed, result.agree ? NONE : unclearCodes(formula, capReadings)),
      told: joined(formula.told, cutBy(result.by)),
      other:
        formula.other === undefined
          ? undefined
          : otherOf(formula, [...(capReadings.lists[0] ?? NONE), ...after], result),
    }
  }
}

const NONE: readonly never[] = []
const EXHAUSTED: readonly string[] = ['PUBLIC_FUNDS_LIMIT_EXHAUSTED']

/** One list of several, most of which are empty. */
function joined(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  let all: readonly string[] = NONE
  for (const it of lists) {
    if (it === undefined || it.length === 0) continue
    all = all.length === 0 ? it : [...all, ...it]
  }
  return all
}

const CAP_CODES: Partial<Record<LimitName, string>> = {
  cap_project: 'CAP_PER_PROJECT',
  cap_enterprise: 'CAP_PER_ENTERPRISE',
  cap_enterprise_year: 'CAP_PER_ENTERPRISE_YEAR',
  guide_cap: 'GUIDE_CAP',
  public_funds_ratio: 'PUBLIC_FUNDS_LIMIT',
}

/** The code of a limit that cut an amount. */
export function cutBy(by: LimitName | undefined): readonly string[] {
  const code = by === undefined ? undefined : CAP_CODES[by]
  return code === undefined ? NONE : [code]
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
function compileCaps(measure: Measure, caps: readonly Cap[]): (given: Given) => CapReadings {
  const findOwn = caps.map(compileCap)
  const isFixed = caps.every((it) => it.byLevel === undefined)
  const ownOf = (scope: Scope): OwnCaps => {
    const own = findOwn.map((find) => find(scope))
    const limits = own.map((it) => it.limit)
    return { lists: [limits], limits, missing: own.flatMap((it) => it.missing) }
  }
  const fixed = isFixed ? ownOf(() => null) : undefined
  return ({ scope, guide }) => {
    const own = fixed ?? ownOf(scope)
    return guide?.capFen === undefined ? own : withGuide(measure, own, guide.capFen)
  }
}

type OwnCaps = CapReadings & { readonly limits: readonly Limit[] }

function withGuide(measure: Measure, own: OwnCaps, guideFen: bigint): CapReadings {
  const { limits, missing } = own
  if (measure.guide === undefined) return own
  const guide: Limit = { by: 'guide_cap', allows: point(rational(guideFen)) }
  const isWider = limits.some(
    ({ allows }) => allows.hi !== undefined && compare(guide.allows.lo, allows.hi) > 0,
  )
  if (!isWider || measure.guide.wider === 'own-cap') return { lists: [[...limits, guide]], missing }
  const unclear = `CAP_CONFLICT:${measure.id}|${measure.guide.clause}`
  return { lists: [limits, [guide]], unclear, missing }
}

type FoundCap = { readonly limit: Limit; readonly missing: readonly string[] }

function compileCap({ per, yuan, byLevel }: Cap): (scope: Scope) => FoundCap {
  const by: LimitName = per === 'guide' ? 'guide_cap' : `cap_${per}`
  const fixed = (fen: bigint) => ({ limit: { by, allows: point(rational(fen)) }, missing: NONE })
  if (byLevel === undefined) {
    const found = fixed(yuanToFen(yuan ?? 0))
    return () => found
  }
  const most = byLevel.rows.map((it) => rational(yuanToFen(it.yuan))).reduce(greatest)
  const open = { by, allows: { lo: ZERO, hi: most } }
  const missing = missingCodes(byLevel.levels)
  return (scope) => {
    const levels = scope(byLevel.levels)
    if (!isList(levels)) return { limit: open, missing: missing(scope) }
    const reached = byLevel.rows.find(({ level }) => levels.includes(level))
    return fixed(reached === undefined ? 0n : yuanToFen(reached.yuan))
  }
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
function compileHeadroom({ publicFunds }: Measure): ((scope: Scope) => Headroom) | undefined {
  if (publicFunds === undefined) return undefined
  const ratio = ratioIn(publicFunds.ratio)
  const investmentOf = compileMoney([publicFunds.of])
  const countedOf = compileMoney(publicFunds.counted)
  return (scope) => {
    const investment = investmentOf(scope)
    const counted = countedOf(scope)
    const share = scaleSpan(investment.sum, ratio)
    const allows = restOf(share, counted.sum)
    const isExhausted = allows.hi !== undefined && compare(allows.hi, ZERO) <= 0
    return {
      limit: { by: 'public_funds_ratio', allows: isExhausted ? point(ZERO) : allows },
      isExhausted,
      missing: [...new Set(joined(investment.missing, counted.missing))],
      most: share.hi,
      counted: counted.sum.lo,
      ratio,
    }
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
