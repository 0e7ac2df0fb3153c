import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Missing } from './install.ts'
import type { PeerAmounts, PlainCase, Said, SaidRules } from './said.ts'

const RUN_MS_MAX = 300_000
const OUT_BYTES_MAX = 64 * 2 ** 20
const PROGRAM = join(import.meta.dirname, 'openfisca.py')
const SINGLES = 50

export type OpenFisca = {
  readonly oneMs: number
  readonly allS: number
  readonly amounts: PeerAmounts
}

export type OpenFiscaCases = {
  readonly rules: SaidRules
  readonly cases: readonly PlainCase[]
  /** So many from the beginning answer with their amounts. */
  readonly compared: number
}

/** The measures as variables of OpenFisca over the same cases, words as numbers: its columns are float32. */
export async function runOpenFisca(
  python: string,
  folder: string,
  { rules, cases, compared }: OpenFiscaCases,
): Promise<OpenFisca | Missing> {
  const facts = [...rules.facts.keys()]
  const words = new Map<string | boolean, number>()
  const numberOf = (it: number | string | boolean): number => {
    if (typeof it === 'number') return it
    const known = words.get(it)
    if (known !== undefined) return known
    words.set(it, words.size)
    return words.size - 1
  }
  const measures = rules.measures.map(({ when, amount }) => ({
    when: inNumbers(when, numberOf),
    amount,
  }))
  const columns = facts.map((fact) => cases.map((it) => numberOf(it[fact] ?? '')))
  const path = join(folder, 'openfisca.json')
  const given = { facts, measures, columns, count: cases.length, singles: SINGLES, compared }
  await writeFile(path, JSON.stringify(given))
  try {
    const options = { timeout: RUN_MS_MAX, maxBuffer: OUT_BYTES_MAX }
    const { stdout } = await promisify(execFile)(python, [PROGRAM, path], options)
    const { oneMs, allS, fen } = JSON.parse(stdout)
    const whole = [...rules.measures.entries()].filter(([, it]) => it.isWhole)
    return { oneMs, allS, amounts: new Map(whole.map(([at, { id }]) => [id, fen[at]])) }
  } catch (error) {
    const why = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)
    process.stderr.write(`SKIPPED openfisca-core: ${why}\n`)
    return { missing: `openfisca-core does not run here: ${why}` }
  }
}

function inNumbers(said: Said, numberOf: (it: string | boolean) => number): object {
  if ('all' in said) return { all: said.all.map((it) => inNumbers(it, numberOf)) }
  if ('any' in said) return { any: said.any.map((it) => inNumbers(it, numberOf)) }
  if ('not' in said) return { not: inNumbers(said.not, numberOf) }
  return 'among' in said ? { ...said, among: said.among.map(numberOf) } : said
}
