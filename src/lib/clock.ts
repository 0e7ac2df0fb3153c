/** Milliseconds since 1970, UTC. Handed in wherever time is read, so that tests own it. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()
