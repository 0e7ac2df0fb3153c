import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import type { Condition } from '../src/kernel/facts/condition-schema.ts'
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
import { syntheticCases } from '../src/policy/columns/synthetic.ts'
import { evaluateMeasures } from '../src/policy/evaluate.ts'
import { explain } from '../src/policy/explain.ts'
import type { Measure } from '../src/policy/measure-schema.ts'
import type { Outcome } from '../src/policy/outcome.ts'
import { type Rules, readRules } from '../src/policy/rules.ts'
import { REGION_KINDS } from '../src/region-kinds.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'

const SEED = 1
const MODE = 'as_if_in_force'
const SINGLE_CASES = 1_000
const VARIANTS = 20
const INSTALL_MS_MAX = 120_000
const OURS = 'one applicant, all measures, full trace: mean'
const COLUMNS = 'all measures over the population by columns'

/** The rules of the packs on made-up enterprises: one by one, by columns, with variants, and replayed. */
export async function benchPolicy({ count, folder, tell }: BenchOptions): Promise<Measured[]> {
  const rules = await readRules(REGION_KINDS)
  tell(`${count.toLocaleString('en')} enterprises are made up`)
  const cases = casesOf(rules, count)
  const singles = cases.slice(0, SINGLE_CASES)
  tell('one applicant after the other')
  const single = singleRows(rules, singles)
  tell('json-rules-engine on the same conditions')
  const peer = await peerRow(rules, singles, folder)
  tell('columns')
  const columnRules = compileColumns(rules)
  const population = populationOf(cases)
  const columns = columnRows(columnRules, population)
  tell(`${VARIANTS} variants over twice as many`)
  const variants = variantRow(rules, [...cases, ...cases])
  tell('replay')
  return [...single, peer, ...columns, variants, replayRow(rules, cases)]
}

function casesOf(rules: Rules, count: number): Facts[] {
  const cases: Facts[] = []
  for (const it of syntheticCases(rules, { count, seed: SEED })) {
    cases.push(readCase(rules, parseDigits(JSON.stringify(it)), cases.length + 1).facts)
  }
  return cases
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

type PeerEngine = {
  addRule(rule: object): void
  addOperator(name: string, holds: (fact: unknown, value: unknown) => boolean): void
  run(facts: object): Promise<unknown>
}
type PeerModule = { readonly Engine: new (rules: object[], options: object) => PeerEngine }

/** Installed by npm into the run's own folder. */
async function openPeer(folder: string): Promise<PeerModule | string> {
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    'json-rules-engine@7',
  ]
  try {
    await promisify(execFile)('npm', args, { timeout: INSTALL_MS_MAX })
    return createRequire(join(folder, 'bench.cjs'))('json-rules-engine') as PeerModule
  } catch (error) {
    return `json-rules-engine cannot be installed here: ${(error as Error).message.split('\n')[0]}`
  }
}

async function peerRow(rules: Rules, cases: readonly Facts[], folder: string): Promise<Measured> {
  const row = {
    what: 'json-rules-engine, conditions it has, no amounts: mean',
    unit: 'ms',
    against: OURS,
  }
  const target = { of: 'ratio', atLeast: 5 } as const
  const peer = await openPeer(folder)
  if (typeof peer === 'string') {
    process.stderr.write(`SKIPPED json-rules-engine: ${peer}\n`)
    return { ...row, value: undefined, target, note: peer }
  }
  const engine = new peer.Engine([], { allowUndefinedFacts: true })
  const isNumber = (it: unknown): it is number => typeof it === 'number'
  engine.addOperator('moreThan', (fact, value) => isNumber(fact) && fact > Number(value))
  engine.addOperator('atLeast', (fact, value) => isNumber(fact) && fact >= Number(value))
  let conditions = 0
  for (const { measure } of rules.measures.values()) {
    const all = (measure.conditions ?? []).flatMap((it) => peerCondition(it as Condition))
    conditions += all.length
    const own = { fact: 'applicant.type', operator: 'in', value: measure.beneficiaries ?? [] }
    engine.addRule({ conditions: { all: [own, ...all] }, event: { type: measure.id } })
  }
  const plain = cases.map((facts) => plainFacts(facts))
  for (const it of plain) await engine.run(it)
  const from = performance.now()
  for (const it of plain) await engine.run(it)
  const value = (performance.now() - from) / plain.length
  return {
    ...row,
    value,
    target,
    note: `${conditions} conditions; it makes no trace and knows no open facts`,
  }
}

/** A condition in the peer's language, where it has one for it. */
function peerCondition(condition: Condition): object[] {
  if ('oneOf' in condition && 'fact' in condition) {
    return [{ fact: condition.fact, operator: 'in', value: condition.oneOf }]
  }
  if ('flag' in condition)
    return [{ fact: condition.flag, operator: 'equal', value: condition.is ?? true }]
  if ('judged' in condition) {
    return [{ fact: `determinations.${condition.judged}`, operator: 'equal', value: true }]
  }
  if (!('fact' in condition)) return []
  const { fact } = condition
  const bounds = condition as { readonly atLeast?: number; readonly moreThan?: number }
  if (bounds.atLeast !== undefined) return [{ fact, operator: 'atLeast', value: bounds.atLeast }]
  return bounds.moreThan === undefined
    ? []
    : [{ fact, operator: 'moreThan', value: bounds.moreThan }]
}

function plainFacts(facts: Facts): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [name, { value }] of facts) {
    if (typeof value === 'bigint') plain[name] = Number(value)
    else if (typeof value !== 'object' || value === null) plain[name] = value
    else for (const [field, inner] of Object.entries(value)) plain[`${name}.${field}`] = inner
  }
  return plain
}
