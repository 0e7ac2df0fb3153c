import { type KeyObject, randomBytes, sign } from 'node:crypto'
import type { SecretAlgorithm } from '../../identifiers/authority/secret-code.ts'
import type { ValueReference } from '../../identifiers/record.ts'
import { Writer } from '../../identifiers/values/bytes.ts'
import { type Challenge, writeChallengeAnswer } from '../wire/bodies.ts'
import { proveSecret } from '../wire/proofs.ts'

/** Who asks, and what shows it; used only where a server wants to know. */
export type Authentication =
  | {
      readonly kind: 'secret'
      /** Where the key stands: `{ handle: '0.NA/88.100.1', index: 300 }`. */
      readonly identity: ValueReference
      readonly secret: Uint8Array
      /** PBKDF2 where absent, as deployed. */
      readonly algorithm?: SecretAlgorithm
    }
  | {
      readonly kind: 'key'
      readonly identity: ValueReference
      /** RSA, DSA, EC or Ed25519. */
      readonly privateKey: KeyObject
    }

const SALT_BYTES = 16
const ITERATIONS = 10_000
const KEY_BITS = 160
/** Of DSA with keys so short the digest is no longer than they are. */
const SHORT_DSA_BITS = 160

/** The body that answers a challenge. */
export async function challengeAnswer(
  by: Authentication,
  { nonce, digest }: Challenge,
): Promise<Uint8Array> {
  const asked = Buffer.concat([nonce, digest.digest])
  const { identity: key } = by
  if (by.kind === 'key') {
    return writeChallengeAnswer({ type: 'HS_PUBKEY', key, answer: signed(by.privateKey, asked) })
  }
  const answer = await proveSecret(by.secret, asked, secretForm(by.algorithm))
  return writeChallengeAnswer({ type: 'HS_SECKEY', key, answer })
}

function secretForm(algorithm: SecretAlgorithm = 'PBKDF2WithHmacSHA1') {
  if (algorithm !== 'PBKDF2WithHmacSHA1') return { algorithm }
  const salt = new Uint8Array(randomBytes(SALT_BYTES))
  return { algorithm, salt, iterations: ITERATIONS, keyBits: KEY_BITS } as const
}

function signed(key: KeyObject, asked: Uint8Array): Uint8Array {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const isShort = type === 'dsa' && (details?.divisorLength ?? 0) <= SHORT_DSA_BITS
  const digest = isShort ? 'SHA-1' : 'SHA-256'
  const algorithm = type === 'ed25519' ? undefined : digest.replace('-', '').toLowerCase()
  return new Writer()
    .text(digest)
    .counted(sign(algorithm, asked, key))
    .done()
}
