import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDay, monthsAfter, yearsAfter } from './day.ts'

test('a day is one that the calendar has', () => {
  for (const day of ['2020-02-29', '0001-01-01', '9999-12-31']) assert.ok(isDay(day), day)
  const none = ['2021-02-29', '1900-02-29', '2021-13-01', '2021-04-31', '2021-1-1', '20210101', '']
  for (const day of none) assert.ok(!isDay(day), day)
})

test('some months later it is the same day, or the last of a month that has no such day', () => {
  const months = (day: string, count: number) => monthsAfter(day, count)
  assert.equal(months('2021-01-31', 1), '2021-02-28')
  assert.equal(months('2019-11-30', 3), '2020-02-29')
  assert.equal(months('2021-12-15', 1), '2022-01-15')
  assert.equal(months('0050-01-31', 1), '0050-02-28')
  assert.equal(months('1899-12-31', 2), '1900-02-28')
})

test('some years later it is the same day, and 29 February has its 28th', () => {
  assert.equal(yearsAfter('2020-02-29', 1), '2021-02-28')
  assert.equal(yearsAfter('2020-02-29', 4), '2024-02-29')
  assert.equal(yearsAfter('2019-12-31', 1), '2020-12-31')
  assert.equal(yearsAfter('1896-02-29', 4), '1900-02-28')
  assert.equal(yearsAfter('0050-06-30', 1), '0051-06-30')
})
