import type { ValueReference } from '../../identifiers/record.ts'
import { MalformedBytes, Reader, Writer } from '../../identifiers/values/bytes.ts'
import { MESSAGE_BYTES_MAX, MESSAGE_BYTES_MIN } from './envelope.ts'

/** What a message is about (RFC 3652 §2.2.2). */
export type Header = {
  /** See `OP`; never 0. */
  readonly opCode: number
  /** See `RESPONSE`; 0 in a request. */
  readonly responseCode: number
  /** See `OP_FLAG`. */
  readonly opFlags: number
  /** Of the site record that the client goes by; `SERIAL_UNKNOWN` where it goes by none. */
  readonly siteSerial: number
  readonly recursionCount: number
  /** Kept as it came. */
  readonly reserved: number
  /** Seconds since 1970; 0: never. */
  readonly expiresS: number
}

/** Who answers for a message (RFC 3652 §2.2.4). */
export type Credential = {
  readonly version: number
  readonly reserved: number
  readonly options: number
  /** Whose key signed; of a session's code the handle is empty and the index counts the session's messages. */
  readonly signer: ValueReference
  /** `HS_SIGNED`, `HS_SIGNED_PSS`, `HS_MAC` or `HS_DIGEST`. */
  readonly type: string
  /** Of the digest, e.g. `SHA-256`. */
  readonly algorithm: string
  readonly signature: Uint8Array
}

export type Message = {
  readonly header: Header
  /** See `bodies.ts` for what is in it. */
  readonly body: Uint8Array
  readonly credential?: Credential
}

export const SERIAL_UNKNOWN = 0xffff

/**
 * A message without its envelope. What follows a complete credential is passed over, as deployed servers do.
 *
 * @throws MalformedBytes
 */
export function readMessage(bytes: Uint8Array): Message {
  if (bytes.length > MESSAGE_BYTES_MAX) throw new MalformedBytes(`${bytes.length} bytes`)
  const r = new Reader(bytes)
  const header = {
    opCode: r.u32(),
    responseCode: r.u32(),
    opFlags: r.u32(),
    siteSerial: r.u16(),
    recursionCount: r.u8(),
    reserved: r.u8(),
    expiresS: r.u32(),
  }
  if (header.opCode === 0) throw new MalformedBytes('a message without an operation')
  const body = r.bytes(r.u32())
  // Clients that have nothing to prove may leave out even that they have not.
  const length = r.left === 0 ? 0 : r.u32()
  if (length === 0) return { header, body }
  return { header, body, credential: readCredential(r.bytes(length)) }
}

export function writeMessage({ header, body, credential }: Message): Uint8Array {
  return new Writer()
    .bytes(signedPart({ header, body }))
    .counted(credential === undefined ? EMPTY : writeCredential(credential))
    .done()
}

/** Header and body: what digests and signatures are made of (RFC 3652 §2.2.3). */
export function signedPart({ header, body }: Pick<Message, 'header' | 'body'>): Uint8Array {
  return new Writer()
    .u32(header.opCode)
    .u32(header.responseCode)
    .u32(header.opFlags)
    .u16(header.siteSerial)
    .u8(header.recursionCount)
    .u8(header.reserved)
    .u32(header.expiresS)
    .counted(body)
    .done()
}

/** Where the body of a message ends that begins with `bytes`; header and body are what comes before. */
export function signedBytesOf(bytes: Uint8Array): Uint8Array {
  const { body } = readMessage(bytes)
  return bytes.subarray(0, MESSAGE_BYTES_MIN + body.length)
}

function readCredential(bytes: Uint8Array): Credential {
  const r = new Reader(bytes)
  const version = r.u8()
  const reserved = r.u8()
  const options = r.u16()
  const signer = { handle: r.text(), index: r.u32() }
  const type = r.text()
  const signed = new Reader(r.counted())
  return {
    version,
    reserved,
    options,
    signer,
    type,
    algorithm: signed.text(),
    signature: signed.counted(),
  }
}

function writeCredential(it: Credential): Uint8Array {
  const signed = new Writer().text(it.algorithm).counted(it.signature).done()
  return new Writer()
    .u8(it.version)
    .u8(it.reserved)
    .u16(it.options)
    .text(it.signer.handle)
    .u32(it.signer.index)
    .text(it.type)
    .counted(signed)
    .done()
}

const EMPTY = new Uint8Array(0)
