import type { Clock } from '../../lib/clock.ts'
import { OldestFirstMap } from '../../lib/oldest-first-map.ts'

export type ExpiringLimits = {
  readonly lifeMs: number
  readonly entriesMax: number
  /** Of one source, so that nobody pushes out what is others'. */
  readonly perSourceMax: number
  /** Of all entries together, as far as they say what they take. */
  readonly bytesMax: number
}

type Entry<T> = {
  readonly value: T
  readonly source: string
  readonly bytes: number
  readonly endsAt: number
}

/**
 * What is remembered for a while on behalf of strangers: challenges, sessions. Bounded in time, number and bytes, for all and
 * for each source; where one asks for too much, its own oldest goes.
 */
export class ExpiringTable<T> {
  readonly #limits: ExpiringLimits
  readonly #clock: Clock
  /** Oldest first, as all live equally long. */
  readonly #entries = new OldestFirstMap<string, Entry<T>>()
  readonly #bySource = new Map<string, Set<string>>()
  #bytes = 0

  constructor(limits: ExpiringLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  get size(): number {
    return this.#entries.size
  }

  /** Whether what is put next for a source costs it its own oldest. */
  isFullFor(source: string): boolean {
    this.#dropExpired(this.#clock())
    return (this.#bySource.get(source)?.size ?? 0) >= this.#limits.perSourceMax
  }

  put(key: string, value: T, { source, bytes = 0 }: { source: string; bytes?: number }): void {
    const { lifeMs, entriesMax, perSourceMax, bytesMax } = this.#limits
    const now = this.#clock()
    this.delete(key)
    this.#dropExpired(now)
    const own = this.#bySource.get(source)
    if (own !== undefined && own.size >= perSourceMax) this.#deleteFirst(own)
    while (this.#entries.size >= entriesMax || this.#bytes + bytes > bytesMax) {
      const { oldest } = this.#entries
      if (oldest === undefined) break
      this.delete(oldest)
    }
    this.#entries.set(key, { value, source, bytes, endsAt: now + lifeMs })
    this.#bytes += bytes
    const known = this.#bySource.get(source)
    if (known === undefined) this.#bySource.set(source, new Set([key]))
    else known.add(key)
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.endsAt > this.#clock()) return entry.value
    this.delete(key)
    return undefined
  }

  /** The same, once. */
  take(key: string): T | undefined {
    const value = this.get(key)
    this.delete(key)
    return value
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key)
    if (entry === undefined) return false
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
    const own = this.#bySource.get(entry.source)
    own?.delete(key)
    if (own?.size === 0) this.#bySource.delete(entry.source)
    return true
  }

  #dropExpired(now: number): void {
    const due = () => this.#entries.oldestIf(({ endsAt }) => endsAt <= now)
    for (let it = due(); it !== undefined; it = due()) this.delete(it)
  }

  #deleteFirst(keys: Iterable<string>): void {
    for (const key of keys) {
      this.delete(key)
      return
    }
  }
}
