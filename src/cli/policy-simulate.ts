import { parseArgs } from 'node:util'
import { unknownName } from '../kernel/packs/nearest.ts'
import { formatYuan } from '../lib/money.ts'
import { Problem } from '../lib/problem.ts'
import type { Language, Text } from '../lib/text.ts'
import { populationOf } from '../policy/columns/award-table.ts'
import { budgetsOf } from '../policy/columns/budgets.ts'
import type { PopulationCase } from '../policy/columns/population-file.ts'
import { type Simulation, simulate } from '../policy/columns/simulate.ts'
import { simulationJson } from '../policy/columns/simulation-json.ts'
import type { Measure } from '../policy/measure-schema.ts'
import { compileRules, type Rules, readPacks, sourcesOf } from '../policy/rules.ts'
import { isMode } from '../policy/standing.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io } from './io.ts'
import { measuresIn } from './policy-diff.ts'
import { casesOf, POPULATION_OPTIONS, populationFault } from './policy-population.ts'

const OPTIONS = {
  ...POPULATION_OPTIONS,
  measure: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  variant: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const NAMED: Text = {
  en: 'either --all or --measure ID is needed',
  zh: '需要 --all 或 --measure 编号，二者择一',
}

/** `waymark policy simulate …`. `help` is written where the use is wrong. */
export async function simulateCommand(
  args: string[],
  io: Io,
  { language, help }: { readonly language: Language; readonly help: string },
): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS })
  const { measure = [], all = false, variant = [], mode } = values
  if (values.help) {
    io.stdout.write(help)
    return EXIT_DONE
  }
  const fault = all === measure.length > 0 ? NAMED : populationFault(values)
  if (fault !== undefined || !isMode(mode)) {
    io.stderr.write(`waymark: ${fault?.[language] ?? ''}\n\n${help}`)
    return EXIT_WRONG_USE
  }
  const packs = await readPacks(REGION_KINDS)
  const rules = compileRules(sourcesOf(packs))
  for (const id of measure) requireMeasure(rules, id)
  const variants: Measure[] = []
  for (const path of variant) variants.push(...(await measuresIn(path, rules)).values())
  const cases: PopulationCase[] = []
  for await (const it of casesOf(rules, values)) cases.push(it)
  const simulation = simulate(populationOf(cases.map((it) => it.facts)), {
    ...{ rules, variants, mode, budgets: all ? budgetsOf(packs) : [] },
    sectors: cases.map((it) => it.sector),
    ...(!all && { measures: measure }),
  })
  const names = simulation.byCase.map((it) => cases[it.row]?.id ?? '')
  io.stdout.write(
    values.json
      ? `${JSON.stringify(simulationJson(simulation, names, rules))}\n`
      : textOf(simulation, names, language),
  )
  return EXIT_DONE
}

function requireMeasure(rules: Rules, id: string): void {
  if (rules.measures.has(id)) return
  const word = { en: 'measure', zh: '措施' }
  throw new Problem('invalid-input', unknownName(id, rules.measures.keys(), word))
}

const WORDS = {
  en: {
    head: ['measure', 'fit', 'open', 'fixed, yuan', 'ceilings, yuan', 'open at most, yuan'],
    total: 'all',
    before: 'in force',
    after: 'variant',
    changed: (winners: number, losers: number) => `${winners} get more, ${losers} get less`,
    any: (cases: number, winners: number) => `${cases} cases, ${winners} with some award`,
    quota: (id: string, places: number, wanted: number) =>
      `quota of ${id}: ${wanted} for ${places} places`,
    budget: (id: string, fen: string, wanted: string, about: boolean) =>
      `budget ${id}: ${wanted} of ${about ? 'about ' : ''}${fen} yuan`,
  },
  zh: {
    head: ['措施', '符合', '待定', '确定金额（元）', '上限金额（元）', '待定至多（元）'],
    total: '合计',
    before: '现行',
    after: '变更',
    changed: (winners: number, losers: number) => `${winners} 家增加，${losers} 家减少`,
    any: (cases: number, winners: number) => `${cases} 个案例，${winners} 个可获支持`,
    quota: (id: string, places: number, wanted: number) =>
      `${id} 名额：${wanted} 家争 ${places} 个名额`,
    budget: (id: string, fen: string, wanted: string, about: boolean) =>
      `预算 ${id}：${about ? '约' : ''}${fen} 元中需 ${wanted} 元`,
  },
} as const

function textOf(simulation: Simulation, names: readonly string[], language: Language): string {
  const words = WORDS[language]
  const { before, cost } = simulation
  const row = (it: Simulation['perMeasure'][number], note = '') => [
    `${it.measure}${note}`,
    String(it.eligible),
    String(it.open),
    ...[it.amountFen, it.ceilingFen, it.openFen].map(formatYuan),
  ]
  const isChanged = (id: string) => before?.some((it) => it.measure === id) ?? false
  const rows = [
    words.head,
    ...(before ?? []).map((it) => row(it, ` (${words.before})`)),
    ...simulation.perMeasure.map((it) => row(it, isChanged(it.measure) ? ` (${words.after})` : '')),
    [words.total, '', '', ...[cost.amountFen, cost.ceilingFen, cost.openFen].map(formatYuan)],
  ]
  const lines = [
    ...tableOf(rows),
    before === undefined
      ? words.any(simulation.cases, simulation.winners)
      : words.changed(simulation.winners, simulation.losers),
    ...simulation.quota
      .filter((it) => it.over > 0)
      .map((it) => words.quota(it.measure, it.places, it.wanted)),
    ...simulation.budget.map((it) =>
      words.budget(
        `${it.title[language]} (${it.id})`,
        formatYuan(it.fen),
        formatYuan(it.wantedFen),
        it.isAbout,
      ),
    ),
    ...(before === undefined ? [] : casesOfText(simulation, names)),
  ]
  return `${lines.join('\n')}\n`
}

function casesOfText({ byCase }: Simulation, names: readonly string[]): string[] {
  return byCase.map(
    ({ beforeFen, afterFen }, at) =>
      `  ${names[at]}: ${formatYuan(beforeFen)} → ${formatYuan(afterFen)}`,
  )
}

function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((it) => it[at]?.length ?? 0))) ?? []
  return rows.map((it) =>
    it
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  )
}
