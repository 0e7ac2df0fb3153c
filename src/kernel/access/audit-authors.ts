import type { Author } from '../../lib/author.ts'
import type { Documents } from '../documents/documents.ts'
import type { AuditEntry, AuditViewer } from './audit-view.ts'
import { KEYS, USERS } from './collections.ts'

/** Stands for whoever of the node's people it was. */
const THE_NODE = 'node'

/**
 * The entries as their viewer may see who made them: which of the node's people decided about an enterprise is told to the
 * node's people, here as in the enterprise's thread and in the evidence log.
 */
export async function withAuthorsFor(
  documents: Pick<Documents, 'get'>,
  { reach, ofNode = false }: AuditViewer,
  entries: readonly AuditEntry[],
): Promise<readonly AuditEntry[]> {
  if (reach === 'node' || ofNode) return entries
  const known = new Map<string, boolean>()
  const shown: AuditEntry[] = []
  for (const entry of entries) {
    const { kind, id } = entry.author
    const isStaff = known.get(`${kind} ${id}`) ?? (await isOfNode(documents, entry.author, reach))
    known.set(`${kind} ${id}`, isStaff)
    shown.push(isStaff ? { ...entry, author: { kind, id: THE_NODE } } : entry)
  }
  return shown
}

/** Somebody with a role on the node who has none in the enterprises; whoever left an enterprise is still named. */
async function isOfNode(
  documents: Pick<Documents, 'get'>,
  { kind, id }: Author,
  enterprises: ReadonlySet<string>,
): Promise<boolean> {
  if (kind === 'system') return false
  if (kind === 'key') {
    const key = (await documents.get(KEYS, id))?.body
    return key !== undefined && key.enterprise === undefined
  }
  const user = (await documents.get(USERS, id))?.body
  if (user === undefined || user.nodeRoles.length === 0) return false
  return !user.enterprises.some((it) => enterprises.has(it))
}
