import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Dice, randomCase } from '../../test/support/policy-cases.ts'
import { packRules } from '../../test/support/policy-rules.ts'
import { parseDigits } from '../lib/json-digits.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { evaluate, type Question } from './evaluate.ts'
import type { Outcome } from './outcome.ts'
import { readRules } from './rules.ts'

const rules = await readRules(REGION_KINDS)
const { measures } = await packRules()
const RUNS = process.env.WAYMARK_TEST_LONG === '1' ? 20_000 : 300

type Facts = { readonly [name: string]: unknown }
type Asked = { readonly measure: string; readonly mode: string; readonly facts: Facts }

const ask = ({ measure, mode, facts }: Asked): Outcome => {
  const question: Question = { measure, mode, facts: parseDigits(JSON.stringify(facts)) }
  return evaluate(rules, question)
}

/** Cases of all measures, by the generator that both evaluators are compared with. */
function* cases(seed: number, count: number): Generator<Asked> {
  const dice = new Dice(seed)
  for (let at = 0; at < count; at++) {
    for (const { measure, place } of measures) yield randomCase(measure, place, dice) as Asked
  }
}

/** Everything that an outcome says of the amount, lowest and highest. */
const reach = ({ amountFen, bounds }: Outcome) => ({
  lo: amountFen ?? bounds?.lo ?? 0n,
  hi: amountFen ?? bounds?.hi,
})

test('no award is above the caps of its measure, whatever the facts are', () => {
  for (const question of cases(1, RUNS)) {
    const { caps = [], each } = rules.measures.get(question.measure)?.measure ?? assert.fail()
    const lines = Array.isArray(question.facts.projects) ? question.facts.projects.length : 1
    if (each !== undefined || caps.length === 0 || caps.some((it) => it.byLevel)) continue
    const most = caps.reduce((sum, it) => Math.min(sum, it.yuan ?? sum), Number.MAX_SAFE_INTEGER)
    const { hi } = reach(ask(question))
    const conflict = question.facts.batch !== undefined
    if (!conflict && hi !== undefined) {
      assert.ok(hi <= BigInt(most) * 100n * BigInt(Math.max(1, lines)), JSON.stringify(question))
    }
  }
})

test('more of the base never gives less', () => {
  const money = fc.bigInt({ min: 0n, max: 10n ** 13n })
  const yuan = (fen: bigint) => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`
  const award = (fen: bigint) => {
    const facts = `{"application_date":"2019-05-20","applicant":{"type":"industrial_enterprise","location":"shenzhen"},"determinations":{"effect_and_demonstration":true},"audited_investment_yuan":${yuan(fen)}}`
    return (
      evaluate(rules, { measure: 'D1-M10', mode: 'live', facts: parseDigits(facts) }).amountFen ??
      -1n
    )
  }
  fc.assert(
    fc.property(money, money, (a, b) => {
      const [less, more] = a < b ? [a, b] : [b, a]
      const gets = award(more)
      assert.ok(award(less) <= gets)
      assert.ok(gets <= 300_000_000n && gets * 10n <= more * 3n, 'rounded down, never over')
    }),
    { numRuns: RUNS },
  )
})

test('the order of facts changes nothing', () => {
  for (const question of cases(2, Math.ceil(RUNS / 10))) {
    const facts = Object.fromEntries(Object.entries(question.facts).reverse())
    const said = (it: Outcome) => ({ ...it, parts: [], reasons: [...it.reasons].sort() })
    assert.deepEqual(said(ask({ ...question, facts })), said(ask(question)))
  }
})

/** Facts whose absence means that there are none, not that they are not known. */
const OPTIONAL =
  /^(prior_awards|batch|evidence_|declared_|shared_cost_yuan|tier_table|determin|guide_match_ratio|projects|ordering_rule|quota_position|standards|schemes|invoice_lines|cost_rules|project_period)/

/** A part larger than its whole, or an audited figure beside lines that say another, is no case that can be. */
function isPossible({ facts }: Asked): boolean {
  if ('audited_investment_yuan' in facts && 'invoice_lines' in facts) return false
  const { intelligent_part_investment_yuan: part, total_investment_yuan: whole } = facts
  return typeof part !== 'number' || typeof whole !== 'number' || part <= whole
}

function staysWithin(less: Outcome, known: Outcome, shown: string): void {
  assert.ok(!(known.eligible === false && less.eligible === true), shown)
  assert.ok(!(known.eligible === true && less.eligible === false), shown)
  if (known.eligible === false || less.eligible === false) return
  const [before, after] = [reach(less), reach(known)]
  assert.ok(before.lo <= after.lo, shown)
  assert.ok(before.hi === undefined || (after.hi !== undefined && after.hi <= before.hi), shown)
}

test('a fact that is not known never turns a refusal into a grant, and learning it stays within what was said', () => {
  for (const question of cases(3, Math.ceil(RUNS / 10))) {
    if (!isPossible(question)) continue
    const known = ask(question)
    for (const name of Object.keys(question.facts).filter((it) => !OPTIONAL.test(it))) {
      const less = ask({ ...question, facts: { ...question.facts, [name]: null } })
      staysWithin(less, known, `${name} of ${JSON.stringify(question)}`)
    }
  }
})

test('what is refused pays nothing and tells nothing open; what is open tells why', () => {
  const open =
    /^(MISSING_|VALIDITY_DAY|TIER_TABLE_MISSING|AMOUNT_NOT_FIXED|QUOTA_ORDER|QUOTA_TIE|CAP_CONFLICT|MULTI_LEVEL|AVERAGE_)/
  for (const question of cases(4, RUNS)) {
    const { eligible, amountFen, reasons, bounds } = ask(question)
    const isOpen = reasons.some((it) => open.test(it))
    if (eligible === false) {
      assert.equal(amountFen, 0n)
      assert.ok(!isOpen && reasons.length > 0, JSON.stringify(question))
    }
    if (amountFen === null) assert.ok(isOpen && bounds !== undefined, JSON.stringify(question))
    assert.equal(reasons.includes('CONDITIONS_MET'), eligible === true)
  }
})
