import {
  isBearable,
  isSameCode,
  type SecretAlgorithm,
  type SecretForm,
  secretCode,
} from '../../identifiers/authority/secret-code.ts'
import { MalformedBytes, Reader, Writer } from '../../identifiers/values/bytes.ts'

/*
 * Answers to a challenge (RFC 3652 §3.5, as deployed): of HS_SECKEY an algorithm's number and a code over what was asked, of
 * HS_PUBKEY the name of a digest and a signature. What is proved is always the nonce followed by the digest of the request,
 * without the number of its algorithm.
 */

const NUMBERS: Readonly<Record<SecretAlgorithm, number>> = {
  MD5: 0x01,
  SHA1: 0x02,
  'HMAC-MD5': 0x11,
  'HMAC-SHA1': 0x12,
  'HMAC-SHA256': 0x13,
  PBKDF2WithHmacSHA1: 0x22,
}
const ALGORITHMS = new Map(
  Object.entries(NUMBERS).map(([name, number]) => [number, name as SecretAlgorithm]),
)

/** The form of a secret's code, and the code. */
export type SecretAnswer = { readonly form: SecretForm; readonly code: Uint8Array }

/** An answer in its parts; whether they bear out who knows the secret is for others to find out. @throws MalformedBytes */
export function readSecretAnswer(answer: Uint8Array): SecretAnswer {
  const r = new Reader(answer)
  const number = r.u8()
  const algorithm = ALGORITHMS.get(number)
  if (algorithm === undefined) throw new MalformedBytes(`algorithm ${number} of a secret's answer`)
  if (algorithm !== 'PBKDF2WithHmacSHA1') return { form: { algorithm }, code: r.bytes(r.left) }
  const numbers = { salt: r.counted(), iterations: r.u32(), keyBits: r.u32() }
  if (!isBearable(numbers)) throw new MalformedBytes('PBKDF2 with too much work')
  return { form: { algorithm, ...numbers }, code: r.counted() }
}

export function writeSecretAnswer({ form, code }: SecretAnswer): Uint8Array {
  const w = new Writer().u8(NUMBERS[form.algorithm])
  if (form.algorithm !== 'PBKDF2WithHmacSHA1') return w.bytes(code).done()
  return w.counted(form.salt).u32(form.iterations).u32(form.keyBits).counted(code).done()
}

/** The answer of who knows the secret. `asked`: nonce and digest, one after the other. */
export async function proveSecret(
  secret: Uint8Array,
  asked: Uint8Array,
  form: SecretForm,
): Promise<Uint8Array> {
  return writeSecretAnswer({ form, code: await secretCode(secret, asked, form) })
}

/** Whether an answer shows that its sender knows the secret. Rejects with MalformedBytes where it is none, or asks for too much work. */
export async function isSecretProved(
  secret: Uint8Array,
  asked: Uint8Array,
  answer: Uint8Array,
): Promise<boolean> {
  const { form, code } = readSecretAnswer(answer)
  return isSameCode(await secretCode(secret, asked, form), code)
}
