import { type Static, Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { literals } from '../access/collections.ts'
import { authorise, requireReach } from '../access/permissions.ts'
import { unstored } from '../access/route-parts.ts'
import type { PartiesDeps } from './deps.ts'
import { NOTE_CHARS_MAX, REASONS_MAX, ReasonSchema, readEnterprise, STATES } from './enterprise.ts'
import { EnterpriseParams } from './enterprise-routes.ts'
import { countEnterprises, listEnterprises } from './listing.ts'
import { findLookAlikes } from './look-alikes.ts'
import { decide, resume, suspend } from './review.ts'
import { EnterpriseReply, SummaryReply, showEnterprise, showSummary, timeOf } from './shown.ts'

const tags = ['enterprises']
const LIMIT_MAX = 500

/** For those who let enterprises in. */
export function reviewRoutes(app: App, deps: PartiesDeps): void {
  listRoute(app, deps)
  countsRoute(app, deps)
  lookAlikesRoute(app, deps)
  decisionRoute(app, deps)
  haltRoutes(app, deps)
}

const ListQuery = Type.Object({
  state: Type.Optional(literals(STATES)),
  waiting: Type.Optional(literals(['application', 'change', 'any'])),
  region: Type.Optional(
    Type.String({ pattern: '^\\d{2,6}$', description: 'Code of GB/T 2260, or its beginning' }),
  ),
  sector: Type.Optional(
    Type.String({ pattern: '^\\d{2,4}$', description: 'Code of GB/T 4754, or its beginning' }),
  ),
  uscc: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{2,18}$' })),
  q: Type.Optional(Type.String({ maxLength: 100, description: 'Part of the name' })),
  after: Type.Optional(Type.String({ maxLength: 8192 })),
  limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 50 }),
})

function listRoute(app: App, { access }: PartiesDeps): void {
  app.get('/api/v1/enterprises', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listEnterprises',
      summary:
        'Enterprises the caller may see: what waits the longest waiting first, else newest first',
      querystring: ListQuery,
      response: {
        200: Type.Object({
          items: Type.Array(SummaryReply),
          next: Type.Optional(Type.String()),
          total: Type.Optional(Type.Integer()),
        }),
      },
    },
    async handler({ caller, query }) {
      const reach = requireReach(caller, 'enterprises.read')
      const { items, ...rest } = await listEnterprises(access.documents, reach, query)
      return { items: items.map(showSummary), ...rest }
    },
  })
}

const Count = Type.Integer()

function countsRoute(app: App, { access }: PartiesDeps): void {
  app.get('/api/v1/enterprises/counts', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'countEnterprises',
      summary: 'How many enterprises are in each state, and what waits for a review since when',
      response: {
        200: Type.Object({
          applied: Count,
          returned: Count,
          admitted: Count,
          suspended: Count,
          rejected: Count,
          waiting: Type.Object({
            applications: Count,
            changes: Count,
            oldestAt: Type.Optional(Type.String({ format: 'date-time' })),
          }),
        }),
      },
    },
    async handler({ caller }) {
      const reach = requireReach(caller, 'enterprises.read')
      const { waiting, ...states } = await countEnterprises(access.documents, reach)
      const { oldestAt, ...waits } = waiting
      const oldest = oldestAt === undefined ? {} : { oldestAt: timeOf(oldestAt) }
      return { ...states, waiting: { ...waits, ...oldest } }
    },
  })
}

function lookAlikesRoute(app: App, { access }: PartiesDeps): void {
  app.get('/api/v1/enterprises/:id/look-alikes', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listLookAlikes',
      summary: 'Enterprises that may be the same, or may be taken for it; the likeliest first',
      params: EnterpriseParams,
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              ...SummaryReply.properties,
              because: Type.Array(literals(['uscc', 'id-number', 'legal-person', 'phone', 'name'])),
              similarity: Type.Number({ description: 'Of the names, 0 to 1' }),
            }),
          ),
          complete: Type.Boolean({ description: 'False when there were too many to compare all' }),
        }),
      },
    },
    async handler({ caller, params }) {
      authorise(caller, 'enterprises.review')
      const stored = await readEnterprise(access.documents, params.id)
      const { items, complete } = await findLookAlikes(access.documents, stored)
      return {
        items: items.map(({ enterprise, because, similarity }) => ({
          ...showSummary(enterprise),
          because: [...because],
          similarity,
        })),
        complete,
      }
    },
  })
}

function decisionRoute(app: App, deps: PartiesDeps): void {
  app.post('/api/v1/enterprises/:id/decision', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'decideEnterprise',
      summary: 'Approve, return with reasons, or reject what waits; an approval allots the prefix',
      params: EnterpriseParams,
      body: Type.Object(
        {
          decision: literals(['approve', 'return', 'reject']),
          reasons: Type.Optional(Type.Array(ReasonSchema, { maxItems: REASONS_MAX })),
          note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
          version: Type.Integer({ minimum: 1, description: 'The version that was looked at' }),
          prefixWish: Type.Optional(
            Type.String({
              maxLength: 128,
              description: 'Instead of the wish in the application; empty: the next number',
            }),
          ),
        },
        { additionalProperties: false },
      ),
      response: { 200: EnterpriseReply },
    },
    async handler({ caller, params, body }) {
      await decide(deps, caller, params.id, body)
      return await asItIs(deps, params.id)
    },
  })
}

const HaltBody = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: NOTE_CHARS_MAX, pattern: '\\S' }),
    version: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
)

function haltRoutes(app: App, deps: PartiesDeps): void {
  const schema = {
    tags,
    params: EnterpriseParams,
    body: HaltBody,
    response: { 200: EnterpriseReply },
  }
  app.post('/api/v1/enterprises/:id/suspend', {
    onRequest: unstored,
    schema: {
      ...schema,
      operationId: 'suspendEnterprise',
      summary: 'Suspend an enterprise and its prefixes',
    },
    async handler({ caller, params, body }) {
      await suspend(deps, caller, params.id, body)
      return await asItIs(deps, params.id)
    },
  })
  app.post('/api/v1/enterprises/:id/resume', {
    onRequest: unstored,
    schema: {
      ...schema,
      operationId: 'resumeEnterprise',
      summary: 'Let a suspended enterprise go on',
    },
    async handler({ caller, params, body }) {
      await resume(deps, caller, params.id, body)
      return await asItIs(deps, params.id)
    },
  })
}

async function asItIs(deps: PartiesDeps, id: string): Promise<Static<typeof EnterpriseReply>> {
  return showEnterprise(await readEnterprise(deps.access.documents, id), true)
}
