import { IMPORTS } from './identifiers/imports/import-job.ts'
import { PREFIX_REQUESTS } from './identifiers/prefixes/requests.ts'
import { statisticsRoutes } from './identifiers/statistics/routes.ts'
import { USERS } from './kernel/access/collections.ts'
import type { Collection, Documents, Query } from './kernel/documents/documents.ts'
import { ENTERPRISES, publicEnterprise } from './kernel/parties/enterprise.ts'
import { enterprisePlaces } from './kernel/parties/places.ts'
import type { App } from './lib/http.ts'
import { mailState } from './node-mail.ts'
import type { Rooms } from './node-rooms.ts'
import { nodeHealthRoutes, type Waiting } from './server/node-health.ts'
import { VERSION } from './version.ts'

/** What the node counts, and how it is. */
export function statisticsAndHealthRoutes(app: App, rooms: Rooms): void {
  const { documents, store, book, clock, folder, search } = rooms
  statisticsRoutes(app, {
    documents,
    store,
    book,
    clock,
    enterpriseName: async (id) => (await publicEnterprise(documents, id))?.name,
    placesOf: () => enterprisePlaces(documents),
  })
  nodeHealthRoutes(app, {
    folder,
    version: VERSION,
    queues: {
      applications: () => waitingReview(documents, 'application'),
      changes: () => waitingReview(documents, 'change'),
      prefixRequests: () =>
        waiting(documents, PREFIX_REQUESTS, { where: { state: 'open' }, by: 'createdAt' }),
    },
    imports: () => documents.count(IMPORTS, { state: { in: ['receiving', 'running'] } }),
    search: async () => {
      const { sequence, isBuilding } = await search.position()
      return { behind: Math.max(0, store.turn.sequence() - sequence), isBuilding }
    },
    people: () => documents.count(USERS, { state: 'active' }),
    mail: () => mailState(rooms),
  })
}

async function waitingReview(
  documents: Documents,
  kind: 'application' | 'change',
): Promise<Waiting> {
  const where = { waiting: kind }
  const [oldest] = (
    await documents.query(ENTERPRISES, { where, order: { by: 'waitingSince' }, limit: 1 })
  ).items
  const oldestAt = oldest?.body.waitingSince
  const count = await documents.count(ENTERPRISES, where)
  return { count, ...(oldestAt !== undefined && { oldestAt }) }
}

type Asked = { readonly where: NonNullable<Query['where']>; readonly by: 'createdAt' }

async function waiting(
  documents: Documents,
  collection: Collection,
  { where, by }: Asked,
): Promise<Waiting> {
  const [oldest] = (await documents.query(collection, { where, order: { by }, limit: 1 })).items
  const count = await documents.count(collection, where)
  return { count, ...(oldest !== undefined && { oldestAt: oldest.createdAt }) }
}
