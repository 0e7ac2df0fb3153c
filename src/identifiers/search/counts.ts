import { setImmediate as turn } from 'node:timers/promises'
import type { SearchWish } from '../registration/list-routes.ts'
import type { Answering, Count, Entitlement } from './answer.ts'

/** Counts that are kept, and how long, milliseconds. */
const KEPT_MAX = 128
const KEPT_MS = 60_000
/** Questions whose counting waits; of more the oldest is given up. */
const WAITING_MAX = 8
/** The longest one question is counted, and a slice of it, milliseconds. */
const COUNTED_MS_MAX = 20_000
const SLICE_MS = 4

/** Goes on counting after the page was answered; who asks again is told what came out, and as of when. */
export class Counts {
  readonly #onError: (error: unknown) => void
  readonly #kept = new Map<string, { readonly count: Count; readonly at: number }>()
  readonly #waiting = new Map<string, Answering>()
  #running: Promise<void> | undefined
  #isClosed = false

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** The count to tell: an exact one is better than a part, though it be a little older. */
  settle(name: string, answering: Answering, count: Count): Count {
    if (count.exact) return count
    const kept = this.#kept.get(name)
    const isKept = kept !== undefined && performance.now() - kept.at < KEPT_MS
    if (isKept && kept.count.asOf.sequence >= count.asOf.sequence) return kept.count
    this.#begin(name, answering)
    return isKept ? kept.count : count
  }

  #begin(name: string, answering: Answering): void {
    if (this.#isClosed || this.#waiting.has(name)) return
    const [oldest] = this.#waiting.keys()
    if (this.#waiting.size >= WAITING_MAX && oldest !== undefined) this.#waiting.delete(oldest)
    this.#waiting.set(name, answering)
    this.#running ??= this.#run()
  }

  /** Resolves once nothing is left to count. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    await turn()
    for (const [name, answering] of this.#waiting) {
      try {
        await this.#countOne(name, answering)
      } catch (error) {
        this.#onError(error)
      }
      this.#waiting.delete(name)
    }
    this.#running = undefined
  }

  async #countOne(name: string, answering: Answering): Promise<void> {
    let leftMs = COUNTED_MS_MAX
    while (!answering.isDone && leftMs > 0 && !this.#isClosed && this.#waiting.has(name)) {
      const from = performance.now()
      answering.goOn(SLICE_MS)
      leftMs -= performance.now() - from
      await turn()
    }
    const count = answering.count()
    if (count.exact) this.#keep(name, count)
  }

  #keep(name: string, count: Count): void {
    this.#kept.delete(name)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest)
    this.#kept.set(name, { count, at: performance.now() })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }
}

/** Two questions of one name have the same count. */
export function countName(wish: SearchWish, entitlement: Entitlement): string {
  const { q, scope, template, state, from, to } = wish
  return JSON.stringify([q, scope, template, state, from, to, entitlement])
}
