import { foldAscii, type Handle, type HandleKey, parseHandle } from '../../identifiers/handle.ts'
import type { HandleValue } from '../../identifiers/record.ts'
import type { Delegated } from '../../identifiers/resolution/resolution.ts'
import { isPublic, selectValues } from '../../identifiers/resolution/values.ts'
import { firstOf, isTrue, type Parameters, parseIndexes } from '../handle/request.ts'
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

/** Those that are asked for by `type` and `index`, as at the proxies of the Handle System; all where nothing is. */
export function wantedValues(
  values: readonly HandleValue[],
  parameters: Parameters,
): readonly HandleValue[] {
  const types = parameters.get('type') ?? []
  const indexes = parseIndexes(parameters) ?? []
  if (types.length + indexes.length === 0) return values
  const selection = selectValues(values, { indexes, types }, 'public')
  return selection.kind === 'values' ? selection.values : []
}

/** Whether the values are to be seen, wherever they lead. */
export function wantsValues(parameters: Parameters): boolean {
  const action = firstOf(parameters, 'action')?.toLowerCase()
  return isTrue(parameters, 'noredirect') || action === 'showvalues'
}

/** The other identifier that a record says it is; its first public HS_ALIAS that names one. */
export function aliasOf(values: readonly HandleValue[]): Handle | undefined {
  for (const value of values) {
    if (foldAscii(value.type) !== 'HS_ALIAS' || !isPublic(value)) continue
    try {
      return parseHandle(Buffer.from(value.data).toString('utf8'))
    } catch {
      // what names no identifier is passed over
    }
  }
  return undefined
}

/** What was asked to go behind the address; left out where no address comes of it. */
export function appended(target: URL, more: string | undefined): URL {
  const made = more === undefined ? undefined : webAddress(`${target.href}${more}`)
  return made?.origin === target.origin ? made : target
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
