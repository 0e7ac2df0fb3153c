import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { type TSchema, Type } from 'typebox'
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

type Transforms = Required<Pick<FastifyDynamicSwaggerOptions, 'transform' | 'transformObject'>>
type Described = Extract<Parameters<Transforms['transformObject']>[0], { openapiObject: unknown }>

/** The library says of every body that it is required; a generated client would then send one where none is needed. */
function optionalBodies(): Transforms {
  const optional = new Set<unknown>()
  return {
    transform: ({ schema, url }) => {
      const body = schema.body as TSchema | undefined
      if (body !== undefined && Type.IsOptional(body)) optional.add(schema.operationId)
      return { schema, url }
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      relaxBodies(document.openapiObject, optional)
      return document.openapiObject
    },
  }
}

function relaxBodies({ paths }: Described['openapiObject'], optional: ReadonlySet<unknown>): void {
  for (const path of Object.values(paths ?? {})) {
    for (const operation of [path?.post, path?.put, path?.patch]) {
      const body = operation?.requestBody
      if (body === undefined || '$ref' in body) continue
      if (optional.has(operation?.operationId)) body.required = false
    }
  }
}

/** Must be registered before the routes it describes; `/api/openapi.json`, and a reader page at `/api/docs`. */
export async function openApiRoutes(
  app: App,
  { version, logo }: { readonly version: string; readonly logo: string },
): Promise<void> {
  await app.register(swagger, {
    ...optionalBodies(),
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
