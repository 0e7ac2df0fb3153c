/** Below this many identifiers a bench only shows that it runs: its rounds are few and short, and its figures no measurement. */
export const SMOKE_BELOW = 100_000

/** Of something that takes `whole` of it when it measures: what it takes when it only shows that it runs. */
export function roundsFor(count: number, whole: number): number {
  return count < SMOKE_BELOW ? 1 : whole
}

/** How long both sides are asked before the first round, in milliseconds. */
export function warmMs(count: number, whole: number): number {
  return count < SMOKE_BELOW ? Math.min(whole, SMOKE_WARM_MS) : whole
}

const SMOKE_WARM_MS = 500
