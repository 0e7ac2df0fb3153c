import { createHash } from 'node:crypto'
import type { TSchema } from 'typebox'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type DeclaredIndex, declaredOf } from './declared.ts'
import type { Collection, Comparison, IndexKind, Query } from './documents.ts'
import { isId } from './ids.ts'
import { ABOVE_ALL, ABSENT, encodeIndexValue, type IndexValue, textAbove } from './index-values.ts'

export const QUERY_LIMIT_MAX = 1000
export const CHANGES_LIMIT_MAX = 10_000
const CONDITIONS_MAX = 16
const IN_VALUES_MAX = 500
const CURSOR_CHARS_MAX = 8192

/** One condition over an index, on encoded values; over `id`, on plain text. */
export type Condition = {
  readonly field: string
  /** Any of these; else the bounds. */
  readonly points?: readonly string[]
  readonly from?: string
  readonly below?: string
  readonly to?: string
}

/** A query that was checked against its collection. */
export type Plan = {
  readonly collection: string
  readonly conditions: readonly Condition[]
  /** `id` or an index. */
  readonly by: string
  readonly descending: boolean
  /** Where the page before ended. `value` is empty when ordered by id. */
  readonly after?: Position
  readonly limit: number
  readonly fingerprint: string
}

export type Position = { readonly value: IndexValue; readonly id: string }

/** Throws `invalid-input` where the query asks what the collection does not declare, or for another query's page. */
export function planQuery(collection: Collection, query: Query): Plan {
  const { where = {}, order = { by: 'id' }, after, limit } = query
  checkLimit(limit, QUERY_LIMIT_MAX)
  const conditions = planWhere(collection, where)
  if (order.by !== 'id') {
    indexOf(collection, order.by)
    if (holdsMany(collection.schema, order.by)) {
      throw asked(`/order/by`, {
        en: `“${order.by}” has several values a document; it has no order`,
        zh: `“${order.by}”每个文档可有多个值，不能用于排序`,
      })
    }
  }
  const descending = order.descending === true
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([collection.name, conditions, order.by, descending]))
    .digest('base64url')
    .slice(0, 16)
  const base = { collection: collection.name, conditions, by: order.by, descending, limit }
  return after === undefined
    ? { ...base, fingerprint }
    : { ...base, fingerprint, after: parseCursor(after, fingerprint) }
}

/** Throws `invalid-input` for a field that is not declared, and for a comparison that its kind does not know. */
export function planWhere(collection: Collection, where: Query['where'] = {}): Condition[] {
  const fields = Object.keys(where).toSorted()
  if (fields.length > CONDITIONS_MAX) {
    throw asked('/where', {
      en: `At most ${CONDITIONS_MAX} conditions`,
      zh: `最多 ${CONDITIONS_MAX} 个条件`,
    })
  }
  return fields.flatMap((field) => {
    const comparison = where[field]
    if (comparison === undefined) return []
    const kind = field === 'id' ? 'id' : indexOf(collection, field).kind
    return [{ field, ...conditionOf(kind, comparison, `/where/${field}`) }]
  })
}

/** Throws `invalid-input` outside 1 … `max`. */
export function checkLimit(limit: number, max: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= max) return
  throw asked('/limit', { en: `must be 1 to ${max}`, zh: `必须为 1 至 ${max}` })
}

const FORGET_LIMIT_MAX = 1_000

/** A collection that does not say so is never forgotten. */
export function checkForgetting({ name, forgets }: Collection, limit: number): void {
  if (forgets !== true) throw new TypeError(`${name} forgets nothing`)
  checkLimit(limit, FORGET_LIMIT_MAX)
}

/** Throws `invalid-input` for what is no place in the feed. */
export function checkSequence(after: number): void {
  if (Number.isSafeInteger(after) && after >= 0) return
  throw asked('/after', { en: 'must be a sequence number', zh: '必须是序号' })
}

/** The cursor that goes on behind a position. */
export function formatCursor(plan: Plan, { value, id }: Position): string {
  return Buffer.from(JSON.stringify([plan.fingerprint, value, id])).toString('base64url')
}

function parseCursor(cursor: string, fingerprint: string): Position {
  const read = cursor.length > CURSOR_CHARS_MAX ? undefined : readCursor(cursor)
  if (read === undefined || read.fingerprint !== fingerprint) {
    throw asked('/after', {
      en: 'is not the “next” of this query',
      zh: '不是本查询返回的“next”游标',
    })
  }
  return read.position
}

function readCursor(cursor: string): { fingerprint: string; position: Position } | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(parts) || parts.length !== 3) return undefined
    const [fingerprint, value, id] = parts
    if (typeof fingerprint !== 'string' || typeof value !== 'string') return undefined
    // biome-ignore lint/suspicious/noControlCharactersInRegex: one character a byte
    if (typeof id !== 'string' || !isId(id) || !/^[\u0000-\u00ff]*$/.test(value)) return undefined
    return { fingerprint, position: { value, id } }
  } catch {
    return undefined
  }
}

type Bounds = Omit<Condition, 'field'>
type Encode = (value: string | number | boolean) => string

function conditionOf(kind: IndexKind | 'id', comparison: Comparison, path: string): Bounds {
  const encode: Encode = (value) => {
    const encoded = kind === 'id' ? plainId(value) : encodeIndexValue(kind, value)
    if (encoded === undefined) throw asked(path, wrongKind[kind])
    return encoded
  }
  if (typeof comparison !== 'object') return { points: [encode(comparison)] }
  if ('in' in comparison) {
    if (comparison.in.length > IN_VALUES_MAX) {
      throw asked(path, {
        en: `At most ${IN_VALUES_MAX} values`,
        zh: `最多 ${IN_VALUES_MAX} 个取值`,
      })
    }
    return { points: [...new Set(comparison.in.map(encode))].toSorted() }
  }
  if ('startsWith' in comparison) {
    const start = comparison.startsWith
    if (kind !== 'text' && kind !== 'id') throw asked(path, wrongKind.text)
    return rangeOf(kind, encode, { from: start, below: textAbove(start) })
  }
  return rangeOf(kind, encode, comparison)
}

type Range = {
  readonly from?: string | number | undefined
  readonly below?: string | number | undefined
  readonly to?: string | number | undefined
}

function rangeOf(kind: IndexKind | 'id', encode: Encode, { from, below, to }: Range): Bounds {
  const open = kind === 'id' ? undefined : { from: LOWEST, below: ABOVE_ALL }
  return {
    ...open,
    ...(from !== undefined && from !== '' && { from: encode(from) }),
    ...(below !== undefined && { below: encode(below) }),
    ...(to !== undefined && { to: encode(to) }),
  }
}

/** Below every value that is there, above an absent one. */
const LOWEST = '\x01'

/** An id to compare with; it need not be one that a document can have. */
function plainId(value: unknown): string | undefined {
  const fits = typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
  return fits ? value : undefined
}

const wrongKind: Readonly<Record<IndexKind | 'id', Text>> = {
  id: { en: 'must be compared with text', zh: '必须与文本比较' },
  text: { en: 'must be compared with text', zh: '必须与文本比较' },
  integer: { en: 'must be compared with whole numbers', zh: '必须与整数比较' },
  boolean: { en: 'must be compared with true or false', zh: '必须与 true 或 false 比较' },
}

function indexOf(collection: Collection, field: string): DeclaredIndex {
  const found = declaredOf(collection).indexes.find((it) => it.field === field)
  if (found !== undefined) return found
  throw asked(`/where/${field}`, {
    en: `${collection.name} cannot be asked by “${field}”`,
    zh: `${collection.name} 不支持按“${field}”查询`,
  })
}

/** Whether the schema lets a path have more than one value: an array lies on the way. */
function holdsMany(schema: TSchema, field: string): boolean {
  let here: unknown = schema
  for (const step of field.split('.')) {
    here = (here as { properties?: Record<string, unknown> } | undefined)?.properties?.[step]
    if ((here as { type?: unknown } | undefined)?.type === 'array') return true
  }
  return false
}

/** Whether a value, encoded or an id, is within a condition. `compare` orders them. */
export function holds(
  condition: Condition,
  value: string,
  compare: (a: string, b: string) => number,
): boolean {
  const { points, from, below, to } = condition
  if (points !== undefined) return points.includes(value)
  return (
    (from === undefined || compare(value, from) >= 0) &&
    (below === undefined || compare(value, below) < 0) &&
    (to === undefined || compare(value, to) <= 0)
  )
}

/** Whether nothing can be within it. */
export function isEmpty({ points }: Condition): boolean {
  return points?.length === 0
}

export function isOneValue({ points }: Condition): boolean {
  return points?.length === 1 && points[0] !== ABSENT
}

function asked(path: string, reason: Text): Problem {
  return new Problem(
    'invalid-input',
    {
      en: `The question is not right: ${path.slice(1)} ${reason.en}`,
      zh: `查询不正确：${reason.zh}`,
    },
    { fields: [{ path, reason }] },
  )
}
