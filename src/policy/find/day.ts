import type { Day } from '../../lib/day.ts'

const UTC_OFFSET_MS = 8 * 3_600_000

/** The day it is where the regions are, in China Standard Time. */
export function dayHere(now: number): Day {
  return new Date(now + UTC_OFFSET_MS).toISOString().slice(0, 10)
}
