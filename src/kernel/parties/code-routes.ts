import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { type CodeEntry, type CodeTable, regions, sectors } from './codes.ts'

const LIMIT_MAX = 100
const LIMIT_DEFAULT = 20
const CACHE = 'public, max-age=86400'

/** A code of a national table by its names. */
export const NamedCodeReply = Type.Object({
  code: Type.String(),
  name: Type.String({ description: 'As the standard has it, in Chinese' }),
  nameEn: Type.Optional(Type.String({ description: 'In English, where there is one' })),
})

const CodeReply = Type.Object({
  ...NamedCodeReply.properties,
  edition: Type.String(),
  level: Type.String(),
  chain: Type.Array(NamedCodeReply, { description: 'From the widest down to this one' }),
})

/** The tables an application chooses from: for everybody, and the same for everybody. */
export function codeRoutes(app: App): void {
  tableRoutes(app, { path: 'regions', one: 'Region', many: 'Regions', table: regions })
  tableRoutes(app, { path: 'sectors', one: 'Sector', many: 'Sectors', table: sectors })
}

type Told = {
  readonly path: string
  readonly one: string
  readonly many: string
  readonly table: () => CodeTable
}

function tableRoutes(app: App, { path, one, many, table }: Told): void {
  app.get(`/api/v1/${path}`, {
    schema: {
      tags: ['codes'],
      operationId: `search${many}`,
      summary: `${many} by name or code, with what they belong to`,
      querystring: Type.Object({
        q: Type.String({ maxLength: 100, default: '' }),
        limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT }),
      }),
      response: {
        200: Type.Object({ standard: Type.String(), items: Type.Array(CodeReply) }),
      },
    },
    async handler({ query }, reply) {
      cacheable(reply)
      const { standard, edition, search } = table()
      return { standard, items: search(query.q, query.limit).map((it) => shown(it, edition)) }
    },
  })
  app.get(`/api/v1/${path}/:code`, {
    schema: {
      tags: ['codes'],
      operationId: `get${one}`,
      summary: `One of the ${path}`,
      params: Type.Object({ code: Type.String({ minLength: 1, maxLength: 10 }) }),
      response: { 200: CodeReply },
    },
    async handler({ params }, reply) {
      const { standard, edition, find } = table()
      const entry = find(params.code)
      if (entry === undefined) {
        throw new Problem('not-found', {
          en: `${standard} (${edition}) has no such code`,
          zh: `${standard}（${edition}）中没有该代码`,
        })
      }
      cacheable(reply)
      return shown(entry, edition)
    },
  })
}

function shown({ chain, ...entry }: CodeEntry, edition: string) {
  return { ...entry, edition, chain: [...chain] }
}

function cacheable(reply: FastifyReply): void {
  reply.header('cache-control', CACHE)
}
