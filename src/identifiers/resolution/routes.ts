import { type Static, Type } from 'typebox'
import type { Caller } from '../../kernel/access/permissions.ts'
import { authorise, mayDo } from '../../kernel/access/permissions.ts'
import type { Documents, Query } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { type PrefixKey, parsePrefix } from '../handle.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import { enterprisesOf, prefixesOf } from '../prefixes/tenancy.ts'
import { CLIENT_KINDS } from './client-kind.ts'
import { RESOLUTION_COUNTS, type ResolutionCount } from './counts.ts'

export type ResolutionRouteParts = {
  readonly documents: Pick<Documents, 'query'>
  readonly prefixState: (prefix: PrefixKey) => PrefixAnswer
}

const LIMIT_MAX = 1000
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day, UTC' })
const Count = Type.Integer({ minimum: 0 })

const Asked = Type.Object({
  prefix: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  after: Type.Optional(Type.String({ maxLength: 1000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 100 })),
})

const Item = Type.Object({
  prefix: Type.String(),
  day: Day,
  total: Count,
  found: Count,
  clients: Type.Record(Type.String(), Count),
})

const Reply = Type.Object({ items: Type.Array(Item), next: Type.Optional(Type.String()) })

/** How often identifiers were resolved: under one prefix, or under all of the caller's; of all the node's for its staff. */
export function resolutionRoutes(app: App, { documents, prefixState }: ResolutionRouteParts): void {
  const schema = {
    tags: ['resolution'],
    summary:
      'Resolutions per prefix and day, by kind of client: of one prefix, or of all one’s own',
    operationId: 'listResolutions',
    querystring: Asked,
    response: { 200: Reply },
  }
  app.get('/api/v1/resolutions', { schema }, async ({ query, caller }) => {
    const prefixes = await entitledPrefixes(caller, query.prefix)
    if (prefixes?.length === 0) return { items: [] }
    const page = await documents.query(RESOLUTION_COUNTS, queryFor(query, prefixes))
    const items = page.items.map((it) => itemOf(it.body))
    return page.next === undefined ? { items } : { items, next: page.next }
  })

  /** Undefined: all there are. */
  async function entitledPrefixes(
    caller: Caller,
    asked: string | undefined,
  ): Promise<readonly PrefixKey[] | undefined> {
    if (caller.kind === 'anonymous') authorise(caller, 'prefixes.read')
    if (asked !== undefined) {
      const prefix = parsePrefix(asked)
      checkEntitled(caller, prefixState(prefix))
      return [prefix]
    }
    const own = enterprisesOf(caller, 'prefixes.read')
    if (own === 'all') return undefined
    // A key that may not read prefixes of anybody.
    if (own.length === 0 && caller.kind === 'key') authorise(caller, 'prefixes.read')
    return await prefixesOf(documents, own)
  }
}

/** A prefix of somebody else is answered like one that does not exist. */
function checkEntitled(caller: Caller, state: PrefixAnswer): void {
  const enterprise = state.kind === 'unknown' ? undefined : state.enterprise
  if (state.kind !== 'unknown' && mayDo(caller, 'prefixes.read', enterprise)) return
  throw new Problem('not-found', { en: 'There is no such prefix', zh: '没有该前缀' })
}

function queryFor(asked: Static<typeof Asked>, prefixes: readonly PrefixKey[] | undefined): Query {
  const { from, to, after, limit = 100 } = asked
  const day = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  return {
    where: {
      ...(prefixes !== undefined && { prefix: { in: prefixes } }),
      ...((from !== undefined || to !== undefined) && { day }),
    },
    order: { by: 'day' },
    limit,
    ...(after !== undefined && { after }),
  }
}

function itemOf(count: ResolutionCount): Static<typeof Item> {
  const { prefix, day, total, found } = count
  const clients = Object.fromEntries(CLIENT_KINDS.map((it) => [it, count[it]]))
  return { prefix, day, total, found, clients }
}
