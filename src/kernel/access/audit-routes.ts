import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import { csvLine } from '../../lib/csv-cell.ts'
import type { App } from '../../lib/http.ts'
import type { Access } from './access.ts'
import { type AuditQuery, AuditTrail } from './audit.ts'
import { withAuthorsFor } from './audit-authors.ts'
import type { AuditFeed } from './audit-feed.ts'
import type { AuditEntry, AuditedCollection, AuditViewer } from './audit-view.ts'
import { AuthorSchema, literals } from './collections.ts'
import { authorise, type Caller, mayDo, requireReach } from './permissions.ts'
import { recordRead } from './reads.ts'
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
}

const EXPORT_ROWS_MAX = 100_000
const EXPORT_PAGE = 500
const tags = ['audit']

const AuditFilter = {
  author: Type.Optional(Type.String({ maxLength: 128, description: 'Id of a user or key' })),
  collection: Type.Optional(Type.String({ maxLength: 64, pattern: '^[a-z0-9-]+$' })),
  id: Type.Optional(Type.String({ maxLength: 1024 })),
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

const EntryReply = Type.Object({
  at: TimeReply,
  author: AuthorSchema,
  action: literals(['created', 'changed', 'deleted', 'read']),
  collection: Type.String(),
  id: Type.String(),
  version: Type.Integer(),
  note: Type.Optional(Type.String()),
  changed: Type.Array(Type.String()),
  before: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  after: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

type Filter = {
  readonly author?: string
  readonly collection?: string
  readonly id?: string
  readonly from?: string
  readonly to?: string
  readonly enterprise?: string
  readonly personal?: boolean
}

export function auditRoutes(app: App, { access, audited, feeds = [] }: AuditDeps): void {
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
      const { after, limit = PAGE_DEFAULT } = query
      const page = await trail.page(
        { ...timesOf(query), limit, ...(after === undefined ? {} : { after }) },
        viewer,
      )
      const items = await withAuthorsFor(access.documents, viewer, page.items)
      return { ...page, items: items.map(showTimes) }
    },
  })
  app.get('/api/v1/audit/export', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'exportAudit',
      summary: `The same as CSV, at most ${EXPORT_ROWS_MAX} lines`,
      querystring: Type.Object(AuditFilter),
    },
    async handler({ caller, query }, reply) {
      const viewer = await viewerOf(access, caller, query)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .send(Readable.from(csvOf({ trail, access, viewer }, timesOf(query))))
    },
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

function timesOf({ from, to, author, collection, id }: Filter): Omit<AuditQuery, 'limit'> {
  return {
    ...(author === undefined ? {} : { author }),
    ...(collection === undefined ? {} : { collection }),
    ...(id === undefined ? {} : { id }),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  }
}

function showTimes(entry: AuditEntry): Static<typeof EntryReply> {
  const { at, changed, before, after, ...rest } = entry
  return {
    ...rest,
    at: formatTime(at),
    changed: [...changed],
    ...(before === undefined ? {} : { before: before as Record<string, unknown> }),
    ...(after === undefined ? {} : { after: after as Record<string, unknown> }),
  }
}

const COLUMNS = [
  'at',
  'authorKind',
  'author',
  'action',
  'collection',
  'id',
  'version',
  'changed',
  'note',
  'before',
  'after',
]

type Exporting = {
  readonly trail: AuditTrail
  readonly access: Access
  readonly viewer: AuditViewer
}

/** With a byte order mark, without which Excel reads Chinese as something else. */
async function* csvOf(
  { trail, access, viewer }: Exporting,
  query: Omit<AuditQuery, 'limit'>,
): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(COLUMNS)}`
  let after: string | undefined
  let rows = 0
  do {
    const limit = Math.min(EXPORT_PAGE, EXPORT_ROWS_MAX - rows)
    const place = after === undefined ? {} : { after }
    const page = await trail.page({ ...query, ...place, limit }, viewer)
    rows += page.items.length
    const items = await withAuthorsFor(access.documents, viewer, page.items)
    yield items.map(csvOfEntry).join('')
    after = page.next
  } while (after !== undefined && rows < EXPORT_ROWS_MAX)
}

function csvOfEntry(entry: AuditEntry): string {
  const json = (body: unknown): string => (body === undefined ? '' : JSON.stringify(body))
  return csvLine([
    formatTime(entry.at),
    entry.author.kind,
    entry.author.id,
    entry.action,
    entry.collection,
    entry.id,
    entry.version,
    entry.changed.join(' '),
    entry.note,
    json(entry.before),
    json(entry.after),
  ])
}
