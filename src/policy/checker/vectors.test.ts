import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packRules } from '../../../test/support/policy-rules.ts'
import { packVectors } from '../../../test/support/policy-vectors.ts'
import { evaluateSlowly, type Question } from './evaluate.ts'
import { rulesOf } from './rules.ts'

type Vector = Question & {
  readonly id: string
  readonly title: string
  readonly expected: Readonly<Record<string, unknown>> & { readonly reasons: readonly string[] }
}

/** Codes that may be told beside those expected: they refuse nothing and leave nothing open. */
const TELLING =
  /^(CONDITIONS_MET|(RATE|MATCH)_IS_CEILING|CAP_PER_.+|GUIDE_(CAP|RATE)|PUBLIC_FUNDS_LIMIT|BUDGET_PRO_RATA|ROUNDED_DOWN_TO_FEN|BASE_REDUCED_TO_AUDITED|BASE_READING:.+|(RECEIPTS|FEES)_OUTSIDE_.+|TIER_TABLE_APPLIED|TOP_UP_.+|PRIORITY|NO_STACKING_RULE_IN_TEXT|EVIDENCE_CONFLICT:.+)$/

const { vectors } = packVectors<Vector>()
const rules = rulesOf(await packRules())

for (const { id, title, expected, ...question } of vectors) {
  test(`${id}, by the second evaluator: ${title}`, () => {
    const got = JSON.parse(JSON.stringify(evaluateSlowly(rules, question))) as Vector['expected']
    const { reasons, amount_yuan: _, ...fields } = expected
    for (const [name, value] of Object.entries(fields)) assert.deepEqual(got[name], value, name)
    const extra = got.reasons.filter((it) => !reasons.includes(it) && !TELLING.test(it))
    const missing = reasons.filter((it) => !got.reasons.includes(it))
    assert.deepEqual({ extra, missing }, { extra: [], missing: [] })
  })
}
