import { writeDone, writeErrorAnswer } from '../wire/bodies.ts'
import { OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { DIGEST_SHA1, DIGEST_SHA256, digestOf, type RequestDigest } from '../wire/digest.ts'
import type { Envelope } from '../wire/envelope.ts'
import { writeMessage } from '../wire/message.ts'
import type { Asked, Outgoing } from './asked.ts'

/** What this server speaks, and asks clients to speak. */
export const OWN_MAJOR = 2
export const OWN_MINOR = 11
/** Since this version digests are SHA-256; older clients know no better than SHA-1. */
const SHA256_MINOR_MIN = 7
/** Clients older than this know neither 7 nor 202. */
const CODES_MINOR_MIN = 5
const LIFE_S = 12 * 3_600
const MS_PER_S = 1_000
/** What of a request's flags is true of its answer as well. */
const KEPT_FLAGS = ~(OP_FLAG.certified | OP_FLAG.encrypted | OP_FLAG.continuous)

export type Reply = {
  /** See `RESPONSE`. */
  readonly code: number
  /** Of the site record that clients should go by; see `HS_SITE`. */
  readonly siteSerial: number
  /** Gets the digest of the request where the answer begins with one. */
  readonly body: (digest: { readonly digest?: RequestDigest }) => Uint8Array
  /** More messages of this answer follow. */
  readonly isContinued?: boolean
  /** Begins with the digest, whether the request asked for it or not. */
  readonly digest?: 'always'
  /** Where it is another than the request's. */
  readonly sessionId?: number
}

/** The answer to a request, with its number, its session and what it says of versions. */
export function replyTo(asked: Asked, reply: Reply): Outgoing {
  const { envelope, message } = asked
  const { header } = message
  const isDigested = reply.digest === 'always' || (header.opFlags & OP_FLAG.returnDigest) !== 0
  const kept = (header.opFlags & KEPT_FLAGS) >>> 0
  // As deployed: whatever a primary server says itself, it says as one.
  const flags =
    (kept & ~OP_FLAG.authoritative) |
    (asked.isToldBySomebodyElse === true ? 0 : OP_FLAG.authoritative) |
    (isDigested ? OP_FLAG.returnDigest : 0) |
    (reply.isContinued === true ? OP_FLAG.continuous : 0)
  const bytes = writeMessage({
    header: {
      opCode: header.opCode,
      responseCode: codeFor(envelope, reply.code),
      opFlags: flags >>> 0,
      siteSerial: reply.siteSerial,
      recursionCount: header.recursionCount,
      reserved: 0,
      expiresS: expiryS(Date.now()),
    },
    body: reply.body(isDigested ? { digest: digestOf(message, digestFor(envelope)) } : {}),
  })
  return { envelope: replyEnvelope(envelope, reply.sessionId), bytes }
}

export function errorTo(
  asked: Asked,
  siteSerial: number,
  code: number,
  about: { readonly message?: string; readonly indexes?: readonly number[] } = {},
): Outgoing {
  const { message = '', indexes } = about
  const listed = indexes === undefined ? {} : { indexes }
  const body: Reply['body'] = (digest) => writeErrorAnswer({ ...digest, message, ...listed })
  return replyTo(asked, { code, siteSerial, body })
}

export function doneTo(asked: Asked, siteSerial: number): Outgoing {
  return replyTo(asked, { code: RESPONSE.success, siteSerial, body: writeDone })
}

export function replyEnvelope(asked: Envelope, sessionId = asked.sessionId): Outgoing['envelope'] {
  return {
    ...spokenTo(asked),
    flags: 0,
    suggestedMajor: OWN_MAJOR,
    suggestedMinor: OWN_MINOR,
    sessionId,
    requestId: asked.requestId,
  }
}

type Versions = Pick<Envelope, 'major' | 'minor' | 'suggestedMajor' | 'suggestedMinor'>

/**
 * The version of an answer: what its client would rather speak, as far as this server does. One that begins with 2.3 reads
 * some codes otherwise in an answer of 2.3 than in one of 2.11.
 */
export function spokenTo(asked: Versions): Pick<Envelope, 'major' | 'minor'> {
  const { major, minor, suggestedMajor, suggestedMinor } = asked
  if (major > OWN_MAJOR || (major === OWN_MAJOR && minor > OWN_MINOR)) return OWN
  const wouldBe = suggestedMajor === OWN_MAJOR ? Math.min(suggestedMinor, OWN_MINOR) : 0
  return suggestedMajor === OWN_MAJOR && (major < OWN_MAJOR || wouldBe > minor)
    ? { major: OWN_MAJOR, minor: wouldBe }
    : { major, minor }
}

const OWN = { major: OWN_MAJOR, minor: OWN_MINOR }

/** When an answer that is given now is worth nothing any more. */
export function expiryS(nowMs: number): number {
  return Math.floor(nowMs / MS_PER_S) + LIFE_S
}

/** The algorithm for digests to a client. */
export function digestFor(envelope: Envelope): number {
  return isAtLeast(envelope, SHA256_MINOR_MIN) ? DIGEST_SHA256 : DIGEST_SHA1
}

function codeFor(envelope: Envelope, code: number): number {
  if (isAtLeast(envelope, CODES_MINOR_MIN)) return code
  if (code === RESPONSE.serverReadOnly) return RESPONSE.prefixReferral
  return code === RESPONSE.invalidValue ? RESPONSE.valueExists : code
}

function isAtLeast(it: Envelope, wanted: number): boolean {
  const { major, minor } = spokenTo(it)
  return major > OWN_MAJOR || (major === OWN_MAJOR && minor >= wanted)
}
