import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { isDay } from '../lib/day.ts'
import { parseDigits } from '../lib/json-digits.ts'
import { Problem } from '../lib/problem.ts'
import type { Text } from '../lib/text.ts'
import { type PopulationCase, readCase, readPopulation } from '../policy/columns/population-file.ts'
import { syntheticCases } from '../policy/columns/synthetic.ts'
import type { Rules } from '../policy/rules.ts'
import { isMode } from '../policy/standing.ts'

const COUNT_MAX = 200_000
const SEED_MAX = 2 ** 32 - 1

export const POPULATION_OPTIONS = {
  population: { type: 'string' },
  synthetic: { type: 'string' },
  seed: { type: 'string', default: '1' },
  day: { type: 'string' },
  mode: { type: 'string', default: 'as_if_in_force' },
} as const

export type PopulationWish = {
  readonly population?: string | undefined
  readonly synthetic?: string | undefined
  readonly seed: string
  readonly day?: string | undefined
  readonly mode: string
}

/** What is wrong with a wish for a population: a file or so many made-up enterprises, one of the two, and a mode that there is. */
export function populationFault(wish: PopulationWish): Text | undefined {
  const { population, synthetic, seed, day, mode } = wish
  if ((population === undefined) === (synthetic === undefined)) return EITHER
  if (synthetic !== undefined && !isWhole(synthetic, COUNT_MAX))
    return {
      en: `--synthetic is a whole number up to ${COUNT_MAX}`,
      zh: `--synthetic 为不超过 ${COUNT_MAX} 的整数`,
    }
  if (!isWhole(seed, SEED_MAX))
    return {
      en: `--seed is a whole number up to ${SEED_MAX}`,
      zh: `--seed 为不超过 ${SEED_MAX} 的整数`,
    }
  if (day !== undefined && !isDay(day))
    return { en: '--day is a date as 2026-07-01', zh: '--day 为日期，如 2026-07-01' }
  return isMode(mode) ? undefined : MODES
}

const EITHER: Text = {
  en: 'either --population FILE or --synthetic COUNT is needed',
  zh: '需要 --population 文件 或 --synthetic 数量，二者择一',
}
const MODES: Text = {
  en: '--mode is live or as_if_in_force',
  zh: '--mode 为 live 或 as_if_in_force',
}

function isWhole(text: string, max: number): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) <= max
}

/** The cases that were asked for, one by one. @throws Problem `unreadable-input` with the line that is wrong */
export async function* casesOf(rules: Rules, wish: PopulationWish): AsyncGenerator<PopulationCase> {
  const { population, synthetic, seed, day } = wish
  if (population !== undefined) {
    yield* readPopulation(rules, linesOf(population))
    return
  }
  const options = {
    count: Number(synthetic),
    seed: Number(seed),
    ...(day !== undefined && { day }),
  }
  let line = 0
  for (const it of syntheticCases(rules, options)) {
    yield readCase(rules, parseDigits(JSON.stringify(it)), ++line)
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8')
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (cause) {
    const said = { en: `${path} cannot be read`, zh: `无法读取 ${path}` }
    throw cause instanceof Problem ? cause : new Problem('unreadable-input', said, { cause })
  }
}
