import { type Static, Type } from 'typebox'
import { authorise, type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { Clock } from '../../lib/clock.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { type PrefixKey, parsePrefix } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { checkSignedIn, prefixesOf } from '../prefixes/tenancy.ts'
import { identifierTotals } from '../registration/totals.ts'
import type { RecordStore } from '../store/store.ts'
import { type Place, type PlaceOf, placeSums } from './places.ts'
import { DAYS_MAX, noSums, readWindow, type Sums, type Window } from './window.ts'

export type StatisticsDeps = {
  readonly documents: Pick<Documents, 'query'>
  readonly store: Pick<RecordStore, 'counts' | 'totals'>
  readonly book: Pick<PrefixBook, 'all' | 'enterpriseOf' | 'isKnown' | 'spelled'>
  readonly clock: Clock
  /** The name of an enterprise as everybody may know it. */
  readonly enterpriseName: (id: string) => Promise<string | undefined>
  /** Where the enterprises are, and what they do. */
  readonly placesOf: () => AsyncIterable<Place>
}

const tags = ['statistics']
const Count = Type.Integer({ minimum: 0 })
const Days = Type.Integer({
  minimum: 1,
  maximum: DAYS_MAX,
  default: 30,
  description: 'So many days (UTC), today among them',
})
const SumsReply = {
  created: Count,
  updated: Count,
  retired: Count,
  resolutions: Count,
  found: Type.Integer({ minimum: 0, description: 'Of the resolutions, how many found something' }),
}
const PREFIXES_LISTED = 20
/** The whole node's sums are the same for all who may see them, and dear where there are many prefixes. */
const KEPT_MS = 10_000

/** What was registered and resolved: the node's own for its operators and auditors, else that of one's own prefixes. */
export function statisticsRoutes(app: App, deps: StatisticsDeps): void {
  const sums = windowReader(deps)
  daysRoute(app, deps, sums)
  prefixesRoute(app, deps, sums)
  placesRoute(app, deps, { sums, of: 'regions', what: 'region (province)' })
  placesRoute(app, deps, { sums, of: 'sectors', what: 'sector (section of GB/T 4754)' })
}

type ReadSums = (days: number, prefixes: readonly PrefixKey[] | undefined) => Promise<Window>

function windowReader({ documents, clock }: StatisticsDeps): ReadSums {
  const kept = new Map<number, { readonly until: number; readonly window: Promise<Window> }>()
  return (days, prefixes) => {
    const now = clock()
    if (prefixes !== undefined) return readWindow(documents, { now, days, prefixes })
    const known = kept.get(days)
    if (known !== undefined && known.until > now) return known.window
    const window = readWindow(documents, { now, days })
    kept.set(days, { until: now + KEPT_MS, window })
    window.catch(() => kept.delete(days))
    return window
  }
}

function daysRoute(app: App, deps: StatisticsDeps, sums: ReadSums): void {
  const { store } = deps
  app.get('/api/v1/statistics/days', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'statisticsByDay',
      summary: 'Registrations and resolutions by day, the oldest first; today is not over',
      querystring: Type.Object({
        days: Days,
        prefix: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
      }),
      response: {
        200: Type.Object({
          items: Type.Array(Type.Object({ day: Type.String(), ...SumsReply })),
          registered: Type.Integer({ minimum: 0, description: 'Identifiers in force now' }),
          complete: Type.Boolean({ description: 'False where there was more than is added up' }),
        }),
      },
    },
    async handler({ caller, query }) {
      const prefixes = await entitledPrefixes(deps, caller, query.prefix)
      const { days, complete } = await sums(query.days, prefixes)
      const counts =
        prefixes === undefined
          ? [await identifierTotals(store)]
          : await Promise.all(prefixes.map((it) => store.counts(it)))
      return {
        items: [...days].map(([day, it]) => ({ day, ...it })),
        registered: counts.reduce((sum, it) => sum + it.registered, 0),
        complete,
      }
    },
  })
}

const PrefixItem = Type.Object({
  prefix: Type.String(),
  enterprise: Type.Optional(Type.Object({ id: Type.String(), name: Type.Optional(Type.String()) })),
  registered: Type.Integer({ minimum: 0, description: 'Identifiers in force now' }),
  ...SumsReply,
})

function prefixesRoute(app: App, deps: StatisticsDeps, sums: ReadSums): void {
  app.get('/api/v1/statistics/prefixes', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'statisticsByPrefix',
      summary: `The prefixes with the most registrations and resolutions, at most ${PREFIXES_LISTED}`,
      querystring: Type.Object({ days: Days }),
      response: {
        200: Type.Object({
          items: Type.Array(PrefixItem),
          others: Type.Integer({
            minimum: 0,
            description: 'Prefixes with something that are not listed',
          }),
          complete: Type.Boolean(),
        }),
      },
    },
    async handler({ caller, query }) {
      const prefixes = await entitledPrefixes(deps, caller, undefined)
      const window = await sums(query.days, prefixes)
      const ranked = [...window.prefixes].toSorted(
        ([aKey, a], [bKey, b]) => weightOf(b) - weightOf(a) || (aKey < bKey ? -1 : 1),
      )
      const items: Static<typeof PrefixItem>[] = []
      for (const [prefix, it] of ranked.slice(0, PREFIXES_LISTED)) {
        items.push({ ...(await shownPrefix(deps, prefix as PrefixKey)), ...it })
      }
      return { items, others: ranked.length - items.length, complete: window.complete }
    },
  })
}

function weightOf({ created, resolutions }: Sums): number {
  return created + resolutions
}

async function shownPrefix({ book, store, enterpriseName }: StatisticsDeps, key: PrefixKey) {
  const id = book.enterpriseOf(key)
  const name = id === undefined ? undefined : await enterpriseName(id)
  const { registered } = await store.counts(key)
  return {
    prefix: book.spelled(key),
    registered,
    ...(id !== undefined && { enterprise: { id, ...(name !== undefined && { name }) } }),
  }
}

type PlaceRoute = {
  readonly sums: ReadSums
  readonly of: PlaceOf
  readonly what: string
}

function placesRoute(app: App, deps: StatisticsDeps, { sums, of, what }: PlaceRoute): void {
  app.get(`/api/v1/statistics/${of}`, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: of === 'regions' ? 'statisticsByRegion' : 'statisticsBySector',
      summary: `Enterprises, registrations and resolutions by ${what}; of the whole node, for its operators and auditors`,
      querystring: Type.Object({ days: Days }),
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              code: Type.String(),
              name: Type.String(),
              nameEn: Type.Optional(Type.String()),
              enterprises: Count,
              registered: Type.Integer({ minimum: 0, description: 'Identifiers in force now' }),
              ...SumsReply,
            }),
          ),
          complete: Type.Boolean(),
        }),
      },
    },
    async handler({ caller, query }) {
      authorise(caller, 'metrics.read')
      const { prefixes, complete } = await sums(query.days, undefined)
      const held = new Map<string, { registered: number; sums: Sums }[]>()
      for (const { key, enterprise } of deps.book.all()) {
        if (enterprise === undefined) continue
        const { registered } = await deps.store.counts(key)
        const list = held.get(enterprise) ?? []
        list.push({ registered, sums: prefixes.get(key) ?? noSums() })
        held.set(enterprise, list)
      }
      return { items: [...(await placeSums(deps.placesOf(), held, of))], complete }
    },
  })
}

/** Undefined: all there are. A prefix of somebody else is answered like one that does not exist. */
async function entitledPrefixes(
  { book, documents }: StatisticsDeps,
  caller: Caller,
  asked: string | undefined,
): Promise<readonly PrefixKey[] | undefined> {
  checkSignedIn(caller)
  const isOfNode = mayDo(caller, 'metrics.read')
  const own = enterprisesOf(caller).filter((it) => mayDo(caller, 'prefixes.read', it))
  if (asked === undefined) {
    if (isOfNode) return undefined
    if (own.length === 0) authorise(caller, 'metrics.read')
    return await prefixesOf(documents, own)
  }
  const key = parsePrefix(asked)
  const enterprise = book.enterpriseOf(key)
  const isOwn = enterprise !== undefined && own.includes(enterprise)
  if (book.isKnown(key) && (isOfNode || isOwn)) return [key]
  throw new Problem('not-found', { en: 'There is no such prefix', zh: '没有该前缀' })
}

function enterprisesOf(caller: Caller): readonly string[] {
  switch (caller.kind) {
    case 'anonymous':
      return []
    case 'key':
      return caller.enterprise === undefined ? [] : [caller.enterprise]
    case 'user':
      return caller.memberships.map((it) => it.enterprise)
  }
}
