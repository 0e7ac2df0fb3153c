import { constants, verify } from 'node:crypto'
import { isSignedBy, readVerifyingKey } from '../../identifiers/authority/public-keys.ts'
import { MalformedBytes, Reader } from '../../identifiers/values/bytes.ts'
import { digestIn } from '../wire/bodies.ts'
import { OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { coveredBytes } from '../wire/covered.ts'
import { digestOf } from '../wire/digest.ts'
import { type Message, readMessage } from '../wire/message.ts'
import { NoAnswer, type Outgoing, type Received } from './endpoint.ts'

/** Whether an answer begins with the digest of its request. */
export function hasDigest({ header }: Message): boolean {
  return (header.opFlags & OP_FLAG.returnDigest) !== 0
}

/**
 * Makes sure that an answer is to one of these requests, and by this server, as far as they asked for what shows it (RD, CT).
 * Whether it is signed is answered.
 * @throws NoAnswer
 */
export function believed(
  answer: Received,
  requests: readonly Outgoing[],
  publicKey: Uint8Array | undefined,
): boolean {
  const asked = requests.map((it) => readMessage(it.bytes))
  const has = (flag: number) => asked.some(({ header }) => (header.opFlags & flag) !== 0)
  checkDigest(answer, asked, has(OP_FLAG.returnDigest))
  if (!has(OP_FLAG.certified)) return false
  if (!isSigned(answer, publicKey)) {
    throw new NoAnswer('wrong-signature', 'the answer is not signed by the key of the server')
  }
  return true
}

/** Errors may go without one, as the RFC lets their bodies be empty. */
function checkDigest({ message }: Received, asked: readonly Message[], isWanted: boolean): void {
  const { responseCode } = message.header
  if (hasDigest(message) && message.body.length > 0) {
    const { digest } = readDigestOf(message)
    if (digest === undefined) return
    const isOf = (it: Message) =>
      Buffer.compare(digestOf(it, digest.algorithm).digest, digest.digest) === 0
    if (asked.some(isOf)) return
    throw new NoAnswer('wrong-digest', 'the answer is to another request')
  }
  if (isWanted && responseCode === RESPONSE.success) {
    throw new NoAnswer('wrong-digest', 'the answer does not say which request it is to')
  }
}

function readDigestOf(message: Message) {
  try {
    return digestIn(new Reader(message.body), true)
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause
    throw new NoAnswer('malformed', cause.message, { cause })
  }
}

function isSigned({ envelope, message }: Received, publicKey: Uint8Array | undefined): boolean {
  const { credential } = message
  const key = publicKey === undefined ? undefined : readVerifyingKey(publicKey)
  if (credential === undefined || key === undefined) return false
  const { algorithm: digest, signature, signer } = credential
  const covered = coveredBytes({ envelope, counter: 0, message })
  if (credential.type === 'HS_SIGNED') {
    return isSignedBy(key, { message: covered, digest, signature, signer: signer.handle })
  }
  if (credential.type !== 'HS_SIGNED_PSS' || key.kind !== 'RSA') return false
  const padding = constants.RSA_PKCS1_PSS_PADDING
  try {
    return verify(digest.replace('-', ''), covered, { key: key.key, padding }, signature)
  } catch {
    return false
  }
}
