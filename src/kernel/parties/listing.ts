import type { Reach } from '../access/permissions.ts'
import type { Comparison, Documents, Query } from '../documents/documents.ts'
import { ENTERPRISES, type EnterpriseState, type StoredEnterprise } from './enterprise.ts'
import { nameCore, nameKey } from './name-forms.ts'

/** Pages looked through for names that hold a text, before the caller is told to go on by themselves. */
const NAME_PAGES_MAX = 20

export type EnterpriseQuery = {
  readonly state?: EnterpriseState
  readonly waiting?: 'application' | 'change' | 'any'
  /** Beginnings of codes. */
  readonly region?: string
  readonly sector?: string
  readonly uscc?: string
  /** Part of the name. */
  readonly q?: string
  readonly after?: string
  readonly limit: number
}

export type EnterpriseList = {
  readonly items: readonly StoredEnterprise[]
  readonly next?: string
  /** How many there are in all; not told where a name is looked for. */
  readonly total?: number
}

/**
 * What waits, the longest waiting first; otherwise the newest first. A page found by name may hold fewer than `limit`, even
 * none, and still have a `next`.
 */
export async function listEnterprises(
  documents: Documents,
  reach: Reach,
  query: EnterpriseQuery,
): Promise<EnterpriseList> {
  const where = conditionsOf(reach, query)
  const order: NonNullable<Query['order']> =
    query.waiting === undefined ? { by: 'createdAt', descending: true } : { by: 'waitingSince' }
  const key = nameKey(query.q ?? '')
  if (key !== '') return await listByName(documents, { where, order, key, query })
  const page = await documents.query(ENTERPRISES, { where, order, ...placeOf(query) })
  return { ...page, total: await documents.count(ENTERPRISES, where) }
}

type Where = Readonly<Record<string, Comparison>>

function conditionsOf(reach: Reach, query: EnterpriseQuery): Where {
  const { state, waiting, region, sector, uscc } = query
  return {
    ...(reach !== 'node' && { id: { in: [...reach] } }),
    ...(state !== undefined && { state }),
    ...(waiting !== undefined && {
      waiting: waiting === 'any' ? { in: ['application', 'change'] } : waiting,
    }),
    ...(region !== undefined && { 'entry.region.code': { startsWith: region } }),
    ...(sector !== undefined && { 'entry.sector.code': { startsWith: sector } }),
    ...(uscc !== undefined && { usccs: { startsWith: uscc.toUpperCase() } }),
  }
}

function placeOf({ after, limit }: Pick<EnterpriseQuery, 'after' | 'limit'>) {
  return { limit, ...(after !== undefined && { after }) }
}

type NameAsking = {
  readonly where: Where
  readonly order: NonNullable<Query['order']>
  readonly key: string
  readonly query: EnterpriseQuery
}

async function listByName(
  documents: Documents,
  { where, order, key, query }: NameAsking,
): Promise<EnterpriseList> {
  const core = nameCore(query.q ?? '')
  const byName = { ...where, ...(await narrowed(documents, core, key)) }
  const holds = ({ body }: StoredEnterprise) =>
    nameKey(body.entry.name).includes(key) || nameCore(body.entry.name).includes(core)
  const items: StoredEnterprise[] = []
  let after = query.after
  for (let pages = 0; pages < NAME_PAGES_MAX && items.length < query.limit; pages++) {
    const limit = query.limit - items.length
    const page = await documents.query(ENTERPRISES, {
      where: byName,
      order,
      ...placeOf({ limit, ...(after !== undefined && { after }) }),
    })
    items.push(...page.items.filter(holds))
    after = page.next
    if (after === undefined) break
  }
  return { items, ...(after !== undefined && { next: after }) }
}

/** By a pair of characters where some name has it; a place or a legal form is in no pair, and stands at the beginning. */
async function narrowed(documents: Documents, core: string, key: string): Promise<Where> {
  const pair = [...core].slice(0, 2).join('')
  const known =
    [...pair].length === 2 && (await documents.count(ENTERPRISES, { nameGrams: pair })) > 0
  return known ? { nameGrams: pair } : { nameKey: { startsWith: key } }
}

/** How many there are in each state and how many wait, of those the caller may see. */
export async function countEnterprises(documents: Documents, reach: Reach) {
  const count = (query: Partial<EnterpriseQuery>) =>
    documents.count(ENTERPRISES, conditionsOf(reach, { ...query, limit: 1 }))
  const [oldest] = (await listEnterprises(documents, reach, { waiting: 'any', limit: 1 })).items
  return {
    applied: await count({ state: 'applied' }),
    returned: await count({ state: 'returned' }),
    admitted: await count({ state: 'admitted' }),
    suspended: await count({ state: 'suspended' }),
    rejected: await count({ state: 'rejected' }),
    waiting: {
      applications: await count({ waiting: 'application' }),
      changes: await count({ waiting: 'change' }),
      ...(oldest?.body.waitingSince !== undefined && { oldestAt: oldest.body.waitingSince }),
    },
  }
}
