import type { HandleKey } from '../../identifiers/handle.ts'
import { foldAscii, HANDLE_BYTES_MAX } from '../../identifiers/handle.ts'

/** Where the JSON API lives; what follows the slash is the name, as it is on the wire. */
export const HANDLES_PATH = '/api/handles'

/** A name that was asked for: as it is echoed, and the key it is looked up by; no key when it can have no record. */
export type AskedName = { readonly spelled: string; readonly key: HandleKey | undefined }

/**
 * The name in a raw request target. Never normalised: `..`, `//`, `;` and a trailing slash belong to it, `%2F` is a
 * slash, `+` a plus; the target ends at `#`. Undefined when a percent sign is not followed by two hexadecimal digits.
 */
export function nameIn(target: string): AskedName | undefined {
  const end = target.search(/[?#]/)
  const raw = target.slice(HANDLES_PATH.length + 1, end < 0 ? target.length : end)
  const spelled = decodePath(raw)
  return spelled === undefined ? undefined : { spelled, key: keyOf(spelled) }
}

/** The key of a name in any spelling; a name without a slash is the record of a prefix. */
export function keyOf(spelled: string): HandleKey | undefined {
  const whole = spelled.includes('/') ? spelled : `0.NA/${spelled}`
  if (spelled === '' || whole.startsWith('/')) return undefined
  return isTooLong(whole) ? undefined : (foldAscii(whole) as HandleKey)
}

function isTooLong(name: string): boolean {
  if (name.length * UTF8_BYTES_PER_UNIT_MAX <= HANDLE_BYTES_MAX) return false
  return name.length > HANDLE_BYTES_MAX || Buffer.byteLength(name) > HANDLE_BYTES_MAX
}

const UTF8_BYTES_PER_UNIT_MAX = 3

/** Percent-decoded UTF-8; bytes that are not UTF-8 become U+FFFD. Undefined for a broken percent escape. */
export function decodePath(raw: string): string | undefined {
  if (PLAIN.test(raw)) return raw
  if (BROKEN_ESCAPE.test(raw)) return undefined
  // A request target is a string of bytes: characters above 0x7f are bytes a client did not escape.
  const bytes = raw.replace(ESCAPE, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** Characters that stand for themselves and need no decoding. */
const PLAIN = /^[\x21-\x24\x26-\x7e]*$/
const BROKEN_ESCAPE = /%(?![\da-f]{2})/i
const ESCAPE = /%([\da-f]{2})/gi

/** Parameters by name, in the order given. A bare name has the empty text. */
export type Parameters = ReadonlyMap<string, readonly string[]>

export const NO_PARAMETERS: Parameters = new Map()
const PARAMETERS_MAX = 2048

/** The query of a raw request target, without the question mark; empty when there is none. */
export function queryIn(target: string): string {
  const fragment = target.indexOf('#')
  const whole = fragment < 0 ? target : target.slice(0, fragment)
  const start = whole.indexOf('?')
  return start < 0 ? '' : whole.slice(start + 1)
}

/** Parameters of a query or a form body; undefined when an escape is broken or there are too many. */
export function parseParameters(text: string): Parameters | undefined {
  if (text === '') return NO_PARAMETERS
  const pairs = text.split('&', PARAMETERS_MAX + 1)
  if (pairs.length > PARAMETERS_MAX) return undefined
  const found = new Map<string, string[]>()
  for (const pair of pairs) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decodePath((at < 0 ? pair : pair.slice(0, at)).replaceAll('+', ' '))
    const value = at < 0 ? '' : decodePath(pair.slice(at + 1).replaceAll('+', ' '))
    if (name === undefined || value === undefined) return undefined
    add(found, name, [value])
  }
  return found
}

/** Parameters in a JSON body: members that are primitives or arrays of them. Undefined for anything else. */
export function parametersOfJson(json: unknown): Parameters | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const found = new Map<string, string[]>()
  for (const [name, value] of Object.entries(json)) {
    const texts = (Array.isArray(value) ? value : [value]).map(primitiveText)
    if (texts.some((it) => it === undefined)) return undefined
    add(
      found,
      name,
      texts.filter((it) => it !== undefined),
    )
  }
  return found
}

/** An array of one stands for its element, however deep. */
function primitiveText(value: unknown): string | undefined {
  if (Array.isArray(value) && value.length === 1) return primitiveText(value[0])
  const isPrimitive = ['string', 'number', 'boolean'].includes(typeof value)
  return isPrimitive ? String(value) : undefined
}

/** Both together, those of `first` before those of `second`. */
export function joinParameters(first: Parameters, second: Parameters): Parameters {
  if (second.size === 0) return first
  const found = new Map<string, string[]>()
  for (const [name, values] of [...first, ...second]) add(found, name, values)
  return found
}

function add(found: Map<string, string[]>, name: string, values: readonly string[]): void {
  const before = found.get(name)
  if (values.length === 0) return
  if (before === undefined) found.set(name, [...values])
  else before.push(...values)
}

/** The first value of a parameter counts. */
export function firstOf(parameters: Parameters, name: string): string | undefined {
  return parameters.get(name)?.[0]
}

/** Bare, `yes` or `true` in any case; everything else is false. */
export function isTrue(parameters: Parameters, name: string): boolean {
  const value = firstOf(parameters, name)?.toLowerCase()
  return value === '' || value === 'yes' || value === 'true'
}

/** Signed 32-bit numbers; undefined when one is not. */
export function parseIndexes(parameters: Parameters): number[] | undefined {
  const texts = parameters.get('index') ?? []
  const indexes = texts.map((it) => (/^[+-]?\d+$/.test(it) ? Number(it) : Number.NaN))
  return indexes.every((it) => it >= INT_MIN && it <= INT_MAX) ? indexes : undefined
}

const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1
