import { type Static, Type } from 'typebox'
import type { Collection, Documents } from '../../kernel/documents/documents.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import type { PrefixKey } from '../handle.ts'
import { CLIENT_KINDS, type ClientKind } from './client-kind.ts'
import type { Resolution } from './resolution.ts'

const Count = Type.Integer({ minimum: 0 })

/** Resolutions of one prefix on one day (UTC), by what asked and what it was told. */
export const ResolutionCount = Type.Object({
  prefix: Type.String(),
  /** `2026-11-21`. */
  day: Type.String(),
  total: Count,
  /** Of `total`, how many found a registered identifier. */
  found: Count,
  browser: Count,
  phone: Count,
  program: Count,
  'handle-client': Count,
  unknown: Count,
})
export type ResolutionCount = Static<typeof ResolutionCount>

/** Documents have the id `PREFIX|DAY`. */
export const RESOLUTION_COUNTS = {
  name: 'resolution-counts',
  schema: ResolutionCount,
  indexes: { prefix: 'text', day: 'text' },
  quiet: 'always',
} as const satisfies Collection<typeof ResolutionCount>

/** What is counted under when no prefix of this node was asked for. */
export const FOREIGN = '-'
const AUTHOR = { kind: 'system', id: 'resolution-counts' } as const
const ROWS_MAX = 100_000
const TRIES_MAX = 5
const DAY_MS = 86_400_000

/**
 * Counts in memory, per prefix, day and kind of client, and adds the counts to the stored ones now and then. What is not
 * yet stored when the power fails is lost: some seconds of statistics, no promise.
 */
export class ResolutionCounts implements AsyncDisposable {
  readonly #documents: Pick<Documents, 'get' | 'commit'>
  readonly #clock: Clock
  readonly #timer: NodeJS.Timeout
  /** By prefix. */
  #today = new Map<string, ResolutionCount>()
  /** Of days that are over, or that could not be stored. */
  #earlier: ResolutionCount[] = []
  #day: { readonly end: number; readonly text: string }
  #flushing: Promise<void> = Promise.resolve()

  constructor(documents: Pick<Documents, 'get' | 'commit'>, clock: Clock, flushMs = 5000) {
    this.#documents = documents
    this.#clock = clock
    this.#day = dayOf(clock())
    this.#timer = setInterval(() => void this.flush().catch(() => {}), flushMs)
    this.#timer.unref()
  }

  count(prefix: PrefixKey | typeof FOREIGN, told: Resolution['kind'], by: ClientKind): void {
    const now = this.#clock()
    if (now >= this.#day.end) this.#turnDay(now)
    const counted = told === 'unknown' ? FOREIGN : prefix
    let row = this.#today.get(counted)
    if (row === undefined) {
      if (this.#today.size >= ROWS_MAX) return
      row = emptyCount(counted, this.#day.text)
      this.#today.set(counted, row)
    }
    row.total++
    row[by]++
    if (told === 'found') row.found++
  }

  /** Adds what was counted to what is stored. What could not be stored is kept and added the next time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => {}).then(() => this.#store())
    return this.#flushing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  #turnDay(now: number): void {
    this.#earlier.push(...this.#today.values())
    this.#today = new Map()
    this.#day = dayOf(now)
  }

  async #store(): Promise<void> {
    const rows = [...this.#earlier, ...this.#today.values()]
    this.#earlier = []
    this.#today = new Map()
    for (const [i, row] of rows.entries()) {
      try {
        await this.#add(row)
      } catch (error) {
        this.#keep(rows.slice(i))
        throw error
      }
    }
  }

  async #add(row: ResolutionCount): Promise<void> {
    const id = `${row.prefix}|${row.day}`
    for (let tries = 1; ; tries++) {
      const stored = await this.#documents.get(RESOLUTION_COUNTS, id)
      const put = stored === undefined ? row : sum(stored.body, row)
      const write = { collection: RESOLUTION_COUNTS, id, expected: stored?.version ?? 0, put }
      try {
        await this.#documents.commit([write], { author: AUTHOR })
        return
      } catch (error) {
        const isStale = error instanceof Problem && error.code === 'stale-version'
        if (!isStale || tries === TRIES_MAX) throw error
      }
    }
  }

  /** One row for each prefix and day, so that what cannot be stored does not pile up. */
  #keep(rows: readonly ResolutionCount[]): void {
    const kept = new Map<string, ResolutionCount>()
    for (const row of [...this.#earlier, ...rows]) {
      const id = `${row.prefix}|${row.day}`
      const known = kept.get(id)
      if (known !== undefined || kept.size < ROWS_MAX) {
        kept.set(id, known === undefined ? row : sum(known, row))
      }
    }
    this.#earlier = [...kept.values()]
  }
}

function dayOf(now: number): { end: number; text: string } {
  const start = Math.floor(now / DAY_MS) * DAY_MS
  return { end: start + DAY_MS, text: new Date(start).toISOString().slice(0, 10) }
}

export function emptyCount(prefix: string, day: string): ResolutionCount {
  const none = { browser: 0, phone: 0, program: 0, 'handle-client': 0, unknown: 0 }
  return { prefix, day, total: 0, found: 0, ...none }
}

/** The stored counts of one day, every prefix; complete once the day is over and every process has flushed. */
export async function* countsOfDay(
  documents: Pick<Documents, 'query'>,
  day: string,
): AsyncGenerator<ResolutionCount> {
  let after: string | undefined
  do {
    const cursor = after === undefined ? {} : { after }
    const page = await documents.query(RESOLUTION_COUNTS, {
      where: { day },
      limit: 1000,
      ...cursor,
    })
    for (const { body } of page.items) yield body
    after = page.next
  } while (after !== undefined)
}

/** Both together, under the prefix and day of the first. */
export function sum(a: ResolutionCount, b: ResolutionCount): ResolutionCount {
  const added = { ...a, total: a.total + b.total, found: a.found + b.found }
  for (const kind of CLIENT_KINDS) added[kind] = a[kind] + b[kind]
  return added
}
