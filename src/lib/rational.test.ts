import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  add,
  compare,
  divide,
  floor,
  isWhole,
  multiply,
  parseRational,
  rational,
  subtract,
} from './rational.ts'

const fraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 10n ** 6n }))
  .map(([over, under]) => rational(over, under))

test('floor is the largest whole number that is not above', () => {
  const { over: seven } = rational(7n)
  assert.deepEqual(
    [rational(seven, 2n), rational(-seven, 2n), rational(-4n, 2n), rational(0n)].map(floor),
    [3n, -4n, -2n, 0n],
  )
  fc.assert(
    fc.property(fraction, (it) => {
      const whole = rational(floor(it))
      assert.ok(compare(whole, it) <= 0 && compare(it, add(whole, rational(1n))) < 0)
      assert.equal(isWhole(it), compare(whole, it) === 0)
    }),
  )
})

test('what is added is taken away again, what is multiplied divided', () => {
  fc.assert(
    fc.property(fraction, fraction, (a, b) => {
      assert.equal(compare(subtract(add(a, b), b), a), 0)
      if (b.over > 0n) assert.equal(compare(divide(multiply(a, b), b), a), 0)
    }),
  )
})

test('a divisor is above 0', () => {
  assert.throws(() => rational(1n, 0n), RangeError)
  assert.throws(() => divide(rational(1n), rational(0n)), RangeError)
})

test('a ratio is two integers', () => {
  assert.deepEqual(parseRational('2/5'), rational(2n, 5n))
  for (const wrong of ['2', '2/0', '-1/2', '1/2/3', '0.5', '', '1/ 2']) {
    assert.equal(parseRational(wrong), undefined, wrong)
  }
})
