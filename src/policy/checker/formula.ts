import type { Amount, Measure } from '../measure-schema.ts'
import { reckonBase } from './base.ts'
import type { Place } from './conditions.ts'
import {
  isJson,
  itemsAt,
  type Json,
  listAt,
  look,
  missing as missingFact,
  numberAt,
  type Scope,
  textAt,
} from './facts.ts'
import {
  compare,
  decimalOf,
  type Fraction,
  least,
  most,
  ratioOf,
  sumOf,
  times,
  whole,
  ZERO,
} from './fraction.ts'
import { isOne, type Span } from './span.ts'

const EXACT = { basis: 'exact', told: [], unsettled: [], missing: [] } as const

/** The amount by a measure's formula, before any limit. */
export function byFormula(measure: Measure, scope: Scope, here: Place): Span {
  const { amount } = measure
  switch (amount.form) {
    case 'fixed':
    case 'top-up':
      return { ...EXACT, low: whole(amount.yuan), high: whole(amount.yuan), by: 'fixed' }
    case 'rate':
      return byRate(measure, amount, scope, here)
    case 'match':
      return byMatch(amount, scope)
    case 'ceiling-only':
      return byDetermination(scope)
    case 'tiers':
      return byTiers(amount, scope)
    case 'schedule':
      return bySchedule(amount, scope)
    case 'none':
      return { ...EXACT, low: ZERO, high: ZERO, by: 'fixed' }
  }
}

type Of<Form extends Amount['form']> = Extract<Amount, { readonly form: Form }>

function byRate(measure: Measure, amount: Of<'rate'>, scope: Scope, here: Place): Span {
  const { value, atMost, told, missing } = reckonBase(amount.of, scope, here)
  const guide = guideRate(measure, scope)
  const rate = guide ?? ratioOf(amount.rate)
  const kind = guide === undefined ? (amount.ceiling ? ['RATE_IS_CEILING'] : []) : ['GUIDE_RATE']
  const basis = guide === undefined ? (amount.ceiling ? 'ceiling' : 'exact') : 'determined'
  const high = value ?? atMost
  const span: Span = {
    low: value === undefined ? ZERO : times(value, rate),
    high: high === undefined ? undefined : times(high, rate),
    by: 'rate',
    basis,
    told: [...kind, ...told],
    unsettled: [],
    missing,
    ...(value !== undefined && { base: value }),
  }
  return amount.ceiling && guide === undefined ? determinedBelow(span, scope) : span
}

/** A batch’s rate stands in for the measure’s own; one above it is cut to it. */
function guideRate({ id, guide, amount }: Measure, scope: Scope): Fraction | undefined {
  const rates = look(scope, 'batch.rates')
  if (!isJson(rates) || amount.form !== 'rate') return undefined
  const text = (guide === undefined ? undefined : rates[guide.key]) ?? rates[id]
  if (typeof text !== 'string') return undefined
  return least(ratioOf(text), ratioOf(amount.rate))
}

/** An amount that was decided with a document; undefined where there is none. */
export function decided(scope: Scope): Fraction | undefined {
  const isDocumented = (textAt(scope, 'determination_document') ?? '') !== ''
  return isDocumented ? numberAt(scope, 'determined_amount_yuan') : undefined
}

/** Where the text gives a ceiling alone, a decision may stay below it. */
function determinedBelow(span: Span, scope: Scope): Span {
  const amount = decided(scope)
  if (amount === undefined || !isOne(span)) return span
  const isBelow = compare(amount, span.low) <= 0
  const value = least(amount, span.low)
  return {
    ...span,
    low: value,
    high: value,
    by: isBelow ? 'determination' : span.by,
    basis: 'determined',
  }
}

function byDetermination(scope: Scope): Span {
  const amount = decided(scope)
  if (amount !== undefined) {
    return { ...EXACT, low: amount, high: amount, by: 'determination', basis: 'determined' }
  }
  return {
    ...EXACT,
    low: ZERO,
    high: undefined,
    by: 'determination',
    unsettled: ['AMOUNT_NOT_FIXED_BY_TEXT'],
  }
}

function byMatch(amount: Of<'match'>, scope: Scope): Span {
  const guide = guideRatio(amount, scope)
  const ratio = guide ?? ratioOf(amount.ratio)
  const kind = guide === undefined ? (amount.ceiling ? ['MATCH_IS_CEILING'] : []) : ['GUIDE_RATE']
  const basis = guide === undefined ? (amount.ceiling ? 'ceiling' : 'exact') : 'determined'
  const parts = amount.of.map((name) => ({ name, value: numberAt(scope, name) }))
  const missing = parts
    .filter((it) => it.value === undefined)
    .map((it) => missingFact(it.name, scope))
  const all = sumOf(parts.map((it) => it.value ?? ZERO))
  const top = highestOnly(amount, scope)
  const matched = (base: Fraction) => times(base, ratio)
  const ends = [matched(all), matched(top?.money ?? all)] as const
  const span: Span = {
    low: missing.length > 0 ? ZERO : least(...ends),
    high: missing.length > 0 ? undefined : most(...ends),
    by: 'match',
    basis,
    told: kind,
    unsettled: [],
    missing,
  }
  const isClear = missing.length > 0 ? top?.isAlone === true : isOne(span)
  const settled = isClear || top === undefined ? span : { ...span, unsettled: [top.unclear] }
  return amount.ceiling && guide === undefined ? determinedBelow(settled, scope) : settled
}

function guideRatio({ guideRatio: name, ratio }: Of<'match'>, scope: Scope): Fraction | undefined {
  const text = name === undefined ? undefined : textAt(scope, name)
  if (text === undefined || (textAt(scope, 'determination_document') ?? '') === '') return undefined
  return least(ratioOf(text), ratioOf(ratio))
}

/** Recognised on several levels: the money of the highest alone is the other base that the words allow. */
function highestOnly(
  { byLevel }: Of<'match'>,
  scope: Scope,
): { readonly money: Fraction; readonly isAlone: boolean; readonly unclear: string } | undefined {
  if (byLevel === undefined) return undefined
  const levels = listAt(scope, byLevel.levels) ?? []
  const reached = byLevel.order.filter((it) => levels.includes(it.level))
  const [top] = reached
  if (top === undefined || reached.length < 2) return undefined
  const others = byLevel.order.filter((it) => it !== top).map((it) => numberAt(scope, it.fact))
  const isAlone = others.every((it) => it !== undefined && compare(it, ZERO) === 0)
  return { money: numberAt(scope, top.fact) ?? ZERO, isAlone, unclear: byLevel.unclear }
}

function byTiers(amount: Of<'tiers'>, scope: Scope): Span {
  const rows = tableOf(amount, scope)
  const stated = (amount.stated ?? []).map((it) => whole(it))
  const bound = stated.length > 0 ? stated.reduce(most) : undefined
  if (rows === undefined) return withoutTable(bound, decided(scope))
  const isOpen = rows.some((it) => numberAt(scope, String(it.metric)) === undefined)
  const reached = rows.filter((it) => isReached(it, scope))
  // a table above the awards that the paper names is cut to them
  const tabled = highestAward(reached)
  const award = bound === undefined ? tabled : least(tabled, bound)
  return {
    ...EXACT,
    low: isOpen ? ZERO : award,
    high: isOpen ? bound : award,
    by: 'fixed',
    basis: 'determined',
    told: ['TIER_TABLE_APPLIED'],
  }
}

/** A table with its document, every row of which can be read. */
function tableOf(amount: Of<'tiers'>, scope: Scope): readonly Json[] | undefined {
  const rows = itemsAt(scope, amount.table)
  const isDocumented = (textAt(scope, 'determination_document') ?? '') !== ''
  const isTable = rows !== undefined && rows.length > 0 && rows.every((it) => isRow(it, amount))
  return isDocumented && isTable ? rows : undefined
}

/** Until a table is supplied a decision alone can fix the award; never above what the paper names. */
function withoutTable(bound: Fraction | undefined, amount: Fraction | undefined): Span {
  if (amount === undefined) {
    const unsettled = ['TIER_TABLE_MISSING']
    return { ...EXACT, low: ZERO, high: bound, by: 'determination', unsettled }
  }
  const isCut = bound !== undefined && compare(bound, amount) < 0
  const value = isCut ? bound : amount
  const by = isCut ? 'fixed' : 'determination'
  return { ...EXACT, low: value, high: value, by, basis: 'determined' }
}

/** Whether a row of a table speaks of a figure that the measure goes by. */
function isRow(row: Json, { metrics }: Of<'tiers'>): boolean {
  const isKnown = typeof row.metric === 'string' && metrics.includes(row.metric)
  const floor = decimalOf(row.at_least_yuan ?? row.at_least)
  return isKnown && floor !== undefined && decimalOf(row.award_yuan) !== undefined
}

function isReached(row: Json, scope: Scope): boolean {
  const value = typeof row.metric === 'string' ? numberAt(scope, row.metric) : undefined
  const floor = decimalOf(row.at_least_yuan ?? row.at_least)
  return value !== undefined && floor !== undefined && compare(value, floor) >= 0
}

/** The row of the highest threshold that is reached. */
function highestAward(rows: readonly Json[]): Fraction {
  let best: { readonly floor: Fraction; readonly award: Fraction } | undefined
  for (const row of rows) {
    const floor = decimalOf(row.at_least_yuan ?? row.at_least) ?? ZERO
    const award = decimalOf(row.award_yuan) ?? ZERO
    if (best === undefined || compare(floor, best.floor) > 0) best = { floor, award }
  }
  return best?.award ?? ZERO
}

function bySchedule(amount: Of<'schedule'>, scope: Scope): Span {
  const level = textAt(scope, amount.by)
  const row = amount.rows.find((it) => it.level === level)
  const high = amount.rows.map((it) => whole(it.yuan)).reduce(most, ZERO)
  if (row === undefined) {
    return { ...EXACT, low: ZERO, high, by: 'fixed', missing: [missingFact(amount.by)] }
  }
  return { ...EXACT, low: whole(row.yuan), high: whole(row.yuan), by: 'fixed' }
}
