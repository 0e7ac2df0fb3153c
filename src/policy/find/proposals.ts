import { parseFacts } from '../../kernel/facts/parse-facts.ts'
import type { Mode } from '../standing.ts'
import type { Catalogue } from './catalogue.ts'
import { type Fit, fitsOf } from './fits.ts'
import { type KnownFacts, mergeFacts } from './measured.ts'

/**
 * Measures that an enterprise fits by what the node knows of it, nothing stated: 免申即享. Only those that rest on something counted, and whose
 * amount is fixed: an open amount, a ceiling or a missing judgement needs an application.
 */
export function proposalsOf(
  catalogue: Catalogue,
  { facts: known, day }: KnownFacts,
  mode: Mode,
): readonly Fit[] {
  const { rules } = catalogue.open
  const facts = parseFacts(rules.facts, { application_date: day, ...mergeFacts(known, {}) })
  const measured = new Set(known.filter((it) => it.trust === 'measured').map((it) => it.name))
  return fitsOf(catalogue, { facts, mode, nearest: false }).fits.filter(
    (it) => it.verdict === 'fits' && isFixed(it) && restsOn(it, measured),
  )
}

function isFixed({ outcome }: Fit): boolean {
  return outcome.basis === 'exact' && outcome.amountFen !== null && outcome.amountFen > 0n
}

function restsOn({ outcome }: Fit, measured: ReadonlySet<string>): boolean {
  const inputs = outcome.parts.flatMap(({ tests }) => tests.flatMap((it) => it.inputs))
  return inputs.some((it) => measured.has(it.fact))
}
