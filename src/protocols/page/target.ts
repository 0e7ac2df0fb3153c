import { foldAscii, type HandleKey } from '../../identifiers/handle.ts'
import type { HandleValue } from '../../identifiers/record.ts'
import type { Delegated } from '../../identifiers/resolution/resolution.ts'
import { isPublic } from '../../identifiers/resolution/values.ts'
import { identifierIn, pathOf } from './names.ts'

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

/** An identifier whose URL is its own page must not send the browser in circles. `base`: the node's public address. */
export function isOwnPage(target: URL, base: string, key: HandleKey | undefined): boolean {
  if (target.origin !== URL.parse(base)?.origin) return false
  return identifierIn(target.pathname)?.key === key
}

/** Where the enterprise's own server has the page of an identifier, if it has said so. */
export function delegatedPage({ sites }: Delegated, spelled: string): URL | undefined {
  const url = sites.find((it) => it.url !== undefined)?.url
  if (url === undefined) return undefined
  return URL.parse(url.replace(/\/*$/, () => pathOf(spelled))) ?? undefined
}
