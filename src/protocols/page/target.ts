import { foldAscii } from '../../identifiers/handle.ts'
import type { HandleValue } from '../../identifiers/record.ts'
import { isPublic } from '../../identifiers/resolution/values.ts'

const URL_CHARS_MAX = 8192

/** An address a browser may be sent to; http and https only. Undefined for every other text. */
export function webAddress(text: string): URL | undefined {
  if (text.length > URL_CHARS_MAX || !/^https?:\/\//i.test(text)) return undefined
  const url = URL.parse(text)
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}

/** Where an identifier leads: its first public value of type URL that is a web address. */
export function targetOf(values: readonly HandleValue[]): URL | undefined {
  for (const value of values) {
    if (foldAscii(value.type) !== 'URL' || !isPublic(value)) continue
    const url = typeof value.data === 'string' ? webAddress(value.data) : undefined
    if (url !== undefined) return url
  }
  return undefined
}
