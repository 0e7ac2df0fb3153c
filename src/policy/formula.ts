import { isList, type Scope } from '../kernel/facts/fact.ts'
import type { TypeOf } from '../kernel/facts/finding.ts'
import { missingCodes } from '../kernel/facts/leaf.ts'
import { least, multiply, parseRational, type Rational, rational, ZERO } from '../lib/rational.ts'
import { type BaseFound, compileBase } from './base.ts'
import { type GuideTerms, hasDocument, ratioOf } from './guide.ts'
import type { Limit } from './limits.ts'
import type { Amount, Measure } from './measure-schema.ts'
import { ANYTHING, point, type Span, scaleSpan } from './span.ts'
import { tierAward } from './tiers.ts'

export type Basis = 'exact' | 'ceiling' | 'determined'

/** What the amount's own sentence allows, before any cap. */
export type Formula = {
  /** One list of limits for each reading of the words; the first is adopted. */
  readonly readings: readonly (readonly Limit[])[]
  /** Told where the readings differ. */
  readonly unclear?: string
  /** Facts that are not known. */
  readonly missing: readonly string[]
  /** What the text leaves open. */
  readonly unfixed: readonly string[]
  readonly told: readonly string[]
  readonly basis: Basis
  readonly base?: BaseFound
  /** The reading that was not adopted, for showing beside the amount. */
  readonly other?: { readonly name: string; readonly limit: Limit }
}

/** What a formula sees beside the facts. */
export type Given = {
  readonly scope: Scope
  readonly guide: GuideTerms | undefined
  /** An amount fixed by a decision with its document, in fen. */
  readonly determined: bigint | undefined
}

export type FindFormula = (given: Given) => Formula

const FEN = 100n

export function yuanToFen(yuan: number): bigint {
  return BigInt(yuan) * FEN
}

const PLAIN = { missing: [], unfixed: [], told: [], basis: 'exact' } as const

export function compileFormula(measure: Measure, here: string, typeOf: TypeOf): FindFormula {
  const { amount } = measure
  switch (amount.form) {
    case 'fixed':
    case 'top-up': {
      const limit = fixed(yuanToFen(amount.yuan))
      return () => ({ ...PLAIN, readings: [[limit]] })
    }
    case 'schedule':
      return schedule(amount)
    case 'none': {
      const nothing = fixed(0n)
      return () => ({ ...PLAIN, readings: [[nothing]] })
    }
    case 'rate':
      return rate(amount, here, typeOf)
    case 'match':
      return match(amount)
    case 'ceiling-only':
      return ({ determined }) => unfixedBut(determined, 'AMOUNT_NOT_FIXED_BY_TEXT')
    case 'tiers':
      return tiers(amount, typeOf)
  }
}

function fixed(fen: bigint): Limit {
  return { by: 'fixed', allows: point(rational(fen)) }
}

/** Anything up to the caps, unless a decision says how much. */
function unfixedBut(determined: bigint | undefined, code: string): Formula {
  if (determined === undefined) {
    return { ...PLAIN, readings: [[{ by: 'determination', allows: ANYTHING }]], unfixed: [code] }
  }
  return { ...PLAIN, readings: [[decided(determined)]], basis: 'determined' }
}

function decided(fen: bigint): Limit {
  return { by: 'determination', allows: point(rational(fen)) }
}

function schedule({ by, rows }: Amount & { form: 'schedule' }): FindFormula {
  const awards = new Map(rows.map((it) => [it.level, yuanToFen(it.yuan)]))
  const most = [...awards.values()].reduce((a, b) => (a > b ? a : b))
  const missing = missingCodes(by)
  return ({ scope }) => {
    const level = scope(by)
    if (level !== null) return { ...PLAIN, readings: [[fixed(awards.get(String(level)) ?? 0n)]] }
    const open = { by: 'fixed', allows: { lo: ZERO, hi: rational(most) } } as const
    return { ...PLAIN, readings: [[open]], missing: missing(scope) }
  }
}

function rate(form: Amount & { form: 'rate' }, here: string, typeOf: TypeOf): FindFormula {
  const own = ratioIn(form.rate)
  const findBase = compileBase(form.of, here, typeOf)
  const { reading } = form.of
  return ({ scope, guide, determined }) => {
    const base = findBase(scope)
    const guideRate = guide?.rate
    const used = guideRate === undefined ? own : least(guideRate, own)
    const decision = form.ceiling && determined !== undefined ? [decided(determined)] : []
    const limit: Limit = { by: 'rate', allows: scaleSpan(base.span, used) }
    const other = reading === undefined ? null : scope(reading.other)
    return {
      readings: [[...decision, limit]],
      missing: base.missing,
      unfixed: [],
      told: [...base.told, ...termsTold(form.ceiling, guideRate, 'RATE_IS_CEILING')],
      basis: basisOf(form.ceiling, guideRate !== undefined || decision.length > 0),
      base,
      ...(reading !== undefined &&
        typeof other === 'bigint' && {
          other: {
            name: reading.otherName,
            limit: { by: 'rate', allows: point(multiply(rational(other), used)) },
          },
        }),
    }
  }
}

function termsTold(ceiling: boolean, guide: Rational | undefined, code: string): string[] {
  if (guide !== undefined) return ['GUIDE_RATE']
  return ceiling ? [code] : []
}

function basisOf(ceiling: boolean, isDetermined: boolean): Basis {
  if (isDetermined) return 'determined'
  return ceiling ? 'ceiling' : 'exact'
}

export function ratioIn(text: string): Rational {
  const ratio = parseRational(text)
  if (ratio === undefined) throw new RangeError(`not a ratio: ${text}`)
  return ratio
}

function match(form: Amount & { form: 'match' }): FindFormula {
  const own = ratioIn(form.ratio)
  const moneyOf = compileMoney(form.of)
  return ({ scope, determined }) => {
    const guideRatio = form.guideRatio === undefined ? undefined : ratioOf(scope, form.guideRatio)
    const used = guideRatio === undefined ? own : least(guideRatio, own)
    const { sum: base, missing } = moneyOf(scope)
    const levels = byLevel(form, scope)
    const isOpen = form.ceiling || levels.length > 0
    const decision = isOpen && determined !== undefined ? [decided(determined)] : []
    const limitOf = (allows: Span): Limit => ({
      by: 'match',
      allows: scaleSpan(allows, used),
    })
    const readings = [[...decision, limitOf(base)]]
    for (const value of levels) {
      readings.push([
        ...decision,
        limitOf(value === null ? { ...ANYTHING } : point(rational(value))),
      ])
    }
    return {
      readings,
      ...(form.byLevel !== undefined && { unclear: form.byLevel.unclear }),
      missing,
      unfixed: [],
      told: termsTold(form.ceiling, guideRatio, 'MATCH_IS_CEILING'),
      basis: basisOf(form.ceiling, guideRatio !== undefined || decision.length > 0),
    }
  }
}

/** The sum of several grants; without end while one of them is not known. */
export function compileMoney(
  facts: readonly string[],
): (scope: Scope) => { readonly sum: Span; readonly missing: readonly string[] } {
  const parts = facts.map((fact) => ({ fact, code: missingCodes(fact) }))
  return (scope) => {
    let known = 0n
    const missing: string[] = []
    for (const { fact, code } of parts) {
      const value = scope(fact)
      if (typeof value === 'bigint') known += value
      else if (value === null) missing.push(...code(scope))
    }
    const sum = rational(known)
    if (missing.length === 0) return { sum: point(sum), missing }
    return { sum: { lo: sum, hi: undefined }, missing: [...new Set(missing)] }
  }
}

/** Recognised on several levels: the money of the highest alone is the other base. */
function byLevel({ byLevel: rule }: Amount & { form: 'match' }, scope: Scope): (bigint | null)[] {
  const levels = rule === undefined ? null : scope(rule.levels)
  if (rule === undefined || !isList(levels)) return []
  const reached = rule.order.filter(({ level }) => levels.includes(level))
  const [highest, ...more] = reached
  if (highest === undefined || more.length === 0) return []
  const value = scope(highest.fact)
  return [typeof value === 'bigint' ? value : null]
}

function tiers(form: Amount & { form: 'tiers' }, typeOf: TypeOf): FindFormula {
  const stated = (form.stated ?? []).map(yuanToFen)
  // awards that the paper names bound the table that it does not give
  const most = stated.length === 0 ? [] : [fixed(stated.reduce((a, b) => (a > b ? a : b)))]
  return ({ scope, determined }) => {
    const award = tierAward(form, scope, typeOf)
    if (award === undefined) {
      const open = unfixedBut(determined, 'TIER_TABLE_MISSING')
      return { ...open, readings: open.readings.map((list) => [...list, ...most]) }
    }
    return {
      ...PLAIN,
      readings: [[{ by: 'fixed', allows: award.span }, ...most]],
      missing: award.missing,
      told: ['TIER_TABLE_APPLIED'],
      basis: 'determined',
    }
  }
}

/** An amount fixed by a decision counts only with the document. */
export function determinedAmount(scope: Scope): bigint | undefined {
  const amount = scope('determined_amount_yuan')
  return typeof amount === 'bigint' && hasDocument(scope) ? amount : undefined
}
