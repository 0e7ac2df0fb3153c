import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import { placesOf } from './address.ts'

/** How failures add up: so many are free, then each doubles the wait, up to a longest one. */
export type LaneLimits = {
  readonly free: number
  readonly waitMsMin: number
  readonly waitMsMax: number
  /** Forgotten this long after the last wait ended. */
  readonly forgetMs: number
  readonly entriesMax: number
}

const MINUTE_MS = 60_000
const NAME_LANE: LaneLimits = {
  free: 5,
  waitMsMin: 1_000,
  waitMsMax: 15 * MINUTE_MS,
  forgetMs: 60 * MINUTE_MS,
  entriesMax: 50_000,
}
const ADDRESS_LANE: LaneLimits = { ...NAME_LANE, free: 25 }
const SIGN_IN_LANES = { names: NAME_LANE, addresses: ADDRESS_LANE }
/**
 * Proofs of programs, which hold long secrets: one that is set up wrongly does not keep out those beside it, while guessing gets
 * nowhere.
 */
export const PROOF_LANES = {
  names: { ...NAME_LANE, free: 10 },
  addresses: { ...ADDRESS_LANE, free: 200 },
}
const DEVICE_LANE: LaneLimits = { ...NAME_LANE, free: 10, entriesMax: 20_000 }

/** Telling somebody that a sign-in name is taken, counted by who asked. */
export const NAME_PROBE_LANE: LaneLimits = { ...NAME_LANE, free: 10, waitMsMin: MINUTE_MS }

/** Failures until now, and when the next attempt may be made. */
export type LaneEntry = { readonly failures: number; readonly blockedUntil: number }

/** One table of failures, bounded: the longest untouched goes first. */
export class FailureLane {
  readonly #entries = new Map<string, LaneEntry>()
  readonly #limits: LaneLimits

  constructor(limits: LaneLimits) {
    this.#limits = limits
  }

  /** Milliseconds to wait; 0 when an attempt may be made. */
  waitMs(key: string, now: number): number {
    return Math.max(0, (this.#live(key, now)?.blockedUntil ?? 0) - now)
  }

  /**
   * Counts before the outcome is known, so that many attempts at once cannot slip past the limit together. Answers how
   * many there are now.
   */
  add(key: string, now: number): number {
    const failures = (this.#live(key, now)?.failures ?? 0) + 1
    this.#set(key, { failures, blockedUntil: now + this.#waitAfter(failures) })
    this.#dropOldest()
    return failures
  }

  /** Takes back the one that made `count`: it did not fail. The wait stays if others failed after it. */
  takeBack(key: string, count: number, now: number): void {
    const entry = this.#live(key, now)
    if (entry === undefined) return
    const failures = entry.failures - 1
    if (failures <= 0) this.#entries.delete(key)
    else this.#set(key, { failures, blockedUntil: count > failures ? now : entry.blockedUntil })
  }

  /** What counts now, for who keeps it elsewhere. */
  entryOf(key: string, now: number): LaneEntry | undefined {
    return this.#live(key, now)
  }

  /** Puts back what was kept elsewhere. */
  restore(key: string, entry: LaneEntry): void {
    this.#set(key, entry)
    this.#dropOldest()
  }

  forget(key: string): void {
    this.#entries.delete(key)
  }

  get size(): number {
    return this.#entries.size
  }

  #live(key: string, now: number): LaneEntry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || now < entry.blockedUntil + this.#limits.forgetMs) return entry
    this.#entries.delete(key)
    return undefined
  }

  #set(key: string, entry: LaneEntry): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }

  #dropOldest(): void {
    const oldest = this.#entries.keys().next()
    if (this.#entries.size > this.#limits.entriesMax && oldest.done !== true) {
      this.#entries.delete(oldest.value)
    }
  }

  #waitAfter(failures: number): number {
    const { free, waitMsMin, waitMsMax } = this.#limits
    return failures < free ? 0 : Math.min(waitMsMax, waitMsMin * 2 ** Math.min(failures - free, 40))
  }
}

/** Whoever tries to sign in, as far as it can be told. `device` is the number of a device that signed in as this name. */
export type Attempt = {
  readonly address: string
  readonly nameKey: string
  readonly device?: string
}

/** An attempt under way; exactly one of the two ends it, and neither means it failed. */
export type Ticket = { succeeded(): void; abandoned(): void }

/**
 * Limits guessing without giving anybody a way to lock another out: failures count against the place they come from,
 * alone and together with the name, never against the name. A device that signed in before is counted by itself only
 * (OWASP: device cookies), so that what its neighbours do does not reach it.
 */
export class SignInThrottle {
  readonly #clock: Clock
  readonly #names: FailureLane
  readonly #addresses: FailureLane
  readonly #devices = new FailureLane(DEVICE_LANE)

  constructor(clock: Clock, limits: { names: LaneLimits; addresses: LaneLimits } = SIGN_IN_LANES) {
    this.#clock = clock
    this.#names = new FailureLane(limits.names)
    this.#addresses = new FailureLane(limits.addresses)
  }

  /** Throws `too-many-requests`; an attempt that is refused here does not make the wait longer. */
  begin(attempt: Attempt): Ticket {
    const lanes = this.#lanesOf(attempt)
    const now = this.#clock()
    const waitMs = Math.max(...lanes.map(({ lane, key }) => lane.waitMs(key, now)))
    if (waitMs > 0) throw tooMany(waitMs)
    const counted = lanes.map(({ lane, key }) => ({ lane, key, count: lane.add(key, now) }))
    const takeBack = (): void => {
      for (const { lane, key, count } of counted) lane.takeBack(key, count, this.#clock())
    }
    return {
      abandoned: takeBack,
      succeeded: () => {
        takeBack()
        // The address keeps its other failures: else one good account would make guessing at all others free.
        for (const { lane, key, own } of lanes) if (own) lane.forget(key)
      },
    }
  }

  #lanesOf({
    address,
    nameKey,
    device,
  }: Attempt): { lane: FailureLane; key: string; own: boolean }[] {
    if (device !== undefined) return [{ lane: this.#devices, key: device, own: true }]
    const places = placesOf(address)
    return [
      { lane: this.#names, key: `${places.network} ${nameKey}`, own: true },
      { lane: this.#addresses, key: places.address, own: false },
    ]
  }
}

/** `too-many-requests` with the time to wait, in whole seconds, rounded up. */
export function tooMany(waitMs: number): Problem {
  const retryAfterS = Math.ceil(waitMs / 1000)
  return new Problem(
    'too-many-requests',
    {
      en: `Too many failed attempts; try again in ${retryAfterS} s`,
      zh: `失败次数过多，请在 ${retryAfterS} 秒后重试`,
    },
    { retryAfterS },
  )
}
