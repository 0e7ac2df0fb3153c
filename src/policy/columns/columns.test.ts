import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Dice, randomCase } from '../../../test/support/policy-cases.ts'
import { scopeOf } from '../../kernel/facts/fact.ts'
import { parseFacts } from '../../kernel/facts/parse-facts.ts'
import { parseDigits } from '../../lib/json-digits.ts'
import { REGION_KINDS } from '../../region-kinds.ts'
import { evaluateMeasures } from '../evaluate.ts'
import type { Outcome } from '../outcome.ts'
import { readRules } from '../rules.ts'
import type { Mode } from '../standing.ts'
import { type Cell, cellAt, compileColumns, evaluateTable, populationOf } from './award-table.ts'
import { at } from './column-set.ts'

const CASES = process.env.WAYMARK_TEST_LONG === '1' ? 100_000 : 1_000
const MODES: readonly Mode[] = ['live', 'as_if_in_force']

const rules = await readRules(REGION_KINDS)
const columnRules = compileColumns(rules)

function cellOf({ eligible, amountFen, limitedBy, basis, bounds }: Outcome): Cell {
  return { eligible, amountFen, limitedBy, basis, ...(bounds !== undefined && { bounds }) }
}

function hashOf(id: string): number {
  return [...id].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 11)
}

type Drawn = ReturnType<typeof randomCase>

/** So many stand in memory at once, however many there are to be. */
const TABLE_CASES = 1_000

for (const { measure } of rules.measures.values()) {
  test(`${measure.id}: columns and closures say the same of ${CASES} random cases`, async () => {
    // what the long run has come to is told while it goes on
    await turn()
    const dice = new Dice(hashOf(measure.id))
    const place = rules.places.get(measure.id) ?? ''
    for (let done = 0; done < CASES; done += TABLE_CASES) {
      const count = Math.min(TABLE_CASES, CASES - done)
      const drawn = Array.from({ length: count }, () => randomCase(measure, place, dice))
      for (const mode of MODES) {
        const of = drawn.filter((it) => it.mode === mode)
        sameByColumns(measure.id, of, mode)
      }
    }
  })
}

function sameByColumns(id: string, drawn: readonly Drawn[], mode: Mode): void {
  const cases = drawn.map((it) => parseFacts(rules.facts, parseDigits(JSON.stringify(it.facts))))
  const table = evaluateTable(columnRules, id, { population: populationOf(cases), mode })
  for (const [row, facts] of cases.entries()) {
    const outcome = evaluateMeasures(rules, [id], { mode, facts, scope: scopeOf(facts) })
    assert.deepEqual(cellAt(table, row), cellOf(outcome), JSON.stringify(at(drawn, row).facts))
  }
}
