import { isList } from '../../kernel/facts/fact.ts'
import type { TypeOf } from '../../kernel/facts/finding.ts'
import type { Basis } from '../formula.ts'
import { hasDocument, ratioOf } from '../guide.ts'
import type { LimitName } from '../limits.ts'
import type { Amount, Measure } from '../measure-schema.ts'
import { compileBases } from './base-columns.ts'
import type { ColumnSet } from './column-set.ts'
import {
  commonMultiple,
  type Share,
  type Spans,
  shareIn,
  shareOf,
  spansOf,
} from './limit-columns.ts'

export const BASES: readonly (Basis | 'none' | 'undetermined')[] = [
  'exact',
  'ceiling',
  'determined',
  'none',
  'undetermined',
]
export const EXACT = 0
export const CEILING = 1
export const DETERMINED = 2

const FEN_PER_YUAN = 100

/** What the amount's own sentence allows, in all cases at once and in parts of a fen. */
export type FormulaColumns = {
  readonly limits: readonly { readonly by: LimitName; readonly spans: Spans }[]
  /** 1 where a fact is not known. */
  readonly isMissing: Uint8Array
  readonly basis: Uint8Array
}

export type FormulaGiven = {
  readonly columns: ColumnSet
  readonly scale: number
  /** Fen that a decision fixed; NaN where there is none. */
  readonly determined: Float64Array
  /** Marks a case that has to be left to the closures. */
  readonly leave: (row: number) => void
  /** Marks the cases whose figures are too large for this scale. */
  readonly check: (values: Float64Array) => void
}

export type FindFormulas = (given: FormulaGiven) => FormulaColumns

/** Shares whose divisors must go into the scale. */
export function sharesOf({ amount, publicFunds }: Measure): Share[] {
  const own =
    amount.form === 'rate'
      ? [shareIn(amount.rate)]
      : amount.form === 'match'
        ? [shareIn(amount.ratio)]
        : []
  return [...own, ...(publicFunds === undefined ? [] : [shareIn(publicFunds.ratio)])]
}

/** A measure's amounts are whole numbers of this part of a fen. */
export function scaleOf(measure: Measure): number {
  const scale = sharesOf(measure)
    .map((it) => it.under)
    .reduce(commonMultiple, 1)
  if (measure.amount.form !== 'match' || measure.publicFunds === undefined) return scale
  // where a grant that is not known meets the headroom that it takes from
  const { over, under } = shareIn(measure.amount.ratio)
  return scale * (over + under)
}

/** The same formula as `compileFormula`; tables, ratios of a guide and second readings are left to the closures. */
export function compileFormulas(measure: Measure, here: string, typeOf: TypeOf): FindFormulas {
  const { amount } = measure
  switch (amount.form) {
    case 'fixed':
    case 'top-up':
      return plain((given) => [fixed(given, amount.yuan)])
    case 'none':
      return plain((given) => [fixed(given, 0)])
    case 'schedule':
      return schedule(amount)
    case 'rate':
      return rate(amount, here, typeOf)
    case 'match':
      return match(amount)
    case 'ceiling-only':
      return (given) => unfixed(given, [])
    case 'tiers':
      return tiers(amount)
  }
}

function plain(limits: (given: FormulaGiven) => FormulaColumns['limits']): FindFormulas {
  return (given) => ({ ...nothing(given), limits: limits(given) })
}

function nothing({ columns: { count } }: FormulaGiven): FormulaColumns {
  return { limits: [], isMissing: new Uint8Array(count), basis: new Uint8Array(count) }
}

function fixed({ columns, scale }: FormulaGiven, yuan: number): FormulaColumns['limits'][number] {
  const parts = yuan * FEN_PER_YUAN * scale
  return { by: 'fixed', spans: spansOf(columns.count, parts, parts) }
}

/** A decision's amount where there is one; elsewhere no limit, or anything at all. */
function decided(
  { columns, scale, determined }: FormulaGiven,
  isOpenElsewhere: boolean,
): FormulaColumns['limits'][number] {
  const spans = spansOf(
    columns.count,
    isOpenElsewhere ? 0 : Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  )
  for (let row = 0; row < columns.count; row++) {
    const fen = determined[row] as number
    if (Number.isNaN(fen)) continue
    spans.lo[row] = fen * scale
    spans.hi[row] = fen * scale
  }
  return { by: 'determination', spans }
}

function unfixed(given: FormulaGiven, most: FormulaColumns['limits']): FormulaColumns {
  const basis = given.determined.map((it) => (Number.isNaN(it) ? EXACT : DETERMINED))
  return {
    ...nothing(given),
    limits: [decided(given, true), ...most],
    basis: Uint8Array.from(basis),
  }
}

function tiers(amount: Amount & { form: 'tiers' }): FindFormulas {
  const { stated = [] } = amount
  return (given) => {
    const { columns } = given
    for (const row of columns.rowsWith(amount.table)) {
      if (hasDocument(columns.scopeAt(row))) given.leave(row)
    }
    return unfixed(given, stated.length === 0 ? [] : [fixed(given, Math.max(...stated))])
  }
}

function schedule({ by, rows }: Amount & { form: 'schedule' }): FindFormulas {
  const most = Math.max(...rows.map((it) => it.yuan))
  return (given) => {
    const { columns, scale } = given
    const awards = columns.dictionary.codeOf.bind(columns.dictionary)
    const byCode = new Map(rows.map((it) => [awards(it.level), it.yuan]))
    const codes = columns.texts(by)
    const formula = nothing(given)
    const spans = spansOf(columns.count, 0, most * FEN_PER_YUAN * scale)
    for (let row = 0; row < columns.count; row++) {
      const code = codes[row] as number
      if (code < 0) formula.isMissing[row] = 1
      else {
        const parts = (byCode.get(code) ?? 0) * FEN_PER_YUAN * scale
        spans.lo[row] = parts
        spans.hi[row] = parts
      }
    }
    return { ...formula, limits: [{ by: 'fixed', spans }] }
  }
}

function rate(amount: Amount & { form: 'rate' }, here: string, typeOf: TypeOf): FindFormulas {
  const share = shareIn(amount.rate)
  const findBases = compileBases(amount.of, here, typeOf)
  return (given) => {
    const base = findBases(given.columns)
    given.check(base.spans.lo)
    given.check(base.spans.hi)
    const spans = shareOfSpans(base.spans, share, given.scale)
    return {
      limits: [...(amount.ceiling ? [decided(given, false)] : []), { by: 'rate', spans }],
      isMissing: base.isMissing,
      basis: basisOf(amount.ceiling, given),
    }
  }
}

function shareOfSpans({ lo, hi }: Spans, share: Share, scale: number): Spans {
  return {
    lo: lo.map((it) => shareOf(it, share, scale)),
    // nothing of what has no end is nothing
    hi: hi.map((it) => (it === Number.POSITIVE_INFINITY ? it : shareOf(it, share, scale))),
  }
}

function basisOf(
  isCeiling: boolean,
  { columns, determined }: FormulaGiven,
  usesDecision = isCeiling,
): Uint8Array {
  const basis = new Uint8Array(columns.count).fill(isCeiling ? CEILING : EXACT)
  if (!usesDecision) return basis
  for (let row = 0; row < columns.count; row++) {
    if (!Number.isNaN(determined[row] as number)) basis[row] = DETERMINED
  }
  return basis
}

function match(amount: Amount & { form: 'match' }): FindFormulas {
  const share = shareIn(amount.ratio)
  return (given) => {
    const { columns } = given
    leaveSecondReadings(amount, given)
    const money = moneyOf(amount.of, columns)
    given.check(money.spans.lo)
    return {
      limits: [
        ...(amount.ceiling ? [decided(given, false)] : []),
        { by: 'match', spans: shareOfSpans(money.spans, share, given.scale) },
      ],
      isMissing: money.isMissing,
      basis: basisOf(amount.ceiling, given),
    }
  }
}

/** A guide's own ratio, and recognition on several levels. */
function leaveSecondReadings(
  { guideRatio, byLevel }: Amount & { form: 'match' },
  { columns, leave }: FormulaGiven,
): void {
  if (guideRatio !== undefined) {
    for (const row of columns.rowsWith(guideRatio)) {
      if (ratioOf(columns.scopeAt(row), guideRatio) !== undefined) leave(row)
    }
  }
  if (byLevel === undefined) return
  for (const row of columns.rowsWith(byLevel.levels)) {
    const levels = columns.scopeAt(row)(byLevel.levels)
    const reached = isList(levels)
      ? byLevel.order.filter(({ level }) => levels.includes(level))
      : []
    if (reached.length > 1) leave(row)
  }
}

/** The sum of several grants; without end while one of them is not known. */
export function moneyOf(facts: readonly string[], columns: ColumnSet) {
  const parts = facts.map((it) => columns.numbers(it))
  const spans = spansOf(columns.count, 0, 0)
  const isMissing = new Uint8Array(columns.count)
  for (let row = 0; row < columns.count; row++) {
    let sum = 0
    for (const part of parts) {
      const value = part[row] as number
      if (Number.isNaN(value)) isMissing[row] = 1
      else sum += value
    }
    spans.lo[row] = sum
    spans.hi[row] = (isMissing[row] as number) === 1 ? Number.POSITIVE_INFINITY : sum
  }
  return { spans, isMissing }
}
