import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { App } from '../lib/http.ts'

/** Must be registered before the routes it describes; `/api/openapi.json`, and a reader page at `/api/docs`. */
export async function openApiRoutes(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Waymark 路标',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description:
          'The API of a Waymark node. Errors are RFC 9457 problem documents in the language of `Accept-Language` (zh or en).',
      },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key, `wmk_…`' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-waymark' },
        },
      },
      security: [{ key: [] }, { session: [] }, {}],
    },
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true })
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('access-control-allow-origin', '*').send(app.swagger()),
  )
}
