import { setImmediate as turn } from 'node:timers/promises'
import type { StoredEnterprise } from '../../kernel/parties/enterprise.ts'
import { formatDigits, type JsonDigits } from '../../lib/json-digits.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { catalogueOf } from '../find/catalogue.ts'
import { measuredFacts } from '../find/measured.ts'
import { sectionOf } from './groups.ts'

/** Other answers go first between so many: what is read may be at hand, and nothing else would let them. */
const AT_ONCE = 20

export type RegisterDeps = Pick<PolicyDeps, 'documents' | 'evidence'>

/**
 * Enterprises as lines of a population, each with what the node has measured and what its register says on a day; whether it goes on is
 * asked before each.
 */
export async function registerLines(
  { documents, evidence }: RegisterDeps,
  enterprises: readonly StoredEnterprise[],
  {
    open,
    day,
    goOn,
  }: { readonly open: OpenRules; readonly day: string; readonly goOn: () => void },
): Promise<string[]> {
  const catalogue = catalogueOf(open)
  const lines: string[] = []
  for (const { id, body } of enterprises) {
    if (lines.length % AT_ONCE === 0) await turn()
    goOn()
    const { facts } = await measuredFacts({ documents, evidence }, catalogue, {
      enterprise: id,
      day,
    })
    const known = facts.flatMap(({ name, value, source }) => [
      [name, value] as const,
      [`${name}_source`, source] as const,
    ])
    const given: JsonDigits = { application_date: day, ...Object.fromEntries(known) }
    lines.push(lineOf(id, body.entry.sector.code, given))
  }
  return lines
}

/** One case as a line of a population; a sector that the table does not have is left out. */
export function lineOf(id: string, sector: string | undefined, facts: JsonDigits): string {
  const isKnown = sector !== undefined && sectionOf(sector) !== undefined
  return formatDigits({ id, ...(isKnown && { sector }), facts })
}
