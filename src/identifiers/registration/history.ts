import type { Documents } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import type { HandleKey } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import type { BatchEntry, RecordStore } from '../store/store.ts'
import { mayRead } from '../templates/read.ts'
import { noRecord } from './names.ts'
import { type Order, ordersOf } from './orders.ts'
import { isSameValue } from './values.ts'

/** What a version did to the one before. */
export type Deed = 'registered' | 'updated' | 'retired' | 'restored' | 'held' | 'lifted'

export type ValueChange = {
  readonly index: number
  readonly before?: HandleValue
  readonly after?: HandleValue
}

export type HistoryEntry = {
  readonly record: IdRecord
  readonly deed: Deed
  /** Absent where the batch is not remembered. */
  readonly author?: Author
  readonly job?: string
  readonly grounds?: Order
  /** Values that came, went or changed, by index. */
  readonly changes: readonly ValueChange[]
}

export type HistoryPage = { readonly items: readonly HistoryEntry[]; readonly next?: number }

/**
 * Who did what when to an identifier, newest first, before version `before`. For those entitled to its protected values.
 * @throws Problem `not-found`
 */
export async function readHistory(
  { store, documents }: { readonly store: RecordStore; readonly documents: Documents },
  key: HandleKey,
  { before = Infinity, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<HistoryPage> {
  const versions = await store.history(key)
  if (versions.length === 0) throw noRecord()
  const orders = await ordersOf(documents, key)
  const until = versions.findLastIndex((it) => it.version < before) + 1
  const from = Math.max(0, until - limit)
  const items: HistoryEntry[] = []
  for (const [place, record] of versions.slice(from, until).entries()) {
    const batch = await store.batch(record.batch)
    items.unshift(
      entryOf(record, versions[from + place - 1], { batch, order: orders.get(record.version) }),
    )
  }
  const oldest = versions[from]
  return from > 0 && oldest !== undefined ? { items, next: oldest.version } : { items }
}

function entryOf(
  record: IdRecord,
  previous: IdRecord | undefined,
  { batch, order }: { batch: BatchEntry | undefined; order: Order | undefined },
): HistoryEntry {
  const deed = deedOf(record, previous)
  return {
    record,
    deed,
    ...(batch !== undefined && { author: batch.author }),
    ...(batch?.job !== undefined && { job: batch.job }),
    ...(order !== undefined && DEED_OF[order.act] === deed && { grounds: order }),
    changes: changesOf(record, previous),
  }
}

const DEED_OF = { retire: 'retired', restore: 'restored', hold: 'held', lift: 'lifted' } as const

export function deedOf(record: IdRecord, previous: IdRecord | undefined): Deed {
  if (previous === undefined) return 'registered'
  if (record.held !== previous.held) return record.held ? 'held' : 'lifted'
  if (record.state === previous.state) return 'updated'
  if (record.state === 'retired') return 'retired'
  return changesOf(record, previous).length > 0 ? 'registered' : 'restored'
}

function changesOf(record: IdRecord, previous: IdRecord | undefined): ValueChange[] {
  const before = new Map(previous?.values.map((it) => [it.index, it]))
  const changes: ValueChange[] = []
  for (const after of record.values) {
    const earlier = before.get(after.index)
    before.delete(after.index)
    if (isSameValue(earlier, untimed(after)) || !mayRead(after, true)) continue
    const isShown = earlier !== undefined && mayRead(earlier, true)
    changes.push({ index: after.index, after, ...(isShown && { before: earlier }) })
  }
  for (const [index, earlier] of before) {
    if (mayRead(earlier, true)) changes.push({ index, before: earlier })
  }
  return changes
}

function untimed({ timestamp: _, ...value }: HandleValue): HandleValue {
  return value
}
