import { type Static, Type } from 'typebox'
import { namedAuthorsFor } from '../../kernel/access/audit-authors.ts'
import { type Caller, mayDo, reachOf } from '../../kernel/access/permissions.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { type Handle, prefixOf } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { checkSignedIn, enterprisesOf, entitledPrefix } from '../prefixes/tenancy.ts'
import type { IdRecord } from '../record.ts'
import type { RecordStore } from '../store/store.ts'
import { canonicalDate } from '../templates/dates.ts'
import type { Template } from '../templates/template.ts'
import { type HistoryPage, readHistory } from './history.ts'
import {
  Counter,
  checkCursor,
  type Filters,
  type Listed,
  listRecords,
  prefixesOf,
  type Scope,
} from './listing.ts'
import { entitledName, nameIn } from './names.ts'
import type { ProtectedReads, ShownRecord } from './protected-reads.ts'
import type { Registry } from './registry.ts'
import {
  asOfReply,
  countsReply,
  HistoryReplySchema,
  historyEntryReply,
  ListReplySchema,
  recordReply,
  rowReply,
} from './replies.ts'

/**
 * A search within a scope whose protected values the caller may read; the rest is as for a list. Without a question all
 * that hold by the filters are found.
 */
export type SearchWish = Filters & {
  readonly q?: string | undefined
  readonly scope: Scope
  readonly after?: string | undefined
  readonly limit: number
}

export type Found = Listed & {
  readonly found?: {
    readonly total: number
    readonly exact: boolean
    readonly asOf: { readonly sequence: number; readonly at?: number }
  }
  /** Without a question: nothing that is stored by now can have been left out. */
  readonly isCurrent?: boolean
}

export type Search = (wish: SearchWish) => Promise<Found>

export type ListDeps = {
  readonly store: RecordStore
  readonly documents: Documents
  readonly book: PrefixBook
  readonly registry: Registry
  readonly protectedReads: ProtectedReads
  readonly search?: Search | undefined
}

const LIMIT_MAX = 500
const FIELDS_MAX = 100
const HISTORY_BASE = '/api/v1/history/'

/** What a list is narrowed by, beside prefix and template. */
export const NarrowingSchema = {
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  state: Type.Optional(
    Type.Unsafe<'registered' | 'retired' | 'held'>(Type.Enum(['registered', 'retired', 'held'])),
  ),
  from: Type.Optional(
    Type.String({ maxLength: 40, description: 'Changed at or after (RFC 3339)' }),
  ),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'Changed before (RFC 3339)' })),
}

const ListQuery = Type.Object({
  prefix: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
  template: Type.Optional(Type.String({ maxLength: 80 })),
  ...NarrowingSchema,
  after: Type.Optional(Type.String({ maxLength: 4096 })),
  limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 50 }),
  content: Type.Optional(
    Type.Unsafe<'all' | 'row'>({
      ...Type.Enum(['all', 'row']),
      description:
        'With `row` an item holds what a list shows, a sixth of the bytes: no `fields`, `values` and `links`, and of `described` the first text, the first text that everybody may read, and what `field` names',
    }),
  ),
  field: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 80 }), {
      maxItems: FIELDS_MAX,
      description: 'With `content=row`: names of fields that are described too',
    }),
  ),
})

const DESCRIPTION = `With a question \`q\`: first the identifier it names, then those that begin so, then those whose text
holds it, each in order. Every word has to be found, in the name or in one value; words between quotes have to stand
together. Letters and digits that follow each other are words of their own (\`TT4999\` is found by \`TT\` and \`4999\`),
and a name is found by its last four or more letters and digits. \`found\` counts what was asked for; where \`exact\` is
false it is not counted to its end yet, and asking again a moment later tells more.`

export function listRoutes(app: App, deps: ListDeps): void {
  const counter = new Counter(deps.store)
  const schema = {
    tags: ['identifiers'],
    operationId: 'listIdentifiers',
    summary: 'Identifiers in order of their names; a page may be short and still have a `next`',
    description: DESCRIPTION,
    querystring: ListQuery,
    response: { 200: ListReplySchema },
  }
  app.get('/api/v1/identifiers', { schema }, async ({ caller, query }, reply) => {
    const scope = await scopeOf(deps, caller, query.prefix)
    const wish = { scope, ...filtersOf(query), limit: query.limit, after: query.after }
    const listed = await listOrSearch(deps, wish, query.q)
    const counts = query.after === undefined ? await counter.counts(scope) : undefined
    const isRow = query.content === 'row'
    const told = isRow
      ? await rowReplies(deps, caller, { records: listed.items, named: new Set(query.field) })
      : { items: await itemReplies(deps, caller, listed.items), shown: listed.items }
    await deps.protectedReads(caller, told.shown)
    reply.header('cache-control', 'no-store')
    return {
      items: told.items,
      ...(listed.next !== undefined && { next: listed.next }),
      ...(counts !== undefined && { counts: countsReply(counts) }),
      ...(listed.found !== undefined && {
        found: { ...listed.found, asOf: asOfReply(listed.found.asOf) },
      }),
    }
  })
  historyRoute(app, deps)
}

/** One page: by the search where it answers, else read from the store. @throws Problem `unsupported`, `invalid-input`, … */
export async function listOrSearch(
  deps: Pick<ListDeps, 'store' | 'search'>,
  wish: Omit<SearchWish, 'q'>,
  q: string | undefined,
): Promise<Found> {
  if (q !== undefined) {
    if (deps.search !== undefined) return await deps.search({ ...wish, q })
    throw new Problem('unsupported', {
      en: 'This node does not search by text',
      zh: '本节点不支持全文检索',
    })
  }
  checkCursor(wish.after, wish.scope)
  const { template, state, from, to } = wish
  const isFiltered = [template, state, from, to].some((it) => it !== undefined)
  if (!isFiltered || deps.search === undefined) return await listRecords(deps.store, wish)
  const found = await deps.search(wish).catch(ifUnavailable)
  if (found === undefined) return await listRecords(deps.store, wish)
  // The index knows which records need not be read; where it lags behind, all are.
  if (found.isCurrent) return found
  const { found: count } = found
  return { ...(await listRecords(deps.store, wish)), ...(count !== undefined && { found: count }) }
}

/** A list needs no search, though it is counted by it. */
function ifUnavailable(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'unavailable') return
  throw error
}

async function itemReplies(deps: ListDeps, caller: Caller, records: readonly IdRecord[]) {
  const templateOf = templatesOf(deps)
  const mayRead = readableBy(deps, caller)
  const replies = records.map(async (record) =>
    recordReply(record, { template: await templateOf(record), mayReadIt: mayRead(record) }),
  )
  return await Promise.all(replies)
}

/** Rows, and what of each record is shown by them. */
async function rowReplies(deps: ListDeps, caller: Caller, { records, named }: Rows) {
  const templateOf = templatesOf(deps)
  const mayRead = readableBy(deps, caller)
  const replies = records.map(async (record) => {
    const template = mayRead(record) ? await templateOf(record) : undefined
    const { row, values } = rowReply(record, { template, named })
    return { row, shown: { ...record, values } }
  })
  const made = await Promise.all(replies)
  return { items: made.map((it) => it.row), shown: made.map((it) => it.shown) }
}

type Rows = { readonly records: readonly IdRecord[]; readonly named: ReadonlySet<string> }

function readableBy({ book }: ListDeps, caller: Caller) {
  return ({ key }: IdRecord) => mayDo(caller, 'identifiers.read', book.enterpriseOf(prefixOf(key)))
}

/** A page has many records of few templates. */
function templatesOf({ registry }: ListDeps): Registry['templateOf'] {
  const templates = new Map<string, Promise<Template | undefined>>()
  return (record) => {
    const id = `${prefixOf(record.key)}/${record.template ?? ''}`
    const asked = templates.get(id) ?? registry.templateOf(record)
    templates.set(id, asked)
    return asked
  }
}

/** A named prefix, or all the caller may read. */
export async function scopeOf(
  deps: Pick<ListDeps, 'book' | 'documents'>,
  caller: Caller,
  prefix: string | undefined,
): Promise<Scope> {
  const permission = 'identifiers.read'
  if (prefix !== undefined) {
    return [entitledPrefix(caller, deps.book, { prefix, permission, known: permission }).key]
  }
  checkSignedIn(caller)
  const enterprises = enterprisesOf(caller, permission)
  return enterprises === 'all' ? 'all' : await prefixesOf(deps.documents, enterprises)
}

type Narrowing = Pick<Static<typeof ListQuery>, 'template' | 'state' | 'from' | 'to'>

/** @throws Problem `invalid-input` for what is no time */
export function filtersOf({ template, state, from, to }: Narrowing): Filters {
  return { template, state, from: timeAt('/from', from), to: timeAt('/to', to) }
}

/** A date counts from its beginning in UTC. */
function timeAt(path: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const canonical = canonicalDate(text)
  const isZoned = canonical !== undefined && /^[^T]+$|(?:Z|[+-]\d{2}:\d{2})$/.test(canonical)
  const at = isZoned ? Date.parse(canonical) : Number.NaN
  if (!Number.isNaN(at)) return at
  const reason = { en: 'Not a time', zh: '不是有效时间' }
  const expected = { en: 'For example 2024-01-05T08:30:00Z', zh: '例如 2024-01-05T08:30:00Z' }
  throw new Problem('invalid-input', reason, { fields: [{ path, reason, expected }] })
}

/** All that a page of history tells of values, which those entitled alone may ask for. */
function shownBy({ items }: HistoryPage, { key, spelled: asked }: Handle): ShownRecord {
  const spelled = items[0]?.record.spelled ?? asked
  const values = items.flatMap((it) => it.changes.flatMap(({ before, after }) => [before, after]))
  return { key, spelled, values: values.filter((it) => it !== undefined) }
}

function historyRoute(app: App, deps: ListDeps): void {
  const schema = {
    tags: ['identifiers'],
    operationId: 'readIdentifierHistory',
    summary: 'Who did what when to an identifier, newest first',
    querystring: Type.Object({
      after: Type.Optional(Type.Integer({ minimum: 1 })),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    }),
    response: { 200: HistoryReplySchema },
  }
  app.get(`${HISTORY_BASE}*`, { schema }, async (request, reply) => {
    const { caller, query } = request
    const name = nameIn(request.raw.url, HISTORY_BASE)
    const question = { name, permission: 'identifiers.read' as const }
    const { handle } = entitledName(caller, deps.book, question)
    const page = await readHistory(deps, handle.key, { before: query.after, limit: query.limit })
    await deps.protectedReads(caller, [shownBy(page, handle)])
    reply.header('cache-control', 'no-store')
    const named = namedAuthorsFor(deps.documents, {
      reach: reachOf(caller, 'identifiers.read'),
      people: reachOf(caller, 'users.read'),
    })
    const items = await Promise.all(
      page.items.map(async ({ author, ...rest }) =>
        historyEntryReply(author === undefined ? rest : { ...rest, author: await named(author) }),
      ),
    )
    return {
      handle: page.items[0]?.record.spelled ?? handle.spelled,
      items,
      ...(page.next !== undefined && { next: String(page.next) }),
    }
  })
}
