import {
  createHash,
  createPublicKey,
  type KeyObject,
  type VerifyKeyObjectInput,
  verify,
  X509Certificate,
} from 'node:crypto'
import { Reader } from '../values/bytes.ts'
import { derBits, derInteger, derSequence } from '../values/der.ts'
import { readPublicKey } from '../values/public-key.ts'
import { type Point, readPoint, verifySm2 } from './sm2.ts'

/** A public key that signatures can be checked with. */
export type VerifyingKey =
  | { readonly kind: 'RSA' | 'DSA' | 'EC' | 'EdDSA'; readonly key: KeyObject }
  | { readonly kind: 'SM2'; readonly point: Point }

const RSA_BITS_MAX = 16_384
const RSA_BITS_MIN = 1_024
const PEM_BEGIN = '-----BEGIN '
const JSON_BEGIN = '{'

/**
 * HS_PUBKEY in any form that is deployed: Handle.Net's own (RSA, DSA, and SM2 as its point), X.509 text as the national system
 * has it (a key or a certificate), or a JSON web key. Undefined for every other.
 */
export function readVerifyingKey(data: Uint8Array): VerifyingKey | undefined {
  try {
    const text = Buffer.from(data).toString('utf8')
    if (text.startsWith(PEM_BEGIN)) return fromPem(text)
    if (text.startsWith(JSON_BEGIN)) return checked(fromJwk(JSON.parse(text)))
    const r = new Reader(data)
    if (r.text() === 'SM2_PUB_KEY') return fromPoint(new Uint8Array(r.bytes(r.left)))
    const known = readPublicKey(data)
    if (known.kty === 'RSA') return checked(fromJwk(known))
    return checked(createPublicKey({ key: dsaSpki(known), format: 'der', type: 'spki' }))
  } catch {
    return undefined
  }
}

function fromJwk(jwk: object): KeyObject {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' })
}

function fromPem(pem: string): VerifyingKey | undefined {
  const base64 = pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '')
  const sm2 = pointIn(Buffer.from(base64, 'base64'))
  if (sm2 !== undefined) return { kind: 'SM2', point: sm2 }
  const isCertificate = pem.startsWith('-----BEGIN CERTIFICATE')
  return checked(isCertificate ? new X509Certificate(pem).publicKey : createPublicKey(pem))
}

/** The name of the curve, and the key that follows it. */
const SM2_CURVE = Buffer.from('06082a811ccf5501822d034200', 'hex')
const POINT_BYTES = 65

function pointIn(der: Buffer): Point | undefined {
  const at = der.indexOf(SM2_CURVE)
  if (at < 0) return undefined
  return readPoint(der.subarray(at + SM2_CURVE.length, at + SM2_CURVE.length + POINT_BYTES))
}

/** After the type two reserved bytes, then the point, counted or not. */
function fromPoint(rest: Uint8Array): VerifyingKey | undefined {
  const point = rest.length < POINT_BYTES ? undefined : readPoint(rest.subarray(-POINT_BYTES))
  return point && { kind: 'SM2', point }
}

function checked(key: KeyObject): VerifyingKey | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails: details } = key
  switch (asymmetricKeyType) {
    case 'rsa': {
      const bits = details?.modulusLength ?? 0
      return bits < RSA_BITS_MIN || bits > RSA_BITS_MAX ? undefined : { kind: 'RSA', key }
    }
    case 'dsa':
      return { kind: 'DSA', key }
    case 'ec':
      return { kind: 'EC', key }
    case 'ed25519':
      return { kind: 'EdDSA', key }
    default:
      return undefined
  }
}

/** In the spellings of deployed clients, letters folded and without what stands between them. */
const DIGESTS: Readonly<Record<string, string>> = {
  SHA: 'sha1',
  SHA1: 'sha1',
  SHA256: 'sha256',
  SHA384: 'sha384',
  SHA512: 'sha512',
  SM3: 'sm3',
}

export type Signed = {
  readonly message: Uint8Array
  /** Name of the digest, e.g. `SHA-256`; of SM2 it is `SM3`. */
  readonly digest: string
  readonly signature: Uint8Array
  /** The signer's handle: goes into the digest of SM2. */
  readonly signer: string
}

/** Whether the holder of a key signed a message. */
export function isSignedBy(key: VerifyingKey, signed: Signed): boolean {
  const { message, signature } = signed
  const digest = DIGESTS[signed.digest.toUpperCase().replaceAll('-', '')]
  if (key.kind === 'SM2') {
    if (digest !== 'sm3') return false
    const by = { signature, id: Buffer.from(signed.signer) }
    // Clients of the national system take the digest of the message first, and sign that as a message.
    const hashed = createHash('sm3').update(message).digest()
    return verifySm2(key.point, message, by) || verifySm2(key.point, hashed, by)
  }
  if (digest === undefined && key.kind !== 'EdDSA') return false
  try {
    const input: VerifyKeyObjectInput = { key: key.key }
    return verify(key.kind === 'EdDSA' ? undefined : digest, message, input, signature)
  } catch {
    return false
  }
}

type Dsa = { readonly p: string; readonly q: string; readonly g: string; readonly y: string }

/** SubjectPublicKeyInfo (RFC 3279 §2.3.2). */
function dsaSpki({ p, q, g, y }: Dsa): Buffer {
  const integer = (text: string) => derInteger(Buffer.from(text, 'base64url'))
  const numbers = derSequence(integer(p), integer(q), integer(g))
  return derSequence(derSequence(DSA_OID, numbers), derBits(integer(y)))
}

const DSA_OID = Buffer.from('06072a8648ce380401', 'hex')
