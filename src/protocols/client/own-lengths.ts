import { MalformedBytes } from '../../identifiers/values/bytes.ts'
import { type Envelope, MESSAGE_BYTES_MAX, MESSAGE_BYTES_MIN, TRUNCATED } from '../wire/envelope.ts'
import { packetCount } from '../wire/packets.ts'

const BODY_LENGTH_AT = 20
const COUNT_BYTES = 4

/** Whether a packet is one of several that say their own lengths each, as the RFC has it (RFC 3652 §2.3.1). */
export function saysOwnLength({ flags, messageBytes }: Envelope, part: Uint8Array): boolean {
  return (flags & TRUNCATED) !== 0 && messageBytes === part.length
}

/** Puts such packets together: how long the message is, is said by the message itself. */
export class OwnLengths {
  readonly #parts = new Map<number, Uint8Array>()

  /** The whole message once it is complete. @throws MalformedBytes */
  add({ sequence }: Envelope, part: Uint8Array): Uint8Array | undefined {
    if (sequence >= packetCount(MESSAGE_BYTES_MAX)) throw new MalformedBytes(`packet ${sequence}`)
    if (!this.#parts.has(sequence)) this.#parts.set(sequence, Uint8Array.from(part))
    const pieces: Uint8Array[] = []
    for (let i = 0; i < this.#parts.size; i++) {
      const piece = this.#parts.get(i)
      if (piece === undefined) return undefined
      pieces.push(piece)
    }
    const bytes = Buffer.concat(pieces)
    const end = endOf(bytes)
    if (end > MESSAGE_BYTES_MAX) throw new MalformedBytes(`a message of ${end} bytes`)
    return bytes.length >= end ? bytes.subarray(0, end) : undefined
  }
}

/** Where the message ends by what is there of it; behind it where that is not known yet. */
function endOf(bytes: Buffer): number {
  if (bytes.length < MESSAGE_BYTES_MIN) return MESSAGE_BYTES_MIN
  const bodyEnd = MESSAGE_BYTES_MIN + bytes.readUInt32BE(BODY_LENGTH_AT)
  const credentialAt = bodyEnd + COUNT_BYTES
  return bytes.length < credentialAt ? credentialAt : credentialAt + bytes.readUInt32BE(bodyEnd)
}
