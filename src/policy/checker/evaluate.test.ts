import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Dice, randomCase } from '../../../test/support/policy-cases.ts'
import { packRules } from '../../../test/support/policy-rules.ts'
import { formatDigits, parseDigits } from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'
import { REGION_KINDS } from '../../region-kinds.ts'
import { evaluate } from '../evaluate.ts'
import { readRules } from '../rules.ts'
import { fieldsOf } from '../vectors.ts'
import { evaluateSlowly, type Question } from './evaluate.ts'
import type { Json } from './facts.ts'
import type { Rule } from './part.ts'
import { rulesOf } from './rules.ts'

const CASES = process.env.WAYMARK_TEST_LONG === '1' ? 100_000 : 1_000
const SHOWN_MAX = 3

const engineRules = await readRules(REGION_KINDS)
const set = await packRules()
const slowRules = rulesOf(set)

/** What the engine says, in the words of the vectors; reasons in no order. */
function byEngine(question: Question): unknown {
  const facts = parseDigits(JSON.stringify(question.facts))
  return plain(JSON.parse(formatDigits(fieldsOf(evaluate(engineRules, { ...question, facts })))))
}

const BESIDES = ['by_item', 'by_year', 'audited_base_yuan', 'alternative_readings']
const TELLING =
  /^(CONDITIONS_MET|(RATE|MATCH)_IS_CEILING|CAP_PER_.+|GUIDE_(CAP|RATE)|PUBLIC_FUNDS_LIMIT|ROUNDED_DOWN_TO_FEN|BASE_REDUCED_TO_AUDITED|BASE_READING:.+|(RECEIPTS|FEES)_OUTSIDE_.+|TIER_TABLE_APPLIED|TOP_UP_.+|PRIORITY|NO_STACKING_RULE_IN_TEXT|EVIDENCE_CONFLICT:.+)$/

/**
 * What both have to agree on to the letter. Where nothing is decided, codes that only tell something and the parts of a sum say
 * nothing yet; whether two levels of recognition differ is open by itself while the money is not known; and a reading that comes
 * to the same fen is no other one.
 */
function plain(value: Record<string, unknown>): unknown {
  const { amount_yuan: _, ...rest } = value
  const reasons = [...new Set(rest.reasons as string[])].sort()
  const readings = rest.alternative_readings as { amount_yuan: number }[] | undefined
  if (readings?.every((it) => Math.round(it.amount_yuan * 100) === rest.amount_fen)) {
    delete rest.alternative_readings
  }
  // the same item under two measures has no one amount
  if (rest.by_measure !== undefined) delete rest.by_item
  if (rest.eligible === true) return { ...rest, reasons }
  for (const name of [...BESIDES, 'by_measure']) delete rest[name]
  const isMoneyOpen = reasons.some((it) => it.startsWith('MISSING_FACT:public_funds'))
  const said = reasons.filter(
    (it) => !TELLING.test(it) && !(isMoneyOpen && it === 'MULTI_LEVEL_RECOGNITION'),
  )
  return { ...rest, reasons: said }
}

function differences(questions: Iterable<Question>): string[] {
  const found: string[] = []
  for (const question of questions) {
    const slow = plain(JSON.parse(JSON.stringify(evaluateSlowly(slowRules, question))))
    const fast = byEngine(question)
    try {
      assert.deepEqual(slow, fast)
    } catch {
      found.push(
        `${JSON.stringify(question)}\n  slow ${JSON.stringify(slow)}\n  fast ${JSON.stringify(fast)}`,
      )
    }
    if (found.length === SHOWN_MAX) break
  }
  return found
}

for (const { measure, place } of set.measures) {
  test(`${measure.id}: both evaluators say the same of ${CASES} random cases`, async () => {
    // what the long run has come to is told while it goes on
    await turn()
    const dice = new Dice(hashOf(measure.id))
    function* cases(): Generator<Question> {
      for (let at = 0; at < CASES; at++) yield randomCase(measure, place, dice)
    }
    assert.equal(differences(cases()).join('\n'), '')
  })
}

function hashOf(id: string): number {
  return [...id].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7)
}

/** Several measures in one case: those that clash, those that add, a top-up. */
const TOGETHER = [
  'D3-M3c+D3-M3d',
  'D3-M3f+D3-M3g',
  'D3-M4c+D3-M4d',
  'D4-M7a+D4-M7b',
  'D1-M07+D1-M10',
  'D3-M3b+D3-M3c+D3-M3d',
]

for (const measure of TOGETHER) {
  test(`${measure}: both evaluators say the same of ${CASES} random cases`, async () => {
    // what the long run has come to is told while it goes on
    await turn()
    const dice = new Dice(hashOf(measure))
    const rules = measure.split('+').map((id) => slowRules.measures.get(id) ?? assert.fail(id))
    function* cases(): Generator<Question> {
      for (let at = 0; at < CASES; at++) yield casesTogether(rules, dice)
    }
    assert.equal(differences(cases()).join('\n'), '')
  })
}

function casesTogether(rules: readonly Rule[], dice: Dice): Question {
  const each = rules.map((it) => randomCase(it.measure, it.place, dice))
  const { batch: _, ...facts } = Object.assign({}, ...each.map((it) => it.facts)) as Json
  const determinations = Object.assign({}, ...each.map((it) => it.facts.determinations ?? {}))
  return {
    measure: rules.map((it) => it.measure.id).join('+'),
    mode: dice.one(['live', 'as_if_in_force']),
    facts: {
      ...facts,
      determinations,
      ...(dice.chance(0.2) && { shared_cost_yuan: dice.one([0, 1000]) }),
    },
  }
}

test('a measure that nobody has is refused by both', () => {
  const question: Question = { measure: 'D9-M1', mode: 'live', facts: {} }
  assert.throws(() => evaluateSlowly(slowRules, question), RangeError)
  assert.throws(() => byEngine(question), Problem)
})
