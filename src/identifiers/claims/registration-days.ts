import {
  type Day,
  NODE_SUBJECT,
  nodeRegistrationsDaily,
  REGISTRATIONS_DAILY,
  type RegistrationCounts,
  registrationsDaily,
} from '../../kernel/evidence/claims.ts'
import type { Claim, Evidence } from '../../kernel/evidence/evidence.ts'
import type { Clock } from '../../lib/clock.ts'
import type { PrefixKey } from '../handle.ts'
import { isOwnPrefix } from '../registration/totals.ts'
import type { BatchEntry, RecordStore } from '../store/store.ts'
import { appendDay, CLOSE_AFTER_MS, dayOf, earlierClaim } from './days.ts'

export type ClaimParts = {
  readonly evidence: Evidence
  readonly clock: Clock
  readonly enterpriseOf: (prefix: PrefixKey) => string | undefined
}

const FEED = 'registrations'
const PAGE = 500

type Counts = { created: number; updated: number; retired: number }

/**
 * One round of following the store's batches: when a day is over, claims of what was registered under each prefix and on
 * the node. True when another day may be waiting. Totals are those of the day's end: the earlier claim's, and what the day
 * added to it.
 */
export function registrationDays(
  store: Pick<RecordStore, 'changes'>,
  { evidence, clock, enterpriseOf }: ClaimParts,
): () => Promise<boolean> {
  return async () => {
    const position = await evidence.position(FEED)
    const closed = dayOf(clock() - CLOSE_AFTER_MS)
    const read = await readDay(store, position, closed)
    if (read === undefined) return false
    const { day, last, counts } = read
    const claims: Claim[] = []
    const node: Counts = { created: 0, updated: 0, retired: 0 }
    for (const [prefix, it] of counts) {
      add(node, it)
      const sum = await dayCounts(evidence, prefix, { day, counts: it })
      const of = { prefix, enterprise: enterpriseOf(prefix), day }
      if (sum !== undefined) claims.push(registrationsDaily(of, sum))
    }
    const sum = await dayCounts(evidence, NODE_SUBJECT, { day, counts: node })
    if (sum !== undefined) claims.push(nodeRegistrationsDaily(day, sum))
    await appendDay(evidence, claims, { feed: FEED, position: last })
    return true
  }
}

type DayRead = {
  readonly day: Day
  /** The last batch of the day. */
  readonly last: number
  readonly counts: ReadonlyMap<PrefixKey, Counts>
}

/** The batches of the first day after `position`, if that day is over. A clock that went back does not reopen a day. */
async function readDay(
  store: Pick<RecordStore, 'changes'>,
  position: number,
  today: Day,
): Promise<DayRead | undefined> {
  const counts = new Map<PrefixKey, Counts>()
  let day: Day | undefined
  let last = position
  for (;;) {
    const entries = await store.changes(last, PAGE)
    for (const entry of entries) {
      const at = dayOf(entry.at)
      day ??= at
      if (day >= today) return undefined
      if (at > day) return { day, last, counts }
      addEntry(counts, entry)
      last = entry.sequence
    }
    if (entries.length < PAGE) return day === undefined ? undefined : { day, last, counts }
  }
}

function addEntry(counts: Map<PrefixKey, Counts>, { moved }: BatchEntry): void {
  for (const { prefix, written, created, retired } of moved) {
    if (isOwnPrefix(prefix)) continue
    const sum = counts.get(prefix) ?? { created: 0, updated: 0, retired: 0 }
    add(sum, { created, updated: written - created, retired: Math.max(0, retired) })
    counts.set(prefix, sum)
  }
}

function add(sum: Counts, by: Counts): void {
  sum.created += by.created
  sum.updated += by.updated
  sum.retired += by.retired
}

/** Undefined when the log has this day already: a crash came between the pieces of it. */
async function dayCounts(
  evidence: Evidence,
  subject: string,
  { day, counts }: { readonly day: Day; readonly counts: Counts },
): Promise<RegistrationCounts | undefined> {
  const earlier = await earlierClaim(evidence, { subject, kind: REGISTRATIONS_DAILY })
  return earlier.day >= day ? undefined : { ...counts, total: earlier.total + counts.created }
}
