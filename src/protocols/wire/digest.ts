import { createHash } from 'node:crypto'
import { MalformedBytes, type Reader, type Writer } from '../../identifiers/values/bytes.ts'
import { type Message, signedPart } from './message.ts'

/** Of a request, so that its answer can be told to be to it (RFC 3652 §2.2.3, flag RD). */
export type RequestDigest = {
  /** Its place in `DIGESTS`. */
  readonly algorithm: number
  readonly digest: Uint8Array
}

export const DIGEST_MD5 = 1
export const DIGEST_SHA1 = 2
export const DIGEST_SHA256 = 3
/** By their numbers; there is no 0. */
const DIGESTS = [
  undefined,
  { name: 'md5', bytes: 16 },
  { name: 'sha1', bytes: 20 },
  { name: 'sha256', bytes: 32 },
] as const

/** Over header and body, without envelope and credential. */
export function digestOf(
  request: Pick<Message, 'header' | 'body'>,
  algorithm: number,
): RequestDigest {
  const { name } = formOf(algorithm)
  return {
    algorithm,
    digest: new Uint8Array(createHash(name).update(signedPart(request)).digest()),
  }
}

/** @throws MalformedBytes also for an algorithm without a known length */
export function readDigest(r: Reader): RequestDigest {
  const algorithm = r.u8()
  return { algorithm, digest: r.bytes(formOf(algorithm).bytes) }
}

export function putDigest(w: Writer, { algorithm, digest }: RequestDigest): void {
  w.u8(algorithm).bytes(digest)
}

function formOf(algorithm: number) {
  const form = DIGESTS[algorithm]
  if (form === undefined) throw new MalformedBytes(`digest algorithm ${algorithm}`)
  return form
}
