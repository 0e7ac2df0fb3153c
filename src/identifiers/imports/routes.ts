import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { namedAuthorsFor } from '../../kernel/access/audit-authors.ts'
import { type Caller, reachOf } from '../../kernel/access/permissions.ts'
import type { Documents, Stored } from '../../kernel/documents/documents.ts'
import { csvLine } from '../../lib/csv-cell.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { type Language, languageOf } from '../../lib/text.ts'
import { checkSignedIn, enterprisesOf } from '../prefixes/tenancy.ts'
import { guardCell } from './cell.ts'
import { IMPORTS, type ImportJob, isActive } from './import-job.ts'
import type { Imports } from './imports.ts'
import { readCheckpoint, resultPath } from './job-files.ts'
import { JobSchema, jobReply, outcomeReply } from './job-reply.ts'
import { expandOutcome, type OutcomeLine, type OutcomeRun } from './outcomes.ts'
import { previewRoute } from './preview-route.ts'
import { progressOf, uploadRoute } from './upload-route.ts'

export type ImportRoutesDeps = { readonly documents: Documents; readonly imports: Imports }

const LIST_MAX = 200
const EVENTS_EVERY_MS = 500
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) })

/** Bulk registration: upload, follow, cancel, undo, and the result to keep. */
export function importRoutes(app: App, deps: ImportRoutesDeps): void {
  uploadRoute(app, deps.imports)
  previewRoute(app, deps.imports)
  listRoute(app, deps)
  jobRoutes(app, deps)
  resultRoute(app, deps)
  eventsRoute(app, deps)
}

function listRoute(app: App, { documents, imports }: ImportRoutesDeps): void {
  app.get(
    '/api/v1/imports',
    {
      schema: {
        tags: ['imports'],
        summary: 'Imports, newest first',
        operationId: 'listImports',
        querystring: Type.Object({
          prefix: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
          /** The one that the caller began with this idempotency key. */
          key: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
          after: Type.Optional(Type.String({ maxLength: 1000 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_MAX })),
        }),
        response: {
          200: Type.Object({
            items: Type.Array(JobSchema),
            next: Type.Optional(Type.String()),
          }),
        },
      },
    },
    async ({ caller, query, headers }) => {
      checkSignedIn(caller)
      const tell = teller(documents, imports, caller, languageOf(headers['accept-language']))
      if (query.key !== undefined) {
        const found = await imports.findByKey(caller, query.key)
        return { items: found === undefined ? [] : [await tell(found)] }
      }
      const enterprises = enterprisesOf(caller, 'identifiers.write')
      const page = await documents.query(IMPORTS, {
        where: {
          ...(query.prefix !== undefined && { prefix: query.prefix }),
          ...(enterprises !== 'all' && { enterprise: { in: [...enterprises] } }),
        },
        order: { by: 'startedAt', descending: true },
        limit: query.limit ?? 50,
        ...(query.after !== undefined && { after: query.after }),
      })
      const items = await Promise.all(page.items.map(tell))
      return page.next === undefined ? { items } : { items, next: page.next }
    },
  )
}

function jobRoutes(app: App, { documents, imports }: ImportRoutesDeps): void {
  const schema = (summary: string, operationId: string) => ({
    schema: { tags: ['imports'], summary, operationId, params: Id, response: { 200: JobSchema } },
  })
  const answer = async ({
    caller,
    params,
    headers,
  }: FastifyRequest<{ Params: { id: string } }>) => {
    const tell = teller(documents, imports, caller, languageOf(headers['accept-language']))
    return await tell(await job(imports, caller, params.id))
  }
  app.get('/api/v1/imports/:id', schema('One import', 'getImport'), answer)
  app.post(
    '/api/v1/imports/:id/cancel',
    schema('Stop an import', 'cancelImport'),
    async (request) => {
      const { id } = await job(imports, request.caller, request.params.id)
      const live = imports.live(id)
      imports.cancel(id)
      await live?.finished
      return await answer(request)
    },
  )
  app.post(
    '/api/v1/imports/:id/undo',
    schema('Retire what an import created', 'undoImport'),
    async (request) => {
      const stored = await job(imports, request.caller, request.params.id)
      await imports.undo(request.caller, stored)
      return await answer(request)
    },
  )
}

function resultRoute(app: App, { imports }: ImportRoutesDeps): void {
  app.get(
    '/api/v1/imports/:id/result',
    {
      schema: {
        tags: ['imports'],
        summary: 'The outcome of every line',
        operationId: 'getImportResult',
        params: Id,
        querystring: Type.Object({
          format: Type.Optional(Type.Unsafe<'csv' | 'ndjson'>(Type.Enum(['csv', 'ndjson']))),
          outcomes: Type.Optional(Type.Unsafe<'all' | 'refused'>(Type.Enum(['all', 'refused']))),
          /** Of the messages, before `Accept-Language`. */
          lang: Type.Optional(Type.Unsafe<Language>(Type.Enum(['zh', 'en']))),
        }),
      },
    },
    async ({ caller, params, query, headers }, http) => {
      const { id, body } = await job(imports, caller, params.id)
      if (isActive(body.state)) throw NOT_OVER
      if (body.sweptAt !== undefined) throw NOT_KEPT
      const format = query.format ?? 'csv'
      const lines = resultLines(imports.folderOf(id), query.outcomes ?? 'all')
      const language = query.lang ?? languageOf(headers['accept-language'])
      const text = format === 'csv' ? asCsv(lines, language) : asNdjson(lines, language)
      return http
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
        .header('content-disposition', `attachment; filename="import-${id}.${format}"`)
        .send(Readable.from(inPieces(text)))
    },
  )
}

/** The kept outcomes of a job, each line by itself. */
async function* resultLines(
  folder: string,
  wanted: 'all' | 'refused',
): AsyncGenerator<OutcomeLine> {
  const end = readCheckpoint(folder)?.resultBytes ?? 0
  if (end === 0) return
  const input = createReadStream(resultPath(folder), { end: end - 1 })
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const entry = JSON.parse(text) as OutcomeLine | OutcomeRun
    if (wanted === 'all' || entry.outcome === 'refused') yield* expandOutcome(entry)
  }
}

async function* asNdjson(
  lines: AsyncIterable<OutcomeLine>,
  language: Language,
): AsyncGenerator<string> {
  for await (const it of lines) yield `${JSON.stringify(outcomeReply(it, language))}\n`
}

async function* asCsv(
  lines: AsyncIterable<OutcomeLine>,
  language: Language,
): AsyncGenerator<string> {
  yield `\ufeff${csvLine(['line', 'outcome', 'identifier', 'reason'])}`
  for await (const { line, outcome, handle, fields = [] } of lines) {
    const reasons = fields.map(({ path, reason, expected }) => {
      const hint = expected === undefined ? '' : ` (${expected[language]})`
      return `${path === '' ? '' : `${path.slice(1)}: `}${reason[language]}${hint}`
    })
    yield csvLine([line, outcome, guardCell(handle ?? ''), reasons.join('; ')])
  }
}

const PIECE_CHARS = 65_536

/** Single lines are too little for a stream to carry one by one. */
async function* inPieces(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = ''
  for await (const text of texts) {
    piece += text
    if (piece.length < PIECE_CHARS) continue
    yield piece
    piece = ''
  }
  yield piece
}

/** Server-sent events (HTML §9.2): `progress` while it runs, then `end` with the job. */
function eventsRoute(app: App, { imports }: ImportRoutesDeps): void {
  app.get(
    '/api/v1/imports/:id/events',
    {
      schema: {
        tags: ['imports'],
        summary: 'Progress of an import as it happens',
        operationId: 'followImport',
        params: Id,
      },
    },
    async ({ caller, params, headers, signal }, http) => {
      const { id } = await job(imports, caller, params.id)
      const language = languageOf(headers['accept-language'])
      return http
        .type('text/event-stream')
        .header('cache-control', 'no-store')
        .send(Readable.from(events(imports, { caller, id, language, signal })))
    },
  )
}

async function* events(
  imports: Imports,
  context: { caller: Caller; id: string; language: Language; signal: AbortSignal },
): AsyncGenerator<string> {
  const { caller, id, language, signal } = context
  const live = imports.live(id)
  if (live !== undefined) {
    while (!live.isOver && !signal.aborted) {
      yield `event: progress\ndata: ${JSON.stringify(progressOf(live.job))}\n\n`
      await Promise.race([live.finished, pause(EVENTS_EVERY_MS)])
    }
    await live.finished
  }
  const stored = await job(imports, caller, id)
  yield `event: end\ndata: ${JSON.stringify(reply(imports, stored, language))}\n\n`
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}

async function job(imports: Imports, caller: Caller, id: string): Promise<Stored<ImportJob>> {
  checkSignedIn(caller)
  const stored = await imports.find(caller, id)
  if (stored === undefined) throw new Problem('not-found', NO_IMPORT)
  return stored
}

/** Jobs as the caller is told them. */
function teller(documents: Documents, imports: Imports, caller: Caller, language: Language) {
  const named = namedAuthorsFor(documents, {
    reach: reachOf(caller, 'identifiers.write'),
    people: reachOf(caller, 'users.read'),
  })
  return async (stored: Stored<ImportJob>) => ({
    ...reply(imports, stored, language),
    author: { ...(await named(stored.body.author)) },
  })
}

function reply(imports: Imports, stored: Stored<ImportJob>, language: Language) {
  const body = imports.now(stored)
  const checkpoint =
    body.state === 'broken' ? readCheckpoint(imports.folderOf(stored.id)) : undefined
  return jobReply(stored.id, body, { language, checkpoint })
}

const NO_IMPORT = { en: 'There is no such import', zh: '没有该导入' }
const NOT_KEPT = new Problem('not-found', {
  en: 'The result of this import is no longer kept; its counts and first errors are',
  zh: '该导入的逐行结果已不再保留；统计数与首批错误仍可查看',
})
const NOT_OVER = new Problem('wrong-state', {
  en: 'The import is not over yet',
  zh: '导入尚未结束',
})
