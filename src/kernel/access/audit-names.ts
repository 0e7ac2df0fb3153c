import type { Text } from '../../lib/text.ts'
import type { Collection, Documents } from '../documents/documents.ts'
import { authorNames } from './audit-authors.ts'
import { type AuditEntry, type AuditedCollection, partFor } from './audit-view.ts'
import { PERSONAL_READS, USERS } from './collections.ts'
import type { Reach } from './permissions.ts'
import type { PersonalRead } from './reads.ts'

/** One thing may be called as another is, and that as a third. */
const STEPS_MAX = 2

/** What a thing is called: by words of its own, or as a thing of another collection is, where the viewer may know that. */
export type AuditedName = string | Text | { readonly of: string; readonly id: string }

export type NamedEntry = AuditEntry & { readonly name?: string | Text }

type Naming = {
  readonly documents: Pick<Documents, 'get'>
  readonly audited: ReadonlyMap<string, AuditedCollection>
  /** How far the viewer sees the trail, and how far people. */
  readonly reach: Reach
  readonly people: Reach
}

/**
 * Names of the things that entries are about, beside their ids. Nothing is named that the viewer could not read: a thing by what
 * is theirs to see of it, a person to who may read accounts. No read of an account: as with authors.
 */
export function auditNamesFor(
  naming: Naming,
): (entries: readonly AuditEntry[]) => Promise<readonly NamedEntry[]> {
  const { documents, audited, reach, people } = naming
  const personOf = authorNames(documents, people)
  const known = new Map<string, Promise<string | Text | undefined>>()

  const find = async (
    of: string,
    id: string,
    steps: number,
  ): Promise<string | Text | undefined> => {
    if (of === USERS.name) return await personOf({ kind: 'user', id })
    const declared = audited.get(of)
    if (declared?.nameOf === undefined || !isWhole(declared.collection)) return undefined
    const body = (await documents.get(declared.collection, id))?.body
    const part = partFor(body, declared, reach)
    return part === undefined ? undefined : await say(declared.nameOf(part as never, id), steps)
  }
  const say = async (
    name: AuditedName | undefined,
    steps = STEPS_MAX,
  ): Promise<string | Text | undefined> => {
    if (name === undefined || typeof name === 'string' || 'en' in name) return name
    if (steps === 0) return undefined
    const key = `${name.of} ${name.id}`
    const found = known.get(key) ?? find(name.of, name.id, steps - 1)
    known.set(key, found)
    return await found
  }
  return async (entries) => {
    const named: NamedEntry[] = []
    for (const entry of entries) {
      const name = await say(entryName(entry, audited))
      named.push(name === undefined || name === '' ? entry : { ...entry, name })
    }
    return named
  }
}

/** Of a read, what was read; else the thing as the entry itself tells of it. */
function entryName(
  entry: AuditEntry,
  audited: ReadonlyMap<string, AuditedCollection>,
): AuditedName | undefined {
  const { collection, id, before, after = before } = entry
  if (collection === PERSONAL_READS.name && after !== undefined) {
    const { what, subject } = after as PersonalRead
    const of = [...audited].find(([, it]) => it.readAs?.includes(what) === true)?.[0]
    if (of !== undefined) return { of, id: subject }
    // what was asked for in the trail itself is no thing
    return what === 'audit' ? undefined : subject
  }
  const { nameOf, closed } = audited.get(collection) ?? {}
  if (closed === true) return { of: collection, id }
  if (after === undefined || nameOf === undefined) return undefined
  return nameOf(after as never, id)
}

function isWhole(collection: AuditedCollection['collection']): collection is Collection {
  return 'schema' in collection
}
