import type { Documents, Stored } from '../../kernel/documents/documents.ts'
import {
  type Day,
  NODE_SUBJECT,
  nodeResolutionsDaily,
  RESOLUTIONS_DAILY,
  resolutionsDaily,
} from '../../kernel/evidence/claims.ts'
import type { Claim, Evidence } from '../../kernel/evidence/evidence.ts'
import type { PrefixKey } from '../handle.ts'
import { CLIENT_KINDS } from '../resolution/client-kind.ts'
import {
  emptyCount,
  FOREIGN,
  RESOLUTION_COUNTS,
  type ResolutionCount,
  sum,
} from '../resolution/counts.ts'
import { appendDay, CLOSE_AFTER_MS, dayNumber, dayOf, earlierClaim } from './days.ts'
import type { ClaimParts } from './registration-days.ts'

const FEED = 'resolutions'
const PAGE = 500
const FIRST_DAY = '1970-01-01'

/** One round: when a day is over, claims of how often each prefix and the node were asked, by kind of client. */
export function resolutionDays(
  documents: Pick<Documents, 'query'>,
  { evidence, clock, enterpriseOf }: ClaimParts,
): () => Promise<boolean> {
  return async () => {
    const position = await evidence.position(FEED)
    const closed = dayOf(clock() - CLOSE_AFTER_MS)
    const day = await nextDay(documents, position, closed)
    if (day === undefined) return false
    const claims: Claim[] = []
    let node = emptyCount(FOREIGN, day)
    for await (const { body } of countsOf(documents, day)) {
      node = sum(node, body)
      if (body.prefix === FOREIGN || (await isSaid(evidence, body.prefix, day))) continue
      const enterprise = enterpriseOf(body.prefix as PrefixKey)
      claims.push(resolutionsDaily({ prefix: body.prefix, enterprise, day }, byKind(body)))
    }
    if (!(await isSaid(evidence, NODE_SUBJECT, day))) {
      claims.push(nodeResolutionsDaily(day, byKind(node)))
    }
    await appendDay(evidence, claims, { feed: FEED, position: dayNumber(day) })
    return true
  }
}

/** The first day after `position` (days since 1970) that has counts and is over. */
async function nextDay(
  documents: Pick<Documents, 'query'>,
  position: number,
  closed: Day,
): Promise<Day | undefined> {
  const from = position === 0 ? FIRST_DAY : dayOf((position + 1) * 86_400_000)
  if (from >= closed) return undefined
  const { items } = await documents.query(RESOLUTION_COUNTS, {
    where: { day: { from, below: closed } },
    order: { by: 'day' },
    limit: 1,
  })
  return items[0]?.body.day
}

async function* countsOf(
  documents: Pick<Documents, 'query'>,
  day: Day,
): AsyncGenerator<Stored<ResolutionCount>> {
  let after: string | undefined
  do {
    const page = await documents.query(RESOLUTION_COUNTS, {
      where: { day },
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    yield* page.items
    after = page.next
  } while (after !== undefined)
}

async function isSaid(evidence: Evidence, subject: string, day: Day): Promise<boolean> {
  return (await earlierClaim(evidence, { subject, kind: RESOLUTIONS_DAILY })).day >= day
}

function byKind(count: ResolutionCount): Record<string, number> {
  return Object.fromEntries(CLIENT_KINDS.map((kind) => [kind, count[kind]]))
}
