import { MalformedBytes } from '../../identifiers/values/bytes.ts'
import { ENVELOPE_BYTES, type Envelope, MESSAGE_BYTES_MAX, writeEnvelope } from './envelope.ts'

/** Of a datagram, envelope and all (RFC 3652 §2.3). */
export const DATAGRAM_BYTES_MAX = 512
export const PACKET_BYTES_MAX = DATAGRAM_BYTES_MAX - ENVELOPE_BYTES

/**
 * A message in the datagrams it is sent in. Each says the length of the whole message, as deployed clients want it; the RFC's
 * own rule, by which each says its own, is one they do not understand.
 */
export function packetsOf(
  message: Uint8Array,
  envelope: Omit<Envelope, 'messageBytes' | 'sequence'>,
): Uint8Array[] {
  const packets: Uint8Array[] = []
  for (let from = 0; from < message.length || from === 0; from += PACKET_BYTES_MAX) {
    const sequence = packets.length
    const head = writeEnvelope({ ...envelope, sequence, messageBytes: message.length })
    packets.push(
      new Uint8Array(Buffer.concat([head, message.subarray(from, from + PACKET_BYTES_MAX)])),
    )
  }
  return packets
}

/** How many packets a message of so many bytes comes in. */
export function packetCount(messageBytes: number): number {
  return Math.max(1, Math.ceil(messageBytes / PACKET_BYTES_MAX))
}

/** Puts the packets of one message together, in whatever order and however often they come. */
export class Assembly {
  readonly messageBytes: number
  readonly #bytes: Uint8Array
  readonly #isThere: Uint8Array
  #missing: number

  /** @throws MalformedBytes where a message is longer than one may be; nothing is set aside for it then */
  constructor(messageBytes: number) {
    if (messageBytes > MESSAGE_BYTES_MAX)
      throw new MalformedBytes(`a message of ${messageBytes} bytes`)
    this.messageBytes = messageBytes
    this.#bytes = new Uint8Array(messageBytes)
    this.#missing = packetCount(messageBytes)
    this.#isThere = new Uint8Array(this.#missing)
  }

  /** Takes what follows a packet's envelope; the whole message once it is complete. @throws MalformedBytes */
  add({ sequence, messageBytes }: Envelope, part: Uint8Array): Uint8Array | undefined {
    const from = sequence * PACKET_BYTES_MAX
    const bytes = Math.min(PACKET_BYTES_MAX, this.messageBytes - from)
    if (messageBytes !== this.messageBytes || sequence >= this.#isThere.length) {
      throw new MalformedBytes(`packet ${sequence} of a message of ${messageBytes} bytes`)
    }
    if (part.length < bytes) throw new MalformedBytes(`packet ${sequence} of ${part.length} bytes`)
    if (this.#isThere[sequence] === 0) {
      this.#isThere[sequence] = 1
      this.#missing--
      this.#bytes.set(part.subarray(0, bytes), from)
    }
    return this.#missing === 0 ? this.#bytes : undefined
  }
}
