import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import type { Caller } from '../../kernel/access/permissions.ts'
import type { Query } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { matches } from '../../lib/schema-problems.ts'
import type { PrefixKey } from '../handle.ts'
import { lineageOf } from '../prefixes/book.ts'
import {
  checkSignedIn,
  enterprisesOf,
  entitledPrefix,
  OWN_PREFIXES_MAX,
  prefixesOf,
} from '../prefixes/tenancy.ts'
import { templateCheckRoute } from './check-route.ts'
import {
  changeDraft,
  createDraft,
  createVersion,
  discard,
  type EditingDeps,
  newestOf,
  publish,
  withdraw,
} from './editing.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { parseTemplate } from './parse.ts'
import { noTemplate } from './shelf.ts'
import {
  type StoredTemplate,
  TEMPLATES,
  TemplateBodySchema,
  TemplateName,
  TemplateWishSchema,
  templateDocumentId,
} from './stored-template.ts'

const LIMIT_MAX = 500
const tags = ['templates']
const PrefixText = Type.String({ minLength: 1, maxLength: 512 })
const Name = Type.Object({ prefix: PrefixText, name: TemplateName })
const Place = Type.Object({
  prefix: PrefixText,
  name: TemplateName,
  version: Type.Integer({ minimum: 1 }),
})
const READ = 'templates.read'
const WRITE = 'templates.write'
const BASE = '/api/v1/templates'

const TemplateReply = Type.Interface([TemplateBodySchema], {
  /** `name@version`, as identifiers name it. */
  id: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  /** Of the document: for `revision` in a change. */
  revision: Type.Integer(),
})

function reply(deps: EditingDeps, { version, createdAt, updatedAt, body }: StoredTemplate) {
  return {
    ...body,
    prefix: deps.book.spelled(body.prefix),
    fields: body.fields.map((it) => ({ ...it })) as Static<typeof TemplateBodySchema>['fields'],
    id: `${body.name}@${body.version}`,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    revision: version,
  }
}

/** Templates of prefixes: drafts, versions, publication. A prefix sees those above it that it may use as well. */
export function templateRoutes(app: App, deps: EditingDeps): void {
  listRoute(app, deps)
  readRoutes(app, deps)
  draftRoutes(app, deps)
  stateRoutes(app, deps)
  templateCheckRoute(app, deps)
}

const ListQuery = Type.Object({
  prefix: Type.Optional(PrefixText),
  name: Type.Optional(TemplateName),
  state: Type.Optional(Type.Enum(['draft', 'published', 'withdrawn'])),
  after: Type.Optional(Type.String({ maxLength: 4096 })),
  limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 100 }),
})

function listRoute(app: App, deps: EditingDeps): void {
  const schema = {
    tags,
    operationId: 'listTemplates',
    summary:
      'Templates of a prefix, its own and those it may use from above; or of all one’s prefixes',
    querystring: ListQuery,
    response: {
      200: Type.Object({ items: Type.Array(TemplateReply), next: Type.Optional(Type.String()) }),
    },
  }
  app.get(BASE, { schema }, async ({ caller, query }) => {
    const prefixes = await prefixesFor(deps, caller, query.prefix)
    if (prefixes !== 'all' && prefixes.length === 0) return { items: [] }
    const { name, state, after, limit } = query
    const where: Query['where'] = {
      ...(prefixes !== 'all' && { prefix: { in: prefixes } }),
      ...(name !== undefined && { name }),
      ...(state !== undefined && { state }),
    }
    const at = after === undefined ? {} : { after }
    const page = await deps.documents.query(TEMPLATES, { where, limit, ...at })
    const items = page.items.map((it) => reply(deps, it))
    return { items, ...(page.next !== undefined && { next: page.next }) }
  })
}

async function prefixesFor(
  deps: EditingDeps,
  caller: Caller,
  prefix: string | undefined,
): Promise<'all' | readonly string[]> {
  if (prefix !== undefined) {
    const question = { prefix, permission: READ, known: READ } as const
    return [...lineageOf(deps.book, entitledPrefix(caller, deps.book, question).key)]
  }
  checkSignedIn(caller)
  const own = enterprisesOf(caller, READ)
  if (own === 'all' || own.length === 0) return own
  const prefixes = await prefixesOf(deps.documents, own)
  const usable = new Set(prefixes.flatMap((it) => [...lineageOf(deps.book, it)]))
  return [...usable].slice(0, OWN_PREFIXES_MAX)
}

function readRoutes(app: App, deps: EditingDeps): void {
  const response = { 200: TemplateReply }
  const newest = {
    tags,
    operationId: 'readNewestTemplate',
    summary: 'The newest published version that a prefix may use, else its newest draft',
    params: Name,
    response,
  }
  app.get(`${BASE}/:prefix/:name`, { schema: newest }, async ({ caller, params }) => {
    const { name } = params
    const { key } = entitledPrefix(caller, deps.book, question(params.prefix, READ))
    return reply(deps, await newestUsable(deps, key, name))
  })
  const one = {
    tags,
    operationId: 'readTemplate',
    summary: 'One version',
    params: Place,
    response,
  }
  app.get(`${BASE}/:prefix/:name/:version`, { schema: one }, async ({ caller, params }) =>
    reply(deps, await usable(deps, caller, params)),
  )
  const schema = {
    tags,
    operationId: 'readTemplateSchema',
    summary: 'JSON Schema (2020-12) of the fields of a version',
    params: Place,
    response: { 200: Type.Unknown() },
  }
  app.get(`${BASE}/:prefix/:name/:version/schema`, { schema }, async (request, answer) => {
    const { body } = await usable(deps, request.caller, request.params)
    answer.type('application/schema+json').serializer(JSON.stringify)
    return jsonSchemaOf(body)
  })
}

function question(prefix: string, permission: 'templates.read' | 'templates.write') {
  return { prefix, permission, known: READ } as const
}

async function usable(
  deps: EditingDeps,
  caller: Caller,
  { prefix, name, version }: Static<typeof Place>,
): Promise<StoredTemplate> {
  const { key } = entitledPrefix(caller, deps.book, question(prefix, READ))
  for (const at of lineageOf(deps.book, key)) {
    const id = templateDocumentId({ prefix: at, name, version })
    const stored = await deps.documents.get(TEMPLATES, id)
    if (stored !== undefined) return stored
  }
  throw noTemplate(`${name}@${version}`)
}

async function newestUsable(
  deps: EditingDeps,
  prefix: PrefixKey,
  name: string,
): Promise<StoredTemplate> {
  for (const at of lineageOf(deps.book, prefix)) {
    const page = await deps.documents.query(TEMPLATES, {
      where: { prefix: at, name, state: 'published' },
      order: { by: 'version', descending: true },
      limit: 1,
    })
    const found = page.items[0] ?? (await newestOf(deps, { prefix: at, name }))
    if (found !== undefined) return found
  }
  throw noTemplate(name)
}

const Revision = Type.Optional(Type.Integer({ minimum: 1 }))
const response201 = { 201: TemplateReply }

const { label, description, thing, fields } = TemplateWishSchema.properties
const wish = { label, description, thing, fields }
const closed = { additionalProperties: false }
const NewTemplate = Type.Object({ prefix: PrefixText, name: TemplateName, ...wish }, closed)
const ChangedDraft = Type.Object({ revision: Revision, ...wish }, closed)

function draftRoutes(app: App, deps: EditingDeps): void {
  createRoute(app, deps)
  versionRoute(app, deps)
  changeRoute(app, deps)
}

/** What is wrong with the address is told at once; of a definition, `parseTemplate` tells more than its schema can. */
function requireAddress({ validationError }: FastifyRequest): void {
  if (validationError !== undefined && validationError.validationContext !== 'body') {
    throw validationError
  }
}

function createRoute(app: App, deps: EditingDeps): void {
  const schema = {
    tags,
    operationId: 'createTemplate',
    summary: 'A new template, as a draft',
    body: NewTemplate,
    response: response201,
  }
  app.post(BASE, { schema, attachValidation: true }, async (request, answer) => {
    requireAddress(request)
    const { caller } = request
    const given: unknown = request.body
    checkSignedIn(caller)
    const { prefix, name } = placeIn(given)
    const { key } = entitledPrefix(caller, deps.book, question(prefix, WRITE))
    const stamped = { author: authorOf(caller) }
    const wished = { given, schema: NewTemplate }
    const stored = await createDraft(deps, { prefix: key, name }, wished, stamped)
    answer.code(201)
    return reply(deps, stored)
  })
}

/** Where a template is to be. Whoever cannot say that hears all that is wrong with it. */
function placeIn(given: unknown): { readonly prefix: string; readonly name: string } {
  if (matches(NewPlace, given)) return given as Static<typeof NewPlace>
  const place = { prefix: '' as PrefixKey, name: '', version: 1 }
  parseTemplate({ given, schema: NewTemplate, place })
  throw new Error('a template without a place was found to be right')
}

const NewPlace = Type.Object({ prefix: PrefixText, name: TemplateName })

function versionRoute(app: App, deps: EditingDeps): void {
  const schema = {
    tags,
    operationId: 'createTemplateVersion',
    summary: 'The next version, as a draft: as given, or with no body a copy of the newest',
    params: Name,
    body: Type.Optional(TemplateWishSchema),
    response: response201,
  }
  const options = { schema, attachValidation: true }
  app.post(`${BASE}/:prefix/:name/versions`, options, async (request, answer) => {
    requireAddress(request)
    const { caller, params } = request
    const given: unknown = request.body ?? undefined
    const { key } = entitledPrefix(caller, deps.book, question(params.prefix, WRITE))
    const place = { prefix: key, name: params.name }
    const wished = given === undefined ? undefined : { given, schema: TemplateWishSchema }
    const stored = await createVersion(deps, place, wished, { author: authorOf(caller) })
    answer.code(201)
    return reply(deps, stored)
  })
}

function changeRoute(app: App, deps: EditingDeps): void {
  const schema = {
    tags,
    operationId: 'changeTemplateDraft',
    summary: 'Replace a draft',
    params: Place,
    body: ChangedDraft,
    response: { 200: TemplateReply },
  }
  const options = { schema, attachValidation: true }
  app.put(`${BASE}/:prefix/:name/:version`, options, async (request) => {
    requireAddress(request)
    const given: unknown = request.body
    const revision = matches(Revised, given)
      ? (given as Static<typeof Revised>).revision
      : undefined
    const { place, stamped } = writable(deps, request, revision)
    return reply(deps, await changeDraft(deps, place, { given, schema: ChangedDraft }, stamped))
  })
}

const Revised = Type.Object({ revision: Revision })

function stateRoutes(app: App, deps: EditingDeps): void {
  const body = Type.Optional(
    Type.Union([Type.Object({ revision: Revision }, { additionalProperties: false }), Type.Null()]),
  )
  const common = { tags, params: Place }
  const response = { 200: TemplateReply }
  const publication = {
    ...common,
    body,
    response,
    operationId: 'publishTemplate',
    summary: 'Publish a draft: from then on it never changes',
  }
  app.post(`${BASE}/:prefix/:name/:version/publish`, { schema: publication }, async (request) => {
    const { place, stamped } = writable(deps, request, request.body?.revision)
    return reply(deps, await publish(deps, place, stamped))
  })
  const withdrawal = {
    ...common,
    body,
    response,
    operationId: 'withdrawTemplate',
    summary: 'Withdraw a version: no new record is made by it, those there are stay',
  }
  app.post(`${BASE}/:prefix/:name/:version/withdraw`, { schema: withdrawal }, async (request) => {
    const { place, stamped } = writable(deps, request, request.body?.revision)
    return reply(deps, await withdraw(deps, place, stamped))
  })
  const discarding = { ...common, operationId: 'discardTemplateDraft', summary: 'Remove a draft' }
  app.delete(`${BASE}/:prefix/:name/:version`, { schema: discarding }, async (request, answer) => {
    const { place, stamped } = writable(deps, request, undefined)
    await discard(deps, place, stamped)
    return await answer.code(204).send()
  })
}

function writable(
  deps: EditingDeps,
  { caller, params }: { readonly caller: Caller; readonly params: Static<typeof Place> },
  expected: number | undefined,
) {
  const { key } = entitledPrefix(caller, deps.book, question(params.prefix, WRITE))
  const place = { prefix: key, name: params.name, version: params.version }
  return {
    place,
    stamped: { author: authorOf(caller), ...(expected !== undefined && { expected }) },
  }
}
