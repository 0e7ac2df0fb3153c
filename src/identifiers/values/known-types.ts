import type { Text } from '../../lib/text.ts'
import { foldAscii, parseHandle } from '../handle.ts'
import { type HandleValue, PERMISSIONS_DEFAULT, PUBLIC_READ } from '../record.ts'
import { readAdmin } from './admin.ts'
import { Reader } from './bytes.ts'
import { readPublicKey } from './public-key.ts'
import { readReferences } from './references.ts'
import { readSite } from './site.ts'

export type WrongMember = {
  readonly member: 'data' | 'permissions'
  readonly reason: Text
  readonly expected: Text
}

/**
 * What is wrong with a value whose type programs of the Handle System act on (RFC 3651 §3.2), so that they could not: an
 * administrator that is a sentence, a key for everybody to read. Undefined for values of every other type.
 */
export function wrongKnownValue(value: HandleValue): WrongMember | undefined {
  if (!mayBeKnownType(value.type)) return undefined
  const known = KNOWN.find(({ of }) => hasType(value.type, of))
  if (known === undefined) return undefined
  const { data } = value
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  if (!isReadBy(known.read, bytes)) {
    const reason = { en: `This is no data of type ${known.of}`, zh: `数据不符合类型 ${known.of}` }
    return { member: 'data', reason, expected: known.expected }
  }
  const { permissions = PERMISSIONS_DEFAULT } = value
  if (known.of !== SECRET || (permissions & PUBLIC_READ) === 0) return undefined
  return { member: 'permissions', reason: SECRET_SHOWN, expected: sameText('12') }
}

/** A type whose values are never for everybody to read. */
export function isSecretType(type: string): boolean {
  return mayBeKnownType(type) && foldAscii(type) === SECRET
}

/** Whether a type may be one of the Handle System's own: few are, and asking so is cheap. */
export function mayBeKnownType(type: string): boolean {
  const first = type.charCodeAt(0)
  return (first === 0x48 || first === 0x68) && type.charCodeAt(2) === 0x5f
}

/** The type itself or one below it, ASCII case aside. */
export function hasType(type: string, of: string): boolean {
  const folded = foldAscii(type)
  return folded === of || folded.startsWith(`${of}.`)
}

function isReadBy(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    return read(bytes) !== false
  } catch {
    return false
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readName(bytes: Uint8Array): unknown {
  return parseHandle(STRICT_UTF8.decode(bytes))
}

function readAdminFully(bytes: Uint8Array): unknown {
  return parseHandle(readAdmin(bytes).admin.handle)
}

function readListFully(bytes: Uint8Array): unknown {
  return readReferences(bytes).map((it) => parseHandle(it.handle))
}

/** A key in the form of Handle.Net, of a type that it or the national system knows, or X.509 text, which the latter writes. */
function readKey(bytes: Uint8Array): unknown {
  const isText = bytes[0] === DASH
  if (isText) return PEM.test(STRICT_UTF8.decode(bytes))
  const r = new Reader(bytes)
  const type = r.text()
  r.u16()
  if (type === 'RSA_PUB_KEY' || type === 'DSA_PUB_KEY') return readPublicKey(bytes)
  return OTHER_KEYS.has(type) && r.left > 0
}

const DASH = 0x2d
const PEM = /^-----BEGIN [A-Z0-9 ]+-----\r?\n[\w+/=\s]+-----END [A-Z0-9 ]+-----\s*$/
const OTHER_KEYS = new Set(['DH_PUB_KEY', 'SM2_PUB_KEY', 'SM9_PUB_KEY'])
const SECRET = 'HS_SECKEY'

function sameText(text: string): Text {
  return { en: text, zh: text }
}

const REFERENCE = '{"handle":"0.NA/88.100.1","index":300}'
const SITE: Text = sameText(
  '{"format":"site","value":{"version":1,"protocolVersion":"2.11","serialNumber":1,"primarySite":true,"servers":[…]}}',
)
const NAME: Text = { en: 'The name of an identifier, PREFIX/SUFFIX', zh: '标识名称“前缀/后缀”' }
const SECRET_SHOWN: Text = {
  en: 'A secret key is not for everybody to read',
  zh: '密钥不得对所有人可读',
}

const KNOWN: readonly {
  readonly of: string
  /** Throws, or answers false, for what is none. */
  readonly read: (bytes: Uint8Array) => unknown
  readonly expected: Text
}[] = [
  {
    of: 'HS_ADMIN',
    read: readAdminFully,
    expected: sameText(
      `{"format":"admin","value":${REFERENCE.slice(0, -1)},"permissions":"111111111111"}}`,
    ),
  },
  {
    of: 'HS_VLIST',
    read: readListFully,
    expected: sameText(`{"format":"vlist","value":[${REFERENCE}]}`),
  },
  { of: 'HS_SITE', read: readSite, expected: SITE },
  { of: 'HS_NA_DELEGATE', read: readSite, expected: SITE },
  {
    of: 'HS_PUBKEY',
    read: readKey,
    expected: {
      en: '{"format":"key","value":{"kty":"RSA","n":"…","e":"AQAB"}}, or X.509 text (PEM)',
      zh: '{"format":"key","value":{"kty":"RSA","n":"…","e":"AQAB"}}，或 X.509 文本（PEM）',
    },
  },
  { of: 'HS_SERV', read: readName, expected: NAME },
  { of: 'HS_ALIAS', read: readName, expected: NAME },
  {
    of: SECRET,
    read: (bytes) => bytes.length > 0,
    expected: { en: 'A key that is not empty', zh: '非空密钥' },
  },
]
