import type { IdRecord } from '../../identifiers/record.ts'

/** What happened to an identifier, as far as everybody may know: its status and when, not by whom nor what was in it. */
export type StatusEvent = {
  readonly status: 'registered' | 'updated' | 'retired' | 'reopened' | 'held' | 'lifted'
  /** Milliseconds since 1970; of the last one where several stand together. */
  readonly at: number
  /** Updates in a row are one event. */
  readonly times: number
}

/** Versions oldest first, as the store tells them; the newest event comes first. */
export function statusHistory(versions: readonly IdRecord[]): StatusEvent[] {
  const events: StatusEvent[] = []
  let before: IdRecord | undefined
  for (const version of versions) {
    const status = statusBetween(before, version)
    const last = events.at(-1)
    const at = version.updatedAt
    if (status === 'updated' && last?.status === 'updated') {
      events.splice(-1, 1, { status, at, times: last.times + 1 })
    } else events.push({ status, at, times: 1 })
    before = version
  }
  return events.reverse()
}

function statusBetween(before: IdRecord | undefined, now: IdRecord): StatusEvent['status'] {
  if (before === undefined) return now.state === 'retired' ? 'retired' : 'registered'
  if (before.held !== now.held) return now.held ? 'held' : 'lifted'
  if (before.state === now.state) return 'updated'
  return now.state === 'retired' ? 'retired' : 'reopened'
}
