import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../test/contract/documents.histories.ts'
import { type Calendar, calendarFaults, DAY_MS, dayOf, isWorked } from './calendar.ts'
import { passed } from './standing.ts'
import { type Due, dueOf, resumed, stopped, type Term, type TermClock } from './terms.ts'

/** The autumn of 2025 as it was worked in China: 1 to 8 October free, 28 September and 11 October worked instead. */
const CALENDAR: Calendar = {
  id: 'cn',
  utcOffsetMinutes: 480,
  from: '2023-01-01',
  to: '2027-12-31',
  weekend: [6, 7],
  holidays: [1, 2, 3, 4, 5, 6, 7, 8].map((it) => `2025-10-0${it}`),
  workdays: ['2025-09-28', '2025-10-11'],
  source: 'the notice of the holidays of 2025',
}

const at = (text: string) => Date.parse(`${text}+08:00`)
const term = (length: number, unit: Term['unit'], more: Partial<Term> = {}): Term => {
  return { length, unit, calendar: 'cn', ...more }
}
const clock = (
  startedAt: string,
  ...stops: readonly (readonly [string, string?])[]
): TermClock => ({
  startedAt: at(startedAt),
  stops: stops.map(([from, to]) => ({ from: at(from), ...(to && { to: at(to) }) })),
})

/** The first late instant, as it reads on a clock in China. */
function dueText(due: Due): string {
  if (due.kind !== 'running') return due.kind
  return new Date(due.dueAt + 480 * 60_000).toISOString().slice(0, 19)
}

const TABLE: readonly (readonly [string, Term, string])[] = [
  // the day of the start is not counted, the last is inside
  ['2025-09-01T00:00:00', term(1, 'calendar-day'), '2025-09-03T00:00:00'],
  ['2025-09-01T23:59:59', term(1, 'calendar-day'), '2025-09-03T00:00:00'],
  ['2025-09-02T00:00:00', term(1, 'calendar-day'), '2025-09-04T00:00:00'],
  // Friday: the weekend does not count
  ['2025-09-05T10:00:00', term(1, 'working-day'), '2025-09-09T00:00:00'],
  ['2025-09-05T10:00:00', term(5, 'working-day'), '2025-09-13T00:00:00'],
  // Sunday 28 September is worked, then eight days are free
  ['2025-09-26T10:00:00', term(3, 'working-day'), '2025-10-01T00:00:00'],
  ['2025-09-26T10:00:00', term(4, 'working-day'), '2025-10-10T00:00:00'],
  ['2025-09-26T10:00:00', term(6, 'working-day'), '2025-10-12T00:00:00'],
  ['2025-09-26T10:00:00', term(7, 'working-day'), '2025-10-14T00:00:00'],
  // started on a holiday
  ['2025-10-03T10:00:00', term(1, 'working-day'), '2025-10-10T00:00:00'],
  // months: the corresponding day, or the month's last
  ['2025-01-31T12:00:00', term(1, 'month'), '2025-03-01T00:00:00'],
  ['2024-01-31T12:00:00', term(1, 'month'), '2024-03-01T00:00:00'],
  ['2024-01-30T12:00:00', term(1, 'month'), '2024-03-01T00:00:00'],
  ['2024-01-29T12:00:00', term(1, 'month'), '2024-03-01T00:00:00'],
  ['2024-01-28T12:00:00', term(1, 'month'), '2024-02-29T00:00:00'],
  ['2025-08-31T12:00:00', term(6, 'month'), '2026-03-01T00:00:00'],
  ['2025-11-30T12:00:00', term(3, 'month'), '2026-03-01T00:00:00'],
  // years: from a day to the same day a year later, both inside
  ['2025-03-10T12:00:00', term(1, 'year'), '2026-03-11T00:00:00'],
  ['2024-02-29T12:00:00', term(1, 'year'), '2025-03-01T00:00:00'],
  ['2024-02-29T12:00:00', term(3, 'year'), '2027-03-01T00:00:00'],
  ['2023-02-28T12:00:00', term(1, 'year'), '2024-02-29T00:00:00'],
  // a last day that is not worked stays, or moves where the rule says so
  ['2025-09-28T10:00:00', term(3, 'calendar-day'), '2025-10-02T00:00:00'],
  [
    '2025-09-28T10:00:00',
    term(3, 'calendar-day', { lastDay: 'next-working-day' }),
    '2025-10-10T00:00:00',
  ],
  ['2025-09-05T10:00:00', term(1, 'month', { lastDay: 'next-working-day' }), '2025-10-10T00:00:00'],
  // beyond what the calendar knows nobody guesses
  ['2027-12-30T10:00:00', term(2, 'working-day'), 'unknown'],
  ['2027-12-30T10:00:00', term(2, 'calendar-day'), '2028-01-02T00:00:00'],
]

for (const [start, of, expected] of TABLE) {
  test(`${of.length} ${of.unit}${of.lastDay ? ', moved' : ''} from ${start} end before ${expected}`, () => {
    assert.equal(dueText(dueOf(clock(start), of, CALENDAR)), expected)
  })
}

const STOPS: readonly (readonly [string, TermClock, Term, string])[] = [
  [
    'stopped for a day and a half, it ends so much later',
    clock('2025-09-01T10:00:00', ['2025-09-03T06:00:00', '2025-09-04T18:30:01']),
    term(5, 'calendar-day'),
    '2025-09-08T12:30:01',
  ],
  [
    'of a stop over a holiday only the worked days count',
    clock('2025-09-26T10:00:00', ['2025-09-30T16:00:00', '2025-10-09T09:00:00']),
    // left on 30 September: 8 hours of the third day and a fourth
    term(4, 'working-day'),
    '2025-10-10T17:00:00',
  ],
  [
    'a stop within a holiday changes nothing',
    clock('2025-09-26T10:00:00', ['2025-10-02T08:00:00', '2025-10-07T08:00:00']),
    term(4, 'working-day'),
    '2025-10-10T00:00:00',
  ],
  [
    'what is left of a working day goes on after the weekend',
    clock('2025-09-01T10:00:00', ['2025-09-02T00:00:00', '2025-09-05T20:00:00']),
    term(1, 'working-day'),
    '2025-09-08T20:00:00',
  ],
  [
    'a stop on the day of the start ends within a day that counts',
    clock('2025-09-01T10:00:00', ['2025-09-01T11:00:00', '2025-09-03T15:00:00']),
    term(1, 'calendar-day'),
    '2025-09-04T15:00:00',
  ],
  [
    'several stops add up',
    clock(
      '2025-09-01T10:00:00',
      ['2025-09-02T01:00:00', '2025-09-02T02:00:00'],
      ['2025-09-02T03:00:00', '2025-09-02T05:00:00'],
    ),
    term(1, 'calendar-day'),
    '2025-09-03T03:00:00',
  ],
  [
    'a stop after the end is none',
    clock('2025-09-01T10:00:00', ['2025-09-03T00:00:00']),
    term(1, 'calendar-day'),
    '2025-09-03T00:00:00',
  ],
  [
    'a stop in the last second leaves a second',
    clock('2025-09-01T10:00:00', ['2025-09-02T23:59:59', '2025-09-10T12:00:00']),
    term(1, 'calendar-day'),
    '2025-09-10T12:00:01',
  ],
  [
    'a month that was stopped for ten days',
    clock('2025-01-31T12:00:00', ['2025-02-10T00:00:00', '2025-02-20T00:00:00']),
    term(1, 'month'),
    '2025-03-11T00:00:00',
  ],
]

for (const [name, of, length, expected] of STOPS) {
  test(name, () => {
    assert.equal(dueText(dueOf(of, length, CALENDAR)), expected)
  })
}

test('while a clock is stopped it says how much is left', () => {
  const one = clock('2025-09-01T10:00:00', ['2025-09-03T06:00:00'])
  const since = at('2025-09-03T06:00:00')
  const leftMs = 5 * DAY_MS - DAY_MS - 6 * 3_600_000
  for (const five of [term(5, 'calendar-day'), term(5, 'working-day')]) {
    assert.deepEqual(dueOf(one, five, CALENDAR), { kind: 'stopped', since, leftMs })
  }
  const month = dueOf(
    clock('2025-01-31T12:00:00', ['2025-02-27T00:00:00']),
    term(1, 'month'),
    CALENDAR,
  )
  assert.ok(month.kind === 'stopped' && month.leftMs === 2 * DAY_MS)
})

test('a clock is stopped and resumed once, however often that is said', () => {
  const one = clock('2025-09-01T10:00:00')
  assert.equal(resumed(one, 5), one)
  const still = stopped(one, at('2025-09-02T10:00:00'))
  assert.equal(stopped(still, at('2025-09-02T11:00:00')), still)
  const again = resumed(still, at('2025-09-02T12:00:00'))
  assert.equal(resumed(again, at('2025-09-02T13:00:00')), again)
  assert.equal(stopped(again, at('2025-09-02T14:00:00')).stops.length, 2)
})

test('random clocks end where counting every minute says', () => {
  const MINUTE = 60_000
  const start = at('2025-09-20T00:00:00')
  for (let seed = 1; seed <= 80; seed++) {
    const random = seeded(seed)
    const startedAt = start + random(8 * 1_440) * MINUTE
    const stops: { from: number; to: number }[] = []
    for (let from = startedAt, count = random(4); count > 0; count--) {
      from += (1 + random(6_000)) * MINUTE
      const to = from + (1 + random(6_000)) * MINUTE
      stops.push({ from, to })
      from = to
    }
    const of = term(1 + random(6), random(2) === 0 ? 'working-day' : 'calendar-day')
    const due = dueOf({ startedAt, stops }, of, CALENDAR)
    const startDay = dayOf(CALENDAR, startedAt)
    let now = startedAt
    for (let left = of.length * 1_440; left > 0; now += MINUTE) {
      const day = dayOf(CALENDAR, now)
      const counts = of.unit === 'calendar-day' || isWorked(CALENDAR, day)
      const isStill = stops.some((it) => it.from <= now && now < it.to)
      if (day !== startDay && counts && !isStill) left--
    }
    assert.deepEqual(due, { kind: 'running', dueAt: now }, `seed ${seed}`)
  }
})

test('a calendar that contradicts itself is told', () => {
  assert.deepEqual(calendarFaults(CALENDAR), [])
  const wrong = { ...CALENDAR, holidays: ['2025-02-30', '2029-01-01', '2025-09-28'] }
  assert.deepEqual(
    calendarFaults(wrong).map((it) => `${it.path} ${it.reason.en}`),
    [
      '/holidays 2025-02-30 is no day',
      '/holidays 2029-01-01 lies outside what it knows',
      '/workdays 2025-09-28 is a holiday as well',
    ],
  )
})

test('where the calendar ends the refusal names the year that has to be added', () => {
  const year = { ...CALENDAR, from: '2026-01-01', to: '2026-12-31', holidays: [], workdays: [] }
  const said = passed(clock('2026-12-29T10:00:00'), term(5, 'working-day'), {
    calendars: new Map([['cn', year]]),
    at: at('2027-01-20T10:00:00'),
  })
  assert.ok(typeof said === 'object')
  assert.equal(said.code, 'calendar-missing')
  assert.match(said.text.en, /knows 2026-01-01 to 2026-12-31, not 2027-01-01; the days of 2027/)
})
