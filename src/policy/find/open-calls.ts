import type { Documents } from '../../kernel/documents/documents.ts'
import { POLICY_CALLS } from '../cases/collections.ts'

const CALLS_MAX = 500

/** Ids of the measures that live calls take applications for at this instant. */
export async function openMeasures(
  documents: Pick<Documents, 'query'>,
  now: number,
): Promise<ReadonlySet<string>> {
  const where = { closesAt: { from: now + 1 } }
  const { items } = await documents.query(POLICY_CALLS, { where, limit: CALLS_MAX })
  const open = items.filter(({ body }) => body.mode === 'live' && body.opensAt <= now)
  return new Set(open.flatMap(({ body }) => body.measures))
}
