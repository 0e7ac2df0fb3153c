import { randomInt } from 'node:crypto'
import { formatAddress } from '../../identifiers/values/address.ts'
import { PROTOCOLS } from '../../identifiers/values/site.ts'
import { OP, OP_FLAG } from '../wire/codes.ts'
import type { Envelope, Outgoing } from '../wire/envelope.ts'
import { type Message, readMessage } from '../wire/message.ts'

export type Protocol = 'UDP' | 'TCP' | 'HTTP' | 'HTTPS'

/** One way to one server. */
export type Endpoint = {
  /** IPv4 or IPv6, as `formatAddress` spells it; never a name. */
  readonly address: string
  readonly port: number
  readonly protocol: Protocol
  /** What HTTP and TLS call the server where that is not its address. */
  readonly host?: string
  /** Of the server, in the form of HS_PUBKEY: a certificate by this key is believed, whoever issued it. */
  readonly publicKey?: Uint8Array
}

export type { Outgoing }

export type Received = {
  readonly envelope: Envelope
  readonly message: Message
  /** What of it came over the network, envelopes and all. */
  readonly bytes: number
}

/** Sends a message and gives what is answered: one message, or several where each but the last says that more follow (CN). */
export type Ask = (
  endpoint: Endpoint,
  request: Outgoing,
  options: { readonly signal?: AbortSignal },
) => AsyncIterable<Received>

export type NoAnswerReason =
  /** Nothing, or not all of it, came in time. */
  | 'timed-out'
  /** Nobody listens there, or no way leads there. */
  | 'refused'
  /** The connection ended before the answer. */
  | 'closed'
  /** `mayConnect` said no. */
  | 'forbidden'
  /** What came is no answer. */
  | 'malformed'
  /** It is an answer to another request than the one that was sent. */
  | 'wrong-digest'
  /** It was to be signed, and is not by the server's key. */
  | 'wrong-signature'
  /** TLS of a server that is not the one of the record. */
  | 'wrong-certificate'

/** There was no answer at one endpoint, or none to go by; another may have one. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly reason: NoAnswerReason
  /** Nothing of the request has left this machine. */
  readonly isUnsent: boolean

  constructor(reason: NoAnswerReason, detail: string, options?: ErrorOptions & Unsent) {
    super(detail, options)
    this.reason = reason
    this.isUnsent = options?.isUnsent === true
  }
}

type Unsent = { readonly isUnsent?: boolean }

const CODES: Readonly<Record<string, NoAnswerReason>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  EINVAL: 'refused',
  EACCES: 'refused',
  ETIMEDOUT: 'timed-out',
}

/** What a socket says, as what it means to who asked. */
export function noAnswerBy(cause: unknown, options: Unsent = {}): NoAnswer {
  if (cause instanceof NoAnswer) return cause
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown }
  const reason = CODES[String(code)] ?? 'closed'
  return new NoAnswer(reason, String(message ?? cause), { cause, ...options })
}

/** A number that nobody can guess who does not see the request: who guesses it may answer in the server's stead. */
export function randomRequestId(): number {
  return randomInt(1, 2 ** 32)
}

/** Operations below change nothing, and may be asked again where it is not known what became of them. */
export function isRepeatable(bytes: Uint8Array): boolean {
  return opCodeOf(bytes) < OP.createHandle
}

export function opCodeOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
}

export function isKept(bytes: Uint8Array): boolean {
  const flags = new DataView(bytes.buffer, bytes.byteOffset).getUint32(FLAGS_AT)
  return (flags & OP_FLAG.keepConnection) !== 0
}

const FLAGS_AT = 8

/** @throws MalformedBytes */
export function received(envelope: Envelope, bytes: Uint8Array, networkBytes: number): Received {
  return { envelope, message: readMessage(bytes), bytes: networkBytes }
}

/** Whether more messages of the same answer follow. */
export function isContinued({ message }: Received): boolean {
  return (message.header.opFlags & OP_FLAG.continuous) !== 0
}

/**
 * Spells an address of HS_SITE in the one way that connections and `mayConnect` go by: IPv4 also where it is written inside
 * IPv6, and what the record has no other form for, `::1`.
 */
export function canonicalAddress(bytes: Uint8Array): string {
  const last = [...bytes.subarray(V4_AT)].join('.')
  if (bytes.subarray(0, MAPPED.length).every((it, i) => it === MAPPED[i])) return last
  return isLoopback6(bytes) ? '::1' : formatAddress(bytes)
}

function isLoopback6(bytes: Uint8Array): boolean {
  return bytes.every((it, i) => it === (i === bytes.length - 1 ? 1 : 0))
}

const V4_AT = 12
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

export function protocolOf(number: number): Protocol | undefined {
  return PROTOCOLS[number] as Protocol | undefined
}

/** `tcp 192.0.2.1:2641`, as errors and traces name it. */
export function formatEndpoint({ protocol, address, host, port }: Endpoint): string {
  const at = host ?? address
  return `${protocol.toLowerCase()} ${at.includes(':') ? `[${at}]` : at}:${port}`
}
