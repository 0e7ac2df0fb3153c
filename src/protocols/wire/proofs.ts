import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import {
  isBearable,
  type SecretAlgorithm,
  type SecretForm,
} from '../../identifiers/authority/secret-code.ts'
import { MalformedBytes, Reader, Writer } from '../../identifiers/values/bytes.ts'

/*
 * Answers to a challenge (RFC 3652 §3.5, as deployed): of HS_SECKEY an algorithm's number and a code over what was asked, of
 * HS_PUBKEY the name of a digest and a signature. What is proved is always the nonce followed by the digest of the request,
 * without the number of its algorithm.
 */

export const MAC = {
  md5: 0x01,
  sha1: 0x02,
  hmacMd5: 0x11,
  hmacSha1: 0x12,
  hmacSha256: 0x13,
  pbkdf2: 0x22,
} as const

/** Handle.Net sends 10,000; more work than this is not done for somebody who has proved nothing yet. */
export const ITERATIONS_MAX = 100_000
const SALT_BYTES_MAX = 256
const KEY_BITS_MAX = 1_024
const BITS_PER_BYTE = 8

export type Pbkdf2 = {
  readonly salt: Uint8Array
  readonly iterations: number
  readonly keyBits: number
}

const PLAIN: Readonly<Record<number, string>> = { [MAC.md5]: 'md5', [MAC.sha1]: 'sha1' }
const KEYED: Readonly<Record<number, string>> = {
  [MAC.hmacMd5]: 'md5',
  [MAC.hmacSha1]: 'sha1',
  [MAC.hmacSha256]: 'sha256',
}

/** The answer of who knows the secret. `asked`: nonce and digest, one after the other. */
export function proveSecret(
  secret: Uint8Array,
  asked: Uint8Array,
  form: { readonly algorithm: number; readonly pbkdf2?: Pbkdf2 },
): Uint8Array {
  const { algorithm, pbkdf2 } = form
  if (algorithm !== MAC.pbkdf2) {
    return new Writer()
      .u8(algorithm)
      .bytes(codeOf(secret, asked, algorithm))
      .done()
  }
  if (pbkdf2 === undefined) throw new TypeError('without the numbers of PBKDF2')
  return new Writer()
    .u8(algorithm)
    .counted(pbkdf2.salt)
    .u32(pbkdf2.iterations)
    .u32(pbkdf2.keyBits)
    .counted(derivedCode(secret, asked, pbkdf2))
    .done()
}

/** An answer in its parts; whether they bear out who knows the secret is for others to find out. @throws MalformedBytes */
export function readSecretAnswer(answer: Uint8Array): { form: SecretForm; code: Uint8Array } {
  const r = new Reader(answer)
  const number = r.u8()
  const algorithm = ALGORITHMS[number]
  if (algorithm === undefined) throw new MalformedBytes(`algorithm ${number} of a secret's answer`)
  if (algorithm !== 'PBKDF2WithHmacSHA1') return { form: { algorithm }, code: r.bytes(r.left) }
  const numbers = { salt: r.counted(), iterations: r.u32(), keyBits: r.u32() }
  if (!isBearable(numbers)) throw new MalformedBytes('PBKDF2 with too much work')
  return { form: { algorithm, ...numbers }, code: r.counted() }
}

const ALGORITHMS: Readonly<Record<number, SecretAlgorithm>> = {
  [MAC.md5]: 'MD5',
  [MAC.sha1]: 'SHA1',
  [MAC.hmacMd5]: 'HMAC-MD5',
  [MAC.hmacSha1]: 'HMAC-SHA1',
  [MAC.hmacSha256]: 'HMAC-SHA256',
  [MAC.pbkdf2]: 'PBKDF2WithHmacSHA1',
}

/** Whether an answer shows that its sender knows the secret. @throws MalformedBytes where it is none, or asks for too much work */
export function isSecretProved(secret: Uint8Array, asked: Uint8Array, answer: Uint8Array): boolean {
  const r = new Reader(answer)
  const algorithm = r.u8()
  if (algorithm !== MAC.pbkdf2) return isSame(r.bytes(r.left), codeOf(secret, asked, algorithm))
  const numbers = { salt: r.counted(), iterations: r.u32(), keyBits: r.u32() }
  const { salt, iterations, keyBits } = numbers
  const isWithin =
    salt.length <= SALT_BYTES_MAX &&
    iterations >= 1 &&
    iterations <= ITERATIONS_MAX &&
    keyBits >= BITS_PER_BYTE &&
    keyBits <= KEY_BITS_MAX &&
    keyBits % BITS_PER_BYTE === 0
  if (!isWithin) throw new MalformedBytes(`PBKDF2 of ${iterations} rounds and ${keyBits} bits`)
  return isSame(r.counted(), derivedCode(secret, asked, numbers))
}

function codeOf(secret: Uint8Array, asked: Uint8Array, algorithm: number): Uint8Array {
  const plain = PLAIN[algorithm]
  if (plain !== undefined) {
    return createHash(plain).update(secret).update(asked).update(secret).digest()
  }
  const keyed = KEYED[algorithm]
  if (keyed === undefined) throw new MalformedBytes(`algorithm ${algorithm} of a secret's answer`)
  return createHmac(keyed, secret).update(asked).digest()
}

function derivedCode(secret: Uint8Array, asked: Uint8Array, it: Pbkdf2): Uint8Array {
  const key = pbkdf2Sync(secret, it.salt, it.iterations, it.keyBits / BITS_PER_BYTE, 'sha1')
  return createHmac('sha1', key).update(asked).digest()
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
