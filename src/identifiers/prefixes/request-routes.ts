import { Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, mayDo } from '../../kernel/access/permissions.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PrefixDeps } from './allotment.ts'
import { timeOf } from './replies.ts'
import {
  grantRequest,
  NOTE_CHARS_MAX,
  PREFIX_REQUESTS,
  refuseRequest,
  requestPrefix,
  requestPrefixOnce,
  type StoredRequest,
} from './requests.ts'
import { checkSignedIn, enterprisesOf } from './tenancy.ts'

const tags = ['prefixes']
const LIMIT_MAX = 500
const Id = Type.String({ minLength: 1, maxLength: 128 })

const RequestReply = Type.Object({
  id: Type.String(),
  enterprise: Type.String(),
  wish: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  state: Type.String(),
  reason: Type.Optional(Type.String()),
  prefix: Type.Optional(Type.String()),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
})

function requestReply({ id, createdAt, updatedAt, body }: StoredRequest) {
  return { id, ...body, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) }
}

/** Enterprises ask for further prefixes, by wish or for the next number. */
export function requestRoutes(app: App, deps: PrefixDeps): void {
  askRoute(app, deps)
  listRoute(app, deps)
  decideRoutes(app, deps)
}

function askRoute(app: App, deps: PrefixDeps): void {
  const schema = {
    tags,
    operationId: 'requestPrefix',
    summary: 'Ask for a further prefix, by wish or for the next number',
    headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String()) }),
    body: Type.Object(
      {
        enterprise: Id,
        wish: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
        note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
      },
      { additionalProperties: false },
    ),
    response: { 201: RequestReply },
  }
  app.post('/api/v1/prefix-requests', { schema }, async ({ caller, body, headers }, reply) => {
    checkSignedIn(caller)
    const { enterprise } = body
    // An enterprise one has nothing to do with is not there, whether it is or not.
    if (
      !mayDo(caller, 'enterprises.read', enterprise) &&
      !mayDo(caller, 'prefixes.request', enterprise)
    ) {
      throw new Problem('not-found', { en: 'There is no such enterprise', zh: '没有该企业' })
    }
    authorise(caller, 'prefixes.request', enterprise)
    if (!(await deps.isAdmitted(enterprise))) {
      throw new Problem('wrong-state', {
        en: 'The enterprise is not admitted',
        zh: '该企业尚未准入',
      })
    }
    const author = authorOf(caller)
    const key = headers['idempotency-key']
    reply.code(201)
    return requestReply(
      key === undefined
        ? await requestPrefix(deps.documents, body, { author })
        : await requestPrefixOnce(deps, { key, author, asked: body }),
    )
  })
}

function listRoute(app: App, deps: PrefixDeps): void {
  const schema = {
    tags,
    operationId: 'listPrefixRequests',
    summary: 'Requests for prefixes, oldest first',
    querystring: Type.Object({
      state: Type.Optional(
        Type.Unsafe<'open' | 'granted' | 'refused'>(Type.Enum(['open', 'granted', 'refused'])),
      ),
      after: Type.Optional(Type.String({ maxLength: 4096 })),
      limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 100 }),
    }),
    response: {
      200: Type.Object({ items: Type.Array(RequestReply), next: Type.Optional(Type.String()) }),
    },
  }
  app.get('/api/v1/prefix-requests', { schema }, async ({ caller, query }) => {
    checkSignedIn(caller)
    const { state, after, limit } = query
    const own = enterprisesOf(caller, 'prefixes.read')
    if (own !== 'all' && own.length === 0) return { items: [] }
    const page = await deps.documents.query(PREFIX_REQUESTS, {
      where: {
        ...(own !== 'all' && { enterprise: { in: own } }),
        ...(state !== undefined && { state }),
      },
      order: { by: 'createdAt' },
      limit,
      ...(after !== undefined && { after }),
    })
    const items = page.items.map(requestReply)
    return { items, ...(page.next !== undefined && { next: page.next }) }
  })
}

function decideRoutes(app: App, deps: PrefixDeps): void {
  const params = Type.Object({ id: Id })
  const grant = {
    tags,
    operationId: 'grantPrefixRequest',
    summary: 'Allot what was asked for',
    params,
    response: { 200: Type.Object({ prefix: Type.String() }) },
  }
  app.post('/api/v1/prefix-requests/:id/grant', { schema: grant }, async ({ caller, params }) => {
    authorise(caller, 'prefixes.manage')
    const { body } = await grantRequest(deps, params.id, authorOf(caller))
    return { prefix: body.spelled }
  })
  const refuse = {
    tags,
    operationId: 'refusePrefixRequest',
    summary: 'Refuse a request, with the reason',
    params,
    body: Type.Object(
      { reason: Type.String({ minLength: 1, maxLength: NOTE_CHARS_MAX }) },
      { additionalProperties: false },
    ),
    response: { 200: RequestReply },
  }
  app.post('/api/v1/prefix-requests/:id/refuse', { schema: refuse }, async (request) => {
    const { caller, params, body } = request
    authorise(caller, 'prefixes.manage')
    const stamped = { author: authorOf(caller), reason: body.reason }
    return requestReply(await refuseRequest(deps.documents, params.id, stamped))
  })
}
