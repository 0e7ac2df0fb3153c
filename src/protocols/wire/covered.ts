import { Writer } from '../../identifiers/values/bytes.ts'
import type { Envelope } from './envelope.ts'
import { type Message, signedPart } from './message.ts'

/** What a signature or a session's code answers for. */
export type Covered = {
  readonly envelope: Omit<Envelope, 'messageBytes' | 'sequence'>
  /** Of a session's messages; else 0. */
  readonly counter: number
  readonly message: Message
}

/** Since this version a credential covers what stands in the envelope as well, and since the later one what it suggests. */
const ENVELOPE_MINOR_MIN = 7
const SUGGESTED_MINOR_MIN = 8

/** What a signature or a session's code is made of (RFC 3652 §2.2.4, as deployed). */
export function coveredBytes({ envelope, counter, message }: Covered): Uint8Array {
  const { major, minor, suggestedMajor, suggestedMinor, sessionId, requestId } = envelope
  const isSince = (it: number) => major > 2 || (major === 2 && minor >= it)
  if (!isSince(ENVELOPE_MINOR_MIN)) return signedPart(message)
  const w = new Writer().u8(major).u8(minor)
  if (isSince(SUGGESTED_MINOR_MIN)) w.u8(suggestedMajor).u8(suggestedMinor)
  return w.u32(sessionId).u32(requestId).u32(counter).bytes(signedPart(message)).done()
}
