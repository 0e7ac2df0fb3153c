import { createPublicKey } from 'node:crypto'
import type { Text } from '../../lib/text.ts'
import type { ValueReference } from '../record.ts'
import { parseAddress } from './address.ts'
import { ADMIN_PERMISSIONS_ALL, writeAdmin } from './admin.ts'
import type { JsonPlace } from './json-place.ts'
import { type PublicKey, writePublicKey } from './public-key.ts'
import { writeReferences } from './references.ts'
import {
  HASH_BY_ALL,
  PROTOCOLS,
  SERVES_ADMIN,
  SERVES_QUERY,
  type SiteInterface,
  type SiteServer,
  writeSite,
} from './site.ts'

const LIST_LENGTH_MAX = 2048
const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1

export const DATA_FORMATS = ['string', 'base64', 'hex', 'admin', 'vlist', 'site', 'key'] as const

/**
 * The `data` of a value in any form the JSON API takes: a bare string, number or boolean, or `{format, value}` with
 * format string, base64, hex, admin, vlist, site or key (ASCII case aside). Undefined when something was wrong; the place has noted it.
 */
export function readData(place: JsonPlace): string | Uint8Array | undefined {
  if (typeof place.json !== 'object' || place.json === null) return place.text()
  const format = place.member('format').text()?.toLowerCase()
  if (format === undefined) return undefined
  const known = DATA_FORMATS.find((it) => it === format)
  if (known === undefined) return place.member('format').wrong(WRONG.format, FORMATS)
  return READERS[known](place.member('value'))
}

type DataReader = (value: JsonPlace) => string | Uint8Array | undefined
const READERS: Readonly<Record<(typeof DATA_FORMATS)[number], DataReader>> = {
  string: (value) => value.text(),
  base64: readBase64,
  hex: readHex,
  admin: readAdminJson,
  vlist: readListJson,
  site: readSiteJson,
  key: readKeyJson,
}

const WRONG = {
  format: { en: 'This format of data is not known', zh: '未知的数据格式' },
  base64: { en: 'This is not base64', zh: '不是有效的 base64' },
  hex: { en: 'This is not hexadecimal', zh: '不是有效的十六进制' },
  permissions: { en: 'These are not permissions', zh: '权限格式有误' },
  address: { en: 'This is not an IP address', zh: '不是有效的 IP 地址' },
  version: { en: 'This is not a protocol version', zh: '不是有效的协议版本' },
  protocol: { en: 'This protocol is not known', zh: '未知的协议' },
  curveKey: { en: 'This is no key of that curve', zh: '不是该曲线上的公钥' },
  key: { en: 'This type of key is not known', zh: '未知的密钥类型' },
} satisfies Record<string, Text>

const FORMATS: Text = sameText(DATA_FORMATS.join(', '))
const TWELVE_BITS: Text = {
  en: 'up to twelve characters 0 or 1, or *',
  zh: '至多 12 个字符 0 或 1，或者 *',
}

function sameText(text: string): Text {
  return { en: text, zh: text }
}

/** Both alphabets, white space within, padding optional: as lenient as deployed servers, but nothing else is skipped. */
function readBase64(value: JsonPlace): Uint8Array | undefined {
  const text = value.text()
  if (text === undefined) return undefined
  if (!/^[\w+/\s-]*(?:=\s*){0,2}$/.test(text)) return value.wrong(WRONG.base64)
  return new Uint8Array(Buffer.from(text, 'base64'))
}

function readHex(value: JsonPlace): Uint8Array | undefined {
  const text = value.text()
  if (text === undefined) return undefined
  if (!/^(?:[\da-f]{2})*$/i.test(text)) return value.wrong(WRONG.hex)
  return new Uint8Array(Buffer.from(text, 'hex'))
}

function readReference(place: JsonPlace, indexMin: number): ValueReference | undefined {
  if (place.object() === undefined) return undefined
  const handle = place.member('handle').text()
  const index = place.member('index').integer(indexMin, INT_MAX)
  return handle === undefined || index === undefined ? undefined : { handle, index }
}

export function readReferenceList(
  place: JsonPlace,
  indexMin: number,
): ValueReference[] | undefined {
  return all(place.elements(LIST_LENGTH_MAX)?.map((it) => readReference(it, indexMin)))
}

function readListJson(value: JsonPlace): Uint8Array | undefined {
  const references = readReferenceList(value, INT_MIN)
  return references && writeReferences(references)
}

function readAdminJson(value: JsonPlace): Uint8Array | undefined {
  const admin = readReference(value, INT_MIN)
  const permissions = readAdminPermissions(value.member('permissions'))
  const tail = value.member('legacyByteLength')
  const legacy = tail.isGiven ? tail.boolean() : false
  if (admin === undefined || permissions === undefined || legacy === undefined) return undefined
  return writeAdmin({ permissions, admin, legacy })
}

/** A string of bits (leftmost List_Handle), `*`, a boolean, a number, or an array with the lowest bit first. */
function readAdminPermissions(place: JsonPlace): number | undefined {
  const { json } = place
  if (json === undefined || json === null || json === false) return 0
  if (json === true || json === '*') return ADMIN_PERMISSIONS_ALL
  if (Array.isArray(json)) {
    return json.slice(0, 12).reduce<number>((bits, it, i) => bits | (it ? 1 << i : 0), 0)
  }
  if (typeof json === 'number' && Number.isInteger(json) && json >= 0) {
    return json & ADMIN_PERMISSIONS_ALL
  }
  if (typeof json === 'string' && /^[01]{0,64}$/.test(json)) {
    return Number.parseInt(json.slice(-12) || '0', 2)
  }
  return place.wrong(WRONG.permissions, TWELVE_BITS)
}

function readSiteJson(value: JsonPlace): Uint8Array | undefined {
  if (value.object() === undefined) return undefined
  const part = <T>(name: string, read: (place: JsonPlace) => T | undefined, absent: T) => {
    const place = value.member(name)
    return place.isGiven ? read(place) : absent
  }
  const version = part('version', (it) => it.integer(0, 0xffff), 1)
  const protocol = part('protocolVersion', readProtocolVersion, [2, 11])
  const serial = part('serialNumber', (it) => it.integer(0, 0xffff), 0)
  const primary = part('primarySite', (it) => it.boolean(), false)
  const multiPrimary = part('multiPrimary', (it) => it.boolean(), false)
  const hashOption = part('hashOption', (it) => it.integer(-128, 127), HASH_BY_ALL)
  const hashFilter = part('hashFilter', (it) => it.text(), '')
  const attributes = part('attributes', readAttributes, [])
  const servers = part(
    'servers',
    (it) => all(it.elements(LIST_LENGTH_MAX)?.map(readServerJson)),
    [],
  )
  if (version === undefined || protocol === undefined || serial === undefined) return undefined
  if (primary === undefined || multiPrimary === undefined || hashOption === undefined)
    return undefined
  if (hashFilter === undefined || attributes === undefined || servers === undefined)
    return undefined
  const [major = 2, minor = 11] = protocol
  const head = { version, major, minor, serial, primary, multiPrimary, hashOption, hashFilter }
  return writeSite({ ...head, attributes, servers })
}

function readProtocolVersion(place: JsonPlace): number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})$/.exec(place.text() ?? '')
  const parts = match?.slice(1, 3).map(Number)
  return parts?.every((it) => it < 128) ? parts : place.wrong(WRONG.version, sameText('2.11'))
}

/** An array of `{name, value}`, or an object whose members are the attributes. */
function readAttributes(place: JsonPlace): { name: string; value: string }[] | undefined {
  if (Array.isArray(place.json)) {
    return all(
      place.elements(LIST_LENGTH_MAX)?.map((it) => {
        const name = it.member('name').text()
        const value = it.member('value').text()
        return name === undefined || value === undefined ? undefined : { name, value }
      }),
    )
  }
  const members = Object.keys(place.object() ?? {}).slice(0, LIST_LENGTH_MAX)
  return all(
    members.flatMap((name) => {
      const member = place.member(name)
      const places = Array.isArray(member.json) ? member.elements(LIST_LENGTH_MAX) : [member]
      return (places ?? []).map((it) => {
        const value = it.text()
        return value === undefined ? undefined : { name, value }
      })
    }),
  )
}

function readServerJson(place: JsonPlace): SiteServer | undefined {
  if (place.object() === undefined) return undefined
  const id = place.member('serverId').integer(INT_MIN, INT_MAX)
  const text = place.member('address').text()
  const address = text === undefined ? undefined : parseAddress(text)
  if (text !== undefined && address === undefined) place.member('address').wrong(WRONG.address)
  const key = place.member('publicKey')
  const data = key.isGiven ? readData(key) : ''
  const given = place.member('interfaces')
  const interfaces = given.isGiven
    ? all(given.elements(LIST_LENGTH_MAX)?.map(readInterfaceJson))
    : []
  if (id === undefined || address === undefined) return undefined
  if (data === undefined || interfaces === undefined) return undefined
  const publicKey = typeof data === 'string' ? Buffer.from(data) : data
  return { id, address, publicKey, interfaces }
}

function readInterfaceJson(place: JsonPlace): SiteInterface | undefined {
  const query = place.member('query').boolean()
  const admin = place.member('admin').boolean()
  const port = place.member('port').integer(0, 65_535)
  const name = place.member('protocol')
  const known = PROTOCOLS.indexOf(String(name.json))
  const protocol = known >= 0 ? known : name.integer(0, 127)
  if (query === undefined || admin === undefined) return undefined
  if (port === undefined || protocol === undefined) return undefined
  return { type: (query ? SERVES_QUERY : 0) | (admin ? SERVES_ADMIN : 0), protocol, port }
}

function readKeyJson(value: JsonPlace): string | Uint8Array | undefined {
  const kty = value.member('kty').text()?.toUpperCase()
  if (kty === 'EC' || kty === 'OKP') return readCurveKeyJson(value, kty)
  if (kty === 'RSA') {
    const [n, e] = [readKeyPart(value.member('n')), readKeyPart(value.member('e'))]
    return n === undefined || e === undefined ? undefined : writePublicKey({ kty, n, e })
  }
  if (kty !== 'DSA') {
    return kty === undefined
      ? undefined
      : value.member('kty').wrong(WRONG.key, sameText('RSA, DSA, EC, OKP'))
  }
  const [y, p] = [readKeyPart(value.member('y')), readKeyPart(value.member('p'))]
  const [q, g] = [readKeyPart(value.member('q')), readKeyPart(value.member('g'))]
  if (y === undefined || p === undefined || q === undefined || g === undefined) return undefined
  const key: PublicKey = { kty, y, p, q, g }
  return writePublicKey(key)
}

/** Keys that have no form of their own in the protocol are kept as X.509 text, as the national system does. */
function readCurveKeyJson(value: JsonPlace, kty: 'EC' | 'OKP'): string | undefined {
  const crv = value.member('crv').text()
  const x = readKeyPart(value.member('x'))
  const y = kty === 'EC' ? readKeyPart(value.member('y')) : ''
  if (crv === undefined || x === undefined || y === undefined) return undefined
  const jwk = { kty, crv, x, ...(kty === 'EC' && { y }) }
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    if (!CURVES.has(crv))
      return value.member('crv').wrong(WRONG.key, sameText([...CURVES].join(', ')))
    return key.export({ type: 'spki', format: 'pem' }).toString().trim()
  } catch {
    return value.member('x').wrong(WRONG.curveKey, sameText([...CURVES].join(', ')))
  }
}

/** Those whose signatures are checked here. */
const CURVES: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521', 'secp256k1', 'Ed25519'])

function readKeyPart(place: JsonPlace): string | undefined {
  const bytes = readBase64(place)
  return bytes && Buffer.from(bytes).toString('base64url')
}

/** The list, when every element could be read. */
function all<T>(list: readonly (T | undefined)[] | undefined): T[] | undefined {
  if (list === undefined) return undefined
  const read = list.filter((it) => it !== undefined)
  return read.length === list.length ? read : undefined
}
