import { setTimeout as sleep } from 'node:timers/promises'
import { callNode } from '../../src/cli/api.ts'
import type { LineBatch } from '../data-sets.ts'

/** What is asked costs the thread that derives: it is asked again after a part of the time that has passed. */
const LOOK_EVERY_MS_MIN = 50
const LOOK_EVERY_PART = 1 / 50
const WAIT_MS_MAX = 1_800_000

export type Searchable = {
  /** From now until a list counted all of them. */
  readonly countedMs: number
  /** From now until a search knew of everything that is stored, and found the last line. */
  readonly searchableMs: number
}

type Page = {
  readonly items: readonly { readonly handle: string }[]
  readonly counts?: { readonly total: number; readonly asOf: { readonly sequence: number } }
  readonly found?: { readonly asOf: { readonly sequence: number } }
}

/** Asks, as any client would, until all lines are counted and searchable. @throws Error after half an hour */
export async function untilSearchable(
  env: { readonly WAYMARK_URL: string; readonly WAYMARK_API_KEY: string },
  batches: readonly LineBatch[],
): Promise<Searchable> {
  const from = performance.now()
  const lines = batches.reduce((sum, { count }) => sum + count, 0)
  const last = batches.at(-1)
  if (last === undefined) throw new Error('no lines')
  const suffix = last.suffix(last.count - 1)
  const query = new URLSearchParams({ q: suffix, prefix: last.prefix, limit: '10' })
  const list = (path: string) => callNode({ env }, { method: 'GET', path }) as Promise<Page>
  let countedMs: number | undefined
  let sequence = Number.POSITIVE_INFINITY
  while (performance.now() - from < WAIT_MS_MAX) {
    if (countedMs === undefined) {
      const { counts } = await list('/api/v1/identifiers?limit=1')
      if (counts?.total === lines) {
        countedMs = performance.now() - from
        sequence = counts.asOf.sequence
      }
    }
    const { items, found } = await list(`/api/v1/identifiers?${query}`)
    const isThere = items.some((it) => it.handle === `${last.prefix}/${suffix}`)
    const isWhole = (found?.asOf.sequence ?? 0) >= sequence
    if (isThere && isWhole && countedMs !== undefined) {
      return { countedMs, searchableMs: performance.now() - from }
    }
    await sleep(Math.max(LOOK_EVERY_MS_MIN, LOOK_EVERY_PART * (performance.now() - from)))
  }
  throw new Error('the lines did not become searchable within half an hour')
}
