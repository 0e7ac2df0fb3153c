import type { Clock } from '../../lib/clock.ts'

const ENTRIES_MAX = 100_000

/** What may be used once and was, until it would be too old anyway. Bounded: the oldest go first. */
export class SpentOnce {
  readonly #until = new Map<string, number>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  has(key: string): boolean {
    return (this.#until.get(key) ?? 0) > this.#clock()
  }

  /** False: somebody was faster. */
  add(key: string, until: number): boolean {
    if (this.has(key)) return false
    this.#until.delete(key)
    this.#until.set(key, until)
    const oldest = this.#until.keys().next()
    if (this.#until.size > ENTRIES_MAX && oldest.done !== true) this.#until.delete(oldest.value)
    return true
  }
}
