import { READ_NAMES_MAX } from '../../kernel/access/collections.ts'
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

/** While it is counted. */
type ShownAt = Omit<PlaceReads, 'count' | 'names'> & { count: number; readonly names: string[] }

/** Told together for each reader, prefix and minute; see `ReadTally`. */
export function protectedReads({ reads, book }: ProtectedReadsParts): ProtectedReads {
  const shownAt = (place: PrefixKey): ShownAt => {
    const enterprise = book.enterpriseOf(place)
    const owned = enterprise === undefined ? {} : { enterprise }
    return { what: 'identifiers', place, ...owned, names: [], count: 0 }
  }
  return async (caller, records) => {
    const places = new Map<PrefixKey, ShownAt>()
    for (const { key, spelled, values } of records) {
      if (!values.some(isProtected)) continue
      const place = prefixOf(key)
      const shown = places.get(place) ?? shownAt(place)
      places.set(place, shown)
      shown.count++
      if (shown.names.length < READ_NAMES_MAX) shown.names.push(spelled)
    }
    if (places.size > 0) await reads.record(caller, [...places.values()])
  }
}

/** Shown to those entitled alone. */
function isProtected(value: HandleValue): boolean {
  return value.permissions !== undefined && !mayRead(value, false) && mayRead(value, true)
}
