import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { byDigits, packsOpen } from '../../../test/support/plan-world.ts'
import { canonicalDigest } from '../../kernel/evidence/canonical.ts'
import { JsonNumber } from '../../lib/json-digits.ts'
import { packageRoot } from '../../lib/package-root.ts'
import { bundleDigests } from '../checker/bundle.ts'
import { evaluateSlowly } from '../checker/evaluate.ts'
import { rulesOf } from '../checker/rules.ts'
import { DECISION_MODE, judge, outcomeOf, spelled } from './judge.ts'
import { type PlainJson, plainFacts } from './published.ts'

type Vector = {
  readonly id: string
  readonly measure: string
  readonly mode: string
  readonly facts: PlainJson
  readonly expected: { readonly amount_fen: number | null }
}

const decided = globSync(join(packageRoot(), 'regions/*/vectors/*.json'))
  .flatMap(
    (path) => (JSON.parse(readFileSync(path, 'utf8')) as { vectors?: Vector[] }).vectors ?? [],
  )
  .filter((it) => it.mode === DECISION_MODE && it.expected.amount_fen !== null)

test('both evaluators come to the amount of every live vector, on those facts alone that count', async () => {
  const open = await packsOpen()
  const judged = decided.filter((it) => open.rules.measures.has(it.measure))
  assert.ok(judged.length > 30, `${judged.length} vectors`)
  for (const { id, measure, facts, expected } of judged) {
    const given = byDigits(facts)
    const made = judge(open, measure, given)
    assert.equal(made.result.amount_fen, expected.amount_fen, id)
    assert.equal(spelled(made.inside), spelled(outcomeOf(open, measure, given)), id)
    assert.deepEqual(made.digests, bundleDigests(made), id)
    // nothing more can be left out, and in whatever order facts come the same stay
    const turned = Object.fromEntries(Object.entries(given).toReversed())
    assert.deepEqual(judge(open, measure, turned).digests.facts, made.digests.facts, id)
    assert.deepEqual(judge(open, measure, byDigits(made.facts)).facts, made.facts, id)
  }
})

test('a measure that the rules do not hold is told as not there', async () => {
  const open = await packsOpen()
  assert.throws(() => judge(open, 'D9-M1', {}), /no measure|There is no/)
})

test('of lines that are summed one is published with their sum: no number, no single amount, and the second evaluator agrees', async () => {
  const open = await packsOpen()
  const fees = [
    { id: 'FP-7001', year: 2021, kind: 'platform', amount_yuan: 60_000.1 },
    { id: 'FP-7002', year: 2021, kind: 'industrial_software', amount_yuan: 40_000.2 },
    { id: 'FP-7003', year: 2021, kind: 'platform', amount_yuan: 1_234.56 },
    { id: 'FP-7004', year: 2020, kind: 'platform', amount_yuan: 90_000 },
    { id: 'FP-7005', year: 2019, kind: 'platform', amount_yuan: 80_000 },
    { id: 'FP-7006', year: 2021, kind: 'training', amount_yuan: 70_000 },
  ]
  const facts = {
    application_date: '2021-12-20',
    applicant: { type: 'manufacturing_enterprise', location: 'shenzhen' },
    ...{ reference_year: 2021, quota_position: 1, ordering_rule: 'received_at_asc', fees },
  }
  const made = judge(open, 'D3-M4a', byDigits(facts))
  assert.equal(made.result.amount_fen, 3_037_045)
  assert.deepEqual(made.facts.fees, [
    { year: 2021, kind: 'platform', amount_yuan: 101_234.86 },
    { year: 2020 },
  ])
  const text = JSON.stringify(made)
  for (const { id, amount_yuan } of fees) {
    assert.ok(!text.includes(id) && !text.includes(String(amount_yuan)), `${id} got out`)
  }
  assert.equal(canonicalDigest(made.facts), made.digests.facts)
  const again = evaluateSlowly(rulesOf(made.rules), { ...made, measure: 'D3-M4a' })
  assert.equal(spelled(again), spelled(made.result))
})

test('things that are awarded one by one go by their place, with what the amount needs of each', async () => {
  const open = await packsOpen()
  const standards = ['international', 'national', 'enterprise'].map((level, at) => ({
    ...{ id: `GB-${at}`, level, leading_role: true },
  }))
  const facts = {
    application_date: '2021-09-10',
    applicant: { type: 'enterprise', location: 'shenzhen' },
    standards,
  }
  const made = judge(open, 'D3-M1b', byDigits(facts))
  assert.deepEqual(made.result.by_item, { 1: 1_000_000, 2: 500_000 })
  assert.deepEqual(made.inside.by_item, { 'GB-0': 1_000_000, 'GB-1': 500_000 })
  assert.ok(!JSON.stringify([made.facts, made.result]).includes('GB-'))
})

test('a number keeps its digits, and one that cannot be published exactly is refused', () => {
  const exact = byDigits({ a: 999_999_999_999.99 })
  assert.deepEqual(plainFacts(exact), { a: 999_999_999_999.99 })
  const long = { a: new JsonNumber('9007199254740993.01') }
  assert.throws(() => plainFacts(long), /more digits/)
})
