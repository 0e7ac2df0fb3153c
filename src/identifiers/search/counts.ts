import { setImmediate as turn } from 'node:timers/promises'
import type { SearchWish } from '../registration/list-routes.ts'
import type { Answering, Count, Entitlement } from './answer.ts'

/** Counts that are kept, and how long, milliseconds. */
const KEPT_MAX = 128
const KEPT_MS = 60_000
/** Questions whose counting waits; of more the oldest is given up. */
const WAITING_MAX = 8
/** The longest one question is counted without being asked again, and a slice of it, milliseconds. */
const COUNTED_MS_MAX = 20_000
const SLICE_MS = 4

/** A question whose counting can be gone on with. */
export type Counting = Pick<Answering, 'goOn' | 'isDone' | 'count'>

export type CountsOptions = {
  readonly onError: (error: unknown) => void
  /** Milliseconds since whenever. */
  readonly now: () => number
}

/**
 * Goes on counting after the page was answered; who asks again is told what came out, and as of when. A count that takes
 * long goes on where it stood for as long as somebody asks for it.
 */
export class Counts {
  readonly #options: CountsOptions
  readonly #kept = new Map<string, { readonly count: Count; readonly at: number }>()
  readonly #waiting = new Map<string, Counting>()
  /** Counted for as long as one asking is counted for, and not to the end. */
  readonly #paused = new Map<string, { readonly counting: Counting; readonly at: number }>()
  #running: Promise<void> | undefined
  #isClosed = false

  constructor(options: CountsOptions) {
    this.#options = options
  }

  /** The count to tell: an exact one is better than a part, though it be a little older, and a larger part than a small one. */
  settle(name: string, asked: Counting, count: Count): Count {
    if (count.exact) return count
    const kept = this.#kept.get(name)
    const isKept = kept !== undefined && this.#isFresh(kept)
    if (isKept && kept.count.asOf.sequence >= count.asOf.sequence) return kept.count
    const part = this.#goOn(name, asked).count()
    if (isKept) return kept.count
    return part.total > count.total ? part : count
  }

  #isFresh({ at }: { readonly at: number }): boolean {
    return this.#options.now() - at < KEPT_MS
  }

  /** Counts what was asked, or goes on with what was counted of the same question. */
  #goOn(name: string, asked: Counting): Counting {
    const underWay = this.#waiting.get(name)
    if (underWay !== undefined) return underWay
    const paused = this.#paused.get(name)
    this.#paused.delete(name)
    const counting = paused !== undefined && this.#isFresh(paused) ? paused.counting : asked
    this.#begin(name, counting)
    return counting
  }

  #begin(name: string, counting: Counting): void {
    if (this.#isClosed) return
    makeRoom(this.#waiting, WAITING_MAX)
    this.#waiting.set(name, counting)
    this.#running ??= this.#run()
  }

  /** Resolves once nothing is left to count. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    await turn()
    for (const [name, counting] of this.#waiting) {
      try {
        await this.#countOne(name, counting)
      } catch (error) {
        this.#options.onError(error)
      }
      this.#waiting.delete(name)
    }
    this.#running = undefined
  }

  async #countOne(name: string, counting: Counting): Promise<void> {
    const { now } = this.#options
    let leftMs = COUNTED_MS_MAX
    while (!counting.isDone && leftMs > 0 && !this.#isClosed && this.#waiting.has(name)) {
      const from = now()
      counting.goOn(SLICE_MS)
      leftMs -= now() - from
      await turn()
    }
    const count = counting.count()
    if (count.exact) {
      makeRoom(this.#kept, KEPT_MAX)
      this.#kept.set(name, { count, at: now() })
    } else if (!counting.isDone) {
      makeRoom(this.#paused, WAITING_MAX)
      this.#paused.set(name, { counting, at: now() })
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }
}

/** The oldest is given up for a new one. */
function makeRoom(kept: Map<string, unknown>, max: number): void {
  const [oldest] = kept.keys()
  if (kept.size >= max && oldest !== undefined) kept.delete(oldest)
}

/** Two questions of one name have the same count. */
export function countName(wish: SearchWish, entitlement: Entitlement): string {
  const { q, scope, template, state, from, to } = wish
  return JSON.stringify([q, scope, template, state, from, to, entitlement])
}
