import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import type { Access } from './access.ts'
import { literals } from './collections.ts'
import { requireSession, unstored } from './route-parts.ts'
import { readViews, removeView, saveView, VIEWED_LISTS, VIEWS_MAX, ViewSchema } from './views.ts'

const tags = ['access']
const list = literals(VIEWED_LISTS)

/** Ways of looking at a list that somebody keeps for themselves, on every device they sign in on. */
export function viewRoutes(app: App, { access }: { readonly access: Access }): void {
  app.get('/api/v1/me/views', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listMyViews',
      summary: 'One’s saved views of a list',
      querystring: Type.Object({ list }),
      response: { 200: Type.Object({ items: Type.Array(ViewSchema) }) },
    },
    async handler(request) {
      const { user } = requireSession(request)
      return { items: [...(await readViews(access, user, request.query.list))] }
    },
  })
  app.put('/api/v1/me/views', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'saveMyView',
      summary: `Save a view under a name, at most ${VIEWS_MAX} of a list`,
      body: Type.Object({ list, ...ViewSchema.properties }, { additionalProperties: false }),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      await saveView(access, requireSession(request).user, request.body)
      return reply.code(204).send(null)
    },
  })
  app.delete('/api/v1/me/views', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'removeMyView',
      summary: 'Remove a saved view',
      querystring: Type.Object({ list, name: ViewSchema.properties.name }),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      await removeView(access, requireSession(request).user, request.query)
      return reply.code(204).send(null)
    },
  })
}
