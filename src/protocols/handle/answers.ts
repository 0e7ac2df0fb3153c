import type { HandleValue } from '../../identifiers/record.ts'
import { firstOf, isTrue, type Parameters } from './request.ts'
import { formatValues, quote, type Spelling } from './value-json.ts'

/** Response codes of the Handle protocol (RFC 3652 §2.2.2.2, names as deployed) and their status over HTTP. */
export const CODES = {
  success: { code: 1, status: 200 },
  error: { code: 2, status: 500 },
  protocolError: { code: 4, status: 400 },
  unknownEndpoint: { code: 4, status: 404 },
  unknownMethod: { code: 4, status: 501 },
  methodNotAllowed: { code: 4, status: 405 },
  notSupported: { code: 5, status: 501 },
  handleNotFound: { code: 100, status: 404 },
  handleExists: { code: 101, status: 409 },
  invalidHandle: { code: 102, status: 400 },
  serverBusy: { code: 3, status: 503 },
  valuesNotFound: { code: 200, status: 200 },
  /** The same where they were to be changed. */
  noSuchValues: { code: 200, status: 400 },
  valueExists: { code: 201, status: 409 },
  invalidValue: { code: 202, status: 400 },
  notResponsible: { code: 301, status: 400 },
  serviceReferral: { code: 302, status: 300 },
  prefixReferral: { code: 303, status: 300 },
  unableToAuthenticate: { code: 406, status: 500 },
  invalidAdmin: { code: 400, status: 403 },
  insufficientPermissions: { code: 401, status: 403 },
  /** 401 with a challenge where credentials are taken; this is the status where they are not. */
  authenticationNeeded: { code: 402, status: 403 },
} as const

export type CodeName = keyof typeof CODES

/** Status and the JSON text; members stand in the order deployed servers write them. */
export type Answer = {
  readonly status: number
  readonly json: string
  /** Credentials are wanted: 401 with challenges where they are taken. */
  readonly isChallenge?: true
}

/** A record with values to show. */
export function valuesAnswer(
  handle: string,
  values: readonly HandleValue[],
  updatedAtMs: number,
): Answer {
  return { status: 200, json: valuesJson(quote(handle), { values, updatedAtMs }) }
}

export type Shown = { readonly values: readonly HandleValue[]; readonly updatedAtMs: number }

/** The same as text, its name quoted already. */
export function valuesJson(name: string, { values, updatedAtMs }: Shown, spell?: Spelling): string {
  const list = formatValues(values, Math.floor(updatedAtMs / 1000), spell)
  return `{"responseCode":1,"handle":${name},"values":[${list}]}`
}

export function noValuesAnswer(handle: string): Answer {
  return codeAnswer('valuesNotFound', { handle, members: '"values":[]' })
}

/** Anything without values: the code, what else there is, and the handle last. */
export function codeAnswer(
  name: CodeName,
  rest: { readonly handle?: string; readonly message?: string; readonly members?: string } = {},
): Answer {
  const { code, status } = CODES[name]
  const parts = [`"responseCode":${code}`]
  if (rest.message !== undefined) parts.push(`"message":${quote(rest.message)}`)
  if (rest.members !== undefined) parts.push(rest.members)
  const { handle = '' } = rest
  if (handle !== '' && handle !== '/') parts.push(`"handle":${quote(handle)}`)
  const json = `{${parts.join(',')}}`
  return name === 'authenticationNeeded' ? { status, json, isChallenge: true } : { status, json }
}

export const JSON_TYPE = 'application/json;charset=utf-8'
const SCRIPT_TYPE = 'application/javascript;charset=utf-8'

/** The text to send: indented when `pretty` asks for it, called when `callback` does (JSONP). */
export function render(json: string, parameters: Parameters): { type: string; text: string } {
  if (parameters.size === 0) return { type: JSON_TYPE, text: json }
  const text = isTrue(parameters, 'pretty') ? indent(json) : json
  const callback = firstOf(parameters, 'callback')
  if (callback === undefined) return { type: JSON_TYPE, text }
  return { type: SCRIPT_TYPE, text: `${scrub(callback)}(${text});` }
}

function indent(json: string): string {
  const text = JSON.stringify(JSON.parse(json), null, 2)
  return text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** What cannot stand in an identifier of JavaScript becomes `_`; every letter beyond Latin-1's controls stays. */
function scrub(callback: string): string {
  return callback.replace(/[^\w$\u00a0-\uffff]|^\d/g, '_')
}
