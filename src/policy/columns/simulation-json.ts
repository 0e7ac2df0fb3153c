import { sumsJson } from './result-lines.ts'
import type { Simulation } from './simulate.ts'

/** A simulation as the API and the command line tell it: fen as decimal texts, cases by their names. */
export function simulationJson(simulation: Simulation, names: readonly string[]) {
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
    budget: budget.map(({ id, document, fen, isAbout, wantedFen, overFen }) => ({
      ...{ id, document, isAbout, fen: String(fen) },
      ...{ wantedFen: String(wantedFen), overFen: String(overFen) },
    })),
    histogram: histogram.map((it) => ({ fromFen: String(it.fromFen), cases: it.cases })),
    byCase: byCase.map(({ row, beforeFen, afterFen }, at) => ({
      ...{ line: row + 1, id: names[at] ?? '' },
      ...{ beforeFen: String(beforeFen), afterFen: String(afterFen) },
    })),
  }
}
