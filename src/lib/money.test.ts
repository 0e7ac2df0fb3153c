import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatYuan, parseDecimal } from './money.ts'

const CASES: readonly (readonly [string, number, bigint | undefined])[] = [
  ['1.5', 2, 150n],
  ['333333.35', 2, 33_333_335n],
  ['0.1', 2, 10n],
  ['0.125', 2, undefined],
  ['0.120', 2, 12n],
  ['1e7', 2, 1_000_000_000n],
  ['1.25e1', 2, 1250n],
  ['5e-2', 2, 5n],
  ['5e-3', 2, undefined],
  ['-2', 0, -2n],
  ['1.5', 0, undefined],
  ['', 2, undefined],
  ['0x10', 2, undefined],
  ['1e999', 2, undefined],
  ['9'.repeat(25), 2, undefined],
]

for (const [text, decimals, value] of CASES) {
  test(`“${text.slice(0, 30)}” with ${decimals} decimals is ${value}`, () => {
    assert.equal(parseDecimal(text, decimals), value)
  })
}

test('yuan are written with the decimals they need', () => {
  assert.deepEqual([0n, 5n, 50n, 150n, 100n, -1n].map(formatYuan), [
    '0',
    '0.05',
    '0.5',
    '1.5',
    '1',
    '-0.01',
  ])
})

test('what is written is read again, to the fen', () => {
  const fen = fc.bigInt({ min: 0n, max: 10n ** 20n })
  fc.assert(fc.property(fen, (it) => assert.equal(parseDecimal(formatYuan(it), 2), it)))
})
