import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { packsOpen } from '../../../test/support/plan-world.ts'
import { packageRoot } from '../../lib/package-root.ts'
import { bundleDigests } from '../checker/bundle.ts'
import { DECISION_MODE, judge, outcomeOf, type PlainFacts, spelled } from './judge.ts'

type Vector = {
  readonly id: string
  readonly measure: string
  readonly mode: string
  readonly facts: PlainFacts
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
    const made = judge(open, measure, facts)
    assert.equal(made.result.amount_fen, expected.amount_fen, id)
    assert.equal(spelled(made.result), spelled(outcomeOf(open, measure, facts)), id)
    assert.deepEqual(made.digests, bundleDigests(made), id)
    // nothing more can be left out, and in whatever order facts come the same stay
    const turned = Object.fromEntries(Object.entries(facts).toReversed())
    assert.deepEqual(judge(open, measure, turned).digests.facts, made.digests.facts, id)
    assert.deepEqual(judge(open, measure, made.facts).facts, made.facts, id)
  }
})

test('a measure that the rules do not hold is told as not there', async () => {
  const open = await packsOpen()
  assert.throws(() => judge(open, 'D9-M1', {}), /no measure|There is no/)
})
