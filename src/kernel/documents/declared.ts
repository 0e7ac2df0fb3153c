import type { FieldProblem } from '../../lib/problem.ts'
import type { Collection, IndexKind } from './documents.ts'
import {
  ABSENT,
  encodeIndexValue,
  INDEXED_TEXT_BYTES_MAX,
  type IndexValue,
} from './index-values.ts'

/** An index as a driver needs it: plain data that can be stored, compared and sent to another thread. */
export type DeclaredIndex = {
  readonly field: string
  readonly kind: IndexKind
  readonly unique: boolean
}

export type Declared = {
  readonly name: string
  readonly indexes: readonly DeclaredIndex[]
  readonly secret: readonly string[]
  readonly quiet: readonly string[] | 'always'
}

/** A document as drivers store it. The body is JSON text. */
export type Row = {
  readonly collection: string
  readonly id: string
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly json: string
}

export type Entry = { readonly field: string; readonly value: IndexValue }

/** Indexes every collection has. */
export const TIMES: readonly DeclaredIndex[] = [
  { field: 'createdAt', kind: 'integer', unique: false },
  { field: 'updatedAt', kind: 'integer', unique: false },
]

const RESERVED = new Set(['id', ...TIMES.map((it) => it.field)])
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const INDEXES_MAX = 32

const known = new WeakMap<Collection, Declared>()

/** What a collection declares. A declaration that makes no sense is a bug of the room and throws a TypeError. */
export function declaredOf(collection: Collection): Declared {
  const before = known.get(collection)
  if (before !== undefined) return before
  const { name, indexes, unique = [], secret = [], quiet = [] } = collection
  if (!isCollectionName(name)) throw new TypeError(`${name}: not a collection's name`)
  const fields = Object.keys(indexes).toSorted()
  if (fields.length > INDEXES_MAX) throw new TypeError(`${name}: more than ${INDEXES_MAX} indexes`)
  const reserved = fields.find((it) => RESERVED.has(it))
  if (reserved !== undefined) {
    throw new TypeError(`${name}: every document has ${reserved}; an index cannot be called so`)
  }
  const loose = unique.find((it) => !fields.includes(it))
  if (loose !== undefined) throw new TypeError(`${name}: unique ${loose} is not among the indexes`)
  const asked = secret.find((it) => fields.some((field) => field.split('.')[0] === it))
  if (asked !== undefined) throw new TypeError(`${name}: a secret, ${asked}, cannot be indexed`)
  const declared: Declared = {
    name,
    secret,
    quiet,
    indexes: [
      ...TIMES,
      ...fields.map((field) => ({
        field,
        kind: indexes[field] ?? 'text',
        unique: unique.includes(field),
      })),
    ],
  }
  known.set(collection, declared)
  return declared
}

/** kebab-case, at most 64 characters. */
export function isCollectionName(name: string): boolean {
  return name.length <= 64 && NAME.test(name)
}

/** What the indexes hold for a row: at least one entry for each index. */
export function entriesOf({ indexes }: Pick<Declared, 'indexes'>, row: Row): Entry[] {
  const body: unknown = JSON.parse(row.json)
  const entries: Entry[] = []
  for (const index of indexes) {
    const values =
      index.field === 'createdAt'
        ? [row.createdAt]
        : index.field === 'updatedAt'
          ? [row.updatedAt]
          : valuesAt(body, index.field)
    const encoded = new Set(values.map((it) => encodeIndexValue(index.kind, it) ?? ABSENT))
    if (encoded.size > 1) encoded.delete(ABSENT)
    if (encoded.size === 0) encoded.add(ABSENT)
    for (const value of encoded) entries.push({ field: index.field, value })
  }
  return entries
}

/** Members that are to be indexed and cannot be, because they are not of the index's kind or too long. */
export function indexProblems(declared: Declared, body: unknown): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const { field, kind } of declared.indexes) {
    if (RESERVED.has(field)) continue
    for (const value of valuesAt(body, field)) {
      if (encodeIndexValue(kind, value) === undefined) {
        problems.push({ path: `/${field.replaceAll('.', '/')}`, reason: cannotBeIndexed[kind] })
      }
    }
  }
  return problems
}

const cannotBeIndexed = {
  text: {
    en: `must be valid Unicode text of at most ${INDEXED_TEXT_BYTES_MAX} bytes`,
    zh: `必须是不超过 ${INDEXED_TEXT_BYTES_MAX} 字节的有效 Unicode 文本`,
  },
  integer: { en: 'must be a whole number within ±2^53', zh: '必须是 ±2^53 以内的整数' },
  boolean: { en: 'must be true or false', zh: '必须是 true 或 false' },
} as const

/** Values at a path of members; an array on the way stands for each of its elements. Null counts as absent. */
function valuesAt(body: unknown, field: string): unknown[] {
  let here: unknown[] = [body]
  for (const step of field.split('.')) {
    here = here.flatMap((it) => {
      const next =
        typeof it === 'object' && it !== null && Object.hasOwn(it, step)
          ? (it as Record<string, unknown>)[step]
          : undefined
      return Array.isArray(next) ? next : [next]
    })
  }
  return here.filter((it) => it !== undefined && it !== null)
}
