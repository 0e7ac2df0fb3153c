import { isDeepStrictEqual } from 'node:util'
import { Type } from 'typebox'
import { commitDecided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { NodeRoleSchema, USERS, type User } from '../../kernel/access/collections.ts'
import { authorise, mayDo } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { type Calendar, CalendarSchema } from '../../kernel/cases/calendar.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { requireNone, requireVersion } from '../papers/parts.ts'
import { POLICY_POSTS, type Post } from './collections.ts'
import { calendarsOf, calendarVersions, tellCalendar } from './desk.ts'
import { After, Id, Limit, namesOf, Time, timeOf } from './parts.ts'

const tags = ['policy']

const Version = Type.Integer({
  minimum: 0,
  description: 'The version it was read at; 0: there was none',
})

const PostReply = Type.Object({
  user: Type.String(),
  name: Type.Optional(Type.String()),
  nodeRoles: Type.Array(NodeRoleSchema),
  isActive: Type.Boolean({ description: 'Whether the account can be signed in with' }),
  units: Type.Array(Type.String()),
  approvals: Type.Array(Type.String()),
  fields: Type.Array(Type.String()),
  interests: Type.Array(Type.String()),
  version: Type.Integer({ description: 'Send it with the next change' }),
})

/** Who fills which office, and which days are worked. */
export function postRoutes(app: App, deps: PolicyDeps): void {
  listRoute(app, deps)
  putRoute(app, deps)
  calendarRoutes(app, deps)
}

function shown(user: string, post: Post, { of, version }: { of?: User; version: number }) {
  return {
    user,
    ...post,
    ...(of !== undefined && { name: of.displayName }),
    nodeRoles: [...(of?.nodeRoles ?? [])],
    isActive: of?.state === 'active',
    version,
  }
}

function listRoute(app: App, { documents }: PolicyDeps): void {
  app.get('/api/v1/policy/posts', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listPosts',
      summary: 'Which person fills which office: units, levels of approval, fields of expertise',
      querystring: Type.Object({ after: After, limit: Limit }),
      response: {
        200: Type.Object({ items: Type.Array(PostReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      if (!mayDo(caller, 'policy.review')) authorise(caller, 'node.configure')
      const { limit, after } = query
      const place = { limit, ...(after !== undefined && { after }) }
      const page = await documents.query(POLICY_POSTS, place)
      const users = await Promise.all(page.items.map((it) => documents.get(USERS, it.id)))
      const items = page.items.map(({ id, body, version }, index) => {
        const of = users[index]?.body
        return shown(id, body, { version, ...(of !== undefined && { of }) })
      })
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

function putRoute(app: App, { documents }: PolicyDeps): void {
  app.put('/api/v1/policy/posts/:user', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'putPost',
      summary: 'Say which offices a person fills; whoever has no units acts for all',
      description:
        'All of it at once, with the version it was read at: what somebody else changed meanwhile is refused, not overwritten.',
      params: Type.Object({ user: Id }),
      body: Type.Object(
        { ...POLICY_POSTS.schema.properties, version: Version },
        { additionalProperties: false },
      ),
      response: { 200: PostReply },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'node.configure')
      const user = await documents.get(USERS, params.user)
      if (user === undefined) {
        throw new Problem('not-found', { en: 'There is no such person', zh: '没有该人员' })
      }
      const { version, ...post } = body
      await requireEnterprises(documents, post.interests)
      await commitDecided(documents, authorOf(caller), async () => {
        const before = await documents.get(POLICY_POSTS, params.user)
        if (before !== undefined && isDeepStrictEqual(before.body, post)) return NOTHING
        requireVersion({ version: before?.version ?? 0 }, version)
        const write = {
          ...{ collection: POLICY_POSTS, id: params.user },
          ...{ expected: version, put: post },
        }
        return { writes: [write], answer: undefined }
      })
      const stored = await documents.get(POLICY_POSTS, params.user)
      return shown(params.user, stored?.body ?? post, {
        of: user.body,
        version: stored?.version ?? version,
      })
    },
  })
}

const NOTHING = { writes: [], answer: undefined }

async function requireEnterprises(documents: Documents, ids: readonly string[]): Promise<void> {
  const names = await namesOf(documents, ids)
  const reason = { en: 'there is no such enterprise', zh: '没有该企业' }
  requireNone(
    ids.flatMap((id, index) => (names.has(id) ? [] : [{ path: `/interests/${index}`, reason }])),
  )
}

const CalendarReply = Type.Object({
  ...CalendarSchema.properties,
  version: Type.Integer({
    description: 'Send it with the next change; 0: it comes with the program',
  }),
  toldAt: Type.Optional(Time),
})
const CalendarWish = Type.Object(
  { ...CalendarSchema.properties, version: Version, toldAt: Type.Optional(Time) },
  { additionalProperties: false },
)

function calendarRoutes(app: App, { documents }: PolicyDeps): void {
  app.get('/api/v1/policy/calendars', {
    schema: {
      tags,
      operationId: 'listCalendars',
      summary: 'Calendars by which terms are reckoned, each with its source',
      response: { 200: Type.Object({ items: Type.Array(CalendarReply) }) },
    },
    async handler() {
      const versions = await calendarVersions(documents)
      const items = [...(await calendarsOf(documents)).values()].map((it) => {
        const told = versions.get(it.id)
        if (told === undefined) return { ...it, version: 0 }
        return { ...it, version: told.version, toldAt: timeOf(told.at) }
      })
      return { items }
    },
  })
  app.put('/api/v1/policy/calendars/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'putCalendar',
      summary:
        'Tell which days are worked, by the paper that orders it; terms that run are reckoned by it',
      description:
        'Whole, as it was read, with what is added. What somebody else changed meanwhile is refused, not overwritten.',
      params: Type.Object({ id: Id }),
      body: CalendarWish,
      response: { 200: CalendarReply },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'policy.review')
      const { version, toldAt: _, ...rest } = body
      const calendar: Calendar = { ...rest, id: params.id }
      const author = authorOf(caller)
      return { ...calendar, version: await tellCalendar(documents, calendar, { author, version }) }
    },
  })
}
