import { parseDigits } from '../../lib/json-digits.ts'
import type { Measure } from '../measure-schema.ts'
import { compileRules, type RuleSources, type Rules } from '../rules.ts'
import type { Mode } from '../standing.ts'
import { type ColumnRules, compileColumns, populationOf } from './award-table.ts'
import { type PopulationCase, readCase, readPopulation } from './population-file.ts'
import { batchPart, type SumsJson, sumsJson } from './result-lines.ts'
import { type BudgetLimit, type Simulation, simulate } from './simulate.ts'
import { type SyntheticOptions, syntheticCases } from './synthetic.ts'

/** Where cases come from: made up, or lines of NDJSON or a table. */
export type CaseSource =
  | { readonly kind: 'synthetic'; readonly from: number; readonly options: SyntheticOptions }
  | { readonly kind: 'lines'; readonly from: number; readonly lines: readonly string[] }

export type BulkRequest =
  | {
      readonly kind: 'simulate'
      readonly digest: string
      readonly sources: RuleSources
      readonly source: CaseSource
      readonly mode: Mode
      readonly measures?: readonly string[]
      readonly variants: readonly Measure[]
      readonly budgets: readonly BudgetLimit[]
      readonly casesMax: number
    }
  | {
      readonly kind: 'part'
      readonly digest: string
      readonly sources: RuleSources
      readonly source: CaseSource
      readonly mode: Mode
    }

export type BulkAnswer =
  | {
      readonly kind: 'simulated'
      readonly simulation: Simulation
      readonly names: readonly string[]
    }
  | {
      readonly kind: 'worked'
      readonly lines: readonly string[]
      readonly sums: readonly SumsJson[]
    }

/** The bulk work of the policy desk, wherever it is done; keeps the rules it compiled last. */
export class BulkWork {
  #digest = ''
  #rules: Rules | undefined
  #columns: ColumnRules | undefined

  async answer(request: BulkRequest): Promise<BulkAnswer> {
    const rules = this.#rulesOf(request)
    const cases = await casesOf(rules, request.source)
    if (request.kind === 'part') {
      this.#columns ??= compileColumns(rules)
      const { lines, sums } = batchPart(this.#columns, cases, request.mode)
      return { kind: 'worked', lines, sums: sums.map(sumsJson) }
    }
    const { mode, variants, budgets, casesMax, measures } = request
    const simulation = simulate(populationOf(cases.map((it) => it.facts)), {
      ...{ rules, mode, variants, budgets, casesMax },
      sectors: cases.map((it) => it.sector),
      ...(measures !== undefined && { measures }),
    })
    const names = simulation.byCase.map((it) => cases[it.row]?.id ?? '')
    return { kind: 'simulated', simulation, names }
  }

  #rulesOf({ digest, sources }: BulkRequest): Rules {
    if (this.#rules === undefined || this.#digest !== digest) {
      this.#rules = compileRules(sources)
      this.#columns = undefined
      this.#digest = digest
    }
    return this.#rules
  }
}

async function casesOf(rules: Rules, source: CaseSource): Promise<PopulationCase[]> {
  const cases: PopulationCase[] = []
  if (source.kind === 'synthetic') {
    let line = source.from
    for (const it of syntheticCases(rules, { ...source.options, from: source.from })) {
      cases.push(readCase(rules, parseDigits(JSON.stringify(it)), ++line))
    }
    return cases
  }
  for await (const it of readPopulation(rules, source.lines))
    cases.push({ ...it, line: it.line + source.from })
  return cases
}
