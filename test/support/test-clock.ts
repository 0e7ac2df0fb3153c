/** A clock that moves when it is told to. */
export type TestClock = (() => number) & { advance: (ms: number) => void }

export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start
  return Object.assign(() => now, {
    advance: (ms: number) => {
      now += ms
    },
  })
}

/** Argon2id at its least, so that a suite takes seconds. */
export const CHEAP = { memoryKiB: 64, passes: 1 }
