import type { Caller } from '../../kernel/access/permissions.ts'
import type { PlaceReads, ReadTally } from '../../kernel/access/read-tally.ts'
import type { Author } from '../../lib/author.ts'
import { type PrefixKey, prefixOf } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { mayRead } from '../templates/read.ts'

/** What of a record is about to be shown. */
export type ShownRecord = Pick<IdRecord, 'key' | 'spelled' | 'values'>

/**
 * Enters into the access log that somebody entitled is shown protected values, before they are; records without any are
 * passed over. When this throws, show nothing.
 */
export type ProtectedReads = (
  reader: Caller | Author,
  records: Iterable<ShownRecord>,
) => Promise<void>

export type ProtectedReadsParts = {
  readonly reads: ReadTally
  readonly book: Pick<PrefixBook, 'enterpriseOf'>
}

/** Told together for each reader, prefix and minute; see `ReadTally`. */
export function protectedReads({ reads, book }: ProtectedReadsParts): ProtectedReads {
  return async (caller, records) => {
    const places = new Map<PrefixKey, PlaceReads>()
    for (const { key, spelled, values } of records) {
      if (!values.some(isProtected)) continue
      const place = prefixOf(key)
      const { count = 0 } = places.get(place) ?? {}
      const enterprise = book.enterpriseOf(place)
      const owned = enterprise === undefined ? {} : { enterprise }
      const subject = count === 0 ? { subject: spelled } : {}
      places.set(place, { what: 'identifiers', place, ...owned, ...subject, count: count + 1 })
    }
    if (places.size > 0) await reads.record(caller, [...places.values()])
  }
}

/** Shown to those entitled alone. */
function isProtected(value: HandleValue): boolean {
  return value.permissions !== undefined && !mayRead(value, false) && mayRead(value, true)
}
