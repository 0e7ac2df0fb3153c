import { performance } from 'node:perf_hooks'
import { type Facts, scopeOf } from '../src/kernel/facts/fact.ts'
import { parseDigits } from '../src/lib/json-digits.ts'
import {
  type ColumnRules,
  compileColumns,
  evaluateTable,
  type Population,
  populationOf,
} from '../src/policy/columns/award-table.ts'
import { readCase } from '../src/policy/columns/population-file.ts'
import { replay } from '../src/policy/columns/replay.ts'
import { simulate, sumsOf } from '../src/policy/columns/simulate.ts'
import { type JsonCase, syntheticCases } from '../src/policy/columns/synthetic.ts'
import { evaluateMeasures } from '../src/policy/evaluate.ts'
import { explain } from '../src/policy/explain.ts'
import type { Measure } from '../src/policy/measure-schema.ts'
import type { Outcome } from '../src/policy/outcome.ts'
import { type Rules, readRules } from '../src/policy/rules.ts'
import { REGION_KINDS } from '../src/region-kinds.ts'
import { bundleRows } from './policy-bundle.ts'
import { nodeRows } from './policy-node.ts'
import { peerRows } from './policy-peers.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'

const SEED = 1
const MODE = 'as_if_in_force'
const SINGLE_CASES = 1_000
const VARIANTS = 20
const OURS = 'one applicant, all measures, full trace: mean'
const COLUMNS = 'all measures over the population by columns'

/** Below this many enterprises the bench is a smoke test: what takes its time however few they are is shorter. */
const SMOKE_BELOW = 50_000
const WHOLE = { asked: 1_000, applicants: 2_000, windowS: 20 }
const SMOKE = { asked: 100, applicants: 100, windowS: 2 }

/** The rules of the packs on made-up enterprises: one by one, beside peers, by columns, with variants, replayed, over HTTP and in a browser. */
export async function benchPolicy(options: BenchOptions): Promise<Measured[]> {
  const { count, folder, tell, isOffline = false } = options
  const rules = await readRules(REGION_KINDS)
  tell(`${count.toLocaleString('en')} enterprises are made up`)
  const written = [...syntheticCases(rules, { count, seed: SEED })]
  const cases = casesOf(rules, written)
  tell('one applicant after the other')
  const single = singleRows(rules, cases.slice(0, SINGLE_CASES))
  tell('columns')
  const columnRules = compileColumns(rules)
  const columns = columnRows(columnRules, populationOf(cases))
  const lines = { one: OURS, columns: COLUMNS }
  const peers = await peerRows({ rules, written, cases, folder, tell, isOffline, ...lines })
  tell(`${VARIANTS} variants over twice as many`)
  const variants = variantRow(rules, [...cases, ...cases])
  tell('replay')
  const replayed = replayRow(rules, cases)
  const node = await nodeRows({ rules, written, folder, tell, ...spansOf(options) })
  tell('a bundle in the browser, offline')
  const bundle = await bundleRows()
  return [...single, ...columns, ...peers, variants, replayed, ...node, ...bundle]
}

function spansOf({ count, seconds }: BenchOptions) {
  const spans = count < SMOKE_BELOW ? SMOKE : WHOLE
  return { ...spans, windowS: seconds ?? spans.windowS }
}

function casesOf(rules: Rules, written: readonly JsonCase[]): Facts[] {
  return written.map((it, at) => readCase(rules, parseDigits(JSON.stringify(it)), at + 1).facts)
}

function msOf(work: () => void): number {
  const from = performance.now()
  work()
  return performance.now() - from
}

/** Every outcome holds its trace: each test with what it saw, each limit with what it would have allowed. */
function traced(rules: Rules, facts: Facts): Outcome[] {
  const given = { mode: MODE, facts, scope: scopeOf(facts) } as const
  return [...rules.measures.keys()].map((id) => evaluateMeasures(rules, [id], given))
}

function singleRows(rules: Rules, cases: readonly Facts[]): Measured[] {
  const told = (facts: Facts) => {
    for (const it of traced(rules, facts)) explain(it, rules)
  }
  for (const facts of cases) told(facts)
  const words = cases.map((facts) => msOf(() => told(facts)))
  const times = cases.map((facts) => msOf(() => traced(rules, facts))).toSorted((a, b) => a - b)
  const mean = (of: readonly number[]) => of.reduce((a, b) => a + b, 0) / of.length
  return [
    { what: OURS, value: mean(times), unit: 'ms' },
    {
      what: 'one applicant, all measures, full trace: p99',
      value: times[Math.floor(times.length * 0.99)],
      unit: 'ms',
      target: { of: 'value', atMost: 5 },
    },
    { what: 'the same told in two languages: mean', value: mean(words), unit: 'ms', against: OURS },
  ]
}

function columnRows(columnRules: ColumnRules, population: Population): Measured[] {
  const ids = [...columnRules.finds.keys()]
  const all = () => ids.map((id) => evaluateTable(columnRules, id, { population, mode: MODE }))
  const first = msOf(all)
  const times = [1, 2, 3].map(() => msOf(all))
  const tables = all()
  const left = tables.reduce((sum, it) => sum + it.leftCount, 0)
  const cells = population.cases.length * ids.length
  const sample = population.cases.slice(0, SINGLE_CASES)
  const part = populationOf(sample)
  const differing = ids.filter((id) => {
    const sums = sumsOf(evaluateTable(columnRules, id, { population: part, mode: MODE }))
    return sums.amountFen + sums.ceilingFen !== totalOneByOne(columnRules.rules, id, sample)
  })
  return [
    {
      what: COLUMNS,
      value: Math.min(...times) / 1_000,
      unit: 's',
      target: { of: 'value', atMost: 1 },
      note: `${left} of ${cells} cells one by one; totals of the first ${sample.length}: ${differing.length === 0 ? 'equal to the fen' : `differ for ${differing.join(', ')}`}`,
    },
    { what: 'the same with the columns filled from the facts', value: first / 1_000, unit: 's' },
  ]
}

function totalOneByOne(rules: Rules, id: string, cases: readonly Facts[]): bigint {
  let total = 0n
  for (const facts of cases) {
    const outcome = evaluateMeasures(rules, [id], { mode: MODE, facts, scope: scopeOf(facts) })
    if (outcome.eligible === true) total += outcome.amountFen ?? outcome.bounds?.hi ?? 0n
  }
  return total
}

/** Each variant halves what one measure pays at most. */
function variantsOf(rules: Rules): Measure[] {
  return [...rules.measures.values()].slice(0, VARIANTS).map(({ measure }) => ({
    ...measure,
    caps: (measure.caps ?? []).map((it) =>
      it.yuan === undefined ? it : { ...it, yuan: it.yuan / 2 },
    ),
  }))
}

function variantRow(rules: Rules, cases: readonly Facts[]): Measured {
  const population = populationOf(cases)
  const known = new Map()
  const ms = msOf(() => {
    for (const it of variantsOf(rules))
      simulate(population, { rules, mode: MODE, variants: [it], known })
  })
  return {
    what: `${VARIANTS} variants over ${population.cases.length.toLocaleString('en')}, each a whole simulation`,
    value: ms / 1_000,
    unit: 's',
    target: { of: 'value', atMost: 60 },
  }
}

function replayRow(rules: Rules, cases: readonly Facts[]): Measured {
  const [variant] = variantsOf(rules)
  if (variant === undefined) throw new Error('the packs have no measures')
  const ms = msOf(() => replay(cases, variant, { rules, mode: MODE }))
  return {
    what: 'past cases replayed under a new rule',
    value: (cases.length / ms) * 1_000,
    unit: '/s',
    target: { of: 'value', atLeast: 50_000 },
  }
}
