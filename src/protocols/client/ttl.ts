import { TTL_ABSOLUTE, type WireValue } from '../wire/value.ts'

const MS_PER_S = 1_000

/** How long all of the values may be kept from now on, in seconds. */
export function leastTtlS(values: readonly WireValue[], nowMs: number): number {
  const nowS = Math.floor(nowMs / MS_PER_S)
  const left = values.map(({ ttlType, ttlS }) => (ttlType === TTL_ABSOLUTE ? ttlS - nowS : ttlS))
  return Math.max(0, Math.min(...left, TTL_S_MAX))
}

/** Of what has none. */
const TTL_S_MAX = 2 ** 32 - 1
