import type { Text } from '../../lib/text.ts'
import type { Measure } from '../measure-schema.ts'
import type { Rules } from '../rules.ts'
import type { Mode } from '../standing.ts'
import { rulesWith } from '../versions/cases.ts'
import {
  type ColumnRules,
  compileColumns,
  evaluateTable,
  type MeasureTable,
  type Population,
} from './award-table.ts'
import { at } from './column-set.ts'
import { FenSum } from './fen-sum.ts'
import { BASES, CEILING } from './formula-columns.ts'
import { type GroupSums, groupsBySector, groupsByType } from './groups.ts'
import { OPEN, YES } from './truth-column.ts'

/** A budget of a pack, in fen a year. */
export type BudgetLimit = {
  readonly id: string
  readonly title: Text
  readonly document: string
  readonly fen: bigint
  readonly isAbout: boolean
}

export type SimulateOptions = {
  readonly rules: Rules
  /** Measures to evaluate; by default all. */
  readonly measures?: readonly string[]
  /** Measures as they would become, in place of those in force. */
  readonly variants?: readonly Measure[]
  readonly mode: Mode
  readonly budgets?: readonly BudgetLimit[]
  /** How many changed cases are named. */
  readonly casesMax?: number
  /** By row: section of GB/T 4754. */
  readonly sectors?: readonly (string | undefined)[]
  /** Replaces tables reckoned before, of the same population and mode; kept between variants. */
  readonly known?: Map<string, MeasureTable>
}

/** Sums of one measure over a population, in fen. */
export type MeasureSums = {
  readonly measure: string
  readonly eligible: number
  /** Cases in which something is not known yet. */
  readonly open: number
  /** What the text itself or a decision fixes. */
  readonly amountFen: bigint
  /** The most that may be granted where the text gives a ceiling or only bounds. */
  readonly ceilingFen: bigint
  /** The most that open cases may come to; what nothing bounds is counted in `unbounded`. */
  readonly openFen: bigint
  readonly unbounded: number
  /** Evaluated by the closures, the rest by columns. */
  readonly left: number
}

export type Simulation = {
  readonly cases: number
  readonly cost: {
    readonly amountFen: bigint
    readonly ceilingFen: bigint
    readonly openFen: bigint
  }
  /** Without variants: cases with some award; with them: those that get more. */
  readonly winners: number
  readonly losers: number
  readonly perMeasure: readonly MeasureSums[]
  /** As it is under the rules in force, where there are variants. */
  readonly before?: readonly MeasureSums[]
  readonly quota: readonly {
    readonly measure: string
    readonly places: number
    readonly wanted: number
    readonly over: number
  }[]
  readonly budget: readonly (BudgetLimit & {
    readonly wantedFen: bigint
    readonly overFen: bigint
  })[]
  /** Cases by what they may get from all measures together: from `fromFen` up to the next. */
  readonly histogram: readonly { readonly fromFen: bigint; readonly cases: number }[]
  readonly byType: readonly GroupSums[]
  readonly bySector: readonly GroupSums[]
  /** Those that change most, where there are variants; else those that get most. */
  readonly byCase: readonly {
    readonly row: number
    readonly beforeFen: bigint
    readonly afterFen: bigint
  }[]
}

const CASES_NAMED = 50
const YUAN = 100
/** Bands in yuan. */
const BANDS = [
  0, 1, 50_000, 200_000, 500_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000,
]

/** What rules make of a population, and what changes by variants of some of them. Pure: the same input says the same. */
export function simulate(population: Population, options: SimulateOptions): Simulation {
  const { rules, variants = [], mode } = options
  const known = options.known ?? new Map<string, MeasureTable>()
  const base = tablesOf(compileColumns(rules, options.measures), { population, mode, known })
  const changed = new Map(
    variants.map((it) => [it.id, variantTable(rules, it, { population, mode })]),
  )
  const after = [
    ...base.map((it) => changed.get(it.measure) ?? it),
    ...[...changed.values()].filter((it) => !base.some((of) => of.measure === it.measure)),
  ]
  const totals = totalsOf(after, population.cases.length)
  const before =
    variants.length === 0
      ? new Float64Array(population.cases.length)
      : totalsOf(base, population.cases.length)
  const perMeasure = after.map(sumsOf)
  return {
    cases: population.cases.length,
    cost: costOf(perMeasure),
    winners: countOf(totals, before, 1),
    losers: countOf(before, totals, 1),
    perMeasure,
    ...(variants.length > 0 && {
      before: base.filter((it) => changed.has(it.measure)).map(sumsOf),
    }),
    quota: quotaOf(perMeasure, rules, variants),
    budget: budgetOf(perMeasure, rules, options.budgets ?? []),
    histogram: histogramOf(totals),
    byType: groupsByType(population, { before, after: totals }),
    bySector: groupsBySector(options.sectors ?? [], population.cases.length, {
      before,
      after: totals,
    }),
    byCase: mostChanged(before, totals, options.casesMax ?? CASES_NAMED),
  }
}

type Reckoning = { readonly population: Population; readonly mode: Mode }

function tablesOf(
  columnRules: ColumnRules,
  { population, mode, known }: Reckoning & { readonly known: Map<string, MeasureTable> },
): MeasureTable[] {
  return [...columnRules.finds.keys()].map((id) => {
    const table = known.get(id) ?? evaluateTable(columnRules, id, { population, mode })
    known.set(id, table)
    return table
  })
}

function variantTable(rules: Rules, variant: Measure, given: Reckoning): MeasureTable {
  const place = rules.places.get(variant.id) ?? ''
  return evaluateTable(
    compileColumns(rulesWith(rules, variant, place), [variant.id]),
    variant.id,
    given,
  )
}

/** What a table comes to; sums are kept exact however many cases there are. */
export function sumsOf({ measure, awards, leftCount, large }: MeasureTable): MeasureSums {
  const sums = { eligible: 0, open: 0, unbounded: 0 }
  const [amount, ceiling, open] = [new FenSum(), new FenSum(), new FenSum()]
  for (let row = 0; row < awards.eligible.length; row++) {
    const eligible = awards.eligible[row] as number
    if (eligible !== YES && eligible !== OPEN) continue
    const hi = awards.hi[row] as number
    const isSure = eligible === YES
    if (isSure) sums.eligible++
    else sums.open++
    const exact = large.get(row)
    const into = !isSure ? open : isFirm(awards.basis[row] as number) ? amount : ceiling
    if (hi === Number.POSITIVE_INFINITY) sums.unbounded++
    else if (exact?.hi !== undefined) into.addExact(exact.hi)
    else into.add(hi)
  }
  return {
    measure,
    ...sums,
    amountFen: amount.total,
    ceilingFen: ceiling.total,
    openFen: open.total,
    left: leftCount,
  }
}

function isFirm(basis: number): boolean {
  return basis !== CEILING && at(BASES, basis) !== 'undetermined'
}

/** Per case the most that it may get for sure: what is open counts nothing, what nothing bounds its least. */
function totalsOf(tables: readonly MeasureTable[], count: number): Float64Array {
  const totals = new Float64Array(count)
  for (const { awards } of tables) {
    for (let row = 0; row < count; row++) {
      if ((awards.eligible[row] as number) !== YES) continue
      const hi = awards.hi[row] as number
      totals[row] =
        (totals[row] as number) +
        (hi === Number.POSITIVE_INFINITY ? (awards.lo[row] as number) : hi)
    }
  }
  return totals
}

function costOf(sums: readonly MeasureSums[]): Simulation['cost'] {
  const total = (of: (it: MeasureSums) => bigint) => sums.reduce((sum, it) => sum + of(it), 0n)
  return {
    amountFen: total((it) => it.amountFen),
    ceilingFen: total((it) => it.ceilingFen),
    openFen: total((it) => it.openFen),
  }
}

function countOf(more: Float64Array, less: Float64Array, leastFen: number): number {
  let count = 0
  for (let row = 0; row < more.length; row++)
    if ((more[row] as number) - (less[row] as number) >= leastFen) count++
  return count
}

function quotaOf(
  sums: readonly MeasureSums[],
  rules: Rules,
  variants: readonly Measure[],
): Simulation['quota'] {
  return sums.flatMap(({ measure, eligible, open }) => {
    const written = variants.find((it) => it.id === measure) ?? rules.measures.get(measure)?.measure
    if (written?.quota === undefined) return []
    const { places } = written.quota
    const wanted = eligible + open
    return [{ measure, places, wanted, over: Math.max(0, wanted - places) }]
  })
}

/** A budget is pressed by the measures of papers of its region's document. */
function budgetOf(
  sums: readonly MeasureSums[],
  rules: Rules,
  budgets: readonly BudgetLimit[],
): Simulation['budget'] {
  return budgets.map((budget) => {
    const place = placeOf(budget, rules)
    const wantedFen = sums
      .filter(
        (it) =>
          place !== undefined &&
          rules.places.get(it.measure) === place &&
          rules.measures.get(it.measure)?.measure.standing === 'measure',
      )
      .reduce((sum, it) => sum + it.amountFen + it.ceilingFen, 0n)
    const overFen = wantedFen > budget.fen ? wantedFen - budget.fen : 0n
    return { ...budget, wantedFen, overFen }
  })
}

function placeOf({ document }: BudgetLimit, rules: Rules): string | undefined {
  const own = [...rules.measures.values()].find((it) => it.measure.document === document)
  return own === undefined ? undefined : rules.places.get(own.measure.id)
}

function histogramOf(totals: Float64Array): Simulation['histogram'] {
  const counts = new Array<number>(BANDS.length).fill(0)
  for (const total of totals) {
    const band = BANDS.findLastIndex((it) => total >= it * YUAN)
    counts[band] = (counts[band] ?? 0) + 1
  }
  return BANDS.map((yuan, index) => ({ fromFen: BigInt(yuan * YUAN), cases: counts[index] ?? 0 }))
}

function mostChanged(before: Float64Array, after: Float64Array, max: number): Simulation['byCase'] {
  const rows = [...after.keys()].filter((row) => (after[row] as number) !== (before[row] as number))
  const by = (row: number) => Math.abs((after[row] as number) - (before[row] as number))
  return rows
    .toSorted((a, b) => by(b) - by(a) || a - b)
    .slice(0, max)
    .map((row) => ({
      row,
      beforeFen: BigInt(before[row] as number),
      afterFen: BigInt(after[row] as number),
    }))
}
