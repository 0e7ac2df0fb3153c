import { setImmediate as otherWork } from 'node:timers/promises'
import type { Clock } from '../../lib/clock.ts'
import type { Documents } from '../documents/documents.ts'
import { PERSONAL_READS } from './collections.ts'

/** How long who read what is told, and how much of it. */
export type ReadKeeping = { readonly daysMax: number; readonly rowsMax: number }

/** How many entries of the access log went for their age, and for there being too many. */
export type ForgottenReads = { readonly aged: number; readonly over: number }

const DAY_MS = 86_400_000
/** So many at once: nobody waits for more than this takes. */
const STEP_ROWS = 200
/** Entries are counted a piece at a time, as that of all would hold up whoever asks meanwhile. */
const PIECE_MS = 6 * 3_600_000

/**
 * Forgets the oldest of the access log, in small steps, each whole or not done: what is newer stays whenever it is ended.
 * Call it now and then. @throws the reason of `signal`
 */
export class ReadKeeper {
  readonly #documents: Pick<Documents, 'query' | 'count' | 'forget'>
  readonly #clock: Clock
  readonly #keeping: ReadKeeping
  /** Entries there are of before `#countedTo`; undefined until they were counted. */
  #rows = 0
  #countedTo: number | undefined

  constructor(
    { documents, clock }: { readonly documents: Documents; readonly clock: Clock },
    keeping: ReadKeeping,
  ) {
    this.#documents = documents
    this.#clock = clock
    this.#keeping = keeping
  }

  async round(signal?: AbortSignal): Promise<ForgottenReads> {
    const now = this.#clock()
    const { daysMax, rowsMax } = this.#keeping
    const aged = await this.#forget({ to: now - daysMax * DAY_MS }, signal)
    await this.#count(now, signal)
    const rows = Math.max(0, this.#rows - rowsMax)
    const over = rows === 0 ? 0 : await this.#forget({ to: now, rows }, signal)
    return { aged, over }
  }

  async #forget(
    { to, rows = Number.POSITIVE_INFINITY }: { readonly to: number; readonly rows?: number },
    signal: AbortSignal | undefined,
  ): Promise<number> {
    let gone = 0
    while (gone < rows) {
      signal?.throwIfAborted()
      const limit = Math.min(STEP_ROWS, rows - gone)
      const went = await this.#documents.forget(PERSONAL_READS, { to, limit })
      gone += went
      // counted before or not at all yet
      if (this.#countedTo !== undefined) this.#rows = Math.max(0, this.#rows - went)
      if (went < limit) break
    }
    return gone
  }

  /** Adds those that were written since the last time. */
  async #count(now: number, signal: AbortSignal | undefined): Promise<void> {
    let from = this.#countedTo ?? (await this.#oldest(now))
    while (from < now) {
      signal?.throwIfAborted()
      const below = Math.min(from + PIECE_MS, now)
      this.#rows += await this.#documents.count(PERSONAL_READS, { createdAt: { from, below } })
      from = below
      this.#countedTo = below
      await otherWork()
    }
  }

  async #oldest(now: number): Promise<number> {
    const order = { by: 'createdAt' } as const
    const { items } = await this.#documents.query(PERSONAL_READS, { order, limit: 1 })
    return items[0]?.createdAt ?? now
  }
}
