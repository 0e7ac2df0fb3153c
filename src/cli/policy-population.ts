import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseDigits } from '../lib/json-digits.ts'
import { Problem } from '../lib/problem.ts'
import { type PopulationCase, readCase, readPopulation } from '../policy/columns/population-file.ts'
import { syntheticCases } from '../policy/columns/synthetic.ts'
import type { Rules } from '../policy/rules.ts'

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
}

/** A file or so many made-up enterprises, one of the two. */
export function isPopulation({ population, synthetic, seed, day }: PopulationWish): boolean {
  if ((population === undefined) === (synthetic === undefined)) return false
  if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day)) return false
  return synthetic === undefined || (isWhole(synthetic, COUNT_MAX) && isWhole(seed, SEED_MAX))
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
