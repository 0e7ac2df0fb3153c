import type { Text } from '../../lib/text.ts'
import type { Rules } from '../rules.ts'
import { type GroupSums, sectionTitle } from './groups.ts'
import { sumsJson } from './result-lines.ts'
import type { Simulation } from './simulate.ts'

/** A simulation as the API and the command line tell it: fen as decimal texts, cases by their names. */
export function simulationJson(
  simulation: Simulation,
  names: readonly string[],
  { titles }: Pick<Rules, 'titles'>,
) {
  const { cost, before, perMeasure, budget, histogram, byCase, cases, winners, losers, quota } =
    simulation
  return {
    cases,
    cost: {
      amountFen: String(cost.amountFen),
      ceilingFen: String(cost.ceilingFen),
      openFen: String(cost.openFen),
    },
    winners,
    losers,
    perMeasure: perMeasure.map(sumsJson),
    ...(before !== undefined && { before: before.map(sumsJson) }),
    quota: [...quota],
    budget: budget.map(({ id, title, document, fen, isAbout, wantedFen, overFen }) => ({
      ...{ id, title, document, isAbout, fen: String(fen) },
      ...{ wantedFen: String(wantedFen), overFen: String(overFen) },
    })),
    histogram: histogram.map((it) => ({ fromFen: String(it.fromFen), cases: it.cases })),
    byType: simulation.byType.map((it) => groupJson(it, (type) => titles.get(type))),
    bySector: simulation.bySector.map((it) => groupJson(it, sectionTitle)),
    byCase: byCase.map(({ row, beforeFen, afterFen }, at) => ({
      ...{ line: row + 1, id: names[at] ?? '' },
      ...{ beforeFen: String(beforeFen), afterFen: String(afterFen) },
    })),
  }
}

function groupJson(
  { group, beforeFen, afterFen, ...counts }: GroupSums,
  titleOf: (group: string) => Text | undefined,
) {
  const title = group === null ? undefined : titleOf(group)
  return {
    group,
    ...(title !== undefined && { title }),
    ...{ ...counts, beforeFen: String(beforeFen), afterFen: String(afterFen) },
  }
}
