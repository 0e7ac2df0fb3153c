import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { MalformedBytes } from '../../identifiers/values/bytes.ts'
import { ENVELOPE_BYTES, type Envelope, readEnvelope, TRUNCATED } from '../wire/envelope.ts'
import { Assembly, packetsOf } from '../wire/packets.ts'
import {
  type Endpoint,
  isContinued,
  NoAnswer,
  noAnswerBy,
  type Outgoing,
  type Received,
  received,
} from './endpoint.ts'
import { OwnLengths, saysOwnLength } from './own-lengths.ts'

export type UdpOptions = {
  /** So long an answer is waited for each time the request is sent. */
  readonly waitsMs: readonly number[]
  /** Asked before every datagram. */
  readonly mayConnect: (address: string, port: number) => boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * One request in as many datagrams as it takes, sent again while nothing whole has come. The socket is of this request alone and
 * hears nobody but the server: to answer in its stead one would have to guess a port and a number.
 */
export async function askUdp(
  endpoint: Endpoint,
  request: Outgoing,
  options: UdpOptions,
): Promise<Received> {
  options.signal?.throwIfAborted()
  const family = isIPv6(endpoint.address) ? 6 : 4
  // an address is no name to look up
  const socket = createSocket({
    type: `udp${family}`,
    lookup: (address, _options, done) => done(null, address, family),
  })
  try {
    return await new Asking(socket, endpoint, request, options).answer()
  } finally {
    socket.close()
  }
}

class Asking {
  readonly #socket: Socket
  readonly #endpoint: Endpoint
  readonly #request: Outgoing
  readonly #options: UdpOptions
  readonly #done = Promise.withResolvers<Received>()
  #assembly: Assembly | undefined
  #ownLengths: OwnLengths | undefined
  #receivedBytes = 0
  #wasMalformed = false
  #isOver = false
  #timer: NodeJS.Timeout | undefined

  constructor(socket: Socket, endpoint: Endpoint, request: Outgoing, options: UdpOptions) {
    this.#socket = socket
    this.#endpoint = endpoint
    this.#request = request
    this.#options = options
  }

  async answer(): Promise<Received> {
    const { signal, mayConnect } = this.#options
    const { address, port } = this.#endpoint
    if (!mayConnect(address, port)) throw forbidden(this.#endpoint)
    const stop = () => this.#done.reject(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    this.#socket.on('message', (bytes) => this.#receive(bytes))
    this.#socket.on('error', (cause) => this.#done.reject(noAnswerBy(cause)))
    try {
      this.#socket.once('connect', () => this.#send(0))
      this.#socket.connect(port, address)
      return await this.#done.promise
    } finally {
      this.#isOver = true
      clearTimeout(this.#timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  #send(tries: number): void {
    if (this.#isOver) return
    const waitMs = this.#options.waitsMs[tries]
    if (waitMs === undefined) {
      const reason = this.#wasMalformed ? 'malformed' : 'timed-out'
      this.#done.reject(new NoAnswer(reason, `no answer to ${tries} datagrams`))
      return
    }
    const { address, port } = this.#endpoint
    for (const packet of this.#packets()) {
      if (!this.#options.mayConnect(address, port)) {
        this.#done.reject(forbidden(this.#endpoint))
        return
      }
      // what cannot be sent shows in the error of the socket, or in that nothing comes
      this.#socket.send(packet, (cause) => cause && this.#done.reject(noAnswerBy(cause)))
    }
    this.#timer = setTimeout(() => this.#send(tries + 1), waitMs)
  }

  #packets(): Uint8Array[] {
    const { envelope, bytes } = this.#request
    const packets = packetsOf(bytes, envelope)
    if (packets.length === 1) return packets
    return packetsOf(bytes, { ...envelope, flags: envelope.flags | TRUNCATED })
  }

  #receive(bytes: Uint8Array): void {
    try {
      const envelope = readEnvelope(bytes)
      if (!this.#isOurs(envelope)) return
      this.#receivedBytes += bytes.length
      const message = this.#add(envelope, bytes.subarray(ENVELOPE_BYTES))
      if (message === undefined) return
      const answer = received(envelope, message, this.#receivedBytes)
      if (isContinued(answer)) throw new NoAnswer('malformed', 'an answer too long for datagrams')
      this.#done.resolve(answer)
    } catch (cause) {
      if (cause instanceof NoAnswer) this.#done.reject(cause)
      else if (!(cause instanceof MalformedBytes)) throw cause
      // somebody else may have sent it: the answer may yet come
      this.#wasMalformed = true
      this.#assembly = undefined
      this.#ownLengths = undefined
    }
  }

  /** What a proof was wanted for is answered as it was asked first, without the number of the challenge. */
  #isOurs({ requestId, sessionId }: Envelope): boolean {
    const sent = this.#request.envelope
    const isInSession = sessionId === 0 || sessionId === sent.sessionId || sent.sessionId === 0
    return requestId === sent.requestId && isInSession
  }

  #add(envelope: Envelope, part: Uint8Array): Uint8Array | undefined {
    if (saysOwnLength(envelope, part)) {
      this.#ownLengths ??= new OwnLengths()
      return this.#ownLengths.add(envelope, part)
    }
    if (this.#assembly?.messageBytes !== envelope.messageBytes) {
      this.#assembly = new Assembly(envelope.messageBytes)
    }
    return this.#assembly.add(envelope, part)
  }
}

export function forbidden(endpoint: Pick<Endpoint, 'address' | 'port'>): NoAnswer {
  const { address, port } = endpoint
  return new NoAnswer('forbidden', `${address} port ${port} is not to be asked`, { isUnsent: true })
}
