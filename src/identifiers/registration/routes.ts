import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { Clock } from '../../lib/clock.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { parseHandle } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import type { IdRecord } from '../record.ts'
import type { RecordStore } from '../store/store.ts'
import type { RecordAct } from './decide.ts'
import { type Done, once } from './idempotency.ts'
import { listRoutes, type Search } from './list-routes.ts'
import { entitledName, nameIn, notTheirPrefix, pathOf } from './names.ts'
import { nextSuffixRoute } from './next-suffix.ts'
import { actWithGrounds, type Grounds, GroundsSchema } from './orders.ts'
import type { ProtectedReads } from './protected-reads.ts'
import type { Content, Outcome, Registry } from './registry.ts'
import { RecordReplySchema, recordReply } from './replies.ts'
import { type ValueWish, ValueWishSchema } from './values.ts'

export type RegistrationDeps = {
  readonly store: RecordStore
  readonly documents: Documents
  readonly book: PrefixBook
  readonly registry: Registry
  readonly clock: Clock
  readonly protectedReads: ProtectedReads
  /** Answers `q=`; without it that is `unsupported`. */
  readonly search?: Search | undefined
}

const Handle = Type.String({ minLength: 1, maxLength: 2048 })
const Version = Type.Optional(Type.Integer({ minimum: 1 }))
const TemplateName = Type.Optional(
  Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}(@[1-9]\\d{0,6})?$' }),
)
const Fields = Type.Record(Type.String({ maxLength: 64 }), Type.Unknown())
const Values = Type.Array(ValueWishSchema, { maxItems: 2048 })
const content = {
  template: TemplateName,
  fields: Type.Optional(Fields),
  values: Type.Optional(Values),
}
const tags = ['identifiers']
const BASE = '/api/v1/identifiers/'

/** Registering, reading and changing identifiers one at a time, their lists and their history. */
export function identifierRoutes(app: App, deps: RegistrationDeps): void {
  registerRoute(app, deps)
  readRoute(app, deps)
  changeRoutes(app, deps)
  actRoutes(app, deps)
  listRoutes(app, deps)
  nextSuffixRoute(app, deps)
}

function registerRoute(app: App, deps: RegistrationDeps): void {
  const schema = {
    tags,
    operationId: 'registerIdentifier',
    summary: 'Register an identifier by a template’s fields or plain Handle values',
    headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String()) }),
    body: Type.Object({ handle: Handle, ...content }, { additionalProperties: false }),
    response: { 201: RecordReplySchema },
  }
  app.post('/api/v1/identifiers', { schema }, async (request, reply) => {
    const { caller, body } = request
    const { handle, ...given } = body
    const { enterprise } = entitledName(caller, deps.book, {
      name: handle,
      permission: 'identifiers.write',
      absent: notTheirPrefix,
    })
    const wish = contentOf(given)
    const author = authorOf(caller)
    const perform = () => deps.registry.register(handle, wish, { author })
    const key = request.headers['idempotency-key']
    const record =
      key === undefined
        ? (await perform()).record
        : await onceOnly(deps, { key, author, asked: body, handle }, perform)
    reply.header('location', `${BASE}${pathOf(record.spelled)}`)
    return await send(reply.code(201), deps, { record, caller, enterprise, isTheirs: true })
  })
}

type KeyedCreate = {
  readonly key: string
  readonly author: ReturnType<typeof authorOf>
  readonly asked: unknown
  readonly handle: string
}

/** The record as the first request with this key left it. */
async function onceOnly(
  deps: RegistrationDeps,
  { handle, ...request }: KeyedCreate,
  perform: () => Promise<Outcome>,
): Promise<IdRecord> {
  const { key } = parseHandle(handle)
  const doneWith = ({ version }: IdRecord): Done => ({ handle: key, version, status: 201 })
  const done = await once(deps, request, {
    perform: async () => doneWith((await perform()).record),
    recover: async (at) => {
      const versions = await deps.store.history(key)
      for (const record of versions.filter((it) => it.updatedAt >= at)) {
        const author = (await deps.store.batch(record.batch))?.author
        if (author?.kind === request.author.kind && author.id === request.author.id) {
          return doneWith(record)
        }
      }
      return undefined
    },
  })
  const versions = await deps.store.history(key)
  return versions.find((it) => it.version === done.version) ?? (await deps.registry.read(key))
}

function readRoute(app: App, deps: RegistrationDeps): void {
  const schema = {
    tags,
    operationId: 'readIdentifier',
    summary: 'An identifier with all it holds, for those who may read its protected values',
    response: { 200: RecordReplySchema },
  }
  app.get(`${BASE}*`, { schema }, async (request, reply) => {
    const { caller } = request
    const name = nameIn(request.raw.url, BASE)
    const question = { name, permission: 'identifiers.read' as const }
    const { handle, enterprise } = entitledName(caller, deps.book, question)
    const record = await deps.registry.read(handle.key)
    return await send(reply, deps, { record, caller, enterprise })
  })
}

function changeRoutes(app: App, deps: RegistrationDeps): void {
  const headers = Type.Object({ 'if-match': Type.Optional(Type.String()) })
  const common = { tags, headers, response: { 200: RecordReplySchema } }
  const replace = {
    ...common,
    operationId: 'changeIdentifier',
    summary: 'Replace what an identifier holds',
    body: Type.Object({ version: Version, ...content }, { additionalProperties: false }),
  }
  app.put(`${BASE}*`, { schema: replace }, async (request, reply) => {
    const { version, ...given } = request.body
    return await change(deps, { request, reply, version }, (handle, stamped) =>
      deps.registry.change(handle, contentOf(given), stamped),
    )
  })
  const patch = {
    ...common,
    operationId: 'changeIdentifierFields',
    summary: 'Change some fields; null removes one',
    body: Type.Object(
      { version: Version, template: TemplateName, fields: Fields },
      { additionalProperties: false },
    ),
  }
  app.patch(`${BASE}*`, { schema: patch }, async (request, reply) => {
    const { version, fields, template } = request.body
    return await change(deps, { request, reply, version }, (handle, stamped) =>
      deps.registry.patch(handle, { fields, template }, stamped),
    )
  })
}

type ChangeRequest = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly version: number | undefined
}

async function change(
  deps: RegistrationDeps,
  { request, reply, version }: ChangeRequest,
  doIt: (
    handle: Parameters<Registry['change']>[0],
    stamped: Parameters<Registry['change']>[2],
  ) => Promise<Outcome>,
) {
  const { caller } = request
  const name = nameIn(request.raw.url, BASE)
  const question = { name, permission: 'identifiers.write' as const }
  const { handle, enterprise } = entitledName(caller, deps.book, question)
  const expected = expectedVersion(request.headers['if-match'], version)
  const { record } = await doIt(handle, { author: authorOf(caller), expected })
  return await send(reply, deps, { record, caller, enterprise })
}

/** From `If-Match` (RFC 9110 §13.1.1; our entity tags are versions) or from the body; both must agree. */
function expectedVersion(ifMatch: string | undefined, version: number | undefined) {
  if (ifMatch === undefined || ifMatch.trim() === '*') return version
  const [, tag] = /^\s*(?:W\/)?"?(\d{1,15})"?\s*$/.exec(ifMatch) ?? []
  if (tag !== undefined && (version === undefined || version === Number(tag))) return Number(tag)
  const text = {
    en: 'If-Match is the version in quotation marks, and the same as in the body',
    zh: 'If-Match 应为加引号的版本号，并与请求体中的版本一致',
  }
  throw new Problem('invalid-input', text)
}

const PERMISSION_OF = {
  retire: 'identifiers.write',
  restore: 'identifiers.write',
  hold: 'identifiers.hold',
  lift: 'identifiers.hold',
} as const satisfies Record<RecordAct, string>

const SUMMARY_OF: Record<RecordAct, string> = {
  retire: 'Retire an identifier: it is no longer resolved, its history stays',
  restore: 'Bring a retired identifier back as it was',
  hold: 'Stop an identifier by order',
  lift: 'Lift the order that holds an identifier',
}

function actRoutes(app: App, deps: RegistrationDeps): void {
  for (const act of ['retire', 'restore', 'hold', 'lift'] as const) {
    const isOrder = act === 'hold' || act === 'lift'
    const reason = isOrder ? { reason: Type.String({ minLength: 1, maxLength: 2000 }) } : {}
    const schema = {
      tags,
      operationId: `${act}Identifier`,
      summary: SUMMARY_OF[act],
      body: Type.Object(
        { handle: Handle, version: Version, ...GroundsSchema, ...reason },
        { additionalProperties: false },
      ),
      response: { 200: RecordReplySchema },
    }
    app.post(`${BASE}${act}`, { schema }, async (request, reply) => {
      const { caller, body } = request
      const { handle: name, version: expected, ...grounds } = body
      const question = { name, permission: PERMISSION_OF[act] }
      const { handle, enterprise } = entitledName(caller, deps.book, question)
      const author = authorOf(caller)
      const wish = { act, author, expected, grounds: grounds as Grounds }
      const { record } = await actWithGrounds(deps, handle, wish)
      return await send(reply, deps, { record, caller, enterprise })
    })
  }
}

type Given = {
  readonly template?: string
  readonly fields?: Record<string, unknown>
  readonly values?: readonly ValueWish[]
}

function contentOf({ template, fields, values }: Given): Content {
  if (values !== undefined && fields === undefined && template === undefined) return { values }
  if (fields !== undefined && values === undefined) return { template, fields }
  const reason = {
    en: 'Give either `fields` (with their `template`) or `values`',
    zh: '请填写 fields（及其 template）或 values，二者取一',
  }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/fields', reason }] })
}

type Sent = {
  readonly record: IdRecord
  readonly caller: Caller
  readonly enterprise: string | undefined
  /** All that it holds was given by the caller just now. */
  readonly isTheirs?: boolean
}

async function send(reply: FastifyReply, deps: RegistrationDeps, sent: Sent) {
  const { record, caller, enterprise, isTheirs = false } = sent
  const mayReadIt = mayDo(caller, 'identifiers.read', enterprise)
  if (mayReadIt && !isTheirs) await deps.protectedReads(caller, [record])
  const template = await deps.registry.templateOf(record)
  reply.header('etag', `"${record.version}"`).header('cache-control', 'no-store')
  return recordReply(record, { template, mayReadIt })
}
