import { type Static, Type } from 'typebox'
import type { Collection, Documents, DocumentWrite } from '../../kernel/documents/documents.ts'
import { dayOf } from '../claims/days.ts'
import { isOwnPrefix } from '../registration/totals.ts'
import type { BatchEntry, RecordStore } from '../store/store.ts'

const Count = Type.Integer({ minimum: 0 })

/** What one day (UTC) did to the records of a prefix. */
export const RegistrationCount = Type.Object({
  prefix: Type.String(),
  /** `2026-11-21`. */
  day: Type.String(),
  created: Count,
  updated: Count,
  retired: Count,
})
export type RegistrationCount = Static<typeof RegistrationCount>

/** Documents have the id `PREFIX|DAY`. */
export const REGISTRATION_COUNTS = {
  name: 'registration-counts',
  schema: RegistrationCount,
  indexes: { prefix: 'text', day: 'text' },
  quiet: 'always',
} as const satisfies Collection<typeof RegistrationCount>

/** One document, `current`: the last batch of the store that is counted. */
export const REGISTRATIONS_COUNTED = {
  name: 'registrations-counted',
  schema: Type.Object({ sequence: Count }),
  indexes: {},
  quiet: 'always',
} as const satisfies Collection

const AUTHOR = { kind: 'system', id: 'registration-counts' } as const
const CURRENT = 'current'
const PAGE = 500
/** Rows of one commit; a batch that moves more prefixes than that is a commit of its own. */
const ROWS_MAX = 2000

type CountParts = {
  readonly documents: Pick<Documents, 'get' | 'commit'>
  readonly store: Pick<RecordStore, 'changes'>
}

/**
 * One round of following the store's batches: adds what they did to the counts by prefix and day. Counts and the place
 * they reach are stored together, so that nothing is counted twice. True when there may be more.
 */
export function registrationCounts({ documents, store }: CountParts): () => Promise<boolean> {
  return async () => {
    const place = await documents.get(REGISTRATIONS_COUNTED, CURRENT)
    const found = await store.changes(place?.body.sequence ?? 0, PAGE)
    const { rows, sequence } = countedOf(found)
    if (sequence === undefined) return false
    const writes: DocumentWrite[] = [
      {
        collection: REGISTRATIONS_COUNTED,
        id: CURRENT,
        expected: place?.version ?? 0,
        put: { sequence },
      },
    ]
    for (const [id, row] of rows) {
      const stored = await documents.get(REGISTRATION_COUNTS, id)
      const put = stored === undefined ? row : sum(stored.body, row)
      writes.push({
        collection: REGISTRATION_COUNTS,
        id,
        expected: stored?.version ?? 0,
        put,
      })
    }
    await documents.commit(writes, { author: AUTHOR })
    return found.length === PAGE || sequence !== found.at(-1)?.sequence
  }
}

type Counted = {
  readonly rows: ReadonlyMap<string, RegistrationCount>
  /** The last batch that is in the rows; undefined when there was none. */
  readonly sequence: number | undefined
}

function countedOf(entries: readonly BatchEntry[]): Counted {
  const rows = new Map<string, RegistrationCount>()
  let sequence: number | undefined
  for (const entry of entries) {
    if (rows.size > 0 && rows.size + entry.moved.length > ROWS_MAX) break
    for (const [id, row] of rowsOf(entry)) {
      const counted = rows.get(id)
      rows.set(id, counted === undefined ? row : sum(counted, row))
    }
    sequence = entry.sequence
  }
  return { rows, sequence }
}

function rowsOf({ at, moved }: BatchEntry): readonly (readonly [string, RegistrationCount])[] {
  const day = dayOf(at)
  const counted = moved.filter((it) => !isOwnPrefix(it.prefix))
  return counted.map(({ prefix, written, created, retired }) => [
    `${prefix}|${day}`,
    { prefix, day, created, updated: written - created, retired: Math.max(0, retired) },
  ])
}

/** Both together, under the prefix and day of the first. */
function sum(a: RegistrationCount, b: RegistrationCount): RegistrationCount {
  return {
    ...a,
    created: a.created + b.created,
    updated: a.updated + b.updated,
    retired: a.retired + b.retired,
  }
}
