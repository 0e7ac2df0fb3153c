import { type Static, Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import type { Access } from './access.ts'
import { PermissionSchema } from './collections.ts'
import { createKey, KEY_DAYS_MAX, type KeyShown, listKeys, revokeKey } from './keys.ts'
import {
  EnterpriseId,
  formatTime,
  IdParams,
  PageQuery,
  TimeReply,
  unstored,
} from './route-parts.ts'

const tags = ['keys']

const KeyReply = Type.Object({
  id: Type.String(),
  label: Type.String(),
  enterprise: Type.Optional(Type.String()),
  scopes: Type.Array(PermissionSchema),
  createdBy: Type.String(),
  createdAt: TimeReply,
  expiresAt: TimeReply,
  lastUsedAt: Type.Optional(TimeReply),
  revokedAt: Type.Optional(TimeReply),
})

function showTimes(key: KeyShown): Static<typeof KeyReply> {
  const { lastUsedAt, revokedAt } = key
  return {
    id: key.id,
    label: key.label,
    scopes: [...key.scopes],
    createdBy: key.createdBy,
    createdAt: formatTime(key.createdAt),
    expiresAt: formatTime(key.expiresAt),
    ...(key.enterprise === undefined ? {} : { enterprise: key.enterprise }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: formatTime(lastUsedAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: formatTime(revokedAt) }),
  }
}

export function keyRoutes(app: App, { access }: { readonly access: Access }): void {
  app.get('/api/v1/keys', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listKeys',
      summary: 'API keys, without what opens them',
      querystring: Type.Object({ enterprise: Type.Optional(EnterpriseId), ...PageQuery }),
      response: {
        200: Type.Object({ items: Type.Array(KeyReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      const page = await listKeys(access, caller, query)
      return { ...page, items: page.items.map(showTimes) }
    },
  })
  app.post('/api/v1/keys', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'createKey',
      summary: 'Make an API key; it is shown in this reply and never again',
      body: Type.Object(
        {
          label: Type.String({ minLength: 1, maxLength: 100 }),
          enterprise: Type.Optional(EnterpriseId),
          scopes: Type.Array(PermissionSchema, { minItems: 1, maxItems: 32 }),
          expiresAt: Type.Optional(
            Type.String({
              format: 'date-time',
              description: `One year from now if not said; at most ${KEY_DAYS_MAX} days`,
            }),
          ),
        },
        { additionalProperties: false },
      ),
      response: { 201: Type.Object({ key: KeyReply, token: Type.String() }) },
    },
    async handler({ caller, body }, reply) {
      const { expiresAt, ...wish } = body
      const until = expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }
      const { key, token } = await createKey(access, caller, { ...wish, ...until })
      reply.code(201)
      return { key: showTimes(key), token }
    },
  })
  app.delete('/api/v1/keys/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'revokeKey',
      summary: 'Revoke an API key',
      params: IdParams,
      response: { 204: Type.Null() },
    },
    async handler({ caller, params }, reply) {
      await revokeKey(access, caller, params.id)
      return reply.code(204).send(null)
    },
  })
}
