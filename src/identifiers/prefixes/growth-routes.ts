import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import type { PrefixKey } from '../handle.ts'
import { read } from './allotment.ts'
import type { PrefixRoomDeps } from './found.ts'
import { GROWTH_DAYS_MAX, grownDays } from './growth.ts'
import { PREFIXES } from './prefix.ts'
import { entitledPrefix } from './tenancy.ts'

/** Derived prefixes that are counted together; of more the answer is a part. */
const REACH_PREFIXES_MAX = 5000
const PAGE = 1000
const READ = 'prefixes.read'
const tags = ['prefixes']
const Params = Type.Object({ prefix: Type.String({ minLength: 1, maxLength: 512 }) })
const Count = Type.Integer({ minimum: 0 })

/** How a prefix grew, and how far what is done to it reaches. */
export function growthRoutes(app: App, deps: PrefixRoomDeps): void {
  daysRoute(app, deps)
  reachRoute(app, deps)
}

function daysRoute(app: App, deps: PrefixRoomDeps): void {
  const schema = {
    tags,
    operationId: 'readPrefixGrowth',
    summary: 'Identifiers of a prefix by day (UTC), the oldest first; today is not over',
    params: Params,
    querystring: Type.Object({
      days: Type.Integer({ minimum: 1, maximum: GROWTH_DAYS_MAX, default: 30 }),
    }),
    response: {
      200: Type.Object({
        items: Type.Array(Type.Object({ day: Type.String(), added: Count, total: Count })),
      }),
    },
  }
  app.get('/api/v1/prefixes/:prefix/growth', { schema }, async ({ caller, params, query }) => {
    const { key } = entitledPrefix(caller, deps.book, { ...params, permission: READ, known: READ })
    await read(deps, key)
    const { total } = await deps.store.counts(key)
    const asked = { now: deps.clock(), days: query.days, total }
    return { items: [...(await grownDays(deps.evidence, key, asked))] }
  })
}

function reachRoute(app: App, deps: PrefixRoomDeps): void {
  const schema = {
    tags,
    operationId: 'readPrefixReach',
    summary: 'How much a prefix and all that derive from it hold: what an act on it would touch',
    params: Params,
    response: {
      200: Type.Object({
        /** Prefixes that derive from it, at any depth. */
        prefixes: Count,
        /** Registered identifiers in it and in them. */
        registered: Count,
        /** Of `registered`, how many this node answers now. */
        answered: Count,
        /** False where there are more prefixes than were counted. */
        complete: Type.Boolean(),
      }),
    },
  }
  app.get('/api/v1/prefixes/:prefix/reach', { schema }, async ({ caller, params }) => {
    const { key } = entitledPrefix(caller, deps.book, { ...params, permission: READ, known: READ })
    await read(deps, key)
    const { keys, complete } = await derivedFrom(deps, key)
    let [registered, answered] = [0, 0]
    for (const it of [key, ...keys]) {
      const counts = await deps.store.counts(it)
      registered += counts.registered
      if (deps.book.lookup(it).kind === 'hosted') answered += counts.registered
    }
    return { prefixes: keys.length, registered, answered, complete }
  })
}

async function derivedFrom(
  { documents }: PrefixRoomDeps,
  key: PrefixKey,
): Promise<{ readonly keys: readonly PrefixKey[]; readonly complete: boolean }> {
  const keys: PrefixKey[] = []
  let after: string | undefined
  do {
    const page = await documents.query(PREFIXES, {
      where: { id: { startsWith: `${key}.` } },
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    keys.push(...page.items.map((it) => it.id as PrefixKey))
    after = page.next
  } while (after !== undefined && keys.length < REACH_PREFIXES_MAX)
  return { keys, complete: after === undefined }
}
