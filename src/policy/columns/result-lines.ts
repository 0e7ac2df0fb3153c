import { formatDigits, type JsonDigits } from '../../lib/json-digits.ts'
import type { Mode } from '../standing.ts'
import {
  type Cell,
  type ColumnRules,
  cellAt,
  evaluateTable,
  type MeasureTable,
  populationOf,
} from './award-table.ts'
import type { PopulationCase } from './population-file.ts'
import { type MeasureSums, sumsOf } from './simulate.ts'

/** What came of some cases of a batch: a line for each, and the sums of each measure. */
export type BatchPart = {
  readonly lines: readonly string[]
  readonly sums: readonly MeasureSums[]
}

/** Evaluates cases under all compiled measures. A line holds its facts: it can be opened and explained by itself. */
export function batchPart(
  columnRules: ColumnRules,
  cases: readonly PopulationCase[],
  mode: Mode,
): BatchPart {
  const population = populationOf(cases.map((it) => it.facts))
  const tables = [...columnRules.finds.keys()].map((id) =>
    evaluateTable(columnRules, id, { population, mode }),
  )
  return {
    lines: cases.map((it, row) => resultLine(it, tables, { row, mode })),
    sums: tables.map(sumsOf),
  }
}

function resultLine(
  { id, line, json }: PopulationCase,
  tables: readonly MeasureTable[],
  { row, mode }: { readonly row: number; readonly mode: Mode },
): string {
  const told = tables.flatMap((table) => {
    const cell = cellAt(table, row)
    return cell.eligible === false ? [] : [{ measure: table.measure, ...cellJson(cell) }]
  })
  const head = JSON.stringify({
    line,
    id,
    mode,
    awards: told,
    refused: tables.length - told.length,
  })
  return `${head.slice(0, -1)},"facts":${formatDigits(json as JsonDigits)}}`
}

/** A cell as JSON; fen as decimal texts. `mostFen` null: nothing bounds it. */
export function cellJson({ eligible, amountFen, limitedBy, basis, bounds }: Cell) {
  return {
    eligible,
    amountFen: amountFen === null ? null : String(amountFen),
    basis,
    limitedBy,
    ...(bounds !== undefined && {
      leastFen: String(bounds.lo),
      mostFen: bounds.hi === undefined ? null : String(bounds.hi),
    }),
  }
}

/** Sums as JSON: fen as decimal texts. */
export type SumsJson = {
  readonly [Name in keyof MeasureSums]: MeasureSums[Name] extends bigint
    ? string
    : MeasureSums[Name]
}

export function sumsJson(sums: MeasureSums): SumsJson {
  const { amountFen, ceilingFen, openFen } = sums
  return {
    ...sums,
    amountFen: String(amountFen),
    ceilingFen: String(ceilingFen),
    openFen: String(openFen),
  }
}

/** Sums of two parts of one population, measure by measure. */
export function addSums(a: readonly SumsJson[], b: readonly SumsJson[]): SumsJson[] {
  const others = new Map(a.map((it) => [it.measure, it]))
  return b.map((it) => {
    const other = others.get(it.measure)
    if (other === undefined) return it
    const fen = (name: 'amountFen' | 'ceilingFen' | 'openFen') =>
      String(BigInt(it[name]) + BigInt(other[name]))
    return {
      measure: it.measure,
      eligible: it.eligible + other.eligible,
      open: it.open + other.open,
      unbounded: it.unbounded + other.unbounded,
      left: it.left + other.left,
      amountFen: fen('amountFen'),
      ceilingFen: fen('ceilingFen'),
      openFen: fen('openFen'),
    }
  })
}
