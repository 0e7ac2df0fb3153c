import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatDays,
  isFree,
  parseDays,
  spansToAdd,
  turned,
} from '../console/src/rooms/support-offices/days.ts'

const WEEKEND = [6, 7]

test('days are read as papers and people write them, and what cannot be read is given back', () => {
  const text =
    '2027-01-01\n2月6日（周六）至2月8日、5月1日至2日; 2027/10/1 to 2027/10/2，国庆, 2027-02-30'
  assert.deepEqual(parseDays(text, 2027), {
    days: [
      ...['2027-01-01', '2027-02-06', '2027-02-07', '2027-02-08', '2027-05-01', '2027-05-02'],
      ...['2027-10-01', '2027-10-02'],
    ],
    wrong: ['国庆', '2027-02-30'],
  })
  // a slip of the pen is not spread over a year
  assert.deepEqual(parseDays('2027-01-01 至 2027-12-31', 2027).wrong, ['2027-01-01 至 2027-12-31'])
  assert.deepEqual(parseDays('10月7日至1日', 2027).wrong, ['10月7日至1日'])
})

test('days that are written are read again as the same', () => {
  const days = ['2027-01-01', '2027-02-06', '2027-02-07']
  for (const to of ['至', 'to']) {
    const text = formatDays(days, to)
    assert.equal(text, `2027-01-01\n2027-02-06 ${to} 2027-02-07`)
    assert.deepEqual(parseDays(text, 2027).days, days)
  }
})

test('a day turns from worked to free and back: a weekday by the holidays, a weekend by what is worked instead', () => {
  const none = { holidays: new Set<string>(), workdays: new Set<string>() }
  const [friday, saturday] = ['2027-01-01', '2027-01-02']
  assert.deepEqual(
    [friday, saturday].map((it) => isFree(it, none, WEEKEND)),
    [false, true],
  )
  for (const [day, list] of [
    [friday, 'holidays'],
    [saturday, 'workdays'],
  ] as const) {
    const once = turned(day, none, WEEKEND)
    assert.deepEqual(once, { holidays: [], workdays: [], [list]: [day] })
    const listed = { holidays: new Set(once.holidays), workdays: new Set(once.workdays) }
    assert.equal(isFree(day, listed, WEEKEND), !isFree(day, none, WEEKEND))
    assert.deepEqual(turned(day, listed, WEEKEND), { holidays: [], workdays: [] })
  }
})

test('what can be added to a calendar is the rest of the years beside it', () => {
  assert.deepEqual(spansToAdd({ from: '2026-01-01', to: '2026-12-31' }), [
    { from: '2027-01-01', to: '2027-12-31' },
    { from: '2025-01-01', to: '2025-12-31' },
  ])
  const [rest] = spansToAdd({ from: '2026-01-01', to: '2026-06-30' })
  assert.deepEqual(rest, { from: '2026-07-01', to: '2026-12-31' })
})
