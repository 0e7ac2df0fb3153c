import { REGISTRATIONS_DAILY } from '../../kernel/evidence/claims.ts'
import type { Evidence } from '../../kernel/evidence/evidence.ts'
import { dayNumber, dayOf } from '../claims/days.ts'
import type { PrefixKey } from '../handle.ts'

export const GROWTH_DAYS_MAX = 366

/** What a prefix held at the end of a day (UTC), and how many of these came on it. */
export type GrownDay = { readonly day: string; readonly added: number; readonly total: number }

/** Where days come from, and what is asked of them. `now` is milliseconds since 1970, `total` what is held at it. */
export type GrowthAsked = {
  readonly now: number
  /** So many days, today among them. */
  readonly days: number
  readonly total: number
}

type Told = { readonly day: string; readonly total: number }

/**
 * The last `days` days of a prefix, the oldest first. Days that are over are as the evidence log claims them; what has been
 * registered since the last of them counts for today.
 */
export async function grownDays(
  evidence: Pick<Evidence, 'about'>,
  prefix: PrefixKey,
  { now, days, total }: GrowthAsked,
): Promise<readonly GrownDay[]> {
  const told = await toldDays(evidence, prefix, days)
  const today = dayNumber(dayOf(now))
  const grown: GrownDay[] = []
  let before = totalBefore(told, dayText(today - days + 1))
  for (let at = today - days + 1; at <= today; at++) {
    const day = dayText(at)
    const held = at === today ? total : (told.find((it) => it.day === day)?.total ?? before)
    grown.push({ day, added: Math.max(0, held - before), total: held })
    before = held
  }
  return grown
}

/** How many identifiers came in the last `days` days. */
export async function addedIn(
  evidence: Pick<Evidence, 'about'>,
  prefix: PrefixKey,
  { now, days, total }: GrowthAsked,
): Promise<number> {
  const told = await toldDays(evidence, prefix, days)
  const first = dayText(dayNumber(dayOf(now)) - days + 1)
  return Math.max(0, total - totalBefore(told, first))
}

/** What the log told of the prefix, newest first: one more than the days there are, for what was held before them. */
async function toldDays(
  evidence: Pick<Evidence, 'about'>,
  prefix: PrefixKey,
  days: number,
): Promise<readonly Told[]> {
  const found = await evidence.about(prefix, { kind: REGISTRATIONS_DAILY, limit: days + 1 })
  return found.flatMap(({ claim: { fields } }) =>
    typeof fields.day === 'string' && typeof fields.total === 'number'
      ? [{ day: fields.day, total: fields.total }]
      : [],
  )
}

function totalBefore(told: readonly Told[], first: string): number {
  return told.find((it) => it.day < first)?.total ?? 0
}

function dayText(number: number): string {
  return dayOf(number * DAY_MS)
}

const DAY_MS = 86_400_000
