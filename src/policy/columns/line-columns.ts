import { isList } from '../../kernel/facts/fact.ts'
import type { TypeOf } from '../../kernel/facts/finding.ts'
import type { LimitName } from '../limits.ts'
import type { Cap, Measure } from '../measure-schema.ts'
import type { ColumnSet } from './column-set.ts'
import {
  compileFormulas,
  type FormulaColumns,
  type FormulaGiven,
  moneyOf,
  scaleOf,
  sharesOf,
} from './formula-columns.ts'
import { exactUpTo, LeastColumns, type Spans, shareIn, shareOf, spansOf } from './limit-columns.ts'

const FEN_PER_YUAN = 100

/** One award line of every case: the least of its limits, in parts of a fen. */
export type LineColumns = {
  readonly scale: number
  readonly least: LeastColumns
  readonly basis: Uint8Array
  /** 1 where a fact that is not known would change the line. */
  readonly isMissing: Uint8Array
  /** 1 where public money of all levels leaves nothing. */
  readonly isExhausted: Uint8Array
}

export type LineGiven = {
  readonly columns: ColumnSet
  readonly determined: Float64Array
  /** Fen that a guide caps the measure at; NaN where none does. */
  readonly guideCap: Float64Array | undefined
  readonly leave: (row: number) => void
}

/** The same line as `compileLine`, for all cases at once. */
export function compileLines(measure: Measure, here: string, typeOf: TypeOf) {
  const scale = scaleOf(measure)
  const most = exactUpTo(scale, sharesOf(measure))
  const findFormulas = compileFormulas(measure, here, typeOf)
  const caps = (measure.caps ?? []).filter(({ per }) => per === 'project' || per === 'guide')
  return ({ columns, determined, guideCap, leave }: LineGiven): LineColumns => {
    const check = (values: Float64Array) => leaveAbove(most, values, leave)
    check(determined)
    const given: FormulaGiven = { columns, scale, determined, leave, check }
    const formula = findFormulas(given)
    const headroom = headroomOf(measure, given)
    const limits = coupled(formula, measure, headroom)
    const least = new LeastColumns(columns.count)
    for (const { by, spans } of limits) least.take(by, spans)
    const isMissing = new Uint8Array(columns.count)
    for (const cap of caps) takeCap(cap, { given, least, isMissing })
    if (guideCap !== undefined) takeGuide(measure, { given, guideCap, caps, least })
    if (headroom !== undefined) least.take('public_funds_ratio', headroom.spans)
    missWhereOpen(isMissing, { formula, least, headroom })
    return {
      scale,
      least,
      basis: formula.basis,
      isMissing,
      isExhausted: headroom?.isExhausted ?? new Uint8Array(columns.count),
    }
  }
}

function leaveAbove(most: number, values: Float64Array, leave: (row: number) => void): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (value > most && value !== Number.POSITIVE_INFINITY) leave(row)
  }
}

/** What the formula does not know counts only where the amount hangs on it. */
function missWhereOpen(
  isMissing: Uint8Array,
  {
    formula,
    least,
    headroom,
  }: {
    readonly formula: FormulaColumns
    readonly least: LeastColumns
    readonly headroom: Headroom | undefined
  },
): void {
  for (let row = 0; row < isMissing.length; row++) {
    if ((formula.isMissing[row] as number) === 1 && !least.isPoint(row)) isMissing[row] = 1
    if (headroom !== undefined && (headroom.isMissing[row] as number) === 1) isMissing[row] = 1
  }
}

type Taking = {
  readonly given: FormulaGiven
  readonly least: LeastColumns
  readonly isMissing: Uint8Array
}

function takeCap({ per, yuan, byLevel }: Cap, { given, least, isMissing }: Taking): void {
  const { columns, scale } = given
  const by: LimitName = per === 'guide' ? 'guide_cap' : `cap_${per}`
  const parts = (of: number) => of * FEN_PER_YUAN * scale
  if (byLevel === undefined) {
    least.take(by, spansOf(columns.count, parts(yuan ?? 0), parts(yuan ?? 0)))
    return
  }
  const spans = spansOf(columns.count, 0, parts(Math.max(...byLevel.rows.map((it) => it.yuan))))
  const known = new Uint8Array(columns.count)
  for (const row of columns.rowsWith(byLevel.levels)) {
    const levels = columns.scopeAt(row)(byLevel.levels)
    if (!isList(levels)) continue
    known[row] = 1
    const reached = byLevel.rows.find(({ level }) => levels.includes(level))
    spans.lo[row] = parts(reached?.yuan ?? 0)
    spans.hi[row] = parts(reached?.yuan ?? 0)
  }
  for (let row = 0; row < columns.count; row++) if ((known[row] as number) === 0) isMissing[row] = 1
  least.take(by, spans)
}

/** A guide's cap; where it is wider than the measure's own and nothing says whose holds, that is for the closures. */
function takeGuide(
  measure: Measure,
  {
    given,
    guideCap,
    caps,
    least,
  }: { given: FormulaGiven; guideCap: Float64Array; caps: readonly Cap[]; least: LeastColumns },
): void {
  const { columns, scale, leave, check } = given
  check(guideCap)
  const isOpen = measure.guide?.wider === 'open'
  const least1 = Math.min(...caps.map((it) => (it.byLevel === undefined ? (it.yuan ?? 0) : 0)))
  const parts = guideCap.map((it) => (Number.isNaN(it) ? Number.POSITIVE_INFINITY : it * scale))
  if (isOpen && caps.length > 0) {
    for (let row = 0; row < columns.count; row++) {
      if ((guideCap[row] as number) > least1 * FEN_PER_YUAN) leave(row)
    }
  }
  least.take('guide_cap', { lo: parts, hi: parts })
}

type Headroom = {
  readonly spans: Spans
  readonly isMissing: Uint8Array
  readonly isExhausted: Uint8Array
  /** The share of the investment, NaN where it is not known, and the money that is known to count. */
  readonly share: Float64Array
  readonly counted: Float64Array
}

function headroomOf(
  { publicFunds }: Measure,
  { columns, scale, check }: FormulaGiven,
): Headroom | undefined {
  if (publicFunds === undefined) return undefined
  const ratio = shareIn(publicFunds.ratio)
  const whole = columns.numbers(publicFunds.of)
  const money = moneyOf(publicFunds.counted, columns)
  check(whole)
  check(money.spans.lo)
  const share = whole.map((it) => shareOf(it, ratio, scale))
  const counted = money.spans.lo.map((it) => it * scale)
  const spans = spansOf(columns.count, 0, Number.POSITIVE_INFINITY)
  const isMissing = Uint8Array.from(money.isMissing)
  const isExhausted = new Uint8Array(columns.count)
  for (let row = 0; row < columns.count; row++) {
    const all = share[row] as number
    if (Number.isNaN(all)) {
      isMissing[row] = 1
      continue
    }
    const left = all - (counted[row] as number)
    if (left <= 0) isExhausted[row] = 1
    spans.hi[row] = Math.max(0, left)
    if ((money.isMissing[row] as number) === 0) spans.lo[row] = Math.max(0, left)
  }
  return { spans, isMissing, isExhausted, share, counted }
}

/** A grant that is not known raises the match and takes from the headroom: the most lies where the two meet. */
function coupled(
  formula: FormulaColumns,
  { amount }: Measure,
  headroom: Headroom | undefined,
): FormulaColumns['limits'] {
  if (amount.form !== 'match' || headroom === undefined) return formula.limits
  const { over, under } = shareIn(amount.ratio)
  return formula.limits.map((limit) => {
    if (limit.by !== 'match') return limit
    const hi = Float64Array.from(limit.spans.hi)
    for (let row = 0; row < hi.length; row++) {
      const all = headroom.share[row] as number
      if ((hi[row] as number) !== Number.POSITIVE_INFINITY || Number.isNaN(all)) continue
      const known = limit.spans.lo[row] as number
      const left = Math.max(0, all - (headroom.counted[row] as number) - known)
      hi[row] = known + (left / (over + under)) * over
    }
    return { by: limit.by, spans: { lo: limit.spans.lo, hi } }
  })
}
