import { pemOf } from './der.ts'

/** Beyond this the node refuses it. */
export const PUBLIC_KEY_CHARS_MAX = 16_384

/** What is wrong with a text that should be a public key; each has a sentence of its own. */
export type KeyFault =
  | 'keyPrivate'
  | 'keySsh'
  | 'keySecret'
  | 'keyBroken'
  | 'keyUnknown'
  | 'keyLong'

const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----\s+([A-Za-z0-9+/=\s]+)-----END \1-----$/
const PEM_LABELS = ['PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE']
/** Members of a JSON web key without which it is none (RFC 7518 §6, RFC 8037). */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
}

/** Judged before it is sent, so that a private key never leaves this page. Undefined where nothing speaks against it. */
export function faultOf(typed: string): KeyFault | undefined {
  const text = typed.trim()
  if (/PRIVATE KEY/i.test(text)) return 'keyPrivate'
  if (text.length > PUBLIC_KEY_CHARS_MAX) return 'keyLong'
  if (/^(ssh|ecdsa|sk)-|^---- BEGIN SSH2/.test(text)) return 'keySsh'
  if (text.startsWith('{')) return jwkFault(text)
  if (!text.startsWith('-----BEGIN ')) return 'keyUnknown'
  const [, label = '', body = ''] = PEM.exec(text) ?? []
  if (label === '') return 'keyBroken'
  if (!PEM_LABELS.includes(label)) return 'keyUnknown'
  // every one of them is a sequence, whose first octet is 0x30
  return isBase64(body) && /^M/.test(body.trim()) ? undefined : 'keyBroken'
}

function jwkFault(text: string): KeyFault | undefined {
  let jwk: unknown
  try {
    jwk = JSON.parse(text)
  } catch {
    return 'keyBroken'
  }
  const members = jwk as Readonly<Record<string, unknown>>
  if ('d' in members) return 'keyPrivate'
  if (members.kty === 'oct') return 'keySecret'
  const needed = NEEDED[String(members.kty)]
  if (needed === undefined) return 'keyUnknown'
  return needed.every((it) => typeof members[it] === 'string') ? undefined : 'keyBroken'
}

function isBase64(text: string): boolean {
  try {
    return atob(text.replace(/\s/g, '')).length > 0
  } catch {
    return false
  }
}

const SEQUENCE = 0x30
const INTEGER = 0x02
const OID = 0x06

/** A file as text: PEM and JSON as they stand, DER as the PEM of what it is. */
export function textOfKeyFile(bytes: Uint8Array): string {
  if (bytes[0] !== SEQUENCE) return new TextDecoder().decode(bytes)
  const inner = contentsAt(bytes, 0)
  // what is private begins with a version, RSA of PKCS #1 with its modulus
  if (bytes[inner] === INTEGER) {
    return pemOf(bytes[inner + 1] === 1 ? 'PRIVATE KEY' : 'RSA PUBLIC KEY', bytes)
  }
  return pemOf(bytes[contentsAt(bytes, inner)] === OID ? 'PUBLIC KEY' : 'CERTIFICATE', bytes)
}

/** Where the contents of the element begin that stands at `at`. */
function contentsAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0
  return at + 2 + (first < 128 ? 0 : first & 127)
}
