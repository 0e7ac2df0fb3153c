import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeFormOf, timeNumber, timeNumbers, timeText } from './times.ts'

const TIMES = [
  '2024-02-29T23:59:59Z',
  '2023-01-01 00:00:00',
  '1999/12/31 07:08:09',
  '2024-03-15T08:21:33+08:00',
  '2024-03-15T08:21:33.123Z',
  '2024-03-15T08:21:33.000001-1130',
  '20240315T082133Z',
  '20240315082133',
  '2024-03-15',
  '2024/03/15',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
]

const NO_TIMES = [
  '2023-02-29T00:00:00Z',
  '2023-13-01T00:00:00Z',
  '2023-00-01',
  '2023-04-31',
  '2024-03-15T24:00:00Z',
  '2024-03-15T23:60:00Z',
  '2024-03-15T23:59:60Z',
  '1900-02-29',
]

test('every spelling of a time comes back letter by letter', () => {
  for (const text of TIMES) {
    const form = timeFormOf(text)
    assert.ok(form, text)
    assert.equal(timeText(timeNumber(text, form), form), text)
  }
})

test('a time that no calendar or clock has is not taken for one', () => {
  for (const text of NO_TIMES) {
    const form = timeFormOf(text)
    assert.ok(form === undefined || Number.isNaN(timeNumber(text, form)), text)
  }
})

test('a time spelled in another way than the form says is not a number', () => {
  for (const text of TIMES) {
    const form = timeFormOf(text)
    assert.ok(form)
    for (const other of TIMES) {
      const number = timeNumber(other, form)
      assert.ok(Number.isNaN(number) || timeText(number, form) === other, `${other} as ${text}`)
    }
  }
})

test('every day of four hundred years comes back', () => {
  const form = timeFormOf('2000-01-01')
  assert.ok(form)
  for (let day = -25_000; day < 122_000; day += 7) {
    const text = new Date(day * 86_400_000).toISOString().slice(0, 10)
    assert.equal(timeNumber(text, form), day)
    assert.equal(timeText(day, form), text)
  }
})

test('a column of times is read as each of them by itself, over midnight too', () => {
  for (const text of TIMES) {
    const form = timeFormOf(text)
    assert.ok(form)
    const first = timeNumber(text, form)
    const steps = [0, 1, 59, 3_600, 86_399, 86_400, 400 * 86_400, -1]
    const texts = steps.map((step) => timeText(first + step, form))
    const valid = texts.filter((it) => !Number.isNaN(timeNumber(it, form)))
    const expected = valid.map((it) => timeNumber(it, form))
    assert.deepEqual([...(timeNumbers(valid, form) ?? [])], expected, text)
  }
})

test('one text that is no such time makes the column none of times', () => {
  for (const text of TIMES) {
    const form = timeFormOf(text)
    assert.ok(form)
    for (let at = 0; at < text.length; at++) {
      for (const other of ['9', 'x', 'é', '']) {
        const changed = text.slice(0, at) + other + text.slice(at + 1)
        const number = timeNumber(changed, form)
        const numbers = timeNumbers([text, changed], form)
        assert.equal(numbers?.[1] ?? Number.NaN, number, changed)
      }
    }
  }
})
