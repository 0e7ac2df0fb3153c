import { type Static, Type } from 'typebox'
import { type Day, monthsAfter } from '../../lib/day.ts'
import { literals } from '../access/collections.ts'
import { type Calendar, DAY_MS, dayAfter, dayOf, isWorked, startOf } from './calendar.ts'

export const TERM_LENGTH_MAX = 1_000
export const STOPS_MAX = 200

/** How long somebody has. A parameter with its source: the papers rarely name one, and nothing stands in for it. */
export const TermSchema = Type.Object(
  {
    length: Type.Integer({ minimum: 1, maximum: TERM_LENGTH_MAX }),
    unit: literals(['working-day', 'calendar-day', 'month', 'year']),
    /** Whether a last day that is not worked moves to the next that is; absent: it stays. */
    lastDay: Type.Optional(literals(['next-working-day'])),
    /** Id of the calendar. */
    calendar: Type.String({ minLength: 1, maxLength: 100 }),
    /** The clause it comes from. */
    source: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false },
)

export type Term = Static<typeof TermSchema>

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })

/** A clock that runs from a moment on, apart from its stops. */
export const ClockSchema = Type.Object({
  startedAt: Time,
  /** In order and apart from each other; the last may have no end yet. */
  stops: Type.Array(Type.Object({ from: Time, to: Type.Optional(Time) }), { maxItems: STOPS_MAX }),
  endedAt: Type.Optional(Time),
})

export type TermClock = Static<typeof ClockSchema>

/**
 * When a term is over. `running`: `dueAt` is the first instant that is late, so that the whole second before it is in time;
 * `stopped`: so much was left then; `unknown`: the calendar does not reach so far.
 */
export type Due =
  | { readonly kind: 'running'; readonly dueAt: number }
  | { readonly kind: 'stopped'; readonly since: number; readonly leftMs: number }
  | { readonly kind: 'unknown'; readonly day: Day }

/**
 * The day of the start is not counted and the last day is inside, so a term of days is over at midnight; of months and years
 * at the end of the corresponding day, or of the month's last where there is none. While a clock is stopped no time of a
 * day that counts passes: what is left goes on to the second when it is resumed.
 */
export function dueOf(clock: TermClock, term: Term, calendar: Calendar): Due {
  const due =
    term.unit === 'working-day' || term.unit === 'calendar-day'
      ? dueByDays(clock, term, calendar)
      : dueByMonths(clock, term, calendar)
  if (due.kind !== 'running' || term.lastDay === undefined) return due
  return rolled(due.dueAt, calendar)
}

/**
 * A clock begins to stand still; one that stands already goes on standing. What came in before the last stop was over, and
 * was decided after it, begins where that ended.
 */
export function stopped(clock: TermClock, at: number): TermClock {
  if (isStopped(clock)) return clock
  const from = Math.max(at, clock.startedAt, clock.stops.at(-1)?.to ?? 0)
  return { ...clock, stops: [...clock.stops, { from }] }
}

export function resumed(clock: TermClock, at: number): TermClock {
  const last = clock.stops.at(-1)
  if (last === undefined || last.to !== undefined) return clock
  const to = Math.max(at, last.from)
  return { ...clock, stops: [...clock.stops.slice(0, -1), { from: last.from, to }] }
}

export function isStopped({ stops }: TermClock): boolean {
  const last = stops.at(-1)
  return last !== undefined && last.to === undefined
}

/** A term that is worked through day by day ends within so many days. */
const DAYS_WALKED_MAX = 20_000

function dueByDays(clock: TermClock, { length, unit }: Term, calendar: Calendar): Due {
  let leftMs = length * DAY_MS
  let day = dayAfter(dayOf(calendar, clock.startedAt))
  for (let walked = 0; walked < DAYS_WALKED_MAX; walked++) {
    const counts = unit === 'calendar-day' || isWorked(calendar, day)
    const open = clock.stops.find((it) => it.to === undefined)
    const start = startOf(calendar, day)
    if (open !== undefined && open.from <= start) {
      return { kind: 'stopped', since: open.from, leftMs }
    }
    if (counts === undefined) return { kind: 'unknown', day }
    if (counts) {
      const spent = spend({ from: start, to: start + DAY_MS, leftMs }, clock)
      if (spent.kind !== 'left') return spent
      leftMs = spent.leftMs
    }
    day = dayAfter(day)
  }
  return { kind: 'unknown', day }
}

type Span = { readonly from: number; readonly to: number; readonly leftMs: number }

/** Lets a span of time pass: the rest of the term, or the moment it is over, or that the clock was stopped in it. */
function spend(
  { from, to, leftMs }: Span,
  { stops }: TermClock,
): Due | { readonly kind: 'left'; readonly leftMs: number } {
  let at = from
  let left = leftMs
  for (const stop of stops) {
    if (stop.to !== undefined && stop.to <= at) continue
    if (stop.from >= to) break
    const running = Math.max(0, stop.from - at)
    if (running >= left) return { kind: 'running', dueAt: at + left }
    left -= running
    if (stop.to === undefined) return { kind: 'stopped', since: stop.from, leftMs: left }
    at = Math.min(stop.to, to)
  }
  if (to - at >= left) return { kind: 'running', dueAt: at + left }
  return { kind: 'left', leftMs: left - (to - at) }
}

function dueByMonths(clock: TermClock, { length, unit }: Term, calendar: Calendar): Due {
  const startDay = dayOf(calendar, clock.startedAt)
  const from = startOf(calendar, dayAfter(startDay))
  const lastDay = monthsAfter(startDay, unit === 'year' ? 12 * length : length)
  const to = startOf(calendar, dayAfter(lastDay))
  const spent = spend({ from, to: Number.MAX_SAFE_INTEGER, leftMs: to - from }, clock)
  if (spent.kind !== 'left') return spent
  return { kind: 'unknown', day: lastDay }
}

/** To the end of the first worked day from the last one on. */
function rolled(dueAt: number, calendar: Calendar): Due {
  let day = dayOf(calendar, dueAt - 1)
  for (let walked = 0; walked < DAYS_WALKED_MAX; walked++) {
    const isDayWorked = isWorked(calendar, day)
    if (isDayWorked === undefined) break
    if (isDayWorked) {
      return { kind: 'running', dueAt: walked === 0 ? dueAt : startOf(calendar, dayAfter(day)) }
    }
    day = dayAfter(day)
  }
  return { kind: 'unknown', day }
}
