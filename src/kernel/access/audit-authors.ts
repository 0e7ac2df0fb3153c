import type { Author } from '../../lib/author.ts'
import type { Documents } from '../documents/documents.ts'
import type { AuditEntry, AuditViewer } from './audit-view.ts'
import { KEYS, USERS } from './collections.ts'
import type { Reach } from './permissions.ts'

/** Stands for whoever of the node's people it was. */
const THE_NODE = 'node'

/**
 * Authors as somebody with this reach may see them: which of the node's people did something is told to the node's people,
 * in histories and in the audit trail as in the enterprise's thread and in the evidence log.
 */
export function authorsFor(
  documents: Pick<Documents, 'get'>,
  reach: Reach,
): (author: Author) => Promise<Author> {
  const known = new Map<string, Author>()
  return async (author) => {
    if (reach === 'node') return author
    const { kind, id } = author
    const shown =
      known.get(`${kind} ${id}`) ??
      ((await isOfNode(documents, author, reach)) ? { kind, id: THE_NODE } : author)
    known.set(`${kind} ${id}`, shown)
    return shown
  }
}

/** The entries as their viewer may see who made them. */
export async function withAuthorsFor(
  documents: Pick<Documents, 'get'>,
  { reach, ofNode = false }: AuditViewer,
  entries: readonly AuditEntry[],
): Promise<readonly AuditEntry[]> {
  const shown: AuditEntry[] = []
  const seen = ofNode ? 'node' : reach
  const named = namedAuthorsFor(documents, { reach: seen, people: seen })
  for (const entry of entries) shown.push({ ...entry, author: await named(entry.author) })
  return shown
}

export type NamedAuthor = Author & { readonly name?: string }

/**
 * Authors as somebody with this reach may see them, by name where they reach as far among people; others tell them apart by
 * their ids. No read of an account: a name beside what somebody did is part of what they did.
 */
export function namedAuthorsFor(
  documents: Pick<Documents, 'get'>,
  { reach, people }: { readonly reach: Reach; readonly people: Reach },
): (author: Author) => Promise<NamedAuthor> {
  const authorFor = authorsFor(documents, reach)
  const nameOf = authorNames(documents, people)
  return async (it) => {
    const author = await authorFor(it)
    const name = await nameOf(author)
    return { ...author, ...(name !== undefined && { name }) }
  }
}

/** Names of people and labels of keys: of all of them for the node's people, else of those of the viewer's enterprises. */
export function authorNames(
  documents: Pick<Documents, 'get'>,
  reach: Reach,
): (author: Author) => Promise<string | undefined> {
  const known = new Map<string, Promise<string | undefined>>()
  const isSeen = (enterprises: readonly string[]) =>
    reach === 'node' || enterprises.some((it) => reach.has(it))
  const find = async ({ kind, id }: Author) => {
    if (kind === 'user') {
      const user = (await documents.get(USERS, id))?.body
      return user !== undefined && isSeen(user.enterprises) ? user.displayName : undefined
    }
    if (kind === 'handle') return undefined
    const key = (await documents.get(KEYS, id))?.body
    const owners = key?.enterprise === undefined ? [] : [key.enterprise]
    return isSeen(owners) ? key?.label : undefined
  }
  return async (author) => {
    if (author.kind === 'system' || author.id === THE_NODE) return undefined
    const by = `${author.kind} ${author.id}`
    const name = known.get(by) ?? find(author)
    known.set(by, name)
    return await name
  }
}

/** Somebody with a role on the node who has none in the enterprises; whoever left an enterprise is still named. */
async function isOfNode(
  documents: Pick<Documents, 'get'>,
  { kind, id }: Author,
  enterprises: ReadonlySet<string>,
): Promise<boolean> {
  if (kind === 'system' || kind === 'handle') return false
  if (kind === 'key') {
    const key = (await documents.get(KEYS, id))?.body
    return key !== undefined && key.enterprise === undefined
  }
  const user = (await documents.get(USERS, id))?.body
  if (user === undefined || user.nodeRoles.length === 0) return false
  return !user.enterprises.some((it) => enterprises.has(it))
}
