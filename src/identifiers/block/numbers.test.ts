import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Dice } from '../../../test/support/records.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { NUMBER_MAX, planNumbers } from './number-plan.ts'
import { Earlier, type NumberColumn, numberAt, readNumbers, writeNumbers } from './numbers.ts'

/** Bytes that hold the columns, after checking that every number is read back. */
function bytesOf(columns: readonly (readonly number[])[]): number {
  const w = new ByteWriter()
  const earlier = new Earlier()
  for (const numbers of columns) {
    const values = Float64Array.from(numbers)
    writeNumbers(w, values, planNumbers(values), earlier)
  }
  const bytes = Buffer.concat([w.view(), Buffer.alloc(4, 255)])
  const r = new ByteReader(bytes, 0, w.length)
  const read: NumberColumn[] = []
  for (const numbers of columns) {
    const column = readNumbers(r, numbers.length, read)
    assert.deepEqual(
      numbers.map((_, row) => numberAt(bytes, column, row)),
      [...numbers],
    )
  }
  r.finish()
  return w.length
}

const rows = (number: (row: number) => number, count = 128) =>
  Array.from({ length: count }, (_, row) => number(row))

test('numbers that follow from their row take a few bytes, however many they are', () => {
  assert.ok(bytesOf([rows(() => 1_760_000_000_000)]) <= 7)
  assert.ok(bytesOf([rows((row) => 500 + row)]) <= 4)
  assert.ok(bytesOf([rows((row) => 70_000 - 3 * row)]) <= 5)
  assert.ok(bytesOf([rows((row) => Math.floor(1_700_000_000 + row * 13.7))]) <= 32)
})

test('a line that breaks off and begins anew takes a few bytes more', () => {
  const broken = (row: number) => (row < 57 ? 4_800 + row : row < 100 ? row - 56 : 9_000 + row)
  assert.ok(bytesOf([rows(broken)]) <= 24)
})

test('jitter around a line takes the bits of the jitter, over a break as well', () => {
  const dice = new Dice(7)
  const times = (row: number) => 1_700_000_000 + row * 20 + dice.below(32)
  assert.ok(bytesOf([rows(times)]) <= (128 * 6) / 8 + 12)
  const night = (row: number) => times(row) + (row > 80 ? 50_000 : 0)
  assert.ok(bytesOf([rows(night)]) <= (128 * 6) / 8 + 24)
})

test('a rising column with gaps takes the bits of the gaps', () => {
  const dice = new Dice(8)
  let serial = 1_000
  assert.ok(bytesOf([rows(() => (serial += 1 + dice.below(16)))]) <= (127 * 4) / 8 + 8)
})

test('a few numbers far from all others are paid for by themselves', () => {
  const numbers = rows((row) => (row % 20 === 3 ? 86_400_000 + row * 7_919_993 : 0))
  assert.ok(bytesOf([numbers]) <= 60)
})

test('few different numbers take the bits of the choice', () => {
  const dice = new Dice(9)
  const far = [5, 4_000_000_000, 77_777_777_777, 12_345_678]
  assert.ok(bytesOf([rows(() => dice.pick(far))]) <= (128 * 2) / 8 + 28)
})

test('a column equal to an earlier one takes two bytes', () => {
  const dice = new Dice(10)
  const numbers = rows(() => dice.below(1_000_000))
  assert.equal(
    bytesOf([numbers, rows((row) => row), numbers]),
    bytesOf([numbers, rows((row) => row)]) + 2,
  )
})

test('any numbers come back, up to the largest and the smallest', () => {
  const dice = new Dice(11)
  const extremes = [0, 1, -1, NUMBER_MAX, -NUMBER_MAX, 2 ** 31, 2 ** 32, -(2 ** 31), 2 ** 50]
  for (let n = 0; n < 2_000; n++) {
    const count = 1 + dice.below(128)
    const range = 2 ** dice.below(51)
    const slope = dice.pick([0, 0, 1, 13.7, -5, 1e9])
    const column = rows((row) => {
      if (dice.chance(3)) return dice.pick(extremes)
      const number = Math.floor(row * slope) + Math.floor((dice.below(2 ** 30) / 2 ** 30) * range)
      return Math.max(-NUMBER_MAX, Math.min(NUMBER_MAX, number))
    }, count)
    bytesOf(n % 2 === 0 ? [column] : [column, rows((row) => column[row] ?? 0, count)])
  }
})
