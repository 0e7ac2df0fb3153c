import {
  type HandleValue,
  PERMISSIONS_DEFAULT,
  VALUE_BYTES_MAX,
  VALUES_MAX,
} from '../../identifiers/record.ts'
import { JsonPlace } from '../../identifiers/values/json-place.ts'
import { readData, readReferenceList } from '../../identifiers/values/value-data.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { parseMoment } from './moment.ts'

const INDEX_MAX = 2 ** 31 - 1
const TTL_MIN = -(2 ** 31)

/**
 * A record as a file of Handle records or the body of a PUT has it, `{handle, values: […]}`, in every form Handle.Net 9
 * takes. Throws `invalid-input` with everything that is wrong.
 */
export function readHandleJson(record: unknown): { handle: string; values: HandleValue[] } {
  const problems: FieldProblem[] = []
  const place = new JsonPlace(record, problems)
  const handle = place.object() === undefined ? undefined : place.member('handle').text()
  const values = readValues(place.member('values'))
  if (handle === undefined || values === undefined || problems.length > 0) throw refused(problems)
  return { handle, values }
}

/** The body of a PUT: an array of values, `{values: […]}`, or one value. Throws as `readHandleJson` does. */
export function readHandleValues(body: unknown): HandleValue[] {
  const problems: FieldProblem[] = []
  const place = new JsonPlace(body, problems)
  const values = readValues(valuesPlace(place, problems))
  if (values === undefined || problems.length > 0) throw refused(problems)
  return values
}

function valuesPlace(place: JsonPlace, problems: FieldProblem[]): JsonPlace {
  if (Array.isArray(place.json)) return place
  if (place.member('values').isGiven) return place.member('values')
  return new JsonPlace([place.json], problems)
}

function refused(fields: readonly FieldProblem[]): Problem {
  const text = { en: 'The record is not a Handle record', zh: '不是有效的 Handle 记录' }
  return new Problem('invalid-input', text, { fields })
}

function readValues(place: JsonPlace): HandleValue[] | undefined {
  const read = place.elements(VALUES_MAX)?.map(readValue)
  const seen = new Set<number>()
  for (const [i, value] of read?.entries() ?? []) {
    if (value === undefined) continue
    if (seen.has(value.index)) place.member(String(i)).member('index').wrong(WRONG.twice)
    seen.add(value.index)
  }
  return read?.filter((it) => it !== undefined)
}

function readValue(place: JsonPlace): HandleValue | undefined {
  if (place.object() === undefined) return undefined
  const index = place.member('index').integer(1, INDEX_MAX)
  const type = readType(place.member('type'))
  const data = readLimitedData(place.member('data'))
  const permissions = readPermissions(place.member('permissions'))
  const ttl = readTtl(place.member('ttl'))
  const timestamp = readTimestamp(place.member('timestamp'))
  const given = place.member('references')
  const references = given.isGiven ? readReferenceList(given, 0) : []
  if (index === undefined || type === undefined || data === undefined) return undefined
  return {
    index,
    type,
    data,
    ...(permissions === undefined || permissions === PERMISSIONS_DEFAULT ? {} : { permissions }),
    ...ttl,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(references === undefined || references.length === 0 ? {} : { references }),
  }
}

function readType(place: JsonPlace): string | undefined {
  const type = place.text()
  if (type === undefined) return undefined
  return type === '' || type.endsWith('.') ? place.wrong(WRONG.type) : type
}

function readLimitedData(place: JsonPlace): string | Uint8Array | undefined {
  const data = readData(place)
  if (data === undefined) return undefined
  const bytes = typeof data === 'string' ? Buffer.byteLength(data) : data.length
  return bytes > VALUE_BYTES_MAX ? place.wrong(WRONG.long) : data
}

/**
 * `*`, or four characters 0 and 1; of more, the last four count, as deployed servers read them. Unlike those, the first
 * of exactly four counts too.
 */
function readPermissions(place: JsonPlace): number | undefined {
  if (!place.isGiven) return undefined
  if (place.json === '*') return 0x0f
  if (typeof place.json !== 'string' || !/^[01]{4,32}$/.test(place.json)) {
    return place.wrong(WRONG.permissions, { en: '1110', zh: '1110' })
  }
  return Number.parseInt(place.json.slice(-4), 2)
}

/** A number is relative, a date absolute. Four bytes hold it, which deployed servers show as a signed number. */
function readTtl(place: JsonPlace): Pick<HandleValue, 'ttl' | 'ttlAbsolute'> {
  if (!place.isGiven) return {}
  if (typeof place.json !== 'string') {
    const ttl = place.integer(TTL_MIN, INDEX_MAX)
    return ttl === undefined ? {} : { ttl: ttl >>> 0 }
  }
  const ttl = readMoment(place)
  if (ttl === undefined) return {}
  return ttl < TTL_MIN ? (place.wrong(WRONG.moment) ?? {}) : { ttl: ttl >>> 0, ttlAbsolute: true }
}

function readTimestamp(place: JsonPlace): number | undefined {
  const seconds = place.isGiven ? readMoment(place) : undefined
  return seconds !== undefined && seconds < 0 ? place.wrong(WRONG.moment) : seconds
}

function readMoment(place: JsonPlace): number | undefined {
  const seconds = typeof place.json === 'string' ? parseMoment(place.json) : undefined
  if (seconds === undefined) return place.wrong(WRONG.moment, MOMENT_EXAMPLE)
  return seconds > INDEX_MAX ? place.wrong(WRONG.moment) : seconds
}

const MOMENT_EXAMPLE: Text = { en: '2026-11-21T08:00:00Z', zh: '2026-11-21T08:00:00Z' }
const WRONG = {
  twice: { en: 'This index stands twice in the record', zh: '记录中索引重复' },
  type: { en: 'A type is not empty and does not end in a dot', zh: '类型不能为空，也不能以点结尾' },
  long: {
    en: `The data of a value is at most ${VALUE_BYTES_MAX} bytes`,
    zh: `一个值的数据最长 ${VALUE_BYTES_MAX} 字节`,
  },
  permissions: {
    en: 'Permissions are four characters, each 0 or 1',
    zh: '权限由 4 个字符组成，每个为 0 或 1',
  },
  moment: { en: 'This is not a date and time in range', zh: '不是有效范围内的日期时间' },
} satisfies Record<string, Text>
