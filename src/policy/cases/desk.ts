import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Calendar, CalendarSchema, calendarFaults } from '../../kernel/cases/calendar.ts'
import type { CaseDesk } from '../../kernel/cases/desk.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { requireVersion } from '../papers/parts.ts'
import { POLICY_CALENDARS } from './collections.ts'
import { readSpec } from './spec-files.ts'

const CALENDARS_MAX = 100
const SHIPPED = ['cn.yaml']

/** Kept as long as nobody tells another: one process writes to a store. */
const known = new WeakMap<Documents, Promise<ReadonlyMap<string, Calendar>>>()

/** What cases of support stand on, with the calendars as they are now. */
export async function caseDeskOf({
  documents,
  clock,
  sealKey,
}: {
  readonly documents: Documents
  readonly clock: Clock
  readonly sealKey: CaseDesk['sealKey']
}): Promise<CaseDesk> {
  const calendars = await calendarsOf(documents)
  return { documents, clock, calendars: () => calendars, chance: randomBytes, sealKey }
}

/** Calendars by their id: those told here, and those that come with the program. */
export function calendarsOf(documents: Documents): Promise<ReadonlyMap<string, Calendar>> {
  const before = known.get(documents)
  if (before !== undefined) return before
  const reading = readCalendars(documents).catch((error: unknown) => {
    known.delete(documents)
    throw error
  })
  known.set(documents, reading)
  return reading
}

async function readCalendars(documents: Documents): Promise<ReadonlyMap<string, Calendar>> {
  const shipped = await Promise.all(
    SHIPPED.map((it) => readSpec(CalendarSchema, 'calendars', it) as Promise<Calendar>),
  )
  const { items } = await documents.query(POLICY_CALENDARS, { limit: CALENDARS_MAX })
  return new Map([...shipped, ...items.map((it) => it.body)].map((it) => [it.id, it]))
}

/** A year is added to a calendar, never put in the place of another: terms that run are reckoned by its days. */
function daysLeftOut(calendar: Calendar, before: Calendar | undefined): readonly FieldProblem[] {
  if (before === undefined) return []
  const reason = {
    en: `it knows ${before.from} to ${before.to}, and terms run by these days: add to them, leave none out`,
    zh: `该日历现覆盖 ${before.from} 至 ${before.to}，已有期限据此计算：只能增加，不能缩减`,
  }
  return [
    ...(calendar.from > before.from ? [{ path: '/from', reason }] : []),
    ...(calendar.to < before.to ? [{ path: '/to', reason }] : []),
  ]
}

/** Versions of the calendars that were told here; one that comes with the program has none yet. */
export async function calendarVersions(
  documents: Documents,
): Promise<ReadonlyMap<string, { readonly version: number; readonly at: number }>> {
  const { items } = await documents.query(POLICY_CALENDARS, { limit: CALENDARS_MAX })
  return new Map(items.map((it) => [it.id, { version: it.version, at: it.updatedAt }]))
}

/**
 * Tells a calendar anew; terms that run are reckoned by it from then on. Answers its version.
 * @param version the one that it was read at, 0 for one that was never told here
 * @throws Problem `invalid-input` where it is not right, or knows fewer days than it did; `stale-version`
 */
export async function tellCalendar(
  documents: Documents,
  calendar: Calendar,
  { author, version }: { readonly author: Author; readonly version: number },
): Promise<number> {
  const stored = await documents.get(POLICY_CALENDARS, calendar.id)
  if (stored !== undefined && isDeepStrictEqual(stored.body, calendar)) return stored.version
  requireVersion({ version: stored?.version ?? 0 }, version)
  const before = (await calendarsOf(documents)).get(calendar.id)
  const fields = [...calendarFaults(calendar), ...daysLeftOut(calendar, before)]
  if (fields.length > 0) {
    throw new Problem(
      'invalid-input',
      { en: 'The calendar is not right', zh: '日历有误' },
      { fields },
    )
  }
  const write = { collection: POLICY_CALENDARS, id: calendar.id, expected: version, put: calendar }
  const [next = version] = await documents.commit([write], { author })
  known.delete(documents)
  return next
}
