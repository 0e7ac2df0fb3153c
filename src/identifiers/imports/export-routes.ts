import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import { csvCell } from '../../lib/csv-cell.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PrefixKey } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { entitledPrefix } from '../prefixes/tenancy.ts'
import type { IdRecord } from '../record.ts'
import {
  filtersOf,
  listOrSearch,
  NarrowingSchema,
  type Search,
} from '../registration/list-routes.ts'
import type { RecordStore } from '../store/store.ts'
import { noTemplate, type TemplateShelf } from '../templates/shelf.ts'
import type { Template } from '../templates/template.ts'
import { guardCell } from './cell.ts'
import { cellsOf, followPages, handleJsonOf, jsonOf, selectRecords } from './export-records.ts'
import { FORMATS, type Format } from './session.ts'
import { XLSX_ROWS_MAX, type XlsxCell, xlsxFile } from './xlsx-writer.ts'

export type ExportRoutesDeps = {
  readonly store: RecordStore
  readonly book: PrefixBook
  readonly shelf: TemplateShelf
  /** Answers `q=`; without it that is `unsupported`. */
  readonly search?: Search | undefined
}

const TYPE_OF: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
  'handle-json': 'application/x-ndjson',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
const ENDING_OF: Readonly<Record<Format, string>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  'handle-json': 'handles.ndjson',
  xlsx: 'xlsx',
}

/** Records of one page of a narrowed export. */
const FOUND_AT_ONCE = 500

const ExportQuery = Type.Object({
  prefix: Type.String({ minLength: 1, maxLength: 255 }),
  /** Needed for tables. `NAME` has the columns of all versions, `NAME@VERSION` its own; records of all versions are written. */
  template: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  format: Type.Optional(Type.Unsafe<Format>(Type.Enum([...FORMATS]))),
  ...NarrowingSchema,
  fields: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 16_384,
      description: 'Columns of a table, names of fields between commas; all where left out',
    }),
  ),
})

const DESCRIPTION = `What is registered, or what \`q\`, \`state\`, \`from\` and \`to\` find as in the list of identifiers; retired
ones only where \`state\` asks for them. A file with all its columns is one that an import reads back.`

/** `GET /api/v1/exports`: the registered identifiers of a prefix as a file that an import reads back. */
export function exportRoutes(app: App, deps: ExportRoutesDeps): void {
  app.get(
    '/api/v1/exports',
    {
      schema: {
        tags: ['exports'],
        summary: 'The registered identifiers of a prefix as a file',
        operationId: 'exportIdentifiers',
        description: DESCRIPTION,
        querystring: ExportQuery,
      },
    },
    async ({ caller, query }, reply) => {
      const { key } = entitledPrefix(caller, deps.book, {
        prefix: query.prefix,
        permission: 'identifiers.read',
        known: 'identifiers.read',
      })
      const format = query.format ?? 'csv'
      const template = columnsOf(await templateFor(deps, key, query.template), query.fields)
      const bytes = await open(deps, { prefix: key, format, template, query })
      const name = `${key}${template === undefined ? '' : `-${template.name}`}.${ENDING_OF[format]}`
      return reply
        .type(TYPE_OF[format])
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .send(Readable.from(bytes, { objectMode: false }))
    },
  )
}

async function templateFor(
  { shelf }: ExportRoutesDeps,
  prefix: PrefixKey,
  name: string | undefined,
): Promise<Template | undefined> {
  if (name === undefined) return undefined
  const found = await shelf.toRead(prefix, name)
  if (found === undefined) throw noTemplate(name)
  return found.template
}

/** The template with the fields that were asked for alone. @throws Problem `invalid-input` */
function columnsOf(
  template: Template | undefined,
  names: string | undefined,
): Template | undefined {
  if (template === undefined || names === undefined) return template
  const wanted = new Set(names.split(','))
  const fields = template.fields.filter((it) => wanted.delete(it.name))
  if (wanted.size === 0) return { ...template, fields }
  const reason = { en: 'The template has no such field', zh: '模板没有该字段' }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/fields', reason }] })
}

type Wish = {
  readonly prefix: PrefixKey
  readonly format: Format
  readonly template: Template | undefined
  readonly query: Static<typeof ExportQuery>
}

async function open(deps: ExportRoutesDeps, wish: Wish): Promise<AsyncIterable<Uint8Array>> {
  const { prefix, format, template } = wish
  const pages = await pagesFor(deps, wish)
  switch (format) {
    case 'ndjson':
      return asNdjson(deps, pages)
    case 'handle-json':
      return asLines(pages, handleJsonOf)
    case 'csv':
      if (template === undefined) throw NEEDS_TEMPLATE
      return asCsv(pages, template)
    case 'xlsx': {
      if (template === undefined) throw NEEDS_TEMPLATE
      const { registered } = await deps.store.counts(prefix)
      if (!isNarrowed(wish.query) && registered >= XLSX_ROWS_MAX) throw TOO_MANY_ROWS
      return xlsxFile(asRows(pages, template))
    }
  }
}

type Pages = AsyncIterable<readonly IdRecord[]>

function isNarrowed({ q, state, from, to }: Static<typeof ExportQuery>): boolean {
  return [q, state, from, to].some((it) => it !== undefined)
}

/** The first page of what is narrowed is asked before anything is sent: what is wrong with the question is told. */
async function pagesFor(deps: ExportRoutesDeps, { prefix, template, query }: Wish): Promise<Pages> {
  if (!isNarrowed(query)) return selectRecords(deps.store, { prefix, template: template?.name })
  const filters = filtersOf({ ...query, state: query.state ?? 'registered' })
  const wish = { ...filters, template: template?.name, scope: [prefix], limit: FOUND_AT_ONCE }
  const ask = (after: string | undefined) => listOrSearch(deps, { ...wish, after }, query.q)
  const first = await ask(undefined)
  const isSheet = query.format === 'xlsx'
  if (isSheet && (first.found?.total ?? 0) >= XLSX_ROWS_MAX) throw TOO_MANY_ROWS
  return followPages(first, ask)
}

async function* asLines(
  pages: Pages,
  write: (record: IdRecord) => object,
): AsyncGenerator<Uint8Array> {
  for await (const page of pages) {
    yield Buffer.from(page.map((it) => `${JSON.stringify(write(it))}\n`).join(''))
  }
}

async function* asNdjson({ shelf }: ExportRoutesDeps, pages: Pages): AsyncGenerator<Uint8Array> {
  const templates = new Map<string, Template | undefined>()
  for await (const page of pages) {
    for (const { key, template } of page) {
      if (template === undefined || templates.has(template)) continue
      const prefix = key.slice(0, key.indexOf('/')) as PrefixKey
      templates.set(template, (await shelf.find(prefix, template))?.template)
    }
    const lines = page.map((it) => jsonOf(templates.get(it.template ?? ''), it))
    yield Buffer.from(lines.map((it) => `${JSON.stringify(it)}\n`).join(''))
  }
}

const IDENTIFIER_COLUMN = 'identifier'

async function* asCsv(pages: Pages, template: Template): AsyncGenerator<Uint8Array> {
  const isNumber = template.fields.map((it) => it.type === 'number')
  // Spreadsheets know UTF-8 by its mark alone.
  yield Buffer.from(`\ufeff${[IDENTIFIER_COLUMN, ...names(template)].join(',')}\r\n`)
  for await (const page of pages) {
    let text = ''
    for (const record of page) {
      // A canonical number is digits, a sign and a point: never a formula.
      const cells = cellsOf(template, record).map((it, i) => (isNumber[i] ? it : textCell(it)))
      text += `${textCell(record.spelled)},${cells.join(',')}\r\n`
    }
    yield Buffer.from(text)
  }
}

function textCell(text: string): string {
  return csvCell(guardCell(text))
}

async function* asRows(
  pages: Pages,
  template: Template,
): AsyncGenerator<readonly (readonly XlsxCell[])[]> {
  const isNumber = template.fields.map((it) => it.type === 'number')
  yield [[IDENTIFIER_COLUMN, ...names(template)]]
  let rows = 1
  for await (const page of pages) {
    rows += page.length
    // a broken download rather than a sheet that no program opens
    if (rows > XLSX_ROWS_MAX) throw TOO_MANY_ROWS
    yield page.map((record) => {
      const cells = cellsOf(template, record)
      return [
        record.spelled,
        ...cells.map((it, i) => (isNumber[i] && EXACT.test(it) ? { number: it } : it)),
      ]
    })
  }
}

/** Digits that a spreadsheet keeps. */
const EXACT = /^-?(?=[\d.]{1,15}$)\d+(?:\.\d+)?$/

function names(template: Template): string[] {
  return template.fields.map((it) => it.name)
}

const NEEDS_TEMPLATE = new Problem('invalid-input', {
  en: 'A table needs a template that says what its columns are',
  zh: '导出表格需要指定模板',
})
const TOO_MANY_ROWS = new Problem('too-large', {
  en: `A sheet has at most ${XLSX_ROWS_MAX - 1} rows below its header; export CSV`,
  zh: `工作表除表头外最多 ${XLSX_ROWS_MAX - 1} 行，请改用 CSV 导出`,
})
