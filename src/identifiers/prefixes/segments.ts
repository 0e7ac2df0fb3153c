import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type PrefixKey, parsePrefix } from '../handle.ts'
import { PREFIX_BYTES_MAX, parentOf } from './prefix.ts'

/** Roots of the national system: below them nodes and enterprises have numbers (88.NODE.ENTERPRISE). */
const NATIONAL_ROOTS = new Set(['88', '86'])
const NODE_NUMBER = /^\d{3,5}$/
const ENTERPRISE_NUMBER = /^\d{1,128}$/
const NATIONAL_NAME = /^8[68]\.\d{3,5}(?:\.\d{1,128}(?:\.[^./@\s]+)*)?\//
const EIGHT = 0x38
/** RFC 3651 §2 has every character but `.`, `/` and `@`; blanks and control characters cannot be printed or typed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const SEGMENT = /^[^./@\s\u0000-\u001f\u007f-\u009f]+$/u

/**
 * Untrusted text as a prefix that may be hosted: non-empty segments; below 88 and 86 the national form (a node of 3–5
 * digits, an enterprise of 1–128 digits, then any derived segments). `path` is where it came from.
 * @throws Problem `invalid-input`, or `malformed-identifier` for what is no prefix at all.
 */
export function parseHostedPrefix(
  input: string,
  path = '/prefix',
): { spelled: string; key: PrefixKey } {
  const spelled = input.trim()
  const key = parsePrefix(spelled)
  const reason = wrongForm(spelled)
  if (reason !== undefined) throw wrongPrefix(path, reason)
  return { spelled, key }
}

/** The prefix one segment below `parent`; `path` is where the segment came from. @throws Problem `invalid-input` */
export function parseSegment(
  parent: string,
  input: string,
  path = '/segment',
): { spelled: string; key: PrefixKey } {
  const segment = input.trim()
  const spelled = `${parent}.${segment}`
  const reason = segment.includes('.') || segment === '' ? WRONG_SEGMENT : wrongForm(spelled)
  if (reason !== undefined) throw wrongPrefix(path, reason)
  return { spelled, key: parsePrefix(spelled) }
}

/** Whether the identifiers of a prefix follow the national rules (255 characters at most). */
export function isNational(prefix: PrefixKey): boolean {
  const dot = prefix.indexOf('.')
  return NATIONAL_ROOTS.has(dot < 0 ? prefix : prefix.slice(0, dot))
}

/** Whether a text begins with a prefix in national form and a slash, so that it is hardly anything but a whole identifier. */
export function isWholeNational(name: string): boolean {
  return name.charCodeAt(0) === EIGHT && NATIONAL_NAME.test(name)
}

/** Ancestors of a prefix, nearest first. */
export function* ancestorsOf(prefix: PrefixKey): Generator<PrefixKey> {
  for (let at = parentOf(prefix); at !== undefined; at = parentOf(at)) yield at
}

function wrongForm(spelled: string): Text | undefined {
  if (Buffer.byteLength(spelled) > PREFIX_BYTES_MAX) return TOO_LONG
  const segments = spelled.split('.')
  if (segments[0] === '0') return RESERVED
  if (!segments.every((it) => SEGMENT.test(it) && it.isWellFormed())) return WRONG_SEGMENT
  if (!NATIONAL_ROOTS.has(segments[0] ?? '')) return undefined
  const [, node, enterprise] = segments
  if (node !== undefined && !NODE_NUMBER.test(node)) return WRONG_NODE
  return enterprise === undefined || ENTERPRISE_NUMBER.test(enterprise)
    ? undefined
    : WRONG_ENTERPRISE
}

function wrongPrefix(path: string, reason: Text): Problem {
  const fields: FieldProblem[] = [{ path, reason }]
  return new Problem('invalid-input', { en: 'Not a prefix', zh: '前缀格式错误' }, { fields })
}

const TOO_LONG: Text = {
  en: `A prefix is at most ${PREFIX_BYTES_MAX} bytes long`,
  zh: `前缀最长 ${PREFIX_BYTES_MAX} 字节`,
}
const RESERVED: Text = {
  en: 'Prefixes that begin with 0 belong to the Handle System itself',
  zh: '以 0 开头的前缀为 Handle 系统保留',
}
const WRONG_SEGMENT: Text = {
  en: 'Segments are not empty and hold no dot, slash, @, blank or control character',
  zh: '前缀各段不能为空，且不能含有点、斜线、@、空格或控制字符',
}
const WRONG_NODE: Text = {
  en: 'The number of a node has 3 to 5 digits',
  zh: '节点编号为 3 至 5 位数字',
}
const WRONG_ENTERPRISE: Text = {
  en: 'The number of an enterprise has 1 to 128 digits',
  zh: '企业编号为 1 至 128 位数字',
}
