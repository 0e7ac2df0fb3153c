import { Type } from 'typebox'
import type { IdRecord } from '../record.ts'
import { fieldsObject, mayRead, type ReadField, readFields } from '../templates/read.ts'
import type { Template } from '../templates/template.ts'
import type { HistoryEntry, ValueChange } from './history.ts'
import type { ScopeCounts } from './listing.ts'
import { pathOf } from './names.ts'
import { ValueReplySchema, valueReply } from './values.ts'

const Time = Type.String({ format: 'date-time' })
const TextSchema = Type.Object({ en: Type.String(), zh: Type.String() })
const Author = Type.Object({ kind: Type.String(), id: Type.String() })

const Links = Type.Object({ self: Type.String(), history: Type.String(), page: Type.String() })

const DescribedField = Type.Object({
  name: Type.String(),
  label: TextSchema,
  type: Type.String(),
  index: Type.Integer(),
  value: Type.Unknown(),
  unit: Type.Optional(Type.String()),
  choice: Type.Optional(TextSchema),
  choices: Type.Optional(Type.Array(TextSchema)),
  public: Type.Boolean(),
})

export const RecordReplySchema = Type.Object({
  handle: Type.String(),
  state: Type.String(),
  held: Type.Boolean(),
  version: Type.Integer(),
  template: Type.Optional(Type.String()),
  createdAt: Time,
  updatedAt: Time,
  /** By the template: name → typed value. Absent for plain values, and for callers who may write but not read. */
  fields: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** The same with labels and units. */
  described: Type.Optional(Type.Array(DescribedField)),
  /** All Handle values. */
  values: Type.Optional(Type.Array(ValueReplySchema)),
  links: Links,
})

/** One identifier for a caller; without `mayReadIt` what it holds is left out. */
export function recordReply(
  record: IdRecord,
  { template, mayReadIt }: { readonly template: Template | undefined; readonly mayReadIt: boolean },
) {
  const path = pathOf(record.spelled)
  return {
    ...headOf(record),
    ...(mayReadIt && contentOf(record, template)),
    links: {
      self: `/api/v1/identifiers/${path}`,
      history: `/api/v1/history/${path}`,
      page: `/${path}`,
    },
  }
}

function headOf(record: IdRecord) {
  return {
    handle: record.spelled,
    state: record.state,
    held: record.held,
    version: record.version,
    ...(record.template !== undefined && { template: record.template }),
    createdAt: timeOf(record.createdAt),
    updatedAt: timeOf(record.updatedAt),
  }
}

function contentOf(record: IdRecord, template: Template | undefined) {
  const readable = record.values.filter((it) => mayRead(it, true))
  const values = readable.map((it) => valueReply(it, record.updatedAt))
  if (template === undefined) return { values }
  const read = readFields(template, record.values, { includeProtected: true })
  return { fields: fieldsObject(read), described: read.fields.map(describedReply), values }
}

function describedReply({ choices, ...field }: ReadField) {
  return { ...field, ...(choices !== undefined && { choices: [...choices] }) }
}

type RowWish = {
  /** None where the caller may not read what it holds. */
  readonly template: Template | undefined
  readonly named: ReadonlySet<string>
}

/** One identifier as a row of a list: what stands for it and the fields named, with the values that these were read from. */
export function rowReply(record: IdRecord, { template, named }: RowWish) {
  if (template === undefined) return { row: headOf(record), values: [] }
  const { fields } = readFields(template, record.values, { includeProtected: true })
  const texts = fields.filter((it) => it.type === 'text')
  const standing = new Set([texts[0] ?? fields[0], texts.find((it) => it.public)])
  const shown = fields.filter((it) => standing.has(it) || named.has(it.name))
  const places = new Set(shown.map((it) => it.index))
  return {
    row: { ...headOf(record), described: shown.map(describedReply) },
    values: record.values.filter((it) => places.has(it.index)),
  }
}

const CountsSchema = Type.Object({
  total: Type.Integer(),
  registered: Type.Integer(),
  retired: Type.Integer(),
  held: Type.Integer(),
})

export const ListReplySchema = Type.Object({
  items: Type.Array(
    Type.Object({
      ...RecordReplySchema.properties,
      /** Not in rows (`content=row`). */
      links: Type.Optional(Links),
    }),
  ),
  next: Type.Optional(Type.String()),
  /** Of the whole prefix, whatever is filtered, exact as of a commit. */
  counts: Type.Optional(
    Type.Interface([CountsSchema], {
      asOf: Type.Object({ sequence: Type.Integer(), at: Type.Optional(Time) }),
    }),
  ),
  /** Of what was searched for. */
  found: Type.Optional(
    Type.Object({
      total: Type.Integer(),
      exact: Type.Boolean(),
      asOf: Type.Object({ sequence: Type.Integer(), at: Type.Optional(Time) }),
    }),
  ),
})

export function countsReply({ asOf, ...counts }: ScopeCounts) {
  return { ...counts, asOf: asOfReply(asOf) }
}

export function asOfReply({ sequence, at }: { readonly sequence: number; readonly at?: number }) {
  return { sequence, ...(at !== undefined && { at: timeOf(at) }) }
}

export const HistoryReplySchema = Type.Object({
  handle: Type.String(),
  items: Type.Array(
    Type.Object({
      version: Type.Integer(),
      at: Time,
      deed: Type.String(),
      author: Type.Optional(
        Type.Object({ ...Author.properties, name: Type.Optional(Type.String()) }),
      ),
      job: Type.Optional(Type.String()),
      state: Type.String(),
      held: Type.Boolean(),
      template: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      order: Type.Optional(Type.String()),
      authority: Type.Optional(Type.String()),
      changes: Type.Array(
        Type.Object({
          index: Type.Integer(),
          before: Type.Optional(ValueReplySchema),
          after: Type.Optional(ValueReplySchema),
        }),
      ),
    }),
  ),
  next: Type.Optional(Type.String()),
})

export function historyEntryReply({ record, deed, author, job, grounds, changes }: HistoryEntry) {
  const { reason, order, authority } = grounds ?? {}
  return {
    version: record.version,
    at: timeOf(record.updatedAt),
    deed,
    ...(author !== undefined && { author: { ...author } }),
    ...(job !== undefined && { job }),
    state: record.state,
    held: record.held,
    ...(record.template !== undefined && { template: record.template }),
    ...(reason !== undefined && { reason }),
    ...(order !== undefined && { order }),
    ...(authority !== undefined && { authority }),
    changes: changes.map((it) => changeReply(it, record.updatedAt)),
  }
}

function changeReply({ index, before, after }: ValueChange, updatedAt: number) {
  return {
    index,
    ...(before !== undefined && { before: valueReply(before, updatedAt) }),
    ...(after !== undefined && { after: valueReply(after, updatedAt) }),
  }
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
