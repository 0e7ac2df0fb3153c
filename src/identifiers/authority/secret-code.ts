import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** How who knows a secret key shows it: a code over what was asked (RFC 3652 §3.5, as deployed). */
export const SECRET_ALGORITHMS = [
  'MD5',
  'SHA1',
  'HMAC-MD5',
  'HMAC-SHA1',
  'HMAC-SHA256',
  'PBKDF2WithHmacSHA1',
] as const
export type SecretAlgorithm = (typeof SECRET_ALGORITHMS)[number]

export type Pbkdf2 = {
  readonly salt: Uint8Array
  readonly iterations: number
  readonly keyBits: number
}

export type SecretForm =
  | { readonly algorithm: Exclude<SecretAlgorithm, 'PBKDF2WithHmacSHA1'> }
  | ({ readonly algorithm: 'PBKDF2WithHmacSHA1' } & Pbkdf2)

/** Handle.Net sends 10,000; more work than this is not done for somebody who has proved nothing yet. */
export const ITERATIONS_MAX = 100_000
const SALT_BYTES_MAX = 256
const KEY_BITS_MAX = 1_024
const BITS_PER_BYTE = 8

/** Whether the numbers of PBKDF2 ask for something that can be done, and not for too much work. */
export function isBearable({ salt, iterations, keyBits }: Pbkdf2): boolean {
  return (
    salt.length <= SALT_BYTES_MAX &&
    Number.isInteger(iterations) &&
    iterations >= 1 &&
    iterations <= ITERATIONS_MAX &&
    keyBits >= BITS_PER_BYTE &&
    keyBits <= KEY_BITS_MAX &&
    keyBits % BITS_PER_BYTE === 0
  )
}

/** `asked`: what is to be shown, the nonce and what follows it. The many rounds of PBKDF2 are done beside this thread. */
export async function secretCode(
  secret: Uint8Array,
  asked: Uint8Array,
  form: SecretForm,
): Promise<Uint8Array> {
  switch (form.algorithm) {
    case 'MD5':
    case 'SHA1':
      return createHash(form.algorithm).update(secret).update(asked).update(secret).digest()
    case 'HMAC-MD5':
    case 'HMAC-SHA1':
    case 'HMAC-SHA256':
      return createHmac(form.algorithm.slice('HMAC-'.length), secret).update(asked).digest()
    case 'PBKDF2WithHmacSHA1': {
      const { salt, iterations, keyBits } = form
      const key = await derive(secret, salt, iterations, keyBits / BITS_PER_BYTE, 'sha1')
      return createHmac('sha1', key).update(asked).digest()
    }
  }
}

/** In a time that tells nothing of where they differ. */
export function isSameCode(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

const derive = promisify(pbkdf2)
