import { rm } from 'node:fs/promises'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Caller } from '../../kernel/access/permissions.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { languageOf } from '../../lib/text.ts'
import { checkSignedIn } from '../prefixes/tenancy.ts'
import { type Head, type HeadFormat, readHead } from './head.ts'
import type { Imports, ImportWish, Rehearsal } from './imports.ts'
import { OutcomeSchema } from './job-reply.ts'
import { PREVIEW_BYTES_MAX, PREVIEWS_RUNNING_MAX } from './limits.ts'
import { targetOf } from './mapping.ts'
import { type OutcomeLine, toldFields } from './outcomes.ts'
import { formatOf, MapQuery, parseMap } from './upload-route.ts'

const Short = Type.String({ minLength: 1, maxLength: 255 })
const PreviewQuery = Type.Object({
  prefix: Type.Optional(Short),
  template: Type.Optional(Short),
  format: Type.Optional(Type.Unsafe<HeadFormat>(Type.Enum(['csv', 'ndjson', 'xlsx']))),
  map: MapQuery,
  sheet: Type.Optional(Short),
  /** The body is only the beginning of the file. */
  partial: Type.Optional(Type.Boolean()),
})

const Wrong = Type.Object({
  path: Type.String(),
  detail: Type.String(),
  expected: Type.Optional(Type.String()),
})
const Row = Type.Interface([Type.Partial(OutcomeSchema)], {
  line: Type.Integer({ minimum: 1 }),
  cells: Type.Array(Type.String()),
})
const PreviewSchema = Type.Object({
  encoding: Type.Optional(Type.String()),
  /** Columns of the file (of JSON lines: the members of the first), and the field each would fill, `identifier`, `suffix` or ''. */
  columns: Type.Array(Type.Object({ column: Type.String(), field: Type.String() })),
  rows: Type.Array(Row),
  /** Why nothing of the file could be registered. */
  problem: Type.Optional(Type.Object({ detail: Type.String(), errors: Type.Array(Wrong) })),
})
type Preview = Static<typeof PreviewSchema>

/** `POST /api/v1/imports/preview`: the first rows of a file and what an import would make of them. */
export function previewRoute(app: App, imports: Imports): void {
  let running = 0
  app.register((scope, _options, ready) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: Math.min(PREVIEW_BYTES_MAX, imports.uploadBytesMax) },
      (_request, body, done) => done(null, body),
    )
    const schema = {
      tags: ['imports'],
      summary: 'Look at the beginning of a file as an import would',
      description: `The body is the file or, with \`partial\`, its beginning (at most ${PREVIEW_BYTES_MAX} bytes). Nothing is stored, not even that it was asked.`,
      operationId: 'previewImport',
      querystring: PreviewQuery,
      response: { 200: PreviewSchema },
    }
    scope.post('/api/v1/imports/preview', { schema }, async (request) => {
      const { caller, query, headers, body } = request as PreviewRequest
      checkSignedIn(caller)
      if (running >= PREVIEWS_RUNNING_MAX) throw BUSY
      running++
      try {
        const { prefix, template, sheet, partial = false } = query
        const format = query.format ?? headFormatOf(headers['content-type'])
        return await preview(imports, caller, {
          ...{ prefix, template, sheet, format, map: parseMap(query.map) },
          ...{ wanted: 'all', language: languageOf(headers['accept-language']) },
          isPartial: partial && format !== 'xlsx',
          bytes: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
        })
      } finally {
        running--
      }
    })
    ready()
  })
}

type PreviewRequest = FastifyRequest<{ Querystring: Static<typeof PreviewQuery> }>

type Wish = Omit<ImportWish, 'dryRun' | 'format'> & {
  readonly format: HeadFormat
  readonly isPartial: boolean
  readonly bytes: Uint8Array
}

async function preview(imports: Imports, caller: Caller, wish: Wish): Promise<Preview> {
  const { bytes, isPartial, format, sheet, language } = wish
  const rehearsal = await imports.rehearsal(caller, wish)
  const { task } = rehearsal
  try {
    const head = await readHead(bytes, { format, sheet, folder: task.folder, isPartial })
    const { outcomes, problem } = await judge(rehearsal, head)
    const columns = head.columns.map((column) => ({
      column,
      field: fieldOf(targetOf(column, task.template, wish.map)),
    }))
    let read = 0
    const rows = head.rows.map(({ line, cells, problem: own }) => {
      const unreadable = own && { outcome: 'refused' as const, fields: toldFields([own], language) }
      const judged = own === undefined ? outcomes[read++] : unreadable
      return { ...judged, line, cells: [...cells] }
    })
    return {
      columns,
      rows: rows as Preview['rows'],
      ...(head.encoding !== undefined && { encoding: head.encoding }),
      ...(problem !== undefined && {
        problem: {
          detail: problem.text[language],
          errors: toldFields(problem.fields, language),
        },
      }),
    }
  } finally {
    await rm(task.folder, { recursive: true, force: true })
  }
}

type Judged = { readonly outcomes: readonly OutcomeLine[]; readonly problem?: Problem }

/** Has the pipeline of imports judge the rows that could be read, in their order. */
async function judge({ task, start }: Rehearsal, head: Head): Promise<Judged> {
  if (head.lines === '') return { outcomes: [] }
  const told: string[] = []
  const { map } = task
  // what a column is to be, is said of columns that are there
  const known = Object.entries(map).filter(([column]) => head.columns.includes(column))
  const run = start({ ...task, format: head.form, map: Object.fromEntries(known) }, (outcomes) =>
    told.push(Buffer.from(outcomes).toString('utf8')),
  )
  await run.push(Buffer.from(head.lines))
  run.end(true)
  try {
    await run.finished
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { outcomes: [], problem: error }
  }
  const lines = told.join('').split('\n')
  return { outcomes: lines.filter((it) => it !== '').map((it) => JSON.parse(it) as OutcomeLine) }
}

/** `/FIELD` stands for a field. */
function fieldOf(target: string): string {
  return target.startsWith('/') ? target.slice(1) : target
}

function headFormatOf(contentType: string | undefined): HeadFormat {
  const format = formatOf(contentType)
  return format === 'handle-json' ? 'ndjson' : format
}

const BUSY = new Problem(
  'too-many-requests',
  { en: 'Other files are being looked at; try again', zh: '正在预览其他文件，请稍后再试' },
  { retryAfterS: 2 },
)
