import { DER, der, integer, oid, pemOf } from './der.ts'

/** What browsers make; which clients take them is said beside each. */
export const PAIR_KINDS = ['RSA', 'EC', 'EdDSA'] as const
export type PairKind = (typeof PAIR_KINDS)[number]

export type KeyPair = {
  readonly kind: PairKind
  readonly publicPem: string
  /** PKCS #8; encrypted where a password was given. */
  readonly privatePem: string
}

const RSA_BITS = 3072

const OF_KIND = {
  RSA: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: RSA_BITS,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: 'SHA-256',
  },
  EC: { name: 'ECDSA', namedCurve: 'P-256' },
  EdDSA: { name: 'Ed25519' },
} as const

/** Pages that came without TLS from another machine are given no such keys by browsers. */
export function canMakePairs(): boolean {
  return (globalThis.crypto as { readonly subtle?: SubtleCrypto }).subtle !== undefined
}

/** A pair made in this browser; nothing of it is sent or kept here. @throws DOMException `NotSupportedError` */
export async function makeKeyPair(kind: PairKind, password = ''): Promise<KeyPair> {
  const { subtle } = globalThis.crypto
  const pair = (await subtle.generateKey(OF_KIND[kind], true, ['sign', 'verify'])) as CryptoKeyPair
  const open = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey))
  const spki = new Uint8Array(await subtle.exportKey('spki', pair.publicKey))
  return {
    kind,
    publicPem: pemOf('PUBLIC KEY', spki),
    privatePem:
      password === ''
        ? pemOf('PRIVATE KEY', open)
        : pemOf('ENCRYPTED PRIVATE KEY', await encrypted(open, password)),
  }
}

const ROUNDS = 600_000
const SALT_BYTES = 16
const BLOCK_BYTES = 16
const KEY_BITS = 256

/** EncryptedPrivateKeyInfo (RFC 5958) by PBES2 (RFC 8018): PBKDF2 with HMAC-SHA-256, AES-256 in CBC. */
async function encrypted(open: Uint8Array<ArrayBuffer>, password: string) {
  const { subtle } = globalThis.crypto
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
  const iv = crypto.getRandomValues(new Uint8Array(BLOCK_BYTES))
  const typed = new TextEncoder().encode(password)
  const root = await subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }
  const cipher = { name: 'AES-CBC', length: KEY_BITS }
  const key = await subtle.deriveKey(derivation, root, cipher, false, ['encrypt'])
  const hidden = new Uint8Array(await subtle.encrypt({ name: 'AES-CBC', iv }, key, open))
  return der(DER.sequence, pbes2(salt, iv), der(DER.octets, hidden))
}

function pbes2(salt: Uint8Array, iv: Uint8Array): Uint8Array {
  const { sequence, octets, nothing } = DER
  const hmacSha256 = der(sequence, oid('2a864886f70d0209'), der(nothing))
  const pbkdf2 = der(sequence, der(octets, salt), integer(ROUNDS), hmacSha256)
  const derivation = der(sequence, oid('2a864886f70d01050c'), pbkdf2)
  const cipher = der(sequence, oid('60864801650304012a'), der(octets, iv))
  return der(sequence, oid('2a864886f70d01050d'), der(sequence, derivation, cipher))
}
