import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { Problem, type ProblemCode } from '../../lib/problem.ts'
import { type Language, languageOf } from '../../lib/text.ts'
import type { ImportJob } from './import-job.ts'
import type { Imports } from './imports.ts'
import { readCheckpoint } from './job-files.ts'
import { JobSchema, jobReply } from './job-reply.ts'
import type { LiveImport } from './live-import.ts'
import type { ColumnMap } from './mapping.ts'
import { OutcomeSpool } from './outcome-spool.ts'
import { FORMATS, type Format } from './session.ts'

/** An upload from which nothing came for so long is over. */
const UPLOAD_IDLE_MS_MAX = 120_000
const PROGRESS_EVERY_MS = 1000
const NDJSON = 'application/x-ndjson'

const Short = Type.String({ minLength: 1, maxLength: 255 })
export const MapQuery = Type.Optional(
  Type.Union([
    Type.Array(Type.String({ maxLength: 600 }), { maxItems: 1000 }),
    Type.String({ maxLength: 600 }),
  ]),
)
const UploadQuery = Type.Object({
  prefix: Type.Optional(Short),
  /** `NAME` for its newest version, or `NAME@VERSION`. */
  template: Type.Optional(Short),
  /** Default by the content type, else csv. */
  format: Type.Optional(Type.Unsafe<Format>(Type.Enum([...FORMATS]))),
  /** `COLUMN=FIELD`; FIELD may be `identifier`, `suffix`, or empty to leave the column out. */
  map: MapQuery,
  /** XLSX: the sheet's name. */
  sheet: Type.Optional(Short),
  /** What the file is called; told with the job. */
  file: Type.Optional(Short),
  dryRun: Type.Optional(Type.Boolean()),
  /** Told as lines: all outcomes, or refused lines and progress only. */
  outcomes: Type.Optional(Type.Unsafe<'all' | 'refused'>(Type.Enum(['all', 'refused']))),
  /** Token of an import that broke; the body is the file from the stated byte on. */
  resume: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
})
type UploadQuery = Static<typeof UploadQuery>

const FORMAT_OF: Readonly<Record<string, Format>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/json': 'handle-json',
}

/** `POST /api/v1/imports`: the file is the body; the answer is one line per line, or the job when all is done. */
export function uploadRoute(app: App, imports: Imports): void {
  app.register((scope, _options, ready) => {
    scope.removeAllContentTypeParsers()
    // Whatever it says it is, the body is a stream that nobody but the import reads.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.post(
      '/api/v1/imports',
      {
        bodyLimit: Number.MAX_SAFE_INTEGER,
        schema: {
          tags: ['imports'],
          summary: 'Register the lines of a file',
          description:
            'The body is the file. With `Accept: application/x-ndjson` the answer is a stream: one outcome per line of the file, each sent once it is durable, then a summary. Otherwise it is the job, when it is over. `Location` names the job from the beginning.',
          operationId: 'importFile',
          querystring: UploadQuery,
          headers: Type.Object({
            'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
          }),
          response: { 200: JobSchema },
        },
      },
      (request, reply) => receive(imports, request as UploadRequest, reply),
    )
    ready()
  })
}

type UploadRequest = FastifyRequest<{ Querystring: UploadQuery }>

async function receive(imports: Imports, request: UploadRequest, reply: FastifyReply) {
  const { query, headers, caller } = request
  const isStream = (headers.accept ?? '').includes(NDJSON)
  const language = languageOf(headers['accept-language'])
  const wanted = isStream ? (query.outcomes ?? 'all') : 'none'
  const told = { wanted, language } as const
  const live =
    query.resume === undefined
      ? await imports.begin(caller, { ...wishOf(request), ...told })
      : await imports.resume(caller, query.resume, { ...told, ...lengthOf(headers) })
  reply.header('location', `/api/v1/imports/${live.id}`)
  const stream = isStream ? outcomesOf(imports, live, told) : undefined
  void pump(request.raw, live)
  await (isStream ? live.begun : live.finished)
  throwIfFailed(live)
  if (stream === undefined) return jobReply(live.id, live.job, { language })
  // The schema of the answer is that of the job; a stream is sent as it is.
  return reply.type(NDJSON).send(stream)
}

/** A file of which nothing was read, and any failure told to a client that waits for the end, is an error of the request. */
function throwIfFailed({ job, id }: LiveImport): void {
  if (job.problem === undefined) return
  const { code, text, fields } = job.problem
  const where = `/api/v1/imports/${id}`
  throw new Problem(
    code as ProblemCode,
    { en: `${text.en} (${where})`, zh: `${text.zh}（${where}）` },
    { fields },
  )
}

/** Moves the body into the import. What comes after the import is over is read past, so that its answer is heard. */
async function pump(body: IncomingMessage, live: LiveImport): Promise<void> {
  let idle: NodeJS.Timeout | undefined
  const wait = () => {
    idle = setTimeout(() => live.endUpload(false), UPLOAD_IDLE_MS_MAX)
  }
  try {
    wait()
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      clearTimeout(idle)
      await live.push(chunk)
      if (live.isOver) break
      wait()
    }
    live.endUpload(body.complete)
  } catch {
    // The connection broke; the client can go on with its resume token.
    live.endUpload(false)
  } finally {
    clearTimeout(idle)
    body.resume()
  }
}

type Told = { readonly wanted: 'all' | 'refused' | 'none'; readonly language: Language }

/** The outcomes as they become durable, and a summary. Ends by itself when the client goes away; the import does not. */
function outcomesOf(imports: Imports, live: LiveImport, { wanted, language }: Told): Readable {
  const spool = new OutcomeSpool(join(imports.folderOf(live.id), 'outcomes.spool'))
  let toldAt = 0
  const listening = live.listen((event) => {
    if (event.kind === 'settled') {
      spool.write(event.outcomes)
      const now = performance.now()
      if (wanted !== 'refused' || now - toldAt < PROGRESS_EVERY_MS) return
      toldAt = now
      spool.write(line({ progress: progressOf(live.job) }))
    } else if (event.kind === 'finished') {
      const checkpoint = readCheckpoint(imports.folderOf(live.id))
      spool.write(line({ summary: jobReply(live.id, live.job, { language, checkpoint }) }))
      spool.end()
    }
  })
  const stream = Readable.from(spool, { objectMode: false, highWaterMark: 262_144 })
  stream.once('close', () => {
    listening[Symbol.dispose]()
    spool[Symbol.asyncDispose]().catch(() => undefined)
  })
  return stream
}

function line(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

export function progressOf({
  state,
  lines,
  created,
  updated,
  unchanged,
  refused,
  bytes,
}: ImportJob) {
  return { state, lines, created, updated, unchanged, refused, bytes }
}

/** By the content type; csv where that says nothing. */
export function formatOf(contentType = ''): Format {
  return FORMAT_OF[contentType.split(';')[0]?.trim().toLowerCase() ?? ''] ?? 'csv'
}

/** `COLUMN=FIELD`, split at the last `=`. @throws Problem `invalid-input` */
export function parseMap(given: string | readonly string[] | undefined): ColumnMap {
  const map: Record<string, string> = {}
  for (const text of given === undefined ? [] : [given].flat()) {
    const at = text.lastIndexOf('=')
    if (at === -1) throw NO_MAP
    map[text.slice(0, at)] = text.slice(at + 1).trim()
  }
  return map
}

const NO_MAP_REASON = { en: 'Not a mapping', zh: '映射格式不对' }
const NO_MAP = new Problem('invalid-input', NO_MAP_REASON, {
  fields: [
    {
      path: '/map',
      reason: NO_MAP_REASON,
      expected: { en: 'COLUMN=FIELD', zh: '列名=字段名' },
    },
  ],
})

/** Bytes that the upload says will come. */
function lengthOf(headers: IncomingMessage['headers']): { readonly bytesTotal?: number } {
  const length = Number(headers['content-length'])
  return Number.isSafeInteger(length) ? { bytesTotal: length } : {}
}

function wishOf({ query, headers }: UploadRequest) {
  const { prefix, template, sheet, file, dryRun = false } = query
  return {
    prefix,
    template,
    sheet,
    file,
    ...lengthOf(headers),
    dryRun,
    format: query.format ?? formatOf(headers['content-type']),
    map: parseMap(query.map),
    idempotencyKey: headers['idempotency-key'] as string | undefined,
  }
}
