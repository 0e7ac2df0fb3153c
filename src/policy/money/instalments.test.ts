import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../test/contract/documents.histories.ts'
import { coveredOf, instalmentsOf } from './instalments.ts'

const PLANS = 2_000

test('whatever the shares are, the parts come to the amount, and none is a fen from its share', () => {
  const random = seeded(7)
  for (let plan = 0; plan < PLANS; plan++) {
    const count = 1 + Math.floor(random(12))
    const weights = Array.from({ length: count }, () => 1 + Math.floor(random(1_000)))
    const sum = weights.reduce((a, b) => a + b)
    const amount = BigInt(1_000_000 + Math.floor(random(1_000_000_000)))
    const parts = instalmentsOf(
      amount,
      weights.map((it) => `${it}/${sum}`),
    )
    assert.equal(
      parts.reduce((a, b) => a + b),
      amount,
    )
    for (const [at, part] of parts.entries()) {
      const exact = amount * BigInt(weights[at] ?? 0)
      const off = part * BigInt(sum) - exact
      assert.ok(off > -BigInt(sum) && off < BigInt(sum), `${part} of ${exact}/${sum}`)
    }
  }
})

test('shares that come to another sum, are no shares or of nothing are refused with the field', () => {
  const wrong: readonly [readonly string[], string][] = [
    [['1/3', '1/3'], '/instalments'],
    [['1/2', '2/3'], '/instalments'],
    [['0/1', '1/1'], '/instalments/0/share'],
    [['3/2'], '/instalments/0/share'],
    [['1/1000', '999/1000'], '/instalments/0/share'],
  ]
  for (const [shares, path] of wrong) {
    assert.throws(
      () => instalmentsOf(100n, shares),
      (problem: { fields: { path: string }[] }) => problem.fields[0]?.path === path,
    )
  }
  assert.deepEqual(instalmentsOf(100n, ['1/3', '1/3', '1/3']), [33n, 33n, 34n])
})

test('a voucher pays its share of an invoice, rounded down, and never beyond its face', () => {
  assert.equal(coveredOf(999n, '3/10', 5_000n), 299n)
  assert.equal(coveredOf(1_000_000n, '3/10', 5_000n), 5_000n)
  assert.equal(coveredOf(3n, '3/10', 5_000n), 0n)
  assert.equal(coveredOf(4_000n, '1/1', 5_000n), 4_000n)
})
