import type { PrefixKey } from '../handle.ts'
import { PREFIX_RECORDS } from '../resolution/resolution.ts'
import type { PrefixCounts, RecordStore } from '../store/store.ts'

/** Under it lie the records of prefixes, which are the node's own and no identifiers of anybody. */
const OWN = PREFIX_RECORDS as PrefixKey

export function isOwnPrefix(prefix: string): boolean {
  return prefix === OWN
}

/** How many identifiers there are, the records of prefixes not counted. */
export async function identifierTotals(
  store: Pick<RecordStore, 'totals' | 'counts'>,
): Promise<PrefixCounts> {
  const [all, own] = await Promise.all([store.totals(), store.counts(OWN)])
  return {
    total: all.total - own.total,
    registered: all.registered - own.registered,
    retired: all.retired - own.retired,
    held: all.held - own.held,
  }
}
