import type { Condition, Leaf } from '../../kernel/facts/condition-schema.ts'
import { isList } from '../../kernel/facts/fact.ts'
import type { TypeOf } from '../../kernel/facts/finding.ts'
import { isInPlace } from '../../kernel/facts/leaf.ts'
import { yearsAfter } from '../../lib/day.ts'
import { at, type ColumnSet, dayNumber } from './column-set.ts'
import { lower, NO, negated, OPEN, raise, type TruthColumn, YES } from './truth-column.ts'

/** Judges all cases at once. */
export type FindTruths = (columns: ColumnSet) => TruthColumn

/** The same condition as `compileCondition`, for all cases of a population at once. */
export function compileTruths(condition: Condition, here: string, typeOf: TypeOf): FindTruths {
  if ('not' in condition) {
    const inner = compileTruths(condition.not, here, typeOf)
    return (columns) => negated(inner(columns))
  }
  const inner = 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined
  if (inner === undefined) return leafTruths(condition as Leaf, { here, typeOf })
  const finds = inner.map((it) => compileTruths(it, here, typeOf))
  const isAll = 'all' in condition
  return (columns) => {
    const result = new Uint8Array(columns.count).fill(isAll ? YES : NO)
    for (const find of finds) (isAll ? lower : raise)(result, find(columns))
    return result
  }
}

type Around = { readonly here: string; readonly typeOf: TypeOf }

/** A leaf is judged once for a population, whoever asks. */
function leafTruths(leaf: Leaf, around: Around): FindTruths {
  const find = plainLeaf(leaf, around)
  const name = `leaf ${around.here} ${JSON.stringify(leaf)}`
  return (columns) => columns.kept(name, () => find(columns))
}

function plainLeaf(leaf: Leaf, { here, typeOf }: Around): FindTruths {
  if ('judged' in leaf) return (columns) => columns.flags(`determinations.${leaf.judged}`)
  if ('flag' in leaf) {
    const isYes = leaf.is ?? true
    return (columns) => (isYes ? columns.flags(leaf.flag) : negated(columns.flags(leaf.flag)))
  }
  if ('some' in leaf) return someTruths(leaf)
  if ('day' in leaf) return (columns) => within(leaf, columns)
  if ('mean' in leaf) return meanTruths(leaf, typeOf)
  if ('sum' in leaf) return sumTruths(leaf, typeOf)
  if ('sameAs' in leaf) return sameTruths(leaf, typeOf)
  if ('oneOf' in leaf) return textTruths(leaf.fact, (text) => leaf.oneOf.includes(text))
  if ('inPlace' in leaf) {
    const place = leaf.inPlace === 'here' ? here : leaf.inPlace
    return textTruths(leaf.fact, (text) => isInPlace(text, place))
  }
  const passes = comparison(leaf, scaleOf(leaf.fact, typeOf))
  return (columns) => {
    const values = columns.numbers(leaf.fact)
    const result = new Uint8Array(columns.count)
    for (let row = 0; row < result.length; row++) {
      const value = values[row] as number
      result[row] = Number.isNaN(value) ? OPEN : passes(value, 1) ? YES : NO
    }
    return result
  }
}

/** Each text is asked about once, however many cases have it. */
export function textTruths(fact: string, holds: (text: string) => boolean): FindTruths {
  return (columns) => {
    const codes = columns.texts(fact)
    const answers = columns.dictionary.texts.map((text) => (holds(text) ? YES : NO))
    const result = new Uint8Array(columns.count)
    for (let row = 0; row < result.length; row++) {
      const code = codes[row] as number
      result[row] = code < 0 ? OPEN : at(answers, code)
    }
    return result
  }
}

function someTruths({ some, oneOf }: Extract<Leaf, { readonly some: string }>): FindTruths {
  return (columns) => {
    const result = new Uint8Array(columns.count).fill(OPEN)
    for (const row of columns.rowsWith(some)) {
      const value = columns.scopeAt(row)(some)
      if (!isList(value)) continue
      const has =
        oneOf === undefined ? value.length > 0 : value.some((it) => oneOf.includes(String(it)))
      result[row] = has ? YES : NO
    }
    return result
  }
}

const UNSET = -2

function within(leaf: Extract<Leaf, { readonly day: string }>, columns: ColumnSet): TruthColumn {
  const days = columns.days(leaf.day)
  const { from, to } = boundsOf(leaf, columns)
  const result = new Uint8Array(columns.count)
  for (let row = 0; row < result.length; row++) {
    const first = from === undefined ? UNSET : (from[row] as number)
    const last = to === undefined ? UNSET : (to[row] as number)
    result[row] = inPeriod(days[row] as number, first, last)
  }
  return result
}

function inPeriod(day: number, first: number, last: number): number {
  if (day < 0) return OPEN
  const isOutside = (first >= 0 && day < first) || (last >= 0 && day > last)
  if (isOutside) return NO
  return first === -1 || last === -1 ? OPEN : YES
}

function boundsOf(leaf: Extract<Leaf, { readonly day: string }>, columns: ColumnSet) {
  if (leaf.period !== undefined) {
    return { from: columns.days(leaf.period, 0), to: columns.days(leaf.period, 1) }
  }
  const from = leaf.from === undefined ? undefined : columns.days(leaf.from)
  const { years } = leaf
  if (years !== undefined) {
    // without a first day the last one is not known either
    return {
      from,
      to: from?.map((day) => later(day, years)) ?? new Int32Array(columns.count).fill(-1),
    }
  }
  return { from, to: leaf.to === undefined ? undefined : columns.days(leaf.to) }
}

function later(day: number, years: number): number {
  if (day < 0) return day
  const text = String(day).padStart(8, '0')
  return dayNumber(yearsAfter(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`, years))
}

const MONTHS_A_YEAR = 12

function meanTruths(leaf: Extract<Leaf, { readonly mean: string }>, typeOf: TypeOf): FindTruths {
  const passes = comparison(leaf, scaleOf(leaf.mean, typeOf))
  return (columns) => {
    const totals = columns.numbers(leaf.mean)
    const months = columns.numbers(leaf.months)
    const result = new Uint8Array(columns.count).fill(OPEN)
    for (let row = 0; row < result.length; row++) {
      const total = totals[row] as number
      const count = months[row] as number
      const byCalendar = passes(total, MONTHS_A_YEAR)
      const isSame = byCalendar === passes(total, Number.isNaN(count) ? 1 : count)
      if (!Number.isNaN(total) && isSame) result[row] = Number(byCalendar) * YES
    }
    return result
  }
}

function sumTruths(
  leaf: Extract<Leaf, { readonly sum: readonly string[] }>,
  typeOf: TypeOf,
): FindTruths {
  const passes = comparison(leaf, scaleOf(leaf.sum[0] ?? '', typeOf))
  const onlyFloors = leaf.atMost === undefined && leaf.lessThan === undefined
  const onlyCeilings = leaf.atLeast === undefined && leaf.moreThan === undefined
  const isCertain = (truth: boolean) => (onlyFloors && truth) || (onlyCeilings && !truth)
  return (columns) => {
    const parts = leaf.sum.map((it) => columns.numbers(it))
    const result = new Uint8Array(columns.count)
    for (let row = 0; row < result.length; row++) {
      const values = parts.map((it) => it[row] as number)
      const known = values.filter((it) => !Number.isNaN(it))
      const truth = passes(
        known.reduce((a, b) => a + b, 0),
        1,
      )
      const isDecided = known.length === values.length || isCertain(truth)
      result[row] = isDecided ? Number(truth) * YES : OPEN
    }
    return result
  }
}

function sameTruths(
  { fact, sameAs }: Extract<Leaf, { readonly sameAs: string }>,
  typeOf: TypeOf,
): FindTruths {
  const isNumber = typeOf(fact)?.type === 'quantity'
  return (columns) => {
    const a = isNumber ? columns.numbers(fact) : columns.texts(fact)
    const b = isNumber ? columns.numbers(sameAs) : columns.texts(sameAs)
    const result = new Uint8Array(columns.count)
    for (let row = 0; row < result.length; row++) {
      const left = a[row] as number
      const right = b[row] as number
      result[row] = left >= 0 && right >= 0 ? (left === right ? YES : NO) : OPEN
    }
    return result
  }
}

type Comparators = {
  readonly atLeast?: number | undefined
  readonly moreThan?: number | undefined
  readonly atMost?: number | undefined
  readonly lessThan?: number | undefined
}

/**
 * Compares a quantity of at most 48 bits with bounds taken `times` over. A bound too large to be exact lies above all such quantities,
 * rounded or not.
 */
function comparison(by: Comparators, scale: number): (value: number, times: number) => boolean {
  const low = by.atLeast === undefined ? undefined : by.atLeast * scale
  const above = by.moreThan === undefined ? undefined : by.moreThan * scale
  const high = by.atMost === undefined ? undefined : by.atMost * scale
  const below = by.lessThan === undefined ? undefined : by.lessThan * scale
  return (value, times) =>
    (low === undefined || value >= low * times) &&
    (above === undefined || value > above * times) &&
    (high === undefined || value <= high * times) &&
    (below === undefined || value < below * times)
}

function scaleOf(fact: string, typeOf: TypeOf): number {
  const type = typeOf(fact)
  return type?.type === 'quantity' ? 10 ** type.decimals : 1
}
