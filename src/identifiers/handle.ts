import { Problem } from '../lib/problem.ts'

/**
 * A handle as it was spelled, and the key it is found by: ASCII case folded over the whole name, nothing else
 * (RFC 3651 §2; deployed servers upper-case ASCII and leave every other letter alone).
 */
export type Handle = { readonly spelled: string; readonly key: HandleKey }
export type HandleKey = string & { readonly __brand: 'HandleKey' }
/** The folded prefix of a key: all before its first slash. */
export type PrefixKey = string & { readonly __brand: 'PrefixKey' }

/** Prefix of the records of prefixes themselves. */
export const PREFIX_RECORDS = '0.NA'

/** Handle.Net's own limit, in UTF-8 bytes. */
export const HANDLE_BYTES_MAX = 2048

/** A name without a slash is the record of a prefix: `88.1` is `0.NA/88.1`, as deployed servers read it. */
export function parseHandle(input: string): Handle {
  if (input === '' || input.startsWith('/')) {
    throw new Problem('malformed-identifier', {
      en: 'An identifier is PREFIX/SUFFIX and has a prefix',
      zh: '标识的形式是“前缀/后缀”，前缀不能为空',
    })
  }
  const spelled = input.includes('/') ? input : `0.NA/${input}`
  if (!spelled.isWellFormed()) {
    throw new Problem('malformed-identifier', {
      en: 'The identifier is not valid Unicode text',
      zh: '标识不是有效的 Unicode 文本',
    })
  }
  if (spelled.length > HANDLE_BYTES_MAX || Buffer.byteLength(spelled) > HANDLE_BYTES_MAX) {
    throw new Problem('malformed-identifier', {
      en: `An identifier is at most ${HANDLE_BYTES_MAX} bytes of UTF-8`,
      zh: `标识最长 ${HANDLE_BYTES_MAX} 字节（UTF-8）`,
    })
  }
  return { spelled, key: foldAscii(spelled) as HandleKey }
}

export function parsePrefix(input: string): PrefixKey {
  if (input === '' || input.includes('/')) {
    throw new Problem('malformed-identifier', {
      en: 'A prefix is not empty and has no slash',
      zh: '前缀不能为空，也不含斜线',
    })
  }
  return prefixOf(parseHandle(`${input}/`).key)
}

export function prefixOf(key: HandleKey): PrefixKey {
  return key.slice(0, key.indexOf('/')) as PrefixKey
}

/** All after the first slash; may be empty and may hold further slashes. */
export function suffixOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

export function foldAscii(text: string): string {
  if (!LOWER.test(text)) return text
  // The engine's own way is many times as fast, but folds more than ASCII.
  if (!BEYOND_ASCII.test(text)) return text.toUpperCase()
  return text.replace(LOWER_RUN, (run) => run.toUpperCase())
}

const LOWER = /[a-z]/
const BEYOND_ASCII = /[\u0080-\uffff]/
const LOWER_RUN = /[a-z]+/g
