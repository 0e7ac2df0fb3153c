import type { Facts } from '../../kernel/facts/fact.ts'
import type { Measure } from '../measure-schema.ts'
import type { Rules } from '../rules.ts'
import type { Mode } from '../standing.ts'
import { rulesWith } from '../versions/cases.ts'
import { type Cell, cellAt, compileColumns, evaluateTable, populationOf } from './award-table.ts'

/** A past case that comes out otherwise under a new rule. */
export type ReplayedCase = { readonly row: number; readonly before: Cell; readonly after: Cell }

/**
 * Past cases under a measure as it would become: those that change, in the order of the cases.
 * @param variant of a measure that the rules have; another one throws Problem `invalid-input`
 */
export function replay(
  cases: readonly Facts[],
  variant: Measure,
  { rules, mode }: { readonly rules: Rules; readonly mode: Mode },
): ReplayedCase[] {
  const { id } = variant
  const population = populationOf(cases)
  const old = evaluateTable(compileColumns(rules, [id]), id, { population, mode })
  const under = rulesWith(rules, variant, rules.places.get(id) ?? '')
  const next = evaluateTable(compileColumns(under, [id]), id, { population, mode })
  const names = ['eligible', 'lo', 'hi', 'by', 'basis'] as const
  const changed: ReplayedCase[] = []
  for (let row = 0; row < cases.length; row++) {
    const isSame = names.every((it) => old.awards[it][row] === next.awards[it][row])
    if (!isSame) changed.push({ row, before: cellAt(old, row), after: cellAt(next, row) })
  }
  return changed
}
