import { typeInItem } from '../../kernel/facts/condition.ts'
import type { Condition } from '../../kernel/facts/condition-schema.ts'
import { fieldOf, isRecord } from '../../kernel/facts/fact.ts'
import type { TypeOf } from '../../kernel/facts/finding.ts'
import type { Base, SummedLines } from '../measure-schema.ts'
import { at, type ColumnSet } from './column-set.ts'
import { compileTruths, type FindTruths } from './condition-columns.ts'
import { type Spans, spansOf } from './limit-columns.ts'
import { NO, OPEN, YES } from './truth-column.ts'

/** What amounts are reckoned on, in fen, and where some of it is not known. */
export type BaseColumns = {
  readonly spans: Spans
  readonly isMissing: Uint8Array
}

type FindBases = (columns: ColumnSet) => BaseColumns

/** The same base as `compileBase`, for all cases at once. */
export function compileBases(base: Base, here: string, typeOf: TypeOf): FindBases {
  const summed = base.lines === undefined ? undefined : compileSums(base.lines, here, typeOf)
  const name = `base ${here} ${JSON.stringify(base)}`
  return (columns) =>
    columns.kept(name, () => {
      const found = {
        spans: spansOf(columns.count, 0, Number.POSITIVE_INFINITY),
        isMissing: new Uint8Array(columns.count).fill(1),
      }
      if (base.atMost !== undefined) fillMost(found.spans, columns.numbers(base.atMost))
      summed?.(columns, found)
      if (base.fact !== undefined) fillKnown(found, columns.numbers(base.fact))
      return found
    })
}

function fillMost({ hi }: Spans, most: Float64Array): void {
  for (let row = 0; row < hi.length; row++) {
    const value = most[row] as number
    if (!Number.isNaN(value)) hi[row] = value
  }
}

function fillKnown({ spans, isMissing }: BaseColumns, values: Float64Array): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (Number.isNaN(value)) continue
    spans.lo[row] = value
    spans.hi[row] = value
    isMissing[row] = 0
  }
}

/** Sums of the lines that count, into the cases whose list is known. */
function compileSums(lines: SummedLines, here: string, typeOf: TypeOf) {
  const inItem = typeInItem(typeOf(lines.list), typeOf)
  const needs = (lines.needs ?? []).map((it) => compileTruths(it as Condition, here, typeOf))
  const keeps = lines.keep.map(({ when }) => compileKeep(when as Condition, here, inItem))
  return (columns: ColumnSet, found: BaseColumns): void => {
    const { columns: rows, starts, isKnown, items } = columns.items(lines.list)
    const truths = keeps.map((keep) => keep(rows, items))
    const needed = needs.map((find) => find(columns))
    const amounts = ownAmounts(rows, items, lines.amount)
    for (const row of columns.rowsWith(lines.list)) {
      if ((isKnown[row] as number) === 0) continue
      const isUnmet = needed.some((it) => (it[row] as number) !== YES)
      const sum = { lo: 0, hi: 0, isMissing: isUnmet }
      for (let item = starts[row] as number; item < at(starts, row + 1); item++) {
        columns.wide[row] = (columns.wide[row] as number) | (rows.wide[item] as number)
        weigh(sum, amounts[item] as number, truths, item)
      }
      putSum(found, row, { sum, isUnread: needs.length > 0 && sum.isMissing })
    }
  }
}

/** Open for a reason beside the list: none of its items can be weighed. */
const OUTSIDE = 3

type Keep = (rows: ColumnSet, items: readonly unknown[]) => Uint8Array

/** A condition on items; where it is open because of a fact that is not the item's own it says `OUTSIDE`. */
function compileKeep(condition: Condition, here: string, typeOf: TypeOf): Keep {
  const find: FindTruths = compileTruths(condition, here, typeOf)
  const facts = factsOf(condition)
  return (rows, items) => {
    const truths = Uint8Array.from(find(rows))
    for (let item = 0; item < truths.length; item++) {
      if (truths[item] !== OPEN) continue
      const scope = rows.scopeAt(item)
      const own = items[item]
      const hangs = facts.some(
        (it) => scope(it) === null && !(isRecord(own as never) && Object.hasOwn(own as object, it)),
      )
      if (hangs) truths[item] = OUTSIDE
    }
    return truths
  }
}

/** What a plain comparison looks at; a nested condition shows nothing of its own. */
function factsOf(condition: Condition): string[] {
  const leaf = condition as Record<string, unknown>
  if ('all' in leaf || 'any' in leaf || 'not' in leaf) return []
  if (typeof leaf.judged === 'string') return [leaf.judged]
  if (Array.isArray(leaf.sum)) return leaf.sum as string[]
  const names = ['fact', 'sameAs', 'flag', 'some', 'day', 'period', 'from', 'to', 'mean', 'months']
  return names.flatMap((it) => (typeof leaf[it] === 'string' ? [leaf[it]] : []))
}

function ownAmounts(rows: ColumnSet, items: readonly unknown[], name: string): Float64Array {
  const values = Float64Array.from(rows.numbers(name))
  for (const [item, own] of items.entries()) {
    if (typeof fieldOf(own as never, name) !== 'bigint') values[item] = Number.NaN
  }
  return values
}

type Sum = { lo: number; hi: number; isMissing: boolean }

function putSum(
  { spans, isMissing }: BaseColumns,
  row: number,
  { sum, isUnread }: { readonly sum: Sum; readonly isUnread: boolean },
): void {
  spans.lo[row] = isUnread ? 0 : sum.lo
  spans.hi[row] = isUnread ? Number.POSITIVE_INFINITY : sum.hi
  isMissing[row] = sum.isMissing ? 1 : 0
}

function weigh(sum: Sum, amount: number, columns: readonly Uint8Array[], item: number): void {
  const truths = columns.map((it) => it[item] as number)
  if (truths.includes(NO)) return
  const isOpen = truths.some((it) => it !== YES)
  if (isOpen || Number.isNaN(amount)) sum.isMissing = true
  if (Number.isNaN(amount) || truths.includes(OUTSIDE)) sum.hi = Number.POSITIVE_INFINITY
  else {
    sum.hi += amount
    if (!isOpen) sum.lo += amount
  }
}
