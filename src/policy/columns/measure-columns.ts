import { usedBefore } from '../group.ts'
import { guideTerms, hasDocument } from '../guide.ts'
import type { LimitName } from '../limits.ts'
import type { Around } from '../measure.ts'
import type { Cap, Measure } from '../measure-schema.ts'
import type { Mode } from '../standing.ts'
import type { ColumnSet } from './column-set.ts'
import { BASES } from './formula-columns.ts'
import { limitNumber, wholeFen } from './limit-columns.ts'
import { compileLines, type LineColumns } from './line-columns.ts'
import { compileTests } from './test-columns.ts'
import { NO, OPEN, YES } from './truth-column.ts'

/** What a measure makes of every case of a population. Amounts are fen; `hi` is Infinity where nothing bounds them. */
export type AwardColumns = {
  readonly eligible: Uint8Array
  readonly lo: Float64Array
  readonly hi: Float64Array
  /** Index into `LIMIT_NAMES`; 0: none. */
  readonly by: Uint8Array
  /** Index into `BASES`. */
  readonly basis: Uint8Array
  /** 1 for cases that columns cannot do: they are left to the closures. */
  readonly isLeft: Uint8Array
}

export type FindAwards = (columns: ColumnSet, mode: Mode) => AwardColumns

const FEN_PER_YUAN = 100
const NONE = BASES.indexOf('none')
const UNDETERMINED = BASES.indexOf('undetermined')

/** A measure over columns. `alsoNamed`: its article, as a batch may open it. */
export function compileAwards(
  measure: Measure,
  around: Around,
  alsoNamed: readonly string[],
): FindAwards {
  const { here, typeOf } = around
  const testsOf = compileTests(measure, around)
  const linesOf = compileLines(measure, here, typeOf)
  return (columns, mode) => {
    const isLeft = new Uint8Array(columns.count)
    const leave = (row: number) => {
      isLeft[row] = 1
    }
    leaveLists(measure, columns, leave)
    const guide = guideColumns(measure, alsoNamed, columns, leave)
    const { truths, isOverQuota } = testsOf(columns, mode)
    const line = linesOf({
      columns,
      determined: determinedOf(columns),
      guideCap: guide?.caps,
      leave,
    })
    const awards = newAwards(columns.count, isLeft)
    const sums = groupOf(measure, line, columns)
    const isShut = guide?.isShut ?? new Uint8Array(columns.count)
    markWide(columns, isLeft)
    const isListOpen = measure.each !== undefined
    const truthAt = (row: number) => {
      if ((line.isExhausted[row] as number) === 1 || (isShut[row] as number) === 1) return NO
      const isOpen = isListOpen || (line.isMissing[row] as number) === 1
      return Math.min(truths[row] as number, isOpen ? OPEN : YES)
    }
    for (let row = 0; row < columns.count; row++) {
      if ((isLeft[row] as number) === 1) continue
      const by = refusedBy(line.isExhausted[row] as number, isOverQuota[row] as number)
      settle(awards, row, {
        truth: truthAt(row),
        sums,
        basis: line.basis[row] as number,
        refusedBy: by,
      })
    }
    return awards
  }
}

function newAwards(count: number, isLeft: Uint8Array): AwardColumns {
  return {
    eligible: new Uint8Array(count),
    lo: new Float64Array(count),
    hi: new Float64Array(count),
    by: new Uint8Array(count),
    basis: new Uint8Array(count),
    isLeft,
  }
}

function markWide({ wide }: ColumnSet, isLeft: Uint8Array): void {
  for (let row = 0; row < wide.length; row++)
    isLeft[row] = (isLeft[row] as number) | (wide[row] as number)
}

function refusedBy(isExhausted: number, isOverQuota: number): number {
  if (isExhausted === 1) return limitNumber('public_funds_ratio')
  return isOverQuota === 1 ? limitNumber('quota') : 0
}

type Settled = {
  readonly truth: number
  readonly sums: Sums
  readonly basis: number
  readonly refusedBy: number
}

/** What a case answers by itself: nothing where refused, bounds from nothing while open. */
function settle(
  awards: AwardColumns,
  row: number,
  { truth, sums, basis, refusedBy: by }: Settled,
): void {
  awards.eligible[row] = truth
  if (truth === NO) {
    awards.by[row] = by
    awards.basis[row] = NONE
    return
  }
  awards.hi[row] = sums.hi[row] as number
  if (truth === OPEN) {
    awards.basis[row] = UNDETERMINED
    return
  }
  const isKnown = (sums.lo[row] as number) === (sums.hi[row] as number)
  awards.lo[row] = sums.lo[row] as number
  awards.by[row] = (isKnown ? (sums.by[row] as number) : 0) || limitNumber('determination')
  awards.basis[row] = isKnown ? basis : UNDETERMINED
}

/** Cases with several award lines, and runs of a quota, are for the closures. */
function leaveLists(measure: Measure, columns: ColumnSet, leave: (row: number) => void): void {
  const isPerProject =
    (measure.caps ?? []).some((it) => it.per === 'project') && measure.publicFunds === undefined
  const lists = [
    ...(measure.each === undefined ? (isPerProject ? ['projects'] : []) : [measure.each.list]),
    ...(measure.quota?.run ? ['applicants'] : []),
  ]
  for (const list of lists) for (const row of columns.rowsWith(list)) leave(row)
}

function determinedOf(columns: ColumnSet): Float64Array {
  return columns.kept('determined', () => {
    const amounts = columns.numbers('determined_amount_yuan')
    return amounts.map((it, row) =>
      Number.isNaN(it) || !hasDocument(columns.scopeAt(row)) ? Number.NaN : it,
    )
  })
}

/** What guides of the cases' batches say of the measure; undefined where no case has one. */
function guideColumns(
  measure: Measure,
  alsoNamed: readonly string[],
  columns: ColumnSet,
  leave: (row: number) => void,
) {
  const rows = columns.rowsWith('batch')
  if (rows.length === 0) return undefined
  const isShut = new Uint8Array(columns.count)
  const caps = new Float64Array(columns.count).fill(Number.NaN)
  for (const row of rows) {
    const terms = guideTerms(measure, alsoNamed, columns.scopeAt(row))
    if (terms === undefined) continue
    isShut[row] = terms.isOpen ? 0 : 1
    if (terms.rate !== undefined && measure.amount.form === 'rate') leave(row)
    if (terms.capFen === undefined || measure.guide === undefined) continue
    if (terms.capFen > BigInt(Number.MAX_SAFE_INTEGER)) leave(row)
    else caps[row] = Number(terms.capFen)
  }
  return { isShut, caps }
}

type Sums = { readonly lo: Float64Array; readonly hi: Float64Array; readonly by: Uint8Array }

/** The line in whole fen under the caps of the enterprise, less what earlier awards used of them. */
function groupOf(measure: Measure, { least, scale }: LineColumns, columns: ColumnSet): Sums {
  const { count } = columns
  const caps = measure.caps ?? []
  const perLine = caps.filter((it) => it.per === 'project' || it.per === 'guide').length
  // a list that is not known may hold any number of lines, and only what caps them all bounds the sum
  const isEndless =
    measure.each !== undefined && (measure.amount.form === 'schedule' || caps.length > perLine)
  const sums = {
    lo: new Float64Array(count),
    hi: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    by: new Uint8Array(count),
  }
  const over = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  if (!isEndless) {
    for (let row = 0; row < count; row++) {
      const hi = least.hi[row] as number
      sums.lo[row] = wholeFen(least.lo[row] as number, scale)
      sums.hi[row] = wholeFen(hi, scale)
      sums.by[row] = least.by(row)
      // one line is compared before it is rounded
      over[row] =
        hi / scale > (sums.hi[row] as number)
          ? (sums.hi[row] as number) + 1 / 2
          : (sums.hi[row] as number)
    }
  }
  for (const cap of caps.filter((it) => it.per === 'enterprise_year'))
    takeCap(cap, { measure, columns, sums, over })
  for (const cap of caps.filter((it) => it.per === 'enterprise'))
    takeCap(cap, { measure, columns, sums, over })
  return sums
}

type Capping = {
  readonly measure: Measure
  readonly columns: ColumnSet
  readonly sums: Sums
  readonly over: Float64Array
}

function takeCap(cap: Cap, { measure, columns, sums, over }: Capping): void {
  const rests = restsOf(cap, measure, columns)
  const name = limitNumber(`cap_${cap.per}` as LimitName)
  for (let row = 0; row < columns.count; row++) {
    const rest = rests[row] as number
    if ((over[row] as number) <= rest) continue
    const lo = Math.min(sums.lo[row] as number, rest)
    sums.lo[row] = lo
    sums.hi[row] = Math.min(sums.hi[row] as number, rest)
    if (lo !== (sums.hi[row] as number)) continue
    sums.by[row] = name
    over[row] = lo
  }
}

function restsOf(
  { per, yuan = 0, prior }: Cap,
  measure: Measure,
  columns: ColumnSet,
): Float64Array {
  const whole = yuan * FEN_PER_YUAN
  const rests = new Float64Array(columns.count).fill(whole)
  if (prior === undefined) return rests
  for (const row of columns.rowsWith('prior_awards')) {
    const used = usedBefore(
      { prior, isPerYear: per === 'enterprise_year' },
      measure,
      columns.scopeAt(row),
    )
    const rest = BigInt(whole) - used
    rests[row] = rest > 0n ? Number(rest) : 0
  }
  return rests
}
