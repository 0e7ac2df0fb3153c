import { fieldOf, isList, type Scope } from '../kernel/facts/fact.ts'
import { compare, rational } from '../lib/rational.ts'
import { type Basis, yuanToFen } from './formula.ts'
import {
  addFen,
  capFen,
  type FenSpan,
  isKnown,
  type LimitName,
  losesFraction,
  roundDown,
} from './limits.ts'
import { cutBy, type Line } from './line.ts'
import type { Cap, Measure } from './measure-schema.ts'

/** All lines of a measure together, under the limits that hold for the enterprise. */
export type Grouped = {
  readonly fen: FenSpan
  readonly by: LimitName | undefined
  readonly basis: Basis
  readonly losesFraction: boolean
  readonly missing: readonly string[]
  readonly unfixed: readonly string[]
  readonly told: readonly string[]
  readonly byItem: ReadonlyMap<string, FenSpan> | undefined
  readonly byYear: ReadonlyMap<string, FenSpan> | undefined
  readonly isDecided: boolean
}

type Sum = {
  readonly fen: FenSpan
  readonly by: LimitName | undefined
  readonly losesFraction: boolean
}

const NOTHING: FenSpan = { lo: 0n, hi: 0n }
const NONE: readonly never[] = []

type Around = {
  readonly scope: Scope
  readonly determined: bigint | undefined
  /** A decision is for all lines together, not for one. */
  readonly isShared: boolean
  /** The lines are one that stands for any number of them. */
  readonly isUnknown: boolean
}

/** All lines of a measure under the limits that hold for the enterprise. What the measure alone says is worked out beforehand. */
export function compileGroup(
  measure: Measure,
): (lines: readonly Line[], around: Around) => Grouped {
  const isPlain = (measure.caps ?? []).every(({ per }) => per === 'project' || per === 'guide')
  return (lines, around) => {
    const [only] = lines
    const isOne = isPlain && only !== undefined && lines.length === 1 && !around.isUnknown
    return isOne ? groupOfOne(only) : groupLines(measure, lines, around)
  }
}

/** One line that nothing but its own limits holds. */
function groupOfOne(line: Line): Grouped {
  const { result, formula, unfixed } = line
  const fen = roundDown(result.span)
  const known = isKnown(fen)
  return {
    fen,
    by: result.by,
    basis: formula.basis,
    losesFraction: known && losesFraction(result.span),
    missing: NONE,
    unfixed: known ? NONE : [...new Set(unfixed)],
    told: cutBy(capOf(result.by)),
    byItem: line.id === undefined ? undefined : new Map([[line.id, fen]]),
    byYear: undefined,
    isDecided: formula.basis === 'determined',
  }
}

function groupLines(measure: Measure, lines: readonly Line[], around: Around): Grouped {
  const caps = measure.caps ?? []
  const perYear = caps.filter((it) => it.per === 'enterprise_year')
  const perProject = caps.filter((it) => it.per === 'project' || it.per === 'guide')
  const perEnterprise = caps.filter((it) => it.per === 'enterprise')
  const years = [...Map.groupBy(lines, (it) => it.year ?? '')]
  const sums = years.map(([year, of]) => ({
    year,
    sum: capped(sumOf(of, around.isUnknown && isEndless(measure, perProject.length)), perYear, {
      measure,
      year,
      scope: around.scope,
    }),
  }))
  const year = yearOfCase(around.scope)
  const whole = capped(joined(sums, lines.length), perEnterprise, {
    measure,
    year,
    scope: around.scope,
  })
  const isOpen = lines.some((it) => it.unfixed.length > 0)
  const { determined } = around
  const decided =
    around.isShared && isOpen && determined !== undefined
      ? decide({ ...whole, by: capNameOf(caps) }, determined)
      : undefined
  const result = decided ?? whole
  const known = isKnown(result.fen)
  return {
    fen: result.fen,
    by: result.by,
    basis: decided === undefined ? basisOf(lines.map((it) => it.formula.basis)) : 'determined',
    losesFraction: known && result.losesFraction,
    missing: [],
    unfixed: decided !== undefined || known ? [] : [...new Set(lines.flatMap((it) => it.unfixed))],
    told: [
      ...new Set([...sums.flatMap((it) => cutBy(capOf(it.sum.by))), ...cutBy(capOf(result.by))]),
    ],
    byItem: itemsOf(lines),
    byYear:
      perYear.length > 0 && sums.every((it) => it.year !== '')
        ? new Map(sums.map(({ year: of, sum }) => [of, sum.fen]))
        : undefined,
    isDecided: decided !== undefined || lines.some((it) => it.formula.basis === 'determined'),
  }
}

/** Whether an unknown number of lines has no end but what caps them all. */
function isEndless({ amount, caps }: Measure, perLine: number): boolean {
  return amount.form === 'schedule' || (caps ?? []).length > perLine
}

function capNameOf([first]: readonly Cap[]): LimitName | undefined {
  if (first === undefined) return undefined
  return first.per === 'guide' ? 'guide_cap' : `cap_${first.per}`
}

/** Of a sum: a ceiling if any part is one, else determined if any part is, else exact. */
export function basisOf(parts: readonly Basis[]): Basis {
  if (parts.includes('ceiling')) return 'ceiling'
  return parts.includes('determined') ? 'determined' : 'exact'
}

function capOf(by: LimitName | undefined): LimitName | undefined {
  return by?.startsWith('cap_') ? by : undefined
}

function itemsOf(lines: readonly Line[]): Map<string, FenSpan> | undefined {
  const named = lines.filter((it) => it.id !== undefined)
  if (named.length === 0) return undefined
  const items = new Map<string, FenSpan>()
  for (const { id = '', result } of named) {
    items.set(id, addFen(items.get(id) ?? NOTHING, roundDown(result.span)))
  }
  return items
}

/** `hasNoEnd`: one line stands for any number of them, and only what caps them all bounds the sum. */
function sumOf(
  lines: readonly Line[],
  hasNoEnd: boolean,
): Sum & { readonly single: Line | undefined } {
  const single = lines.length === 1 && !hasNoEnd ? lines[0] : undefined
  if (hasNoEnd)
    return { fen: { lo: 0n, hi: undefined }, by: undefined, losesFraction: false, single }
  return {
    fen: lines.map((it) => roundDown(it.result.span)).reduce(addFen, NOTHING),
    by: single === undefined ? 'sum' : single.result.by,
    losesFraction: lines.some((it) => losesFraction(it.result.span)),
    single,
  }
}

function joined(
  sums: readonly { readonly sum: Sum & { readonly single?: Line | undefined } }[],
  lines: number,
): Sum & { readonly single?: Line | undefined } {
  const [first, ...more] = sums
  if (first !== undefined && more.length === 0) return first.sum
  const cut = sums.map((it) => it.sum.by).find((by) => by === 'cap_enterprise_year')
  return {
    fen: sums.map((it) => it.sum.fen).reduce(addFen, NOTHING),
    by: cut ?? (lines === 0 ? undefined : 'sum'),
    losesFraction: sums.some((it) => it.sum.losesFraction),
  }
}

type OfCap = { readonly measure: Measure; readonly year: string; readonly scope: Scope }

/** Under the caps of the enterprise, less what earlier awards have used of them. One line is compared before it is rounded. */
function capped<It extends Sum & { readonly single?: Line | undefined }>(
  sum: It,
  caps: readonly Cap[],
  of: OfCap,
): Sum & { readonly single?: Line | undefined } {
  let now: Sum & { readonly single?: Line | undefined } = sum
  for (const cap of caps) {
    const left = yuanToFen(cap.yuan ?? 0) - used(cap, of)
    const rest = left > 0n ? left : 0n
    const isOver = exceeds(now, rest)
    if (!isOver) continue
    const fen = capFen(now.fen, rest)
    now = isKnown(fen) ? { fen, by: capNameOf([cap]), losesFraction: false } : { ...now, fen }
  }
  return now
}

function exceeds(
  { fen, single }: Sum & { readonly single?: Line | undefined },
  rest: bigint,
): boolean {
  const hi = single?.result.span.hi
  if (hi !== undefined) return compare(hi, rational(rest)) > 0
  return fen.hi === undefined || fen.hi > rest
}

function used({ prior }: Cap, { measure, year, scope }: OfCap): bigint {
  const awards = scope('prior_awards')
  if (prior === undefined || !isList(awards)) return 0n
  let total = 0n
  for (const award of awards) {
    const amount = fieldOf(award, 'amount_yuan')
    const isCounted =
      fieldOf(award, 'measure') === measure.id &&
      (prior === 'ever' || String(fieldOf(award, 'year')) === year)
    if (isCounted && typeof amount === 'bigint') total += amount
  }
  return total
}

/**
 * Fen that earlier awards of the measure use of a cap of the enterprise; of a cap per year, where the award itself has no year, only
 * awards without one.
 */
export function usedBefore(
  cap: { readonly prior: NonNullable<Cap['prior']>; readonly isPerYear: boolean },
  measure: Measure,
  scope: Scope,
): bigint {
  const year = cap.isPerYear ? '' : yearOfCase(scope)
  return used({ per: 'enterprise', prior: cap.prior }, { measure, year, scope })
}

/** The year whose figures the case is about; by default that of the application. */
function yearOfCase(scope: Scope): string {
  const year = scope('reference_year')
  if (year !== null) return String(year)
  const day = scope('application_date')
  return typeof day === 'string' ? day.slice(0, 4) : ''
}

/** A decision stands in for what is open, within what the lines allow. */
export function decide(sum: Sum, determined: bigint): Sum {
  const { lo, hi } = sum.fen
  const isOver = hi !== undefined && determined > hi
  const fen = isOver ? hi : determined < lo ? lo : determined
  return {
    fen: { lo: fen, hi: fen },
    by: isOver && sum.by !== undefined && sum.by !== 'sum' ? sum.by : 'determination',
    losesFraction: false,
  }
}
