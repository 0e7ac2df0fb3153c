import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Asker, Askers } from '../identifiers/resolution/askers.ts'
import type { ClientLimit } from '../identifiers/resolution/client-limit.ts'
import { MalformedBytes } from '../identifiers/values/bytes.ts'
import { type Incoming, isSeveral, type Outgoing } from '../protocols/exchange/asked.ts'
import { type Exchange, refuseEnvelope } from '../protocols/exchange/exchange.ts'
import { Outbox, type PlainAnswers } from '../protocols/exchange/plain-answers.ts'
import { ENVELOPE_BYTES, messageBytesIn, readEnvelope } from '../protocols/wire/envelope.ts'
import { DATAGRAM_BYTES_MAX, packetsOf } from '../protocols/wire/packets.ts'
import type { HandleAdmission } from './handle-admission.ts'
import { Assemblies } from './handle-assemblies.ts'
import { portProblem } from './handle-ports.ts'
import type { Address } from './handle-tcp.ts'
import { RecentAnswers } from './recent-answers.ts'

export type HandleUdpParts = {
  readonly exchange: Exchange
  readonly plain: PlainAnswers
  readonly askers: Askers
  readonly siteSerial: number
  readonly admission: HandleAdmission
  /** Bytes that a network may be sent beyond those that came from it: who sends may not be who is answered. */
  readonly excess: ClientLimit
}

export type HandleUdp = AsyncDisposable & {
  readonly port: number
  /** Datagrams that were not answered, as too much had been sent to their network. */
  readonly unanswered: () => number
}

const RECEIVE_BUFFER_BYTES = 4 * 2 ** 20
const SEQUENCE_AT = 12
/** Operations below this change nothing, and may be answered as often as they are asked. */
const FIRST_CHANGING_OP = 100
const PLAIN_BYTES_MAX = 65_536
/** Datagrams of a network that wait to be looked into, and those of all. */
const LATE_PER_NETWORK_MAX = 256
const LATE_MAX = 2_048
/** So many answers wait for the end of the event loop's turn. */
const WAITING_MAX = 64

/** The Handle protocol over UDP (RFC 3652 §2.3.1). */
export async function listenHandleUdp(parts: HandleUdpParts, address: Address): Promise<HandleUdp> {
  const { host, port, reusePort } = address
  const family = isIPv6(host) ? 6 : 4
  const socket = createSocket({
    type: `udp${family}`,
    reusePort,
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    // Addresses of those who asked are no names.
    lookup: (name, _options, done) => done(null, name, family),
  })
  try {
    // Told at once where no name is to be looked up.
    const bound = once(socket, 'listening')
    socket.bind(port, host)
    await bound
  } catch (cause) {
    socket.close()
    throw portProblem(address, 'UDP', cause)
  }
  const datagrams = new Datagrams(parts, socket)
  socket.on('message', (bytes, from) => datagrams.receive(bytes, from))
  // What cannot be sent to one asker is no reason to stop for the others.
  socket.on('error', () => undefined)
  return {
    port: socket.address().port,
    unanswered: () => datagrams.unanswered,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close')
      datagrams.close()
      socket.close()
      await closed
    },
  }
}

/** Where datagrams are read and answered. */
class Datagrams {
  readonly #parts: HandleUdpParts
  readonly #socket: Socket
  readonly #out = new Outbox(PLAIN_BYTES_MAX)
  readonly #assemblies = new Assemblies()
  readonly #recent = new RecentAnswers()
  /** Who asked last: resolvers ask much, and are met anew at some expense. */
  #asker: Asker | undefined
  /** What came in one turn of the event loop is looked up first, and then all of it sent: a processor likes to do the same again. */
  #waiting: { readonly answer: Buffer; readonly to: Asking }[] = []
  /** Datagrams that wait until it is their network's turn. */
  #late = 0
  #isClosed = false
  unanswered = 0

  constructor(parts: HandleUdpParts, socket: Socket) {
    this.#parts = parts
    this.#socket = socket
  }

  receive(bytes: Buffer, from: RemoteInfo): void {
    if (bytes.length < ENVELOPE_BYTES) return
    const { plain, askers } = this.#parts
    if (from.address !== this.#asker?.address) this.#asker = askers.meet(from.address)
    const asker = this.#asker
    const { address, port } = from
    const to: Asking = { address, port, client: asker.client, received: bytes.length }
    this.#out.at = 0
    // a question that is asked all the time comes in one datagram
    if (isOneDatagram(bytes) && plain.answer(bytes, 0, bytes.length, { out: this.#out, asker })) {
      this.#sendPlain(to)
      return
    }
    this.#hearLater(() => this.#hear(bytes, to, asker), to)
  }

  /** At once, in turn, or not at all. */
  #hearLater(hear: () => void, { client }: Asking): void {
    const { admission } = this.#parts
    const { turns } = admission
    const isTooMuch = this.#late >= LATE_MAX || turns.waitingFor(client) >= LATE_PER_NETWORK_MAX
    if (admission.overUdp.isCutOff(client)) admission.droppedDatagrams++
    else if (turns.mayRun(client)) turns.run(hear)
    else if (isTooMuch) admission.droppedDatagrams++
    else {
      this.#late++
      turns.wait(client, () => {
        this.#late--
        if (admission.overUdp.isCutOff(client)) admission.droppedDatagrams++
        else if (!this.#isClosed) turns.run(hear)
      })
    }
  }

  #hear(bytes: Buffer, to: Asking, asker: Asker): void {
    try {
      const envelope = readEnvelope(bytes)
      const part = bytes.subarray(ENVELOPE_BYTES)
      const message = this.#assemblies.add(`${to.address} ${to.port}`, envelope, part)
      if (message === undefined) return
      const peer = { transport: 'udp', asker, connection: {} } as const
      this.#ask({ envelope, bytes: message, peer }, to)
    } catch (error) {
      if (!(error instanceof MalformedBytes)) throw error
      this.#send(refuseEnvelope(bytes.subarray(0, ENVELOPE_BYTES), this.#parts.siteSerial), to)
    }
  }

  #ask(incoming: Incoming, to: Asking): void {
    const { bytes } = incoming
    if (opCodeOf(bytes) < FIRST_CHANGING_OP) {
      this.#answer(incoming, (it) => this.#send(it, to))
      return
    }
    const name = `${to.address} ${to.port} ${incoming.envelope.requestId}`
    const known = this.#recent.find(name, bytes)
    if (known !== undefined) {
      for (const it of known) this.#send(it, to)
      return
    }
    this.#recent.begin(name, bytes)
    this.#answer(incoming, (it) => {
      this.#recent.add(name, it)
      this.#send(it, to)
    })
  }

  #answer(incoming: Incoming, tell: (it: Outgoing) => void): void {
    const answers = this.#parts.exchange(incoming)
    if (answers instanceof Promise) void answers.then(tell)
    else if (isSeveral(answers)) void tellAll(answers, tell)
    else tell(answers)
  }

  #sendPlain(to: Asking): void {
    const answer = this.#out.bytes.subarray(0, this.#out.at)
    if (answer.length > DATAGRAM_BYTES_MAX) {
      const { messageBytes: _, sequence: __, ...envelope } = readEnvelope(answer)
      this.#sendPackets(packetsOf(answer.subarray(ENVELOPE_BYTES), envelope), to)
    } else if (this.#mayHave(to, answer.length)) {
      const count = this.#waiting.push({ answer: Buffer.from(answer), to })
      if (count === 1) setImmediate(() => this.#sendWaiting())
      else if (count >= WAITING_MAX) this.#sendWaiting()
    }
  }

  #sendWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    if (this.#isClosed) return
    for (const { answer, to } of waiting) this.#socket.send(answer, to.port, to.address)
  }

  close(): void {
    this.#sendWaiting()
    this.#isClosed = true
  }

  #send({ envelope, bytes, isUnread }: Outgoing, to: Asking): void {
    if (isUnread) this.#parts.admission.overUdp.fault(to)
    this.#sendPackets(packetsOf(bytes, envelope), to)
  }

  #sendPackets(packets: readonly Uint8Array[], to: Asking): void {
    let bytes = 0
    for (const it of packets) bytes += it.length
    if (this.#isClosed || !this.#mayHave(to, bytes)) return
    for (const it of packets) this.#socket.send(it, to.port, to.address)
  }

  #mayHave(to: Asking, bytes: number): boolean {
    const excess = bytes - to.received
    const may = excess <= 0 || this.#parts.excess.take(to.client, excess) === 0
    if (!may) this.unanswered++
    return may
  }
}

type Asking = Pick<RemoteInfo, 'address' | 'port'> & {
  readonly client: string
  readonly received: number
}

/** By the length that stands in the envelope, and its place among the packets. */
function isOneDatagram(bytes: Buffer): boolean {
  return (
    messageBytesIn(bytes, 0) === bytes.length - ENVELOPE_BYTES &&
    bytes.readUInt32BE(SEQUENCE_AT) === 0
  )
}

function opCodeOf(message: Uint8Array): number {
  return new DataView(message.buffer, message.byteOffset).getUint32(0)
}

async function tellAll(answers: AsyncIterable<Outgoing>, tell: (it: Outgoing) => void) {
  for await (const it of answers) tell(it)
}
