import type { Body, Collection, Documents, Query } from '../../kernel/documents/documents.ts'
import { dayNumber, dayOf } from '../claims/days.ts'
import type { PrefixKey } from '../handle.ts'
import { FOREIGN, RESOLUTION_COUNTS } from '../resolution/counts.ts'
import { REGISTRATION_COUNTS } from './registration-counts.ts'

export const DAYS_MAX = 90
const DAY_MS = 86_400_000
const PAGE = 1000
/** Rows (a prefix on a day) that one answer is made from. */
const ROWS_MAX = 200_000

export type Sums = {
  created: number
  updated: number
  retired: number
  resolutions: number
  /** Of `resolutions`, how many found a registered identifier. */
  found: number
}

/** What happened in some days, by day and by prefix. */
export type Window = {
  /** Every day of the window (UTC), the oldest first. */
  readonly days: ReadonlyMap<string, Sums>
  readonly prefixes: ReadonlyMap<string, Sums>
  /** False where there were more rows than are read for one answer. */
  readonly complete: boolean
}

export type WindowAsked = {
  /** Milliseconds since 1970. */
  readonly now: number
  /** So many days, today among them. */
  readonly days: number
  /** Of these alone; absent: of the whole node. */
  readonly prefixes?: readonly PrefixKey[]
}

type Reading = {
  readonly where: NonNullable<Query['where']>
  readonly window: { readonly days: Map<string, Sums>; readonly prefixes: Map<string, Sums> }
}

/** Adds up what was counted. Resolutions of what is not this node's are left out. */
export async function readWindow(
  documents: Pick<Documents, 'query'>,
  { now, days, prefixes }: WindowAsked,
): Promise<Window> {
  const today = dayNumber(dayOf(now))
  const all = Array.from({ length: days }, (_, at) => dayOf((today - days + 1 + at) * DAY_MS))
  const window = { days: new Map(all.map((it) => [it, noSums()])), prefixes: new Map() }
  const from = all[0] ?? dayOf(now)
  const where = { day: { from }, ...(prefixes !== undefined && { prefix: { in: prefixes } }) }
  const reading = { where, window }
  const whole = await Promise.all([
    addRows(documents, REGISTRATION_COUNTS, reading, (sums, row) => {
      sums.created += row.created
      sums.updated += row.updated
      sums.retired += row.retired
    }),
    addRows(documents, RESOLUTION_COUNTS, reading, (sums, row) => {
      sums.resolutions += row.total
      sums.found += row.found
    }),
  ])
  return { ...window, complete: whole.every((it) => it) }
}

/** False where it was cut short. */
async function addRows<C extends Collection>(
  documents: Pick<Documents, 'query'>,
  collection: C,
  { where, window }: Reading,
  add: (sums: Sums, row: Body<C>) => void,
): Promise<boolean> {
  let after: string | undefined
  let rows = 0
  do {
    const page = await documents.query(collection, {
      where,
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    for (const { body } of page.items) {
      const { prefix, day } = body as { prefix: string; day: string }
      if (prefix === FOREIGN) continue
      const ofDay = window.days.get(day)
      // a clock that went back has counted under a day that is still to come
      if (ofDay === undefined) continue
      add(ofDay, body)
      add(sumsOf(window.prefixes, prefix), body)
    }
    rows += page.items.length
    after = page.next
  } while (after !== undefined && rows < ROWS_MAX)
  return after === undefined
}

function sumsOf(all: Map<string, Sums>, key: string): Sums {
  const known = all.get(key) ?? noSums()
  all.set(key, known)
  return known
}

export function noSums(): Sums {
  return { created: 0, updated: 0, retired: 0, resolutions: 0, found: 0 }
}

export function addSums(to: Sums, by: Sums): void {
  to.created += by.created
  to.updated += by.updated
  to.retired += by.retired
  to.resolutions += by.resolutions
  to.found += by.found
}
