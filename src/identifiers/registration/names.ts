import type { Caller, Permission } from '../../kernel/access/permissions.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type Handle, parseHandle, prefixOf, suffixOf } from '../handle.ts'
import type { PrefixAnswer, PrefixBook } from '../prefixes/book.ts'
import { isNational } from '../prefixes/segments.ts'
import { type EntitledPrefix, entitledPrefix } from '../prefixes/tenancy.ts'

/** Under 88 and 86 a whole identifier has at most this many characters. */
export const NATIONAL_CHARS_MAX = 255

/**
 * A name as it may be registered; names that are found already are only parsed. A handle's local name may be empty (RFC 3651
 * §3); a national identifier has a suffix, and one without is a cell that was left empty.
 * @throws Problem `malformed-identifier`
 */
export function parseNewName(text: string): Handle {
  const handle = parseHandle(text)
  const reason = wrongName(handle)
  if (reason !== undefined) throw new Problem('malformed-identifier', reason)
  return handle
}

function wrongName({ spelled, key }: Handle): Text | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\u0000-\u001f\u007f]/.test(spelled)) return CONTROL
  if (!isNational(prefixOf(key))) return undefined
  if (suffixOf(key) === '') return NO_SUFFIX
  if (spelled.length <= NATIONAL_CHARS_MAX) return undefined
  return [...spelled].length > NATIONAL_CHARS_MAX ? TOO_LONG : undefined
}

/** The name in a request's address below `base`, e.g. `/api/v1/identifiers/`: raw, so that `%2F` stays what it was. */
export function nameIn(url: string | undefined, base: string): string {
  const [path = ''] = (url ?? '').split('?', 1)
  try {
    return decodeURIComponent(path.slice(base.length))
  } catch {
    throw new Problem('malformed-identifier', {
      en: 'The address is not correctly percent-encoded UTF-8',
      zh: '地址的百分号编码不是有效的 UTF-8',
    })
  }
}

/** A name as it stands in an address: readable, unless a client would fold its dots and slashes. */
export function pathOf(name: string): string {
  const parts = name.split('/')
  const isFolded = parts.some((it) => it === '' || it === '.' || it === '..')
  return isFolded ? encodeURIComponent(name) : parts.map(encodeURIComponent).join('/')
}

type NameQuestion = {
  readonly name: string
  readonly permission: Permission
  /** What is told of a prefix that the caller may not know of, or that is none. */
  readonly absent?: () => Problem
}

/** A name under a prefix the caller may know of. Foreign and absent answer alike. @throws Problem as `entitledPrefix` */
export function entitledName(
  caller: Caller,
  book: PrefixBook,
  { name, permission, absent = noRecord }: NameQuestion,
): EntitledPrefix & { readonly handle: Handle } {
  const handle = parseHandle(name)
  const prefix = prefixOf(handle.key)
  const known: Permission = 'identifiers.read'
  return {
    handle,
    ...entitledPrefix(caller, book, { prefix, permission, known, absent }),
  }
}

export function noRecord(): Problem {
  return new Problem('not-found', { en: 'There is no such identifier', zh: '没有该标识' })
}

/** To whoever registers under a prefix that is not known here or not theirs. */
export function notTheirPrefix(): Problem {
  const reason = {
    en: 'You have no such prefix; an identifier is PREFIX/SUFFIX with a prefix of yours',
    zh: '您没有该前缀；标识的形式是“前缀/后缀”，前缀须为您所有',
  }
  return new Problem('not-found', reason, { fields: [{ path: '/handle', reason }] })
}

/** Why nothing can be registered or changed under a prefix now; undefined if it can. */
export function whyNotWritable(answer: PrefixAnswer): Text | undefined {
  switch (answer.kind) {
    case 'hosted':
      return undefined
    case 'delegated':
      return {
        en: 'Identifiers of this prefix live on the enterprise’s own server',
        zh: '该前缀的标识由企业自有服务器管理',
      }
    case 'suspended':
      return { en: 'The prefix is suspended', zh: '该前缀已暂停' }
    case 'held':
      return { en: 'The prefix is held by order', zh: '该前缀已按指令冻结' }
    case 'released':
      return { en: 'The prefix has been released', zh: '该前缀已释放' }
    case 'unknown':
      return { en: 'There is no such prefix', zh: '没有该前缀' }
  }
}

const CONTROL: Text = {
  en: 'An identifier holds no control characters',
  zh: '标识不能含有控制字符',
}
const NO_SUFFIX: Text = {
  en: 'Under 88 and 86 an identifier has a suffix after the slash',
  zh: '88 和 86 前缀下的标识在斜线之后必须有后缀',
}
const TOO_LONG: Text = {
  en: `Under 88 and 86 an identifier has at most ${NATIONAL_CHARS_MAX} characters`,
  zh: `88 和 86 前缀下的标识最长 ${NATIONAL_CHARS_MAX} 个字符`,
}
