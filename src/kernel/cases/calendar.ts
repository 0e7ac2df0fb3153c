import { type Static, Type } from 'typebox'
import { type Day, isDay } from '../../lib/day.ts'
import type { FieldProblem } from '../../lib/problem.ts'

export const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const DAYS_LISTED_MAX = 2_000

const DaySchema = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** Which days are worked: data of a region, with its source. Its days begin at a fixed distance from UTC all year. */
export const CalendarSchema = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 100 }),
    /** What it is called. */
    title: Type.Optional(
      Type.Object({
        en: Type.String({ minLength: 1, maxLength: 200 }),
        zh: Type.String({ minLength: 1, maxLength: 200 }),
      }),
    ),
    /** 480 in China. */
    utcOffsetMinutes: Type.Integer({ minimum: -720, maximum: 840 }),
    /** What it knows, both days inside. Of other days nobody can say whether they are worked. */
    from: DaySchema,
    to: DaySchema,
    /** Days of the week that are not worked: 1 is Monday, 7 Sunday. */
    weekend: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { maxItems: 6 }),
    holidays: Type.Array(DaySchema, { maxItems: DAYS_LISTED_MAX }),
    /** Days of a weekend that are worked instead of others (调休). */
    workdays: Type.Array(DaySchema, { maxItems: DAYS_LISTED_MAX }),
    /** The paper that orders the holidays. */
    source: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
)

export type Calendar = Static<typeof CalendarSchema>

/** What is wrong with a calendar that its schema does not tell. */
export function calendarFaults({
  from,
  to,
  holidays,
  workdays,
}: Calendar): readonly FieldProblem[] {
  const faults: FieldProblem[] = []
  const lists = [
    ['/from', [from]],
    ['/to', [to]],
    ['/holidays', holidays],
    ['/workdays', workdays],
  ] as const
  for (const [path, days] of lists) {
    for (const day of days) {
      if (!isDay(day)) {
        faults.push({ path, reason: { en: `${day} is no day`, zh: `${day} 不是有效日期` } })
      } else if (day < from || day > to) {
        const reason = { en: `${day} lies outside what it knows`, zh: `${day} 超出历法范围` }
        faults.push({ path, reason })
      }
    }
  }
  for (const day of holidays.filter((it) => workdays.includes(it))) {
    const reason = { en: `${day} is a holiday as well`, zh: `${day} 同时列为假日` }
    faults.push({ path: '/workdays', reason })
  }
  return faults
}

/** The day an instant (milliseconds since 1970) falls on. */
export function dayOf({ utcOffsetMinutes }: Calendar, at: number): Day {
  return new Date(at + utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, 10)
}

/** The first instant of a day. */
export function startOf({ utcOffsetMinutes }: Calendar, day: Day): number {
  return Date.parse(`${day}T00:00:00.000Z`) - utcOffsetMinutes * MINUTE_MS
}

export function dayAfter(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + DAY_MS).toISOString().slice(0, 10)
}

/** Undefined where the calendar does not know. */
export function isWorked(calendar: Calendar, day: Day): boolean | undefined {
  if (day < calendar.from || day > calendar.to) return undefined
  const { holidays, workdays, weekend } = setsOf(calendar)
  return workdays.has(day) || (!holidays.has(day) && !weekend.has(weekdayOf(day)))
}

/** 1 Monday … 7 Sunday. */
function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00.000Z`).getUTCDay() || 7
}

type Sets = {
  readonly holidays: ReadonlySet<Day>
  readonly workdays: ReadonlySet<Day>
  readonly weekend: ReadonlySet<number>
}

const known = new WeakMap<Calendar, Sets>()

function setsOf(calendar: Calendar): Sets {
  const before = known.get(calendar)
  if (before !== undefined) return before
  const { holidays, workdays, weekend } = calendar
  const made = {
    holidays: new Set(holidays),
    workdays: new Set(workdays),
    weekend: new Set(weekend),
  }
  known.set(calendar, made)
  return made
}
