import type { Day } from '../../kernel/evidence/claims.ts'
import type { Claim, Evidence, FeedPosition } from '../../kernel/evidence/evidence.ts'

const DAY_MS = 86_400_000
/** A day is closed a little after its end, when the last of it has been stored. */
export const CLOSE_AFTER_MS = 600_000
const APPEND_CLAIMS = 500

/** UTC day of a time in milliseconds. */
export function dayOf(timeMs: number): Day {
  return new Date(timeMs).toISOString().slice(0, 10)
}

/** Days since 1970. */
export function dayNumber(day: Day): number {
  return Date.parse(day) / DAY_MS
}

/** What the log has last said about a subject, and of which day. */
export type Earlier = { readonly day: Day; readonly total: number }

export async function earlierClaim(
  evidence: Evidence,
  { subject, kind }: Pick<Claim, 'subject' | 'kind'>,
): Promise<Earlier> {
  const [newest] = await evidence.about(subject, { limit: 1, kind })
  const { day, total } = newest?.claim.fields ?? {}
  return { day: typeof day === 'string' ? day : '', total: typeof total === 'number' ? total : 0 }
}

/**
 * Appends a day's claims, a piece at a time; only the last piece moves the feed's position. A crash in between repeats the
 * day: its callers leave out what the log says already.
 */
export async function appendDay(
  evidence: Evidence,
  claims: readonly Claim[],
  reached: FeedPosition,
): Promise<void> {
  for (let from = 0; ; from += APPEND_CLAIMS) {
    const piece = claims.slice(from, from + APPEND_CLAIMS)
    const isLast = from + APPEND_CLAIMS >= claims.length
    await evidence.append(piece, isLast ? reached : undefined)
    if (isLast) return
  }
}
