import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeOf } from '../../kernel/facts/fact.ts'
import { parseDigits } from '../../lib/json-digits.ts'
import { REGION_KINDS } from '../../region-kinds.ts'
import { evaluateMeasures } from '../evaluate.ts'
import { readRules } from '../rules.ts'
import { cellAt, compileColumns, evaluateTable, populationOf } from './award-table.ts'
import { cellsOf, type PopulationCase, readCase, readPopulation } from './population-file.ts'
import { replay } from './replay.ts'
import { simulate, sumsOf } from './simulate.ts'
import { syntheticCases } from './synthetic.ts'

const rules = await readRules(REGION_KINDS)
const COUNT = 400
const MODE = 'as_if_in_force'

function synthetic(seed: number): PopulationCase[] {
  const all = [...syntheticCases(rules, { count: COUNT, seed })]
  return all.map((it, at) => readCase(rules, parseDigits(JSON.stringify(it)), at + 1))
}

test('totals of columns are those of the single cases, to the fen', () => {
  const cases = synthetic(5)
  const population = populationOf(cases.map((it) => it.facts))
  const columnRules = compileColumns(rules)
  for (const id of rules.measures.keys()) {
    const table = evaluateTable(columnRules, id, { population, mode: MODE })
    let total = 0n
    for (const [row, { facts }] of cases.entries()) {
      const outcome = evaluateMeasures(rules, [id], { mode: MODE, facts, scope: scopeOf(facts) })
      assert.equal(cellAt(table, row).amountFen, outcome.amountFen, `${id} ${row}`)
      if (outcome.eligible === true) total += outcome.amountFen ?? outcome.bounds?.hi ?? 0n
    }
    const sums = sumsOf(table)
    assert.equal(sums.amountFen + sums.ceilingFen, total, id)
  }
})

test('few cases are left to the closures', () => {
  const population = populationOf(synthetic(6).map((it) => it.facts))
  const { perMeasure } = simulate(population, { rules, mode: MODE })
  const left = perMeasure.reduce((sum, it) => sum + it.left, 0)
  assert.ok(left < (COUNT * perMeasure.length) / 100, `${left} of ${COUNT * perMeasure.length}`)
})

test('synthetic enterprises are the same for the same seed, and others for another', () => {
  const texts = (seed: number) => JSON.stringify([...syntheticCases(rules, { count: 20, seed })])
  assert.equal(texts(1), texts(1))
  assert.notEqual(texts(1), texts(2))
})

test('a variant tells who wins and who loses, and nothing else changes', () => {
  const population = populationOf(synthetic(7).map((it) => it.facts))
  const base = simulate(population, { rules, mode: MODE })
  const paying = base.perMeasure.find(
    ({ measure, eligible }) =>
      eligible > 5 && rules.measures.get(measure)?.measure.amount.form === 'fixed',
  )
  const old = rules.measures.get(paying?.measure ?? '')?.measure ?? assert.fail('nothing pays')
  assert.equal(old.amount.form, 'fixed')
  const variant = (yuan: number) =>
    simulate(population, {
      rules,
      mode: MODE,
      variants: [{ ...old, amount: { form: 'fixed', yuan } }],
    })
  const yuan = old.amount.form === 'fixed' ? old.amount.yuan : 0
  assert.deepEqual([variant(yuan).winners, variant(yuan).losers], [0, 0])
  assert.deepEqual([variant(yuan + 1).winners, variant(yuan + 1).losers], [paying?.eligible, 0])
  assert.equal(variant(0).losers, paying?.eligible)
  assert.equal(variant(0).byCase[0]?.beforeFen !== undefined, true)
})

test('a simulation is told by kind of applicant and by sector, each case in one group of each', () => {
  const cases = synthetic(9)
  const population = populationOf(cases.map((it) => it.facts))
  const sectors = cases.map((it) => it.sector)
  const { byType, bySector, winners, perMeasure } = simulate(population, {
    ...{ rules, mode: MODE, sectors },
  })
  for (const groups of [byType, bySector]) {
    const sum = (of: (it: (typeof groups)[number]) => number) =>
      groups.reduce((all, it) => all + of(it), 0)
    assert.deepEqual([sum((it) => it.cases), sum((it) => it.winners)], [COUNT, winners])
    assert.ok(groups.length > 1 && groups.every((it) => it.losers === 0 && it.beforeFen === 0n))
  }
  assert.equal(
    byType.find((it) => it.group === 'sme')?.cases,
    cases.filter(({ facts }) => scopeOf(facts)('applicant.type') === 'sme').length,
  )
  const sure = perMeasure.reduce((sum, it) => sum + it.amountFen + it.ceilingFen, 0n)
  const told = bySector.reduce((sum, it) => sum + it.afterFen, 0n)
  assert.ok(told >= sure, `${told} ${sure}`)
})

test('cases are read from lines of JSON and from a table, and a fault is told with its line', async () => {
  const read = async (lines: string[]) => {
    const found: PopulationCase[] = []
    for await (const it of readPopulation(rules, lines)) found.push(it)
    return found
  }
  const json =
    '{"id":"a","facts":{"application_date":"2020-05-05","applicant":{"type":"sme"},"audited_investment_yuan":1.50}}'
  const [one] = await read([json])
  const table = [
    'id,application_date,applicant.type,audited_investment_yuan',
    'a,2020-05-05,sme,1.50',
  ]
  const [same] = await read(table)
  assert.deepEqual(same?.facts, one?.facts)
  assert.equal(one?.facts.get('audited_investment_yuan')?.value, 150n)
  await assert.rejects(
    () => read([json, '{"customer":1}']),
    /line 2: .*no fact “customer”; the nearest is/,
  )
  assert.equal((await read(['{"sector":"3411","facts":{}}']))[0]?.sector, 'C')
  await assert.rejects(() => read(['{"sector":"?","facts":{}}']), /line 1: .*GB\/T 4754/)
  await assert.rejects(() => read(['{']), /line 1: is no JSON object/)
  await assert.rejects(() => read(['{"applicant":{"type":"smee"}}']), /no type of applicant/)
  assert.deepEqual(cellsOf(',a,"x,""y""",'), ['', 'a', 'x,"y"', ''])
})

test('past cases replayed under a new rule: those that change, and no other', () => {
  const facts = synthetic(8).map((it) => it.facts)
  const old = [...rules.measures.values()].find(({ measure }) => {
    const isFixed = measure.amount.form === 'fixed'
    return (
      isFixed &&
      replay(facts, { ...measure, amount: { form: 'fixed', yuan: 3 } }, { rules, mode: MODE })
        .length > 0
    )
  })?.measure
  assert.ok(old)
  assert.deepEqual(replay(facts, old, { rules, mode: MODE }), [])
  for (const { before, after } of replay(
    facts,
    { ...old, amount: { form: 'fixed', yuan: 3 } },
    { rules, mode: MODE },
  )) {
    assert.equal(after.eligible, before.eligible)
    assert.equal(after.amountFen ?? after.bounds?.hi, 300n)
  }
})
