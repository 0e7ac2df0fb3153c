import type { Documents } from '../../kernel/documents/documents.ts'
import { Problem } from '../../lib/problem.ts'
import { type PrefixKey, prefixOf } from '../handle.ts'
import { lineageOf, type PrefixBook } from '../prefixes/book.ts'
import type { IdRecord } from '../record.ts'
import type { Scope } from '../registration/listing.ts'
import type { ShownRecord } from '../registration/protected-reads.ts'
import { noTemplate, type TemplateShelf } from '../templates/shelf.ts'
import { parseTemplateName, TEMPLATES } from '../templates/stored-template.ts'
import type { Template } from '../templates/template.ts'
import { cellsOf } from './export-records.ts'

/** Templates of one name that are looked through for columns. */
const TEMPLATES_MAX = 1_000

/** One cell of a row. A number is canonical: digits, a sign and a point, never a formula. */
export type Cell = { readonly text: string; readonly isNumber: boolean }

/** The columns of an exported table, and a row for every record. */
export type Table = {
  /** Of the template whose records they are. */
  readonly template: string
  readonly columns: readonly string[]
  /** Rows in the order of the records. */
  readonly rows: (records: readonly IdRecord[]) => Promise<readonly (readonly Cell[])[]>
  /** What the rows tell of the records. */
  readonly shown: (records: readonly IdRecord[]) => Promise<readonly ShownRecord[]>
}

export type TableDeps = {
  readonly documents: Documents
  readonly book: PrefixBook
  readonly shelf: TemplateShelf
}

type Asked = { readonly name: string; readonly fields: string | undefined }

/** The fields of a template as a prefix has it. @throws Problem `not-found`, `invalid-input` for a field it has not */
export async function tableOf(
  { shelf }: Pick<TableDeps, 'shelf'>,
  prefix: PrefixKey,
  { name, fields }: Asked,
): Promise<Table> {
  const found = await shelf.toRead(prefix, name)
  if (found === undefined) throw noTemplate(name)
  const template = { ...found.template, fields: chosen(found.template.fields, fields) }
  return {
    template: template.name,
    columns: template.fields.map((it) => it.name),
    rows: async (records) => records.map((it) => rowOf(template, it)),
    shown: async (records) => records.map((it) => shownBy(template, it)),
  }
}

/**
 * The fields of every template of this name that prefixes in scope use, each once: prefixes may have fields of their own,
 * or mean another thing by the same name, so each record is read by the template of its prefix.
 */
export async function tableOfAll(
  deps: TableDeps,
  scope: Scope,
  { name, fields }: Asked,
): Promise<Table> {
  const used = await templatesNamed(deps, scope, name)
  if (used.length === 0) throw noTemplate(name)
  const byName = new Map(used.flatMap((it) => it.fields).map((it) => [it.name, it]))
  const union = chosen([...byName.values()], fields)
  const known = new Map<PrefixKey, Template | undefined>()
  const alignedFor = async (prefix: PrefixKey) => {
    const own = (await deps.shelf.toRead(prefix, name))?.template
    if (own === undefined) return undefined
    const fieldsOfOwn = new Map(own.fields.map((it) => [it.name, it]))
    // no value has index 0: a field that this prefix has not stays empty
    return { ...own, fields: union.map((it) => fieldsOfOwn.get(it.name) ?? { ...it, index: 0 }) }
  }
  const none = union.map((it) => ({ ...it, index: 0 }))
  const byOwn = async <T>(
    records: readonly IdRecord[],
    read: (template: Pick<Template, 'fields'>, record: IdRecord) => T,
  ) => {
    for (const prefix of new Set(records.map((it) => prefixOf(it.key)))) {
      if (!known.has(prefix)) known.set(prefix, await alignedFor(prefix))
    }
    return records.map((it) => read(known.get(prefixOf(it.key)) ?? { fields: none }, it))
  }
  return {
    template: used[0]?.name ?? name,
    columns: union.map((it) => it.name),
    rows: async (records) => await byOwn(records, rowOf),
    shown: async (records) => await byOwn(records, shownBy),
  }
}

async function templatesNamed(
  { documents, book }: TableDeps,
  scope: Scope,
  text: string,
): Promise<readonly Template[]> {
  const wanted = parseTemplateName(text)
  if (wanted === undefined) return []
  const { name, version } = wanted
  const state = { in: ['published', 'withdrawn'] }
  const where = { name, state, ...(version !== undefined && { version }) }
  const page = await documents.query(TEMPLATES, {
    ...{ where, order: { by: 'version', descending: true } },
    limit: TEMPLATES_MAX,
  })
  const found = page.items.map((it) => it.body)
  if (scope === 'all') return found
  const lines = new Set<string>(scope.flatMap((it) => [...lineageOf(book, it)]))
  return found.filter((it) => lines.has(it.prefix))
}

function rowOf(template: Pick<Template, 'fields'>, record: IdRecord): readonly Cell[] {
  return cellsOf(template, record).map((text, at) => ({
    text,
    isNumber: text !== '' && template.fields[at]?.type === 'number',
  }))
}

function shownBy({ fields }: Pick<Template, 'fields'>, record: IdRecord): ShownRecord {
  const indexes = new Set(fields.map((it) => it.index))
  const { key, spelled, values } = record
  return { key, spelled, values: values.filter((it) => indexes.has(it.index)) }
}

type Fields = Template['fields']

/** The fields that were asked for alone, in their own order. @throws Problem `invalid-input` */
function chosen(all: Fields, names: string | undefined): Fields {
  if (names === undefined) return all
  const wanted = new Set(names.split(','))
  const fields = all.filter((it) => wanted.delete(it.name))
  if (wanted.size === 0) return fields
  const reason = { en: 'The template has no such field', zh: '模板没有该字段' }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/fields', reason }] })
}
