import type { FieldProblem } from './problem.ts'
import type { SchemaError } from './schema-problems.ts'
import type { Text } from './text.ts'

type Said = Pick<FieldProblem, 'reason' | 'expected'>
type Params = Readonly<Record<string, unknown>>

const VALUES_SHOWN_MAX = 20

/** One error of a validator in words: one problem, or one for each member that is missing or not known. */
export function reasonFor(error: SchemaError, schema: unknown): FieldProblem[] {
  const params = error.params as Params
  const at = error.instancePath
  switch (error.keyword) {
    case 'required':
      return names(params.requiredProperties ?? params.missingProperty).map((name) => ({
        path: `${at}/${escaped(name)}`,
        reason: { en: 'is required', zh: '必填' },
      }))
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return names(
        params.additionalProperties ?? params.additionalProperty ?? params.unevaluatedProperties,
      ).map((name) => ({
        path: `${at}/${escaped(name)}`,
        reason: { en: 'is not a known field', zh: '不是已知字段' },
      }))
    case 'boolean': // a member refused by `additionalProperties: false`: told by that error already
      return []
    default: {
      const said = saying(error.keyword, params)
      const expected = annotated(schema) ?? said.expected
      return [{ path: at, reason: said.reason, ...(expected !== undefined && { expected }) }]
    }
  }
}

function saying(keyword: string, params: Params): Said {
  const limit = String(params.limit ?? '')
  const sayings: Readonly<Record<string, () => Said>> = {
    type: () => typed(names(params.type)),
    enum: () => oneOf(params.allowedValues),
    const: () => oneOf([params.allowedValue]),
    format: () => formatted(String(params.format)),
    pattern: () => ({
      reason: { en: 'is not of the right form', zh: '格式不正确' },
      expected: {
        en: `text that matches ${params.pattern}`,
        zh: `与 ${params.pattern} 匹配的文本`,
      },
    }),
    minLength: () =>
      limit === '1'
        ? said('must not be empty', '不能为空')
        : said(`must have at least ${limit} characters`, `至少 ${limit} 个字符`),
    maxLength: () => said(`must have at most ${limit} characters`, `最多 ${limit} 个字符`),
    minimum: () => said(`must be at least ${limit}`, `不得小于 ${limit}`),
    maximum: () => said(`must be at most ${limit}`, `不得大于 ${limit}`),
    exclusiveMinimum: () => said(`must be greater than ${limit}`, `必须大于 ${limit}`),
    exclusiveMaximum: () => said(`must be less than ${limit}`, `必须小于 ${limit}`),
    multipleOf: () =>
      said(`must be a multiple of ${params.multipleOf}`, `必须是 ${params.multipleOf} 的整数倍`),
    minItems: () => said(`must have at least ${limit} entries`, `至少 ${limit} 项`),
    maxItems: () => said(`must have at most ${limit} entries`, `最多 ${limit} 项`),
    uniqueItems: () => said('must not have the same entry twice', '不得有重复项'),
    minProperties: () => said(`must have at least ${limit} fields`, `至少 ${limit} 个字段`),
    maxProperties: () => said(`must have at most ${limit} fields`, `最多 ${limit} 个字段`),
    propertyNames: () => said('has a field whose name is not allowed', '含有名称不符合要求的字段'),
    '~refine': () =>
      typeof params.message === 'string'
        ? said(params.message, params.message)
        : said('is not valid', '无效'),
  }
  return (
    sayings[keyword]?.() ?? said('has none of the forms allowed here', '不符合此处允许的任何形式')
  )
}

function said(en: string, zh: string): Said {
  return { reason: { en, zh } }
}

const TYPE_WORDS: Readonly<Record<string, Text>> = {
  string: { en: 'text', zh: '文本' },
  integer: { en: 'a whole number', zh: '整数' },
  number: { en: 'a number', zh: '数字' },
  boolean: { en: 'true or false', zh: 'true 或 false' },
  object: { en: 'an object', zh: '对象' },
  array: { en: 'a list', zh: '列表' },
  null: { en: 'null', zh: 'null' },
}

function typed(types: readonly string[]): Said {
  const words = types.map((it) => TYPE_WORDS[it] ?? { en: it, zh: it })
  const en = words.map((it) => it.en).join(' or ')
  const zh = words.map((it) => it.zh).join('或')
  return said(`must be ${en}`, `必须是${zh}`)
}

function oneOf(values: unknown): Said {
  const all = Array.isArray(values) ? values.map((it) => JSON.stringify(it)) : []
  const shown = all.slice(0, VALUES_SHOWN_MAX)
  const more = all.length - shown.length
  if (all.length === 1) return said(`must be ${shown[0]}`, `必须是 ${shown[0]}`)
  return {
    reason: { en: 'is not one of the values allowed here', zh: '不是允许的取值' },
    expected: {
      en: `one of ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
      zh: `取值之一：${shown.join('、')}${more > 0 ? ` 等 ${all.length} 个` : ''}`,
    },
  }
}

const FORMAT_WORDS: Readonly<Record<string, Text>> = {
  'date-time': {
    en: 'a date and time, e.g. 2026-01-31T08:00:00Z',
    zh: '日期时间，如 2026-01-31T08:00:00Z',
  },
  date: { en: 'a date, e.g. 2026-01-31', zh: '日期，如 2026-01-31' },
  time: { en: 'a time, e.g. 08:00:00Z', zh: '时间，如 08:00:00Z' },
  duration: { en: 'a duration, e.g. P1DT2H', zh: '时长，如 P1DT2H' },
  email: { en: 'an e-mail address', zh: '电子邮箱地址' },
  'idn-email': { en: 'an e-mail address', zh: '电子邮箱地址' },
  hostname: { en: 'a host name', zh: '主机名' },
  'idn-hostname': { en: 'a host name', zh: '主机名' },
  ipv4: { en: 'an IPv4 address', zh: 'IPv4 地址' },
  ipv6: { en: 'an IPv6 address', zh: 'IPv6 地址' },
  uri: { en: 'an address, e.g. https://a.example/b', zh: '网址，如 https://a.example/b' },
  url: { en: 'an address, e.g. https://a.example/b', zh: '网址，如 https://a.example/b' },
  'uri-reference': { en: 'an address or a path', zh: '网址或路径' },
  uuid: { en: 'a UUID', zh: 'UUID' },
  regex: { en: 'a regular expression', zh: '正则表达式' },
  'json-pointer': { en: 'a JSON pointer', zh: 'JSON 指针' },
}

function formatted(format: string): Said {
  const word = FORMAT_WORDS[format] ?? { en: format, zh: format }
  return {
    reason: { en: 'is not of the right form', zh: '格式不正确' },
    expected: word,
  }
}

function annotated(schema: unknown): Text | undefined {
  const text = (schema as Params | undefined)?.['x-expected'] as Partial<Text> | undefined
  return typeof text?.en === 'string' && typeof text.zh === 'string'
    ? { en: text.en, zh: text.zh }
    : undefined
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]
}

/** A member's name as a step of a JSON Pointer (RFC 6901 §3). */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
