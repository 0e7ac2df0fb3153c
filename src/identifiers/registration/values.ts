import { type Static, Type } from 'typebox'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { parseHandle } from '../handle.ts'
import {
  type HandleValue,
  PERMISSIONS_DEFAULT,
  PERMISSIONS_PROTECTED,
  TTL_S_DEFAULT,
  VALUE_BYTES_MAX,
  VALUES_MAX,
} from '../record.ts'
import { JsonPlace } from '../values/json-place.ts'
import { isSecretType, wrongKnownValue } from '../values/known-types.ts'
import { DATA_FORMATS, readData } from '../values/value-data.ts'

export const INDEX_MAX = 2 ** 31 - 1
const TYPE_CHARS_MAX = 255
const REFERENCES_MAX = 256
const SECONDS_MAX = 2 ** 32 - 1

const DataSchema = Type.Union([
  Type.String(),
  Type.Object(
    {
      format: Type.Enum([...DATA_FORMATS]),
      /** Text, or for the formats admin, vlist, site and key the object or array that the Handle JSON API has for them. */
      value: Type.Union([
        Type.String(),
        Type.Object({}, { additionalProperties: true }),
        Type.Array(Type.Unknown()),
      ]),
    },
    { additionalProperties: false },
  ),
])

/** One Handle value as the API takes it (RFC 3651 §3). */
export const ValueWishSchema = Type.Object(
  {
    index: Type.Integer({ minimum: 1, maximum: INDEX_MAX }),
    type: Type.String({ minLength: 1, maxLength: TYPE_CHARS_MAX }),
    /** Text, or the bytes in base64 or hexadecimal, or what stands for them in the format of a type such as HS_ADMIN. */
    data: DataSchema,
    /** Bits: 8 administrators read, 4 they write, 2 everybody reads, 1 everybody writes. Default 14, of HS_SECKEY 12. */
    permissions: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
    /** Seconds; default a day. */
    ttl: Type.Optional(Type.Integer({ minimum: 0, maximum: SECONDS_MAX })),
    /** `ttl` is a time: seconds since 1970. */
    ttlAbsolute: Type.Optional(Type.Literal(true)),
    references: Type.Optional(
      Type.Array(
        Type.Object(
          {
            handle: Type.String({ minLength: 1, maxLength: 2048 }),
            index: Type.Integer({ minimum: 0, maximum: INDEX_MAX }),
          },
          { additionalProperties: false },
        ),
        { maxItems: REFERENCES_MAX },
      ),
    ),
  },
  { additionalProperties: false },
)
export type ValueWish = Static<typeof ValueWishSchema>

/** One Handle value as the API answers it. */
export const ValueReplySchema = Type.Object({
  index: Type.Integer(),
  type: Type.String(),
  data: Type.Object({ format: Type.String(), value: Type.String() }),
  permissions: Type.Integer(),
  ttl: Type.Integer(),
  ttlAbsolute: Type.Optional(Type.Literal(true)),
  timestamp: Type.String(),
  references: Type.Optional(
    Type.Array(Type.Object({ handle: Type.String(), index: Type.Integer() })),
  ),
})
export type ValueReply = Static<typeof ValueReplySchema>

/**
 * Untrusted values as values of a record. `stored`: of the record they are to replace; what is there already stays what it is,
 * as a record that came from another server may hold what would not be taken here. @throws Problem `invalid-input` with all
 * that is wrong
 */
export function parseValues(
  wishes: readonly ValueWish[],
  stored: readonly HandleValue[] = [],
): HandleValue[] {
  const problems: FieldProblem[] = []
  const values = wishes.map((wish, place) => {
    const { value, wrong } = parseValue(wish, `/values/${place}`)
    problems.push(...wrong)
    return value
  })
  problems.push(...valueProblems(values))
  // Data that could not even be read has been told of.
  const isTold = ({ path }: FieldProblem) => problems.some((it) => it.path.startsWith(path))
  problems.push(...knownTypeProblems(values, stored).filter((it) => !isTold(it)))
  if (problems.length > 0) {
    throw new Problem('invalid-input', WRONG_VALUES, { fields: problems })
  }
  return values
}

/** What is wrong with the values of a record as Handle values, however they came; empty when nothing is. */
export function valueProblems(values: readonly HandleValue[]): FieldProblem[] {
  const seen = new Set<number>()
  const problems = values.slice(0, VALUES_MAX).flatMap((value, place) => {
    const wrong = [...wrongMembers(value)]
    if (seen.has(value.index)) wrong.push(['index', SAME_INDEX])
    seen.add(value.index)
    return wrong.map(([member, reason]) => ({ path: `/values/${place}/${member}`, reason }))
  })
  return values.length > VALUES_MAX
    ? [{ path: '/values', reason: TOO_MANY }, ...problems]
    : problems
}

/** What is wrong with values of the types that the Handle System itself acts on, beyond what `stored` has already. */
export function knownTypeProblems(
  values: readonly HandleValue[],
  stored: readonly HandleValue[] = [],
): FieldProblem[] {
  return values.flatMap((value, place) => {
    const wrong = wrongKnownValue(value)
    if (wrong === undefined || stored.some((it) => isSameValue(it, value))) return []
    const { member, reason, expected } = wrong
    return [{ path: `/values/${place}/${member}`, reason, expected }]
  })
}

function* wrongMembers(value: HandleValue): Generator<[string, Text]> {
  const { index, type, data, permissions = PERMISSIONS_DEFAULT } = value
  if (!Number.isInteger(index) || index < 1 || index > INDEX_MAX) yield ['index', WRONG_INDEX]
  if (!isValueType(type)) yield ['type', WRONG_TYPE]
  if (bytesOf(data) > VALUE_BYTES_MAX) yield ['data', TOO_LARGE]
  if (typeof data === 'string' && !data.isWellFormed()) yield ['data', NOT_TEXT]
  if (permissions < 0 || permissions > 15) yield ['permissions', WRONG_PERMISSIONS]
}

function isValueType(type: string): boolean {
  return type !== '' && type.length <= TYPE_CHARS_MAX && !type.endsWith('.') && type.isWellFormed()
}

function bytesOf(data: string | Uint8Array): number {
  if (typeof data !== 'string') return data.byteLength
  return data.length * 3 <= VALUE_BYTES_MAX ? data.length : Buffer.byteLength(data)
}

function parseValue(
  wish: ValueWish,
  at: string,
): { readonly value: HandleValue; readonly wrong: readonly FieldProblem[] } {
  const { index, type, ttl, ttlAbsolute, references = [] } = wish
  const permissions = wish.permissions ?? (isSecretType(type) ? PERMISSIONS_PROTECTED : undefined)
  const wrong: FieldProblem[] = []
  const data = readData(new JsonPlace(wish.data, wrong, `${at}/data`))
  const named = references.map((reference, place) => {
    const handle = spelledOrUndefined(reference.handle)
    if (handle === undefined) {
      wrong.push({ path: `${at}/references/${place}/handle`, reason: NOT_HANDLE })
    }
    return { handle: handle ?? '', index: reference.index }
  })
  // What says the default is left out: it costs nothing to store, and equal records compare as equal.
  const value: HandleValue = {
    index,
    type,
    data: data ?? '',
    ...(permissions !== undefined && permissions !== PERMISSIONS_DEFAULT && { permissions }),
    ...(ttl !== undefined && (ttl !== TTL_S_DEFAULT || ttlAbsolute) && { ttl }),
    ...(ttl !== undefined && ttlAbsolute && { ttlAbsolute }),
    ...(named.length > 0 && { references: named }),
  }
  return { value, wrong }
}

function spelledOrUndefined(text: string): string | undefined {
  try {
    return parseHandle(text).spelled
  } catch {
    return undefined
  }
}

/** `updatedAt`: of the record the value stands in, milliseconds since 1970. */
export function valueReply(value: HandleValue, updatedAt: number): ValueReply {
  const { index, type, data, references } = value
  const seconds = value.timestamp ?? Math.floor(updatedAt / 1000)
  return {
    index,
    type,
    data:
      typeof data === 'string'
        ? { format: 'string', value: data }
        : { format: 'base64', value: Buffer.from(data).toString('base64') },
    permissions: value.permissions ?? PERMISSIONS_DEFAULT,
    ttl: value.ttl ?? TTL_S_DEFAULT,
    ...(value.ttlAbsolute && { ttlAbsolute: true }),
    timestamp: new Date(seconds * 1000).toISOString(),
    ...(references !== undefined && { references: references.map((it) => ({ ...it })) }),
  }
}

/** Whether two values say the same; a timestamp counts only where the second one states it. */
export function isSameValue(a: HandleValue | undefined, b: HandleValue): boolean {
  if (a === undefined || a.index !== b.index || a.type !== b.type) return false
  return (
    isSameData(a.data, b.data) &&
    (a.permissions ?? PERMISSIONS_DEFAULT) === (b.permissions ?? PERMISSIONS_DEFAULT) &&
    (a.ttl ?? TTL_S_DEFAULT) === (b.ttl ?? TTL_S_DEFAULT) &&
    a.ttlAbsolute === b.ttlAbsolute &&
    (b.timestamp === undefined || a.timestamp === b.timestamp) &&
    isSameReferences(a, b)
  )
}

function isSameData(a: string | Uint8Array, b: string | Uint8Array): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(b)
}

function isSameReferences({ references: a = [] }: HandleValue, b: HandleValue): boolean {
  const { references = [] } = b
  if (a.length !== references.length) return false
  return a.every(
    (it, i) => it.handle === references[i]?.handle && it.index === references[i]?.index,
  )
}

const WRONG_VALUES: Text = { en: 'Some values are wrong', zh: '部分值有误' }
const TOO_MANY: Text = {
  en: `A record has at most ${VALUES_MAX} values`,
  zh: `一条记录最多 ${VALUES_MAX} 个值`,
}
const WRONG_INDEX: Text = {
  en: `An index is a whole number from 1 to ${INDEX_MAX}`,
  zh: `索引为 1 至 ${INDEX_MAX} 的整数`,
}
const SAME_INDEX: Text = { en: 'Another value has this index', zh: '索引重复' }
const WRONG_TYPE: Text = {
  en: `A type has 1 to ${TYPE_CHARS_MAX} characters and does not end in a dot`,
  zh: `类型为 1 至 ${TYPE_CHARS_MAX} 个字符，且不能以点结尾`,
}
const TOO_LARGE: Text = {
  en: `The data of a value is at most ${VALUE_BYTES_MAX} bytes`,
  zh: `单个值最长 ${VALUE_BYTES_MAX} 字节`,
}
const NOT_TEXT: Text = { en: 'Not valid Unicode text', zh: '不是有效的 Unicode 文本' }
const NOT_HANDLE: Text = { en: 'Not an identifier', zh: '不是标识' }
const WRONG_PERMISSIONS: Text = { en: 'Permissions are 0 to 15', zh: '权限为 0 至 15' }
