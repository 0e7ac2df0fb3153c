import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDigits } from '../lib/json-digits.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { evaluate } from './evaluate.ts'
import { explain, explanationLines, resultText, type Step } from './explain.ts'
import { readRules } from './rules.ts'

const rules = await readRules(REGION_KINDS)

function explained(measure: string, facts: object, mode = 'live') {
  const outcome = evaluate(rules, { measure, mode, facts: parseDigits(JSON.stringify(facts)) })
  return { outcome, steps: explain(outcome, rules) }
}

const FACTS = {
  application_date: '2020-09-15',
  applicant: { id: 'E1', type: 'platform_operator', location: 'guangzhou' },
  platform_class: 'specific_industry',
  audited_investment_yuan: 50000000.35,
  determinations: { good_application_effect: false },
}

test('every test is told with what it saw, also after one that refused', () => {
  const { outcome, steps } = explained('D1-M01b', FACTS)
  const lines = explanationLines(steps, 'en').map((it) => it.trim())
  assert.ok(
    lines.includes('✓ in force on the day of application  (day of application = 2020-09-15)'),
  )
  assert.ok(
    lines.includes('✗ place of the applicant  (applicant (location) = guangzhou)  [WRONG_REGION]'),
  )
  assert.ok(
    lines.includes(
      '✗ judged: good_application_effect  (good_application_effect = no)  [DETERMINATION_NEGATIVE:good_application_effect]',
    ),
  )
  assert.deepEqual(resultText(outcome), { en: 'does not fit', zh: '不符合' })
})

test('every limit is told with what it would have allowed, and the one that binds', () => {
  const { steps } = explained('D1-M01b', {
    ...FACTS,
    applicant: { ...FACTS.applicant, location: 'shenzhen' },
    determinations: { good_application_effect: true },
    batch: { id: 'g', open_measures: ['D1-M01'], caps_yuan: { platform_any_class: 4000000 } },
  })
  assert.deepEqual(explanationLines(steps, 'en').slice(-4), [
    '  · amount: 4000000 yuan',
    '    · rate of the base: 15000000.1 yuan and a fraction of a fen',
    '    · cap per project: 5000000 yuan',
    "    · cap of the year's guide: 4000000 yuan ← binds",
  ])
  assert.equal(explanationLines(steps, 'zh').at(-1), '    · 年度指南上限: 4000000 元 ← 起限制作用')
})

test('what is open says so, with its bounds', () => {
  const { outcome, steps } = explained('D1-M03', {
    application_date: '2020-09-15',
    applicant: { id: 'E1', type: 'service_provider', location: 'shenzhen' },
  })
  assert.deepEqual(resultText(outcome), {
    en: 'open: 0 to 2000000 yuan',
    zh: '待定：0 至 2000000 元',
  })
  const open = explanationLines(steps, 'en').find((it) => it.includes('MISSING_FACT'))
  assert.match(open ?? '', /\? D1-M03/)
})

test('every measure of every pack can be explained in both languages, nothing known of the case', () => {
  for (const id of rules.measures.keys()) {
    const { steps } = explained(id, {}, 'as_if_in_force')
    const texts = textsOf(steps)
    assert.ok(texts.length > 1, id)
    for (const { en, zh } of texts) {
      assert.ok(en !== '' && /\p{Script=Han}|[A-Z]|\d/u.test(zh), `${id}: ${en} / ${zh}`)
      assert.doesNotMatch(en, /undefined|\[object/)
    }
  }
})

function textsOf(steps: readonly Step[]): Step['text'][] {
  return steps.flatMap((it) => [it.text, ...textsOf(it.steps ?? [])])
}
