import {
  ADMIN_READ,
  ADMIN_WRITE,
  type HandleValue,
  PERMISSIONS_DEFAULT,
  PUBLIC_READ,
  PUBLIC_WRITE,
  TTL_S_DEFAULT,
  type ValueReference,
} from '../../identifiers/record.ts'
import { formatAddress } from '../../identifiers/values/address.ts'
import { readAdmin } from '../../identifiers/values/admin.ts'
import { hasType, mayBeKnownType } from '../../identifiers/values/known-types.ts'
import { readPublicKey } from '../../identifiers/values/public-key.ts'
import { readReferences } from '../../identifiers/values/references.ts'
import {
  HASH_BY_ALL,
  PROTOCOLS,
  readSite,
  SERVES_ADMIN,
  SERVES_QUERY,
  type Site,
  type SiteServer,
} from '../../identifiers/values/site.ts'
import { strictText } from '../../identifiers/values/strict-text.ts'
import { formatMoment } from './moment.ts'

/** Text as a JSON string. U+2028 and U+2029 are escaped: they end a line in older JavaScript, which JSONP is read as. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  const quoted = JSON.stringify(text)
  return quoted.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** Characters that JSON writes as they are; nearly all data consists of them, and asking is cheaper than escaping. */
const PLAIN = /^[ !#-[\]-~\u00a0-\u2027\u202a-\ud7ff]*$/

/**
 * Values as Handle.Net 9 writes them, joined by commas; members in its order: `index, type, data, permissions?, ttl,
 * timestamp?, references?`. `timestamp` is left out when it is 0, `permissions` when they are the usual ones.
 * @param updatedS seconds since 1970 that stand for a value without a timestamp of its own
 */
export function formatValues(
  values: readonly HandleValue[],
  updatedS: number,
  spell: Spelling = asText,
): string {
  const usualTail = usualTailOf(updatedS)
  let text = ''
  for (const value of values) {
    if (text !== '') text += ','
    text += isUsual(value)
      ? formatUsual(value, usualTail, spell)
      : spell(beginningOf(value) + formatData(value) + tailOf(value, updatedS))
  }
  return text
}

/** How letters beyond ASCII are to stand in what is made: as themselves, or for example as the bytes they are sent as. */
export type Spelling = (text: string) => string

const asText: Spelling = (text) => text

/** As few pieces as possible: nearly all values are plain text of a few types. */
function formatUsual(value: HandleValue, tail: string, spell: Spelling): string {
  const { data } = value
  const beginning = textBeginningOf(value)
  if (beginning !== undefined && typeof data === 'string') {
    const plain = plainly(data, spell)
    if (plain !== undefined) return `${beginning}${plain}"}${tail}`
  }
  return spell(beginningOf(value) + formatData(value)) + tail
}

/** Text as it stands between quotes; undefined where something in it has to be written otherwise than it is. */
export function plainly(text: string, spell: Spelling): string | undefined {
  if (PLAIN_ASCII.test(text)) return text
  return PLAIN.test(text) ? spell(text) : undefined
}

const PLAIN_ASCII = /^[ !#-[\]-~]*$/

function isUsual({ permissions, ttl, timestamp, references }: HandleValue): boolean {
  return (
    permissions === undefined &&
    ttl === undefined &&
    timestamp === undefined &&
    references === undefined
  )
}

/** Records of one batch share their second, so the last one is nearly always asked for again. */
let lastTail = { seconds: 0, text: tailOf(undefined, 0) }
function usualTailOf(seconds: number): string {
  if (lastTail.seconds !== seconds) lastTail = { seconds, text: tailOf(undefined, seconds) }
  return lastTail.text
}

/** All that follows the data. */
function tailOf(value: HandleValue | undefined, updatedS: number): string {
  const { permissions = PERMISSIONS_DEFAULT, timestamp = updatedS, references = [] } = value ?? {}
  const rights =
    permissions === PERMISSIONS_DEFAULT ? '' : `,"permissions":"${formatPermissions(permissions)}"`
  const time = timestamp === 0 ? '' : `,"timestamp":"${formatMoment(timestamp)}"`
  const refs =
    references.length === 0 ? '' : `,"references":${JSON.stringify(references.map(referenceJson))}`
  return `${rights},"ttl":${formatTtl(value)}${time}${refs}}`
}

/** All before the data. */
function beginningOf({ index, type }: HandleValue): string {
  return `{"index":${index},"type":${quote(type)},"data":`
}

/**
 * All before the letters of data that is text, where it is in ASCII; undefined for types that may have a form of their own.
 * There are few types, and a text is found faster than it is made.
 */
function textBeginningOf(value: HandleValue): string | undefined {
  const { index, type } = value
  const known = beginnings.get(type)?.[index]
  if (known !== undefined) return known
  if (mayBeKnownType(type) || !PLAIN_ASCII.test(type)) return undefined
  const made = `${beginningOf(value)}${TEXT_BEGINNING}`
  if (index < KEPT_INDEX_MAX && type.length < TYPE_CHARS_MAX) keepBeginning(value, made)
  return made
}

function keepBeginning({ index, type }: HandleValue, made: string): void {
  const kept = beginnings.get(type) ?? new Array<string | undefined>(KEPT_INDEX_MAX).fill(undefined)
  kept[index] = made
  if (beginnings.size < TYPES_MAX) beginnings.set(type, kept)
}

const TEXT_BEGINNING = '{"format":"string","value":"'
const beginnings = new Map<string, (string | undefined)[]>()
const KEPT_INDEX_MAX = 32
const TYPES_MAX = 1000
const TYPE_CHARS_MAX = 64

function formatTtl(value: HandleValue | undefined): string {
  const { ttl = TTL_S_DEFAULT, ttlAbsolute } = value ?? {}
  const signed = ttl | 0
  return ttlAbsolute === true ? `"${formatMoment(signed)}"` : String(signed)
}

/** Four characters: administrator read, administrator write, public read, public write. */
export function formatPermissions(permissions: number): string {
  return BITS.map((bit) => ((permissions & bit) === 0 ? '0' : '1')).join('')
}

const BITS = [ADMIN_READ, ADMIN_WRITE, PUBLIC_READ, PUBLIC_WRITE]

/** The data of a value as `{format, value}`: of a pre-defined type in its own form, else text, else base64. */
export function formatData({ type, data }: HandleValue): string {
  if (typeof data === 'string' && !mayBeKnownType(type) && PLAIN.test(data)) {
    return `${TEXT_BEGINNING}${data}"}`
  }
  const known = mayBeKnownType(type) ? knownForm(type, bytesOf(data)) : undefined
  if (known !== undefined) return known
  const text = typeof data === 'string' ? data : strictText(data)
  if (text !== undefined && !CONTROLS.test(text)) {
    return `{"format":"string","value":${quote(text)}}`
  }
  return `{"format":"base64","value":"${Buffer.from(bytesOf(data)).toString('base64')}"}`
}

/** Control characters that deployed servers take as a sign of binary data; 0x09 … 0x13 pass as white space. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x08\x14-\x1f\x7f]/

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data
}

/** Data of a pre-defined type in its own form; undefined when the bytes are not what the type promises. */
function knownForm(type: string, bytes: Uint8Array): string | undefined {
  const form = FORMS.find(({ of }) => hasType(type, of))
  if (form === undefined) return undefined
  try {
    return JSON.stringify({ format: form.format, value: form.read(bytes) })
  } catch {
    return undefined
  }
}

const FORMS: readonly { of: string; format: string; read: (bytes: Uint8Array) => unknown }[] = [
  { of: 'HS_ADMIN', format: 'admin', read: adminJson },
  { of: 'HS_VLIST', format: 'vlist', read: (bytes) => readReferences(bytes).map(referenceJson) },
  { of: 'HS_SITE', format: 'site', read: (bytes) => siteJson(readSite(bytes)) },
  { of: 'HS_NA_DELEGATE', format: 'site', read: (bytes) => siteJson(readSite(bytes)) },
  { of: 'HS_PUBKEY', format: 'key', read: readPublicKey },
]

function referenceJson({ handle, index }: ValueReference): unknown {
  return { handle, index }
}

function adminJson(bytes: Uint8Array): unknown {
  const { permissions, admin, legacy } = readAdmin(bytes)
  const bits = (permissions & 0xfff).toString(2).padStart(12, '0')
  return { ...admin, permissions: bits, ...(legacy ? { legacyByteLength: true } : {}) }
}

export function siteJson(site: Site): unknown {
  return {
    version: site.version,
    protocolVersion: `${site.major}.${site.minor}`,
    serialNumber: site.serial,
    primarySite: site.primary,
    multiPrimary: site.multiPrimary,
    ...(site.hashOption === HASH_BY_ALL ? {} : { hashOption: site.hashOption }),
    ...(site.hashFilter === '' ? {} : { hashFilter: site.hashFilter }),
    attributes: site.attributes,
    servers: site.servers.map(serverJson),
  }
}

function serverJson({ id, address, publicKey, interfaces }: SiteServer): unknown {
  return {
    serverId: id,
    address: formatAddress(address),
    publicKey: keyJson(publicKey),
    interfaces: interfaces.map(({ type, protocol, port }) => ({
      query: (type & SERVES_QUERY) !== 0,
      admin: (type & SERVES_ADMIN) !== 0,
      protocol: PROTOCOLS[protocol] ?? protocol,
      port,
    })),
  }
}

function keyJson(bytes: Uint8Array): unknown {
  try {
    return { format: 'key', value: readPublicKey(bytes) }
  } catch {
    return { format: 'base64', value: Buffer.from(bytes).toString('base64') }
  }
}
