import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import { csvLine } from '../../lib/csv-cell.ts'
import type { App } from '../../lib/http.ts'
import type { Access } from './access.ts'
import { type AuditQuery, AuditTrail } from './audit.ts'
import { withAuthorsFor } from './audit-authors.ts'
import type { AuditFeed } from './audit-feed.ts'
import { auditNamesFor, type NamedEntry } from './audit-names.ts'
import {
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditEntry,
  type AuditedCollection,
  type AuditViewer,
} from './audit-view.ts'
import { AUTHOR_ID_CHARS_MAX, AuthorSchema, literals, READ_NAMES_MAX } from './collections.ts'
import { authorise, type Caller, mayDo, reachOf, requireReach } from './permissions.ts'
import type { ReadKeeping } from './read-keeping.ts'
import { type PersonalRead, recordRead } from './reads.ts'
import {
  EnterpriseId,
  formatTime,
  PAGE_DEFAULT,
  PageQuery,
  TimeReply,
  unstored,
} from './route-parts.ts'

export type AuditDeps = {
  readonly access: Access
  /** How the other rooms' collections appear; ours are known. */
  readonly audited: readonly AuditedCollection[]
  /** What other rooms write elsewhere than in documents. */
  readonly feeds?: readonly AuditFeed[]
  /** How long who read what is told. */
  readonly readKeeping: ReadKeeping
}

const EXPORT_ROWS_MAX = 100_000
const EXPORT_PAGE = 500
const tags = ['audit']

const AuditFilter = {
  author: Type.Optional(
    Type.String({ maxLength: AUTHOR_ID_CHARS_MAX, description: 'Id of a user, key or identity' }),
  ),
  collection: Type.Optional(Type.String({ maxLength: 64, pattern: '^[a-z0-9-]+$' })),
  id: Type.Optional(Type.String({ maxLength: 1024 })),
  version: Type.Optional(Type.Integer({ minimum: 0, description: 'Of the thing, with its id' })),
  action: Type.Optional(literals(AUDIT_ACTIONS)),
  what: Type.Optional(
    Type.String({ maxLength: 64, pattern: '^[a-z-]+$', description: 'Of reads: the kind of data' }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time' })),
  to: Type.Optional(Type.String({ format: 'date-time' })),
  enterprise: Type.Optional(EnterpriseId),
  personal: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Show personal data as it is, where one may; the reading is recorded',
    }),
  ),
}

const ReadReply = Type.Object({
  what: Type.String({ description: 'Kind of data' }),
  subject: Type.String({ description: 'What was read; of several, where they are' }),
  enterprise: Type.Optional(Type.String()),
  count: Type.Integer({
    minimum: 1,
    description: 'How many were shown; of what was told together, how often',
  }),
  place: Type.Optional(Type.String({ description: 'Where they are: of identifiers their prefix' })),
  names: Type.Optional(
    Type.Array(Type.String(), {
      description: `Of several, ${READ_NAMES_MAX} at most; of what was told together, so many different ones`,
    }),
  ),
  from: Type.Optional(
    Type.String({
      format: 'date-time',
      description:
        'Of what the same reader went on reading there, told together: when the first was shown',
    }),
  ),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'and the last' })),
})

const TextReply = Type.Object({ en: Type.String(), zh: Type.String() })

const EntryReply = Type.Object({
  at: TimeReply,
  author: Type.Object({ ...AuthorSchema.properties, name: Type.Optional(Type.String()) }),
  action: literals(AUDIT_ACTIONS),
  collection: Type.String(),
  id: Type.String(),
  name: Type.Optional(
    Type.Union([Type.String(), TextReply], {
      description:
        'What the thing is called, or of a read what was read, where the caller may know it; its id is what stays',
    }),
  ),
  version: Type.Integer(),
  note: Type.Optional(Type.String()),
  changed: Type.Array(Type.String()),
  before: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  after: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  read: Type.Optional(ReadReply),
})

type Filter = {
  readonly author?: string
  readonly collection?: string
  readonly id?: string
  readonly version?: number
  readonly action?: AuditAction
  readonly what?: string
  readonly from?: string
  readonly to?: string
  readonly enterprise?: string
  readonly personal?: boolean
}

export function auditRoutes(app: App, deps: AuditDeps): void {
  const { access, audited, feeds = [], readKeeping } = deps
  retentionRoute(app, readKeeping)
  const trail = new AuditTrail([access.documents, ...feeds], audited)
  app.get('/api/v1/audit', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listAudit',
      summary: 'Who changed or read what, newest first; a page may be empty and still have a next',
      querystring: Type.Object({ ...AuditFilter, ...PageQuery }),
      response: {
        200: Type.Object({ items: Type.Array(EntryReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      const viewer = await viewerOf(access, caller, query)
      const named = namedFor({ access, trail, viewer, caller })
      const { after, limit = PAGE_DEFAULT } = query
      const page = await trail.page(
        { ...timesOf(query), limit, ...(after === undefined ? {} : { after }) },
        viewer,
      )
      const items = await named(page.items)
      return { ...page, items: items.map(showTimes) }
    },
  })
  app.get('/api/v1/audit/export', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'exportAudit',
      summary: `The same as CSV, names in a language, or as JSON lines; at most ${EXPORT_ROWS_MAX}`,
      querystring: Type.Object({
        ...AuditFilter,
        format: Type.Optional(literals(['csv', 'ndjson'])),
        language: Type.Optional(literals(['zh', 'en'])),
      }),
    },
    async handler({ caller, query }, reply) {
      const viewer = await viewerOf(access, caller, query)
      const { format = 'csv', language = 'zh', ...filter } = query
      const named = namedFor({ access, trail, viewer, caller })
      const entries = exported({ trail, named, viewer }, timesOf(filter))
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
        .header('content-disposition', `attachment; filename="audit.${format}"`)
        .send(Readable.from(format === 'csv' ? csvOf(entries, language) : linesOf(entries)))
    },
  })
}

const RetentionReply = Type.Object({
  accessLog: Type.Object({ daysMax: Type.Integer(), rowsMax: Type.Integer() }),
})

function retentionRoute(app: App, accessLog: ReadKeeping): void {
  const schema = {
    tags,
    operationId: 'getAuditRetention',
    summary: 'How long the access log is kept, and how many entries; the oldest go first',
    response: { 200: RetentionReply },
  }
  app.get('/api/v1/audit/retention', { schema }, async ({ caller }) => {
    requireReach(caller, 'audit.read')
    return { accessLog }
  })
}

/** What the caller may see of what they ask for; unmasked personal data is recorded before it is read. */
async function viewerOf(access: Access, caller: Caller, filter: Filter): Promise<AuditViewer> {
  const { enterprise, personal = false } = filter
  if (enterprise !== undefined) authorise(caller, 'audit.read', enterprise)
  const reach =
    enterprise === undefined ? requireReach(caller, 'audit.read') : new Set([enterprise])
  const viewer = { reach, personal, ofNode: mayDo(caller, 'audit.read') }
  if (!personal) return viewer
  for (const it of reach === 'node' ? [undefined] : reach) authorise(caller, 'users.read', it)
  const { author = '*', collection = '*', id = '*' } = filter
  const subject = `${collection} ${id} by ${author}`
  for (const it of reach === 'node' ? [undefined] : reach) {
    const owned = it === undefined ? {} : { enterprise: it }
    await recordRead(access, caller, { what: 'audit', subject, ...owned })
  }
  return viewer
}

type Telling = {
  readonly access: Access
  readonly trail: AuditTrail
  readonly viewer: AuditViewer
  readonly caller: Caller
}

/** Entries with their authors and their things by name, as far as the viewer may know them. */
function namedFor({ access: { documents }, trail, viewer, caller }: Telling) {
  const { reach } = viewer
  const people = reachOf(caller, 'users.read')
  const named = auditNamesFor({ documents, audited: trail.audited, reach, people })
  return async (entries: readonly AuditEntry[]) =>
    await named(await withAuthorsFor(documents, viewer, entries))
}

function timesOf(filter: Filter): Omit<AuditQuery, 'limit'> {
  const { from, to, author, collection, id, version, action, what } = filter
  return {
    ...(version === undefined ? {} : { version }),
    ...(action === undefined ? {} : { action }),
    ...(what === undefined ? {} : { what }),
    ...(author === undefined ? {} : { author }),
    ...(collection === undefined ? {} : { collection }),
    ...(id === undefined ? {} : { id }),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  }
}

function showTimes(entry: NamedEntry): Static<typeof EntryReply> {
  const { at, changed, before, after, ...rest } = entry
  return {
    ...rest,
    at: formatTime(at),
    changed: [...changed],
    ...(before === undefined ? {} : { before: before as Record<string, unknown> }),
    ...(after === undefined ? {} : { after: after as Record<string, unknown> }),
    ...(entry.action === 'read' &&
      after !== undefined && { read: showRead(after as PersonalRead) }),
  }
}

/** Entries of earlier releases have no place; a name without a slash was one. */
function showRead({ count = 1, from, until, ...read }: PersonalRead): Static<typeof ReadReply> {
  const { what, subject, enterprise, names, place = subject } = read
  const isPlaced = read.place !== undefined || (what === 'identifiers' && !subject.includes('/'))
  return {
    ...{ what, subject, count },
    ...(enterprise !== undefined && { enterprise }),
    ...(isPlaced && { place }),
    ...(names !== undefined && { names: [...names] }),
    ...(from !== undefined && { from: formatTime(from) }),
    ...(until !== undefined && { until: formatTime(until) }),
  }
}

const COLUMNS = [
  'at',
  'authorKind',
  'author',
  'authorName',
  'action',
  'collection',
  'id',
  'name',
  'version',
  'changed',
  'note',
  'before',
  'after',
]

type Exporting = {
  readonly trail: AuditTrail
  readonly named: ReturnType<typeof namedFor>
  readonly viewer: AuditViewer
}

async function* exported(
  { trail, named, viewer }: Exporting,
  query: Omit<AuditQuery, 'limit'>,
): AsyncGenerator<readonly NamedEntry[]> {
  let after: string | undefined
  let rows = 0
  do {
    const limit = Math.min(EXPORT_PAGE, EXPORT_ROWS_MAX - rows)
    const place = after === undefined ? {} : { after }
    const page = await trail.page({ ...query, ...place, limit }, viewer)
    rows += page.items.length
    yield await named(page.items)
    after = page.next
  } while (after !== undefined && rows < EXPORT_ROWS_MAX)
}

/** With a byte order mark, without which Excel reads Chinese as something else. */
async function* csvOf(
  pages: AsyncIterable<readonly NamedEntry[]>,
  language: 'zh' | 'en',
): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(COLUMNS)}`
  for await (const page of pages) yield page.map((it) => csvOfEntry(it, language)).join('')
}

async function* linesOf(pages: AsyncIterable<readonly NamedEntry[]>): AsyncGenerator<string> {
  for await (const page of pages) {
    yield page.map((it) => `${JSON.stringify(showTimes(it))}\n`).join('')
  }
}

function csvOfEntry(entry: NamedEntry, language: 'zh' | 'en'): string {
  const { name } = entry
  const json = (body: unknown): string => (body === undefined ? '' : JSON.stringify(body))
  return csvLine([
    formatTime(entry.at),
    entry.author.kind,
    entry.author.id,
    entry.author.name,
    entry.action,
    entry.collection,
    entry.id,
    typeof name === 'object' ? name[language] : name,
    entry.version,
    entry.changed.join(' '),
    entry.note,
    json(entry.before),
    json(entry.after),
  ])
}
