import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonNumber } from '../../lib/json-digits.ts'
import { REGION_KINDS } from '../../region-kinds.ts'
import { readRules } from '../rules.ts'
import { readSizes, type Size } from './size.ts'

const { types } = await readRules(REGION_KINDS)
const { sizeOf, titleOf } = await readSizes(types)

const CASES: readonly [string, string | undefined, string | undefined, string | null, Size][] = [
  ['the kind says it', 'sme', '39', '900000000', 'sme'],
  ['the kind says it without a revenue', 'large_enterprise', undefined, null, 'large'],
  ['below the bound of manufacturing', 'manufacturing_enterprise', '3911', '399999999.99', 'sme'],
  [
    'at the bound persons would decide',
    'manufacturing_enterprise',
    '3911',
    '400000000',
    'not_known',
  ],
  [
    'below the bound of software, narrower than its section',
    'enterprise',
    '6513',
    '99999999',
    'sme',
  ],
  ['above it and below that of networks', 'enterprise', '6513', '100000000', 'not_known'],
  ['railways are not divided', 'enterprise', '5310', '1', 'not_known'],
  ['a sector whose size is told by persons alone', 'enterprise', '7310', '1', 'not_known'],
  ['no revenue is known', 'platform_operator', '6513', null, 'not_known'],
  ['no sector is known', 'enterprise', undefined, '1', 'not_known'],
  ['an association has no size', 'association', '9521', '1', 'no_enterprise'],
  ['no kind is known', undefined, '3911', '5', 'sme'],
]

for (const [name, type, sector, revenue, size] of CASES) {
  test(`size of an applicant: ${name}`, () => {
    const facts = revenue === null ? {} : { annual_revenue_yuan: new JsonNumber(revenue) }
    assert.equal(sizeOf({ type, sector, facts }), size)
    assert.ok(titleOf(size)?.zh)
  })
}
