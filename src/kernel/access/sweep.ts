import type { Collection, DocumentWrite } from '../documents/documents.ts'
import type { Access } from './access.ts'
import { LINKS, SESSIONS } from './collections.ts'

const BATCH_MAX = 500

/** Deletes ended sessions and expired links, a batch at a time. Answers how many went. Run it now and then. */
export async function sweepExpired(access: Access, signal?: AbortSignal): Promise<number> {
  const sessions = await sweepCollection(access, SESSIONS, signal)
  return sessions + (await sweepCollection(access, LINKS, signal))
}

async function sweepCollection(
  access: Access,
  collection: Collection,
  signal: AbortSignal | undefined,
): Promise<number> {
  const where = { expiresAt: { from: 0, to: access.clock() } }
  for (let gone = 0; ; ) {
    signal?.throwIfAborted()
    const { items } = await access.documents.query(collection, { where, limit: BATCH_MAX })
    if (items.length === 0) return gone
    const writes: DocumentWrite[] = items.map(({ id }) => ({ collection, id, delete: true }))
    await access.documents.commit(writes, { author: { kind: 'system', id: 'sweep' } })
    gone += items.length
  }
}
