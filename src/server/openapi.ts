import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { App } from '../lib/http.ts'

/**
 * Of the reader page: everything comes from this node, over whatever it is served by. The library's own policy sends a
 * browser to https even where there is none. Its scripts set styles in place.
 */
const READER_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Must be registered before the routes it describes; `/api/openapi.json`, and a reader page at `/api/docs`. */
export async function openApiRoutes(
  app: App,
  { version, logo }: { readonly version: string; readonly logo: string },
): Promise<void> {
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
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: READER_POLICY,
    logo: { type: 'image/svg+xml', content: logo, href: '/', target: '_self' },
    theme: { title: 'Waymark 路标 API' },
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('access-control-allow-origin', '*').send(app.swagger()),
  )
}
