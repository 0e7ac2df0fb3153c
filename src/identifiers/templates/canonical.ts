import type { Text } from '../../lib/text.ts'
import { parseHandle } from '../handle.ts'
import { VALUE_BYTES_MAX } from '../record.ts'
import { canonicalDate } from './dates.ts'
import { canonicalDecimal, compareDecimals } from './decimal.ts'
import { compilePattern, PATTERN_INPUT_CHARS_MAX } from './pattern.ts'
import type { TemplateField } from './template.ts'

export const CHARS_MAX_DEFAULT = 4000
export const LIST_ELEMENTS_MAX = 1000

/** Why a text is no value of its field, and what would be. */
export type Wrong = { readonly reason: Text; readonly expected?: Text }
/** The canonical spelling of a text, or why it has none. Canonical text stays as it is. */
export type Canonical = (text: string) => string | Wrong

/** What says how one value is written: a field, or the element of a list. */
export type ValueRule = Pick<
  TemplateField,
  'type' | 'minimum' | 'maximum' | 'charsMax' | 'pattern' | 'options'
> & { readonly element?: NonNullable<TemplateField['element']>; readonly separator?: string }

/** Prepared once, so that a value costs little: see `compileTemplate`. */
export function canonicalFor(rule: ValueRule): Canonical {
  switch (rule.type) {
    case 'text':
      return textRule(rule)
    case 'number':
      return numberRule(rule)
    case 'date':
      return (text) => canonicalDate(text) ?? canonicalDate(text.trim()) ?? WRONG_DATE
    case 'boolean':
      return (text) =>
        BOOLEANS.get(text) ?? BOOLEANS.get(text.trim().toLowerCase()) ?? WRONG_BOOLEAN
    case 'enumeration':
      return enumerationRule(rule)
    case 'url':
      return urlRule(rule)
    case 'file':
      return (text) => (FILE_ID.test(text) ? text : WRONG_FILE)
    case 'reference':
      return referenceRule(rule)
    case 'list':
      return listRule(rule)
  }
}

/** The JSON value a canonical text stands for: numbers and booleans typed where nothing is lost by it. */
export function typedValue(type: TemplateField['type'], text: string): unknown {
  if (type === 'boolean') return text === 'true'
  if (type === 'number') {
    const number = Number(text)
    const isExact = canonicalDecimal(String(number)) === text
    return isExact && (Number.isSafeInteger(number) || !Number.isInteger(number)) ? number : text
  }
  return type === 'list' ? (JSON.parse(text) as unknown) : text
}

function textRule({ charsMax = CHARS_MAX_DEFAULT, pattern }: ValueRule): Canonical {
  const limit = charLimit(
    pattern === undefined ? charsMax : Math.min(charsMax, PATTERN_INPUT_CHARS_MAX),
  )
  if (pattern === undefined) return (text) => limit(text) ?? clean(text) ?? text
  const compiled = compilePattern(pattern)
  const mismatch: Wrong = {
    reason: { en: 'The text has not the form it must have', zh: '文本不符合规定的格式' },
    expected: { en: `Text that matches ${pattern}`, zh: `符合正则表达式 ${pattern} 的文本` },
  }
  return (text) => limit(text) ?? clean(text) ?? (compiled.test(text) ? text : mismatch)
}

function charLimit(charsMax: number): (text: string) => Wrong | undefined {
  const tooLong: Wrong = {
    reason: { en: 'The text is too long', zh: '文本过长' },
    expected: { en: `At most ${charsMax} characters`, zh: `最多 ${charsMax} 个字符` },
  }
  // Characters, not UTF-16 units; the units are never fewer.
  return (text) => (text.length <= charsMax || [...text].length <= charsMax ? undefined : tooLong)
}

function clean(text: string): Wrong | undefined {
  return UNCLEAN.test(text) || !text.isWellFormed() ? WRONG_TEXT : undefined
}

function numberRule({ minimum, maximum }: ValueRule): Canonical {
  const least = minimum === undefined ? undefined : canonicalDecimal(String(minimum))
  const most = maximum === undefined ? undefined : canonicalDecimal(String(maximum))
  const expected = rangeText(least, most)
  const tooSmall: Wrong = { reason: { en: 'The number is too small', zh: '数值过小' }, expected }
  const tooLarge: Wrong = { reason: { en: 'The number is too large', zh: '数值过大' }, expected }
  return (text) => {
    const number = canonicalDecimal(text) ?? canonicalDecimal(text.trim())
    if (number === undefined) return WRONG_NUMBER
    if (least !== undefined && compareDecimals(number, least) < 0) return tooSmall
    if (most !== undefined && compareDecimals(number, most) > 0) return tooLarge
    return number
  }
}

function rangeText(least: string | undefined, most: string | undefined): Text {
  if (least === undefined) return { en: `At most ${most}`, zh: `不大于 ${most}` }
  if (most === undefined) return { en: `At least ${least}`, zh: `不小于 ${least}` }
  return { en: `From ${least} to ${most}`, zh: `${least} 至 ${most}` }
}

function enumerationRule({ options = [] }: ValueRule): Canonical {
  const exact = new Map(options.map((it) => [it.value, it.value]))
  const loose = new Map<string, string>()
  for (const { value, label } of options) {
    for (const name of [value, label.en, label.zh]) loose.set(looseName(name), value)
  }
  const wrong: Wrong = {
    reason: { en: 'Not one of the choices', zh: '不是可选值之一' },
    expected: {
      en: options.map((it) => it.value).join(', '),
      zh: options.map((it) => `${it.value}（${it.label.zh}）`).join('、'),
    },
  }
  return (text) => exact.get(text) ?? loose.get(looseName(text)) ?? wrong
}

/** How a choice is recognised when it is not spelled exactly: blanks around it and letter case do not count. */
export function looseName(name: string): string {
  return name.trim().toLowerCase()
}

/** Plain addresses that the WHATWG parser would give back unchanged: most of a million lines need no parser. */
const PLAIN_URL =
  /^https?:\/\/(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*\/[A-Za-z0-9\-_~/=]*(?:[A-Za-z0-9\-_~=]\.[A-Za-z0-9\-_~/=]+)*(?:\?[A-Za-z0-9\-_~/=&.+]+)?$/

function urlRule({ charsMax = CHARS_MAX_DEFAULT }: ValueRule): Canonical {
  const limit = charLimit(charsMax)
  return (text) => {
    if (text.length > charsMax) return limit(text) ?? WRONG_URL
    if (PLAIN_URL.test(text) && !text.includes('xn--')) return text
    const url = URL.parse(text)
    if (url === null) return WRONG_URL
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return WRONG_SCHEME
    if (url.username !== '' || url.password !== '') return URL_WITH_PASSWORD
    return limit(url.href) ?? url.href
  }
}

function referenceRule({ charsMax = CHARS_MAX_DEFAULT }: ValueRule): Canonical {
  const limit = charLimit(charsMax)
  return (text) => {
    const name = text.trim()
    if (!name.includes('/')) return WRONG_REFERENCE
    const long = limit(name) ?? clean(name)
    if (long !== undefined) return long
    try {
      return parseHandle(name).spelled
    } catch {
      return WRONG_REFERENCE
    }
  }
}

function listRule({ element = { type: 'text' }, separator }: ValueRule): Canonical {
  const one = canonicalFor(element)
  const between = separator === undefined ? /[;；]/ : separator
  return (text) => {
    const parts = text.trimStart().startsWith('[') ? jsonParts(text) : cellParts(text, between)
    if (parts === undefined) return WRONG_LIST
    if (parts.length > LIST_ELEMENTS_MAX) return LONG_LIST
    const typed: unknown[] = []
    for (const [at, part] of parts.entries()) {
      const canonical = one(part)
      if (typeof canonical !== 'string') return elementWrong(at + 1, canonical)
      typed.push(typedValue(element.type, canonical))
    }
    const written = JSON.stringify(typed)
    return Buffer.byteLength(written) > VALUE_BYTES_MAX ? LONG_LIST : written
  }
}

function cellParts(text: string, between: string | RegExp): string[] {
  return text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Elements as texts; numbers as they were spelled, whatever a double makes of them. */
function jsonParts(text: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text, spelledNumbers)
    if (!Array.isArray(parsed)) return undefined
    const parts = parsed.map((it: unknown) => (typeof it === 'boolean' ? String(it) : it))
    return parts.every((it) => typeof it === 'string') ? parts : undefined
  } catch {
    return undefined
  }
}

function spelledNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value
}

function elementWrong(place: number, { reason, expected }: Wrong): Wrong {
  const told: Text = { en: `Element ${place}: ${reason.en}`, zh: `第 ${place} 项：${reason.zh}` }
  return expected === undefined ? { reason: told } : { reason: told, expected }
}

const FILE_ID = /^[A-Za-z0-9_-]{1,64}$/
/** Control characters but tab, line feed and carriage return: nobody typed them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNCLEAN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/

const BOOLEANS = new Map([
  ...['true', '1', '是', 'yes', 'y', '真', '√'].map((it) => [it, 'true'] as const),
  ...['false', '0', '否', 'no', 'n', '假', '×'].map((it) => [it, 'false'] as const),
])

const WRONG_TEXT: Wrong = {
  reason: {
    en: 'The text holds characters that are no text (NUL or other control characters)',
    zh: '文本含有非文本字符（NUL 或其他控制字符）',
  },
}
const WRONG_NUMBER: Wrong = {
  reason: { en: 'Not a decimal number', zh: '不是十进制数' },
  expected: {
    en: 'For example 12.5, without thousands separators or unit',
    zh: '例如 12.5，不带千位分隔符和单位',
  },
}
const WRONG_DATE: Wrong = {
  reason: { en: 'Not a date of the calendar', zh: '不是有效日期' },
  expected: {
    en: 'For example 2024-01-05 or 2024-01-05T08:30:00+08:00',
    zh: '例如 2024-01-05、2024年1月5日 或 2024-01-05T08:30:00+08:00',
  },
}
const WRONG_BOOLEAN: Wrong = {
  reason: { en: 'Neither true nor false', zh: '既不是“是”也不是“否”' },
  expected: {
    en: 'true, false, 1, 0, yes, no, 是 or 否',
    zh: '是、否、true、false、1、0、yes 或 no',
  },
}
const WRONG_URL: Wrong = {
  reason: { en: 'Not a web address', zh: '不是有效网址' },
  expected: { en: 'For example https://example.com/path', zh: '例如 https://example.com/path' },
}
const WRONG_SCHEME: Wrong = {
  reason: { en: 'Only http and https addresses are accepted', zh: '仅接受 http 和 https 网址' },
  expected: {
    en: 'An address that begins with https:// or http://',
    zh: '以 https:// 或 http:// 开头的网址',
  },
}
const URL_WITH_PASSWORD: Wrong = {
  reason: {
    en: 'The address must not hold a user name or password',
    zh: '网址中不能含有用户名或密码',
  },
}
const WRONG_FILE: Wrong = {
  reason: { en: 'Not the id of an uploaded file', zh: '不是已上传文件的编号' },
  expected: { en: 'The id that the upload answered', zh: '上传时返回的编号' },
}
const WRONG_REFERENCE: Wrong = {
  reason: { en: 'Not an identifier', zh: '不是标识' },
  expected: {
    en: 'PREFIX/SUFFIX, for example 88.100.7/PUMP-1',
    zh: '“前缀/后缀”，例如 88.100.7/PUMP-1',
  },
}
const WRONG_LIST: Wrong = {
  reason: { en: 'Not a list', zh: '不是列表' },
  expected: { en: 'A JSON array, or values separated by ;', zh: 'JSON 数组，或以“；”分隔的多个值' },
}
const LONG_LIST: Wrong = {
  reason: { en: 'The list is too long', zh: '列表过长' },
  expected: {
    en: `At most ${LIST_ELEMENTS_MAX} elements and ${VALUE_BYTES_MAX} bytes`,
    zh: `最多 ${LIST_ELEMENTS_MAX} 项、${VALUE_BYTES_MAX} 字节`,
  },
}
