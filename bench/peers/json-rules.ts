import { isMissing, type Missing, openNpm, type Place } from './install.ts'
import type { Comparator, PlainCase, Said, SaidRules } from './said.ts'

type Engine = {
  addRule(rule: object): void
  run(facts: object): Promise<unknown>
}
type Module = { readonly Engine: new (rules: object[], options: object) => Engine }

const OPERATORS: Readonly<Record<Comparator, string>> = {
  '>=': 'greaterThanInclusive',
  '>': 'greaterThan',
  '<=': 'lessThanInclusive',
  '<': 'lessThan',
}

/** One case after the other through json-rules-engine: which measures fit. It has no amounts and makes no trace. */
export async function openJsonRules(
  folder: Place,
  { measures }: SaidRules,
): Promise<((it: PlainCase) => Promise<unknown>) | Missing> {
  const peer = await openNpm<Module>(folder, 'json-rules-engine@7')
  if (isMissing(peer)) return peer
  const engine = new peer.Engine([], { allowUndefinedFacts: true })
  for (const { id, when } of measures) {
    engine.addRule({ conditions: written(when), event: { type: id } })
  }
  return (it) => engine.run(it)
}

function written(said: Said): object {
  if ('all' in said) return { all: said.all.map(written) }
  if ('any' in said) return { any: said.any.map(written) }
  if ('not' in said) return { not: written(said.not) }
  const { fact } = said
  if ('among' in said) return { fact, operator: 'in', value: said.among }
  return { fact, operator: OPERATORS[said.compare], value: said.bound }
}
