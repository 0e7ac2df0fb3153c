import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import { Problem } from '../../lib/problem.ts'
import { type Attempt, FailureLane, type LaneLimits, SignInThrottle } from './throttle.ts'

const LIMITS: LaneLimits = {
  free: 3,
  waitMsMin: 1_000,
  waitMsMax: 10_000,
  forgetMs: 60_000,
  entriesMax: 100,
}

const MALLORY: Attempt = { address: '203.0.113.9', nameKey: 'olga' }
const OLGA: Attempt = { address: '192.0.2.1', nameKey: 'olga' }

/** Fails until told to wait; answers how often that took and how long the wait is. */
function failUntilTold(
  throttle: SignInThrottle,
  attempt: Attempt,
): { times: number; waitS: number } {
  for (let times = 0; times < 1_000; times++) {
    try {
      throttle.begin(attempt)
    } catch (problem) {
      assert.ok(problem instanceof Problem && problem.code === 'too-many-requests')
      return { times, waitS: problem.retryAfterS ?? 0 }
    }
  }
  return { times: Number.POSITIVE_INFINITY, waitS: 0 }
}

test('waits double with every failure beyond the free ones, up to the longest', () => {
  const lane = new FailureLane(LIMITS)
  const waits: number[] = []
  let now = 0
  for (let failures = 1; failures <= 9; failures++) {
    lane.add('a', now)
    waits.push(lane.waitMs('a', now))
    now += lane.waitMs('a', now)
  }
  assert.deepEqual(waits, [0, 0, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000])
})

test('failures are forgotten some time after the wait', () => {
  const lane = new FailureLane(LIMITS)
  for (let i = 0; i < 4; i++) lane.add('a', 0)
  assert.equal(lane.waitMs('a', 0), 2_000)
  lane.add('a', 2_000 + LIMITS.forgetMs)
  assert.equal(lane.waitMs('a', 2_000 + LIMITS.forgetMs), 0)
})

test('the table of failures does not grow beyond its bound, and drops the oldest', () => {
  const lane = new FailureLane(LIMITS)
  for (let i = 0; i < 10_000; i++) lane.add(`client ${i}`, i)
  assert.equal(lane.size, LIMITS.entriesMax)
  for (let i = 0; i < 3; i++) lane.add('client 9999', 10_000)
  assert.notEqual(lane.waitMs('client 9999', 10_000), 0)
})

test('a guesser is slowed down by place and name, and others of that name are not', () => {
  const throttle = new SignInThrottle(testClock())
  assert.deepEqual(failUntilTold(throttle, MALLORY), { times: 5, waitS: 1 })
  assert.ok(throttle.begin(OLGA))
})

test('a neighbour in the network shares the wait for the name, and not for other names', () => {
  const throttle = new SignInThrottle(testClock())
  failUntilTold(throttle, MALLORY)
  const neighbour = { address: '203.0.113.10', nameKey: 'olga' }
  assert.throws(() => throttle.begin(neighbour), Problem)
  assert.ok(throttle.begin({ ...neighbour, nameKey: 'pavel' }))
})

test('many names from one address are slowed down together', () => {
  const throttle = new SignInThrottle(testClock())
  let times = 0
  assert.throws(() => {
    for (; times < 1_000; times++) throttle.begin({ ...MALLORY, nameKey: `name ${times}` })
  }, Problem)
  assert.equal(times, 25)
})

test('a known device is not reached by what its own address and network do', () => {
  const throttle = new SignInThrottle(testClock())
  for (let i = 0; i < 60; i++) {
    try {
      throttle.begin({ ...MALLORY, nameKey: i % 2 ? 'olga' : `name ${i}` })
    } catch {}
  }
  assert.throws(() => throttle.begin(MALLORY), Problem)
  assert.ok(throttle.begin({ ...MALLORY, device: 'd1' }))
  assert.equal(failUntilTold(throttle, { ...MALLORY, device: 'd1' }).times, 9)
})

test('attempts at once cannot slip past the limit together', () => {
  const throttle = new SignInThrottle(testClock())
  const begun = Array.from({ length: 20 }, () => {
    try {
      return throttle.begin(OLGA)
    } catch {
      return undefined
    }
  })
  assert.equal(begun.filter((it) => it !== undefined).length, 5)
})

test('asking again while waiting does not make the wait longer', () => {
  const clock = testClock()
  const throttle = new SignInThrottle(clock)
  failUntilTold(throttle, OLGA)
  for (let i = 0; i < 100; i++) assert.throws(() => throttle.begin(OLGA), Problem)
  clock.advance(1_000)
  assert.ok(throttle.begin(OLGA))
})

test('one good account does not make guessing at others free', () => {
  const clock = testClock()
  const throttle = new SignInThrottle(clock)
  let guesses = 0
  assert.throws(() => {
    for (; guesses < 1_000; guesses++) {
      throttle.begin({ ...MALLORY, nameKey: 'mallory' }).succeeded()
      throttle.begin({ ...MALLORY, nameKey: `victim ${guesses}` })
    }
  }, Problem)
  assert.equal(guesses, 25)
})

test('success forgets the name, and work that was never done is not a failure', () => {
  const throttle = new SignInThrottle(testClock())
  for (let i = 0; i < 4; i++) throttle.begin(OLGA)
  throttle.begin(OLGA).succeeded()
  for (let i = 0; i < 4; i++) throttle.begin(OLGA)
  for (let i = 0; i < 100; i++) throttle.begin({ ...OLGA, nameKey: 'pavel' }).abandoned()
  assert.ok(throttle.begin(OLGA))
})
