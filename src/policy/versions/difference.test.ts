import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packRules } from '../../../test/support/policy-rules.ts'
import { matches } from '../../lib/schema-problems.ts'
import { REGION_KINDS } from '../../region-kinds.ts'
import { type Measure, MeasureSchema } from '../measure-schema.ts'
import { readRules } from '../rules.ts'
import { compareCases, rulesWith } from './cases.ts'
import { differenceOf } from './difference.ts'
import { readCases } from './read-cases.ts'

const rules = await readRules(REGION_KINDS)
const { measures } = await packRules()
const of = (id: string): Measure => rules.measures.get(id)?.measure ?? assert.fail(id)
const told = (before: Measure, after: Measure) =>
  differenceOf(before, after, rules).map((it) => [it.text.en, it.text.zh])

test('a cap that falls is told by its sums', () => {
  const before = of('D1-M01a')
  assert.deepEqual(told(before, { ...before, caps: [{ yuan: 10_000_000, per: 'project' }] }), [
    [
      'cap per project falls from 30,000,000 yuan to 10,000,000 yuan',
      '每项目上限由3000万元降至1000万元',
    ],
  ])
})

test('rates, conditions, days, owners and forms are told in words', () => {
  const before = of('D1-M02')
  const rate = { ...before.amount, rate: '30/100' } as Measure['amount']
  assert.deepEqual(told(before, { ...before, amount: rate })[0], [
    'rate falls from 50% to 30%',
    '比例由50%降至30%',
  ])
  const condition = { fact: 'total_investment_yuan', unit: 'yuan', atLeast: 5 } as never
  const asked = { ...before, conditions: [condition] }
  assert.match(told(before, asked)[0]?.[0] ?? '', /^condition is added: .* at least 5 yuan$/)
  const more = { fact: 'total_investment_yuan', unit: 'yuan', atLeast: 6 } as never
  assert.match(
    told(asked, { ...before, conditions: [more] })[0]?.[1] ?? '',
    /^条件由“.*不低于5（yuan）”改为“.*不低于6（yuan）”$/,
  )
  const later = { ...before, inForce: { from: '2018-07-01', to: '2022-12-31' } }
  assert.deepEqual(told(before, later), [
    [
      'time in force changes from 2018-07-01–2020-12-31 to 2018-07-01–2022-12-31',
      '有效期由2018-07-01 至 2020-12-31改为2018-07-01 至 2022-12-31',
    ],
  ])
  const owned = { ...before, owner: ['city-science'] }
  assert.equal(told(before, owned).length, 2)
  const fixed: Measure = { ...before, amount: { form: 'fixed', yuan: 500_000 } }
  assert.match(told(before, fixed)[0]?.[1] ?? '', /金额由不超过.*的50%改为固定50万元/)
})

/** Every version that comes of one by changing, dropping or adding one value anywhere. */
function* slips(value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield `${value}x`
  if (typeof value === 'number') yield value + 1
  if (typeof value === 'boolean') yield !value
  if (Array.isArray(value)) {
    for (const [at, it] of value.entries()) {
      yield value.toSpliced(at, 1)
      for (const slip of slips(it)) yield value.with(at, slip)
    }
    yield [...value, value[0]]
    yield value.toReversed()
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, it] of Object.entries(value)) {
    const { [name]: _, ...rest } = value as Record<string, unknown>
    yield rest
    for (const slip of slips(it)) yield { ...value, [name]: slip }
  }
}

test('whatever differs is told, in both languages, and nothing else is', () => {
  let count = 0
  for (const { measure } of measures) {
    assert.deepEqual(differenceOf(measure, structuredClone(measure), rules), [])
    for (const slip of slips(measure)) {
      if (JSON.stringify(slip) === JSON.stringify(measure) || !matches(MeasureSchema, slip))
        continue
      count++
      const changes = differenceOf(measure, slip as Measure, rules)
      assert.ok(changes.length > 0, JSON.stringify(slip))
      for (const { text } of changes) assert.ok(text.en !== '' && text.zh !== '')
    }
  }
  assert.ok(count > 1_500, String(count))
})

test('of given cases those are told that change', () => {
  const measure = of('D1-M18-2a')
  const lower: Measure = { ...measure, caps: [{ yuan: 1_000_000, per: 'project' }] }
  const fact = (yuan: unknown) => ({
    application_date: '2020-06-01',
    applicant: { id: 'a', type: 'enterprise', location: 'shenzhen' },
    audited_investment_yuan: yuan,
  })
  const lines = [1_000_000, 5_000_000, 'much'].map((it) => JSON.stringify(fact(it))).join('\n')
  const after = rulesWith(rules, lower, 'shenzhen')
  const compared = compareCases(readCases(lines), measure.id, { before: rules, after })
  assert.deepEqual(
    compared.map((it) => [it.id, it.changes, it.after?.amountFen, it.error !== undefined]),
    [
      ['#1', false, 30_000_000n, false],
      ['#2', true, 100_000_000n, false],
      ['#3', false, undefined, true],
    ],
  )
})
