import { MalformedBytes, Reader, Writer } from '../../identifiers/values/bytes.ts'

export const ENVELOPE_BYTES = 20
/** A whole message without its envelope; Handle.Net takes no more (RFC 3652 sets no limit). */
export const MESSAGE_BYTES_MAX = 262_144
/** The header alone. */
export const MESSAGE_BYTES_MIN = 24

export const COMPRESSED = 0x8000
export const ENCRYPTED = 0x4000
/** More packets of the same message follow. */
export const TRUNCATED = 0x2000
const FLAGS = 0xfc00
const SUGGESTED_MAJOR = 0x0300
const SUGGESTED_MINOR = 0x00ff

/** What goes before a message, or before each packet of one (RFC 3652 §2.2.1). */
export type Envelope = {
  readonly major: number
  readonly minor: number
  /** `COMPRESSED`, `ENCRYPTED`, `TRUNCATED`, and what else stands in the upper six bits. */
  readonly flags: number
  /** The version that the sender would rather speak: Handle.Net has it in what the RFC reserves. 0 … 3. */
  readonly suggestedMajor: number
  readonly suggestedMinor: number
  /** 0: none. */
  readonly sessionId: number
  readonly requestId: number
  /** Of a packet in its message, from 0. */
  readonly sequence: number
  /** Of the whole message without envelopes, in every packet of it. */
  readonly messageBytes: number
}

/** @throws MalformedBytes where there is no whole envelope, or its message is shorter than a header or longer than one may be. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const r = new Reader(bytes)
  const major = r.u8()
  const minor = r.u8()
  const mixed = r.u16()
  const envelope = {
    major,
    minor,
    flags: mixed & FLAGS,
    suggestedMajor: (mixed & SUGGESTED_MAJOR) >> 8,
    suggestedMinor: mixed & SUGGESTED_MINOR,
    sessionId: r.u32(),
    requestId: r.u32(),
    sequence: r.u32(),
    messageBytes: r.u32(),
  }
  const { messageBytes } = envelope
  if (messageBytes < MESSAGE_BYTES_MIN || messageBytes > MESSAGE_BYTES_MAX) {
    throw new MalformedBytes(`a message of ${messageBytes} bytes`)
  }
  return envelope
}

/** Where an envelope says how long its message is. */
export const MESSAGE_BYTES_AT = 16

/** How long the message is said to be whose envelope begins at a place, unchecked; 16 bytes and these four are there. */
export function messageBytesIn(bytes: Buffer, start: number): number {
  return bytes.readUInt32BE(start + MESSAGE_BYTES_AT)
}

export function writeEnvelope(it: Envelope): Uint8Array {
  const suggested =
    ((it.suggestedMajor << 8) & SUGGESTED_MAJOR) | (it.suggestedMinor & SUGGESTED_MINOR)
  return new Writer()
    .u8(it.major)
    .u8(it.minor)
    .u16((it.flags & FLAGS) | suggested)
    .u32(it.sessionId)
    .u32(it.requestId)
    .u32(it.sequence)
    .u32(it.messageBytes)
    .done()
}

/** A message to be sent, in as many packets as its transport wants. */
export type Outgoing = {
  readonly envelope: Omit<Envelope, 'messageBytes' | 'sequence'>
  /** Without its envelope. */
  readonly bytes: Uint8Array
  /** It says that what was sent cannot be read. */
  readonly isUnread?: true
}

/** A message with its envelope before it, as TCP and HTTP carry it. */
export function framed({ envelope, bytes }: Outgoing): Buffer {
  const head = writeEnvelope({ ...envelope, sequence: 0, messageBytes: bytes.length })
  return Buffer.concat([head, bytes])
}
