import { type Static, Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import type { Query } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type PrefixKey, parsePrefix } from '../handle.ts'
import { once } from '../registration/idempotency.ts'
import type { PrefixAct } from './acts.ts'
import { type Allotment, act, allot, derive, noPrefix, type PrefixDeps, read } from './allotment.ts'
import { type FoundPrefixes, findPrefixes, type PrefixRoomDeps } from './found.ts'
import { addedIn, GROWTH_DAYS_MAX } from './growth.ts'
import { growthRoutes } from './growth-routes.ts'
import { nodeRoutes } from './node-routes.ts'
import {
  PREFIX_STATES,
  PREFIXES,
  type PrefixState,
  REASON_CHARS_MAX,
  SITES_MAX,
  SiteSchema,
  type StoredPrefix,
} from './prefix.ts'
import { PrefixReplySchema, prefixReply } from './replies.ts'
import { requestRoutes } from './request-routes.ts'
import { checkSignedIn, enterprisesOf, entitledPrefix } from './tenancy.ts'

const LIMIT_MAX = 500
const tags = ['prefixes']
const PrefixText = Type.String({ minLength: 1, maxLength: 512 })
const Params = Type.Object({ prefix: PrefixText })
const Version = Type.Optional(Type.Integer({ minimum: 1 }))
const Reason = Type.String({ minLength: 1, maxLength: REASON_CHARS_MAX })
const Short = Type.String({ minLength: 1, maxLength: 255 })
const closed = { additionalProperties: false }

/** Prefixes: the tree, allotment, derivation, and what operators do to them. */
export function prefixRoutes(app: App, deps: PrefixRoomDeps): void {
  listRoute(app, deps)
  readRoute(app, deps)
  allotRoutes(app, deps)
  actRoutes(app, deps)
  growthRoutes(app, deps)
  requestRoutes(app, deps)
  nodeRoutes(app, deps)
}

const Growth = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: GROWTH_DAYS_MAX,
    description: 'Tell also how many identifiers came in so many days',
  }),
)
const ListQuery = Type.Object({
  enterprise: Type.Optional(Type.String({ maxLength: 128 })),
  parent: Type.Optional(PrefixText),
  state: Type.Optional(Type.Unsafe<PrefixState>(Type.Enum([...PREFIX_STATES]))),
  q: Type.Optional(
    Type.String({ minLength: 1, maxLength: 255, description: 'Part of the prefix' }),
  ),
  top: Type.Optional(
    Type.Boolean({ description: 'Only those below none that the caller may know of' }),
  ),
  growth: Growth,
  after: Type.Optional(Type.String({ maxLength: 4096 })),
  limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 100 }),
})

function listRoute(app: App, deps: PrefixRoomDeps): void {
  const schema = {
    tags,
    operationId: 'listPrefixes',
    summary: 'Prefixes in order of their names; by `parent`, the tree one level at a time',
    querystring: ListQuery,
    response: {
      200: Type.Object({
        items: Type.Array(PrefixReplySchema),
        next: Type.Optional(Type.String()),
        total: Type.Integer(),
      }),
    },
  }
  app.get('/api/v1/prefixes', { schema }, async ({ caller, query }) => {
    checkSignedIn(caller)
    const { items, total, next } = await listed(deps, caller, query)
    const more = { caller, growth: query.growth }
    return {
      items: await Promise.all(items.map((it) => reply(deps, it, more))),
      total,
      ...(next !== undefined && { next }),
    }
  })
}

async function listed(
  deps: PrefixRoomDeps,
  caller: Caller,
  query: Static<typeof ListQuery>,
): Promise<FoundPrefixes> {
  const where = whereOf(caller, query)
  if (where === undefined) return { items: [], total: 0 }
  const { limit, after, q, top = false, state, enterprise } = query
  const at = after === undefined ? {} : { after }
  if (query.parent === undefined && (q !== undefined || top)) {
    const own = enterprisesOf(caller, READ)
    const whose = enterprise === undefined ? own : [enterprise]
    const wish = { whose, top, limit, ...at }
    const of = { ...(q !== undefined && { q }), ...(state !== undefined && { state }) }
    return await findPrefixes(deps, { ...wish, ...of })
  }
  const page = await deps.documents.query(PREFIXES, { where, limit, ...at })
  return { ...page, total: await deps.documents.count(PREFIXES, where) }
}

/** Undefined: nothing the caller may know of can match. */
function whereOf(caller: Caller, query: Static<typeof ListQuery>): Query['where'] | undefined {
  const { enterprise, parent, state } = query
  const own = enterprisesOf(caller, 'prefixes.read')
  const asked = own === 'all' ? undefined : own
  const shown =
    enterprise === undefined ? asked : (asked ?? [enterprise]).filter((it) => it === enterprise)
  if (shown?.length === 0) return undefined
  return {
    ...(shown !== undefined && { enterprise: { in: shown } }),
    ...(parent !== undefined && { parent: parsePrefix(parent) }),
    ...(state !== undefined && { state }),
  }
}

type More = { readonly caller: Caller; readonly growth?: number | undefined }

async function reply(deps: PrefixRoomDeps, stored: StoredPrefix, { caller, growth }: More) {
  const key = stored.id as PrefixKey
  const { enterprise } = stored.body
  const own = enterprisesOf(caller, READ)
  const below = { parent: key, ...(own !== 'all' && { enterprise: { in: own } }) }
  const counts = await deps.store.counts(key)
  deps.book.note(key, stored.version, stored.body)
  const [derived, enterpriseName, added] = await Promise.all([
    own === 'all' || own.length > 0 ? deps.documents.count(PREFIXES, below) : 0,
    enterprise === undefined ? undefined : deps.enterpriseName(enterprise),
    growth === undefined
      ? undefined
      : addedIn(deps.evidence, key, { now: deps.clock(), days: growth, total: counts.total }),
  ])
  const answer = deps.book.lookup(key)
  return prefixReply(stored, { answer, counts, enterpriseName, derived, added })
}

function readRoute(app: App, deps: PrefixRoomDeps): void {
  const schema = {
    tags,
    operationId: 'readPrefix',
    summary: 'A prefix, its state, and how many identifiers it holds',
    params: Params,
    querystring: Type.Object({ growth: Growth }),
    response: { 200: PrefixReplySchema },
  }
  app.get('/api/v1/prefixes/:prefix', { schema }, async ({ caller, params, query }) => {
    const question = { prefix: params.prefix, permission: READ, known: READ } as const
    const { key } = entitledPrefix(caller, deps.book, question)
    return await reply(deps, await read(deps, key), { caller, ...query })
  })
}

const READ = 'prefixes.read'

function allotRoutes(app: App, deps: PrefixRoomDeps): void {
  const note = Type.Optional(Reason)
  const allotment = {
    tags,
    operationId: 'allotPrefix',
    summary: 'Allot the next number below the node, a number by wish, or any prefix by its name',
    headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String()) }),
    body: Type.Object(
      {
        enterprise: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
        wish: Type.Optional(PrefixText),
        prefix: Type.Optional(PrefixText),
        note,
      },
      closed,
    ),
    response: { 201: PrefixReplySchema },
  }
  app.post('/api/v1/prefixes', { schema: allotment }, async (request, answer) => {
    const { caller, body } = request
    authorise(caller, 'prefixes.manage')
    const author = authorOf(caller)
    const key = request.headers['idempotency-key']
    const stored =
      key === undefined
        ? await allot(deps, allotmentOf(body), { author, ...noteOf(body) })
        : await allotOnce(deps, { key, author, asked: body })
    answer.code(201)
    return await reply(deps, stored, { caller })
  })
  const derivation = {
    tags,
    operationId: 'derivePrefix',
    summary: 'Make a prefix below one’s own, for a plant or a line',
    params: Params,
    body: Type.Object({ segment: Type.String({ minLength: 1, maxLength: 255 }), note }, closed),
    response: { 201: PrefixReplySchema },
  }
  app.post('/api/v1/prefixes/:prefix/derive', { schema: derivation }, async (request, answer) => {
    const { caller, params, body } = request
    const permission = 'prefixes.request'
    const { key } = entitledPrefix(caller, deps.book, { ...params, permission, known: READ })
    const { segment } = body
    const stamped = {
      author: authorOf(caller),
      ...(body.note !== undefined && { note: body.note }),
    }
    const stored = await derive(deps, await read(deps, key), { segment, ...stamped })
    answer.code(201)
    return await reply(deps, stored, { caller })
  })
}

type AllotBody = {
  readonly enterprise?: string
  readonly wish?: string
  readonly prefix?: string
  readonly note?: string
}

/** @throws Problem `invalid-input` for what says neither a prefix nor whose the next one is, or two things at once */
function allotmentOf({ enterprise, wish, prefix }: AllotBody): Allotment {
  if (prefix !== undefined) {
    if (wish !== undefined) throw wrongAllotment('/wish', WISH_AND_PREFIX)
    return { prefix, ...(enterprise !== undefined && { enterprise }) }
  }
  if (enterprise === undefined) throw wrongAllotment('/enterprise', NOBODY)
  return { enterprise, ...(wish !== undefined && { wish }) }
}

function wrongAllotment(path: string, reason: Text): Problem {
  return new Problem('invalid-input', WRONG_ALLOTMENT, { fields: [{ path, reason }] })
}

const WRONG_ALLOTMENT: Text = { en: 'Some fields are wrong', zh: '部分字段有误' }
const NOBODY: Text = {
  en: 'Say for which enterprise, or give the `prefix` by its full name',
  zh: '请指定企业，或填写完整的 `prefix`',
}
const WISH_AND_PREFIX: Text = {
  en: 'A wish is one segment below the node; with a full `prefix` it says nothing',
  zh: '`wish` 是本节点下的一段编号，不能与完整的 `prefix` 同时填写',
}

function noteOf({ note }: { readonly note?: string }): { note?: string } {
  return note === undefined ? {} : { note }
}

/** A repeat after a break must not allot another number. */
async function allotOnce(
  deps: PrefixDeps,
  request: { readonly key: string; readonly author: Author; readonly asked: AllotBody },
): Promise<StoredPrefix> {
  const { author, asked } = request
  const done = await once(deps, request, {
    perform: async (remember) => {
      const also = ({ key }: { key: PrefixKey }) => [
        remember({ handle: key, version: 1, status: 201 }),
      ]
      const { id, version } = await allot(deps, allotmentOf(asked), {
        author,
        ...noteOf(asked),
        also,
      })
      return { handle: id, version, status: 201 }
    },
  })
  return await read(deps, done.handle as PrefixKey)
}

const ACTS = {
  suspend: ['Suspend a prefix: nothing below it is resolved or changed', { reason: Reason }],
  resume: ['End a suspension', { reason: Type.Optional(Reason) }],
  hold: ['Stop a prefix by order', { order: Short, authority: Short, reason: Reason }],
  lift: ['Lift the order that holds a prefix', { reason: Type.Optional(Reason) }],
  release: ['Give a prefix up; nobody else gets it for a year', { reason: Reason }],
  delegate: [
    'Have a prefix answered by the enterprise’s own server',
    {
      sites: Type.Optional(Type.Array(SiteSchema, { minItems: 1, maxItems: SITES_MAX })),
      service: Type.Optional(
        Type.String({
          ...{ minLength: 1, maxLength: 255 },
          description: 'Identifier of a service of the Handle System, whose record has the sites',
        }),
      ),
      description: Type.Optional(Reason),
    },
  ],
  'take-back': ['Host a delegated prefix here again', {}],
} as const

function actRoutes(app: App, deps: PrefixRoomDeps): void {
  for (const [name, [summary, members]] of Object.entries(ACTS)) {
    const schema = {
      tags,
      operationId: `${name.replace(/-(.)/, (_, letter: string) => letter.toUpperCase())}Prefix`,
      summary,
      params: Params,
      body: Type.Object({ version: Version, ...members }, closed),
      response: { 200: PrefixReplySchema },
    }
    app.post(`/api/v1/prefixes/:prefix/${name}`, { schema }, async ({ caller, params, body }) => {
      authorise(caller, 'prefixes.manage')
      const key = parsePrefix(params.prefix)
      if (!deps.book.isKnown(key)) throw noPrefix()
      const { version: expected, ...rest } = body
      // The schema of this route says what the act has.
      const wish = { act: name, ...rest } as unknown as PrefixAct
      const at = { author: authorOf(caller), ...(expected !== undefined && { expected }) }
      return await reply(deps, await act(deps, key, { act: wish, ...at }), { caller })
    })
  }
}
