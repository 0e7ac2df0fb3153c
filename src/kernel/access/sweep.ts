import type { Collection, DocumentWrite } from '../documents/documents.ts'
import type { Access } from './access.ts'
import { KEY_USES, KEYS, LETTER_COUNTS, LINKS, SESSIONS } from './collections.ts'

const BATCH_MAX = 500
/** So long a dead key is still listed. */
const KEY_REMEMBERED_MS = 90 * 86_400_000

/** Deletes ended sessions, expired links, counts of letters and long dead keys, a batch at a time. Answers how many went. Run it now and then. */
export async function sweepExpired(access: Access, signal?: AbortSignal): Promise<number> {
  const now = access.clock()
  const sessions = await sweep(access, [SESSIONS], now, signal)
  const links = await sweep(access, [LINKS], now, signal)
  const counts = await sweep(access, [LETTER_COUNTS], now, signal)
  const keys = await sweep(access, [KEYS, KEY_USES], now - KEY_REMEMBERED_MS, signal)
  return sessions + links + counts + keys
}

/** What of the first collection had ended by `until`, and what the others hold under the same id. */
async function sweep(
  access: Access,
  [collection, ...others]: readonly [Collection, ...Collection[]],
  until: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const where = { expiresAt: { from: 0, to: until } }
  for (let gone = 0; ; ) {
    signal?.throwIfAborted()
    const { items } = await access.documents.query(collection, { where, limit: BATCH_MAX })
    if (items.length === 0) return gone
    const writes: DocumentWrite[] = [collection, ...others].flatMap((it) =>
      items.map(({ id }) => ({ collection: it, id, delete: true })),
    )
    await access.documents.commit(writes, { author: { kind: 'system', id: 'sweep' } })
    gone += items.length
  }
}
