import type { AuditFeed } from '../../kernel/access/audit-feed.ts'
import type { AuditedCollection } from '../../kernel/access/audit-view.ts'
import type { DocumentChange } from '../../kernel/documents/documents.ts'
import { type HandleKey, type PrefixKey, parseHandle, prefixOf, suffixOf } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import type { IdRecord } from '../record.ts'
import type { BatchEntry, RecordStore } from '../store/store.ts'
import { deedOf } from './history.ts'
import { isOwnPrefix } from './totals.ts'

/** What the audit trail calls writes of single identifiers, and those that an import did and its own entry stands for. */
const SINGLE = 'identifiers'
const BY_IMPORT = 'identifiers-by-import'

type Told = { readonly enterprises: readonly string[] }

export const IDENTIFIERS_AUDITED: readonly AuditedCollection[] = [
  { collection: { name: SINGLE }, enterprisesOf: (it: Told) => it.enterprises },
  { collection: { name: BY_IMPORT }, hidden: true },
]

type Parts = {
  readonly store: Pick<RecordStore, 'changes' | 'batch' | 'batchKeys' | 'history'>
  readonly book: Pick<PrefixBook, 'enterpriseOf'>
}

/**
 * Every write of an identifier for the audit trail: who, when, what became of it. Values are not told here; the history
 * of the identifier has them, for those entitled. Asked for one identifier, what imports did to it is told too.
 */
export function identifierWrites(parts: Parts): AuditFeed {
  return {
    changes: async (after, limit, { collection, id } = {}) => {
      if (collection !== undefined && collection !== SINGLE) return []
      if (id !== undefined) return await changesOfOne(parts, id, { after, limit })
      const entries = await parts.store.changes(after, limit)
      return await Promise.all(entries.map((it) => changeOf(parts, it)))
    },
    complete: (change) => complete(parts, change),
  }
}

async function changeOf(parts: Parts, entry: BatchEntry): Promise<DocumentChange> {
  const { sequence, at, author, job, created, count } = entry
  const told = { enterprises: await ownersOf(parts, entry) }
  return {
    sequence,
    collection: job === undefined ? SINGLE : BY_IMPORT,
    id: '',
    version: 1,
    at,
    author,
    // The versions stand in for what `complete` finds: that they differ makes it a change.
    ...(created < count && { before: { ...told, version: 0 } }),
    after: { ...told, version: 1 },
  }
}

async function ownersOf({ book, store }: Parts, entry: BatchEntry): Promise<readonly string[]> {
  const prefixes = entry.moved.map((it) => it.prefix)
  // The record of a prefix is the business of whoever has that prefix.
  const keys = prefixes.some(isOwnPrefix) ? await store.batchKeys(entry.sequence) : []
  const named = keys
    .filter((it) => isOwnPrefix(prefixOf(it)))
    .map((it) => suffixOf(it) as PrefixKey)
  return [...new Set([...prefixes, ...named].flatMap((it) => book.enterpriseOf(it) ?? []))]
}

async function changesOfOne(
  parts: Parts,
  id: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<DocumentChange[]> {
  const key = keyOf(id)
  const versions = key === undefined ? [] : await parts.store.history(key)
  const changes: DocumentChange[] = []
  for (const [index, record] of versions.entries()) {
    if (record.batch <= after || changes.length === limit) continue
    const batch = await parts.store.batch(record.batch)
    if (batch === undefined) continue
    const change = await changeOf(parts, batch)
    changes.push(told({ ...change, collection: SINGLE }, record, versions[index - 1]))
  }
  return changes
}

function keyOf(id: string): HandleKey | undefined {
  try {
    return parseHandle(id).key
  } catch {
    return undefined
  }
}

async function complete({ store }: Parts, change: DocumentChange): Promise<DocumentChange> {
  if (change.id !== '') return change
  const [key] = await store.batchKeys(change.sequence, 1)
  if (key === undefined) return change
  const versions = await store.history(key)
  const index = versions.findIndex((it) => it.batch === change.sequence)
  const record = versions[index]
  return record === undefined ? { ...change, id: key } : told(change, record, versions[index - 1])
}

function told(
  { note: _, before: __, ...change }: DocumentChange,
  record: IdRecord,
  previous: IdRecord | undefined,
): DocumentChange {
  const { enterprises } = change.after as Told
  return {
    ...change,
    id: record.spelled,
    version: record.version,
    note: deedOf(record, previous),
    ...(previous !== undefined && { before: { enterprises, ...shownOf(previous) } }),
    after: { enterprises, ...shownOf(record) },
  }
}

function shownOf({ version, state, held, template }: IdRecord): object {
  return { version, state, held, ...(template !== undefined && { template }) }
}
