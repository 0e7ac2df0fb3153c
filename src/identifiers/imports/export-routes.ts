import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import type { Caller } from '../../kernel/access/permissions.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { csvCell } from '../../lib/csv-cell.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { prefixOf } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import type { IdRecord } from '../record.ts'
import {
  filtersOf,
  listOrSearch,
  NarrowingSchema,
  type Search,
  scopeOf,
} from '../registration/list-routes.ts'
import type { Scope } from '../registration/listing.ts'
import type { ProtectedReads } from '../registration/protected-reads.ts'
import type { RecordStore } from '../store/store.ts'
import type { TemplateShelf } from '../templates/shelf.ts'
import type { Template } from '../templates/template.ts'
import { guardCell } from './cell.ts'
import { followPages, handleJsonOf, jsonOf, selectRecords } from './export-records.ts'
import { type Table, tableOf, tableOfAll } from './export-table.ts'
import { FORMATS, type Format } from './session.ts'
import { XLSX_ROWS_MAX, type XlsxCell, xlsxFile } from './xlsx-writer.ts'

export type ExportRoutesDeps = {
  readonly store: RecordStore
  readonly documents: Documents
  readonly book: PrefixBook
  readonly shelf: TemplateShelf
  readonly protectedReads: ProtectedReads
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
  prefix: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Left out: everything that the caller may read',
    }),
  ),
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

/** `GET /api/v1/exports`: registered identifiers, of a prefix or of all one may read, as a file that an import reads back. */
export function exportRoutes(app: App, deps: ExportRoutesDeps): void {
  app.get(
    '/api/v1/exports',
    {
      schema: {
        tags: ['exports'],
        summary: 'The registered identifiers of a prefix, or of all one may read, as a file',
        operationId: 'exportIdentifiers',
        description: DESCRIPTION,
        querystring: ExportQuery,
      },
    },
    async ({ caller, query }, reply) => {
      const scope = await scopeOf(deps, caller, query.prefix)
      const format = query.format ?? 'csv'
      const table = await tableFor(deps, scope, query)
      const bytes = await open(deps, { caller, scope, format, table, query })
      const [place = 'identifiers'] = query.prefix === undefined || scope === 'all' ? [] : scope
      const name = `${place}${table === undefined ? '' : `-${table.template}`}.${ENDING_OF[format]}`
      return reply
        .type(TYPE_OF[format])
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .send(Readable.from(bytes, { objectMode: false }))
    },
  )
}

async function tableFor(
  deps: ExportRoutesDeps,
  scope: Scope,
  { prefix, template: name, fields }: Static<typeof ExportQuery>,
): Promise<Table | undefined> {
  if (name === undefined) return undefined
  const [only] = prefix === undefined || scope === 'all' ? [] : scope
  return only === undefined
    ? await tableOfAll(deps, scope, { name, fields })
    : await tableOf(deps, only, { name, fields })
}

type Wish = {
  readonly caller: Caller
  readonly scope: Scope
  readonly format: Format
  readonly table: Table | undefined
  readonly query: Static<typeof ExportQuery>
}

async function open(deps: ExportRoutesDeps, wish: Wish): Promise<AsyncIterable<Uint8Array>> {
  const { format, table } = wish
  const pages = recorded(deps, wish, await pagesFor(deps, wish))
  switch (format) {
    case 'ndjson':
      return asNdjson(deps, pages)
    case 'handle-json':
      return asLines(pages, handleJsonOf)
    case 'csv':
      if (table === undefined) throw NEEDS_TEMPLATE
      return asCsv(pages, table)
    case 'xlsx': {
      if (table === undefined) throw NEEDS_TEMPLATE
      if (await isTooLong(deps.store, wish)) throw TOO_MANY_ROWS
      return xlsxFile(asRows(pages, table))
    }
  }
}

/** Of a whole prefix it is counted; of what is narrowed the search tells. */
async function isTooLong(store: RecordStore, { scope, query }: Wish): Promise<boolean> {
  if (isNarrowed(query) || scope === 'all' || scope[0] === undefined) return false
  return (await store.counts(scope[0])).registered >= XLSX_ROWS_MAX
}

type Pages = AsyncIterable<readonly IdRecord[]>

function isNarrowed({ prefix, q, state, from, to }: Static<typeof ExportQuery>): boolean {
  return prefix === undefined || [q, state, from, to].some((it) => it !== undefined)
}

/** Each page is in the access log before it is sent. */
async function* recorded(
  { protectedReads }: ExportRoutesDeps,
  { caller, table }: Wish,
  pages: Pages,
): Pages {
  for await (const page of pages) {
    await protectedReads(caller, table === undefined ? page : await table.shown(page))
    yield page
  }
}

/** The first page of what is narrowed is asked before anything is sent: what is wrong with the question is told. */
async function pagesFor(deps: ExportRoutesDeps, { scope, table, query }: Wish): Promise<Pages> {
  const template = table?.template
  const [prefix] = scope === 'all' ? [] : scope
  if (!isNarrowed(query) && prefix !== undefined) {
    return selectRecords(deps.store, { prefix, template })
  }
  const filters = filtersOf({ ...query, state: query.state ?? 'registered' })
  const wish = { ...filters, template, scope, limit: FOUND_AT_ONCE }
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
    for (const record of page) {
      const { key, template } = record
      // prefixes may have different templates of one name
      const id = idOf(record)
      if (template === undefined || templates.has(id)) continue
      templates.set(id, (await shelf.find(prefixOf(key), template))?.template)
    }
    const lines = page.map((it) => jsonOf(templates.get(idOf(it)), it))
    yield Buffer.from(lines.map((it) => `${JSON.stringify(it)}\n`).join(''))
  }
}

const idOf = ({ key, template = '' }: IdRecord) => `${prefixOf(key)}/${template}`

const IDENTIFIER_COLUMN = 'identifier'

async function* asCsv(pages: Pages, { columns, rows }: Table): AsyncGenerator<Uint8Array> {
  // Spreadsheets know UTF-8 by its mark alone.
  yield Buffer.from(`\ufeff${[IDENTIFIER_COLUMN, ...columns].join(',')}\r\n`)
  for await (const page of pages) {
    const written = await rows(page)
    let text = ''
    for (const [at, record] of page.entries()) {
      const cells = (written[at] ?? []).map((it) => (it.isNumber ? it.text : textCell(it.text)))
      text += `${[textCell(record.spelled), ...cells].join(',')}\r\n`
    }
    yield Buffer.from(text)
  }
}

function textCell(text: string): string {
  return csvCell(guardCell(text))
}

async function* asRows(
  pages: Pages,
  { columns, rows }: Table,
): AsyncGenerator<readonly (readonly XlsxCell[])[]> {
  yield [[IDENTIFIER_COLUMN, ...columns]]
  let count = 1
  for await (const page of pages) {
    count += page.length
    // a broken download rather than a sheet that no program opens
    if (count > XLSX_ROWS_MAX) throw TOO_MANY_ROWS
    const written = await rows(page)
    yield page.map((record, at) => [
      record.spelled,
      ...(written[at] ?? []).map(({ text, isNumber }) =>
        isNumber && EXACT.test(text) ? { number: text } : text,
      ),
    ])
  }
}

/** Digits that a spreadsheet keeps. */
const EXACT = /^-?(?=[\d.]{1,15}$)\d+(?:\.\d+)?$/

const NEEDS_TEMPLATE = new Problem('invalid-input', {
  en: 'A table needs a template that says what its columns are',
  zh: '导出表格需要指定模板',
})
const TOO_MANY_ROWS = new Problem('too-large', {
  en: `A sheet has at most ${XLSX_ROWS_MAX - 1} rows below its header; export CSV`,
  zh: `工作表除表头外最多 ${XLSX_ROWS_MAX - 1} 行，请改用 CSV 导出`,
})
