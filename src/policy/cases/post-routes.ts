import { Type } from 'typebox'
import { commitDecided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { USERS } from '../../kernel/access/collections.ts'
import { authorise, mayDo } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { type Calendar, CalendarSchema } from '../../kernel/cases/calendar.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { POLICY_POSTS } from './collections.ts'
import { calendarsOf, tellCalendar } from './desk.ts'
import { After, Id, Limit } from './parts.ts'

const tags = ['policy']

const PostReply = Type.Object({
  user: Type.String(),
  name: Type.Optional(Type.String()),
  units: Type.Array(Type.String()),
  approvals: Type.Array(Type.String()),
  fields: Type.Array(Type.String()),
  interests: Type.Array(Type.String()),
})

/** Who fills which office, and which days are worked. */
export function postRoutes(app: App, deps: PolicyDeps): void {
  listRoute(app, deps)
  putRoute(app, deps)
  calendarRoutes(app, deps)
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
      const items = page.items.map(({ id, body }, index) => {
        const name = users[index]?.body.displayName
        return { user: id, ...body, ...(name !== undefined && { name }) }
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
      params: Type.Object({ user: Id }),
      body: Type.Object(POLICY_POSTS.schema.properties, { additionalProperties: false }),
      response: { 200: PostReply },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'node.configure')
      const user = await documents.get(USERS, params.user)
      if (user === undefined) {
        throw new Problem('not-found', { en: 'There is no such person', zh: '没有该人员' })
      }
      await commitDecided(documents, authorOf(caller), async () => {
        const before = await documents.get(POLICY_POSTS, params.user)
        const expected = before?.version ?? 0
        const write = { collection: POLICY_POSTS, id: params.user, expected, put: body }
        return { writes: [write], answer: undefined }
      })
      return { user: params.user, name: user.body.displayName, ...body }
    },
  })
}

function calendarRoutes(app: App, { documents }: PolicyDeps): void {
  app.get('/api/v1/policy/calendars', {
    schema: {
      tags,
      operationId: 'listCalendars',
      summary: 'Calendars by which terms are reckoned, each with its source',
      response: { 200: Type.Object({ items: Type.Array(CalendarSchema) }) },
    },
    handler: async () => ({ items: [...(await calendarsOf(documents)).values()] }),
  })
  app.put('/api/v1/policy/calendars/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'putCalendar',
      summary:
        'Tell which days are worked, by the paper that orders it; terms that run are reckoned by it',
      params: Type.Object({ id: Id }),
      body: CalendarSchema,
      response: { 200: CalendarSchema },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'policy.review')
      const calendar: Calendar = { ...body, id: params.id }
      await tellCalendar(documents, calendar, authorOf(caller))
      return calendar
    },
  })
}
