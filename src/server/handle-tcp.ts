import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Asker, Askers } from '../identifiers/resolution/askers.ts'
import { type Incoming, isSeveral, type Outgoing, type Peer } from '../protocols/exchange/asked.ts'
import { type Exchange, refuseEnvelope } from '../protocols/exchange/exchange.ts'
import { Outbox, type PlainAnswers, versionsIn } from '../protocols/exchange/plain-answers.ts'
import { spokenTo } from '../protocols/exchange/reply.ts'
import { OP_FLAG } from '../protocols/wire/codes.ts'
import {
  ENCRYPTED,
  ENVELOPE_BYTES,
  framed,
  MESSAGE_BYTES_MAX,
  MESSAGE_BYTES_MIN,
  messageBytesIn,
  readEnvelope,
  writeEnvelope,
} from '../protocols/wire/envelope.ts'
import type { HandleAdmission } from './handle-admission.ts'
import { listening } from './handle-ports.ts'

export type HandleTcpParts = {
  readonly exchange: Exchange
  readonly plain: PlainAnswers
  readonly askers: Askers
  readonly siteSerial: number
  readonly admission: HandleAdmission
  readonly connectionsMax: number
  readonly limits?: Partial<TcpLimits>
}

export type TcpLimits = {
  /** A connection on which nothing is asked and nothing answered is closed after this. */
  readonly idleMsMax: number
  /** A message that was begun is whole within this, however slowly it drips. */
  readonly messageMsMax: number
  /** A client that said nothing of keeping the connection asks again within this, or it is closed. */
  readonly briefMsMax: number
  /** A client that has been told everything ends its side within this. */
  readonly lingerMsMax: number
  /** Beginnings of messages that all connections together may leave to be kept. */
  readonly heldBytesMax: number
  /** Connections of one network on which a message has begun to come; of more, the one that began first is closed. */
  readonly begunPerNetworkMax: number
  readonly sweepMs: number
}

export type Address = { readonly host: string; readonly port: number; readonly reusePort: boolean }

export type HandleTcp = AsyncDisposable & {
  readonly port: number
  readonly connections: () => number
}

const LIMITS: TcpLimits = {
  idleMsMax: 300_000,
  messageMsMax: 20_000,
  briefMsMax: 2_000,
  lingerMsMax: 2_000,
  heldBytesMax: 64 * 2 ** 20,
  begunPerNetworkMax: 256,
  sweepMs: 1_000,
}
/** What is being answered on one connection at once; what follows waits. */
const UNDER_WAY_MAX = 64
/** Answers that a client has not taken yet; nothing more is read from it then. */
const UNSENT_BYTES_MAX = 2 ** 20
const BOX_BYTES = 65_536
const BOX_BYTES_MAX = 2 * UNSENT_BYTES_MAX
const BOXES_MAX = 8
/** So many pieces of a message that comes dripping are kept apart. */
const PIECES_MAX = 64
const FINISH_MS_MAX = 5_000
const SESSION_AT = 4
/** Versions before this knew no connections that are kept but by KC. */
const HABIT_MINOR_MIN = 5
/** What surely goes in one piece over any network. */
const SEGMENT_BYTES_MAX = 1_200
const FLAGS_AT = ENVELOPE_BYTES + 8
const ENVELOPE_FLAGS_AT = 2

/** What the connections of one listener share. */
type Listener = {
  readonly parts: HandleTcpParts
  readonly limits: TcpLimits
  readonly boxes: Outbox[]
  readonly open: Set<Connection>
  /** By their networks; began first, stands first. */
  readonly begun: Map<string, Set<Connection>>
  heldBytes: number
  /** Of the last sweep: nothing here is told apart by less than that. */
  nowMs: number
}

/** The Handle protocol over TCP (RFC 3652 §2.3.2): as many messages on a connection as the client likes. */
export async function listenHandleTcp(parts: HandleTcpParts, address: Address): Promise<HandleTcp> {
  const limits = { ...LIMITS, ...parts.limits }
  const nowMs = performance.now()
  const held = { begun: new Map(), heldBytes: 0, nowMs }
  const listener: Listener = { parts, limits, boxes: [], open: new Set(), ...held }
  const blockList = parts.admission.blockList()
  const server = createServer({ allowHalfOpen: true, blockList }, (socket) => {
    listener.open.add(new Connection(listener, socket))
  })
  server.maxConnections = parts.connectionsMax
  const { host, port, reusePort } = address
  server.listen({ host, port, ...(reusePort && { reusePort }) })
  const bound = await listening(server, address, 'TCP')
  const sweep = setInterval(() => {
    listener.nowMs = performance.now()
    for (const it of listener.open) it.sweep()
  }, limits.sweepMs).unref()
  return {
    port: bound,
    connections: () => listener.open.size,
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      const closed = new Promise((resolve) => server.close(resolve))
      for (const it of listener.open) it.finish()
      const late = new AbortController()
      const waiting = sleep(FINISH_MS_MAX, undefined, late).catch(() => undefined)
      await Promise.race([closed, waiting])
      late.abort()
      for (const it of listener.open) it.cut()
      await closed
    },
  }
}

class Connection {
  readonly #listener: Listener
  readonly #socket: Socket
  readonly #asker: Asker
  readonly #peer: Peer
  /** What came of messages that are not whole yet, or not to be answered yet. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** So many bytes there must be before there is more to do. */
  #wanted = ENVELOPE_BYTES
  #underWay = 0
  #isPaused = false
  #wasAsked = false
  /** One question was answered, and it seems that no other will come. */
  #isBrief = false
  /** Nothing more is to be answered than what was asked. */
  #isLast = false
  #isEnded = false
  /** The client has ended its side. */
  #hasHeardEnd = false
  #hasSent = false
  #awaitsDrain = false
  /** What is next is to wait until it is its network's turn. */
  #awaitsTurn = false
  /** Its network was cut off for what came over it: nothing more is looked at. */
  #isCutOff = false
  #activeMs: number
  /** When a message began to come that is not whole yet. */
  #begunMs = 0

  constructor(listener: Listener, socket: Socket) {
    this.#listener = listener
    this.#socket = socket
    this.#activeMs = listener.nowMs
    const { admission, askers } = listener.parts
    this.#asker = admission.takeLetIn() ?? askers.meet(socket.remoteAddress ?? '')
    this.#peer = { transport: 'tcp', asker: this.#asker, connection: this }
    // What was read is taken where the stream would put it aside to tell of it later: most connections bring one question.
    socket.push = (bytes: Buffer | null) => this.#take(bytes)
    socket.on('error', destroy)
    socket.on('close', () => this.#hearClose())
  }

  /** What was read, null for the end; answers whether more may be read. */
  #take(bytes: Buffer | null): boolean {
    if (bytes === null) this.#hearEnd()
    else this.#receive(bytes)
    return !this.#isPaused
  }

  #hearClose(): void {
    this.#listener.open.delete(this)
    this.#isEnded = true
    this.#let()
  }

  sweep(): void {
    const { nowMs, limits } = this.#listener
    const idleMs = nowMs - this.#activeMs
    const isLate = this.#begunMs > 0 && nowMs - this.#begunMs > limits.messageMsMax
    // Who waits for an answer is not idle; who does not take what there is may be.
    const isIdle = idleMs > limits.idleMsMax && (this.#underWay === 0 || this.#isUnsent())
    const isOver = this.#isEnded && idleMs > limits.lingerMsMax
    if (isLate) this.#fault()
    if (isLate || isIdle || isOver) this.cut()
    else if (this.#isBrief && idleMs > limits.briefMsMax) this.finish()
  }

  /** Answers what was asked, and ends. */
  finish(): void {
    this.#isLast = true
    this.#endWhenDone()
  }

  cut(): void {
    this.#socket.destroy()
    this.#settle()
  }

  #receive(bytes: Buffer): void {
    if (this.#isEnded || this.#isCutOff) return
    this.#activeMs = this.#listener.nowMs
    if (this.#isPaused || this.#heldBytes + bytes.length < this.#wanted) this.#hold(bytes)
    else if (this.#heldBytes === 0) this.#answerAll(bytes)
    else this.#answerAll(Buffer.concat([...this.#let(), bytes]))
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return
    const listener = this.#listener
    if (listener.heldBytes + bytes.length > listener.limits.heldBytesMax) {
      this.cut()
      return
    }
    // what waits while nothing is looked at may be whole
    if (this.#begunMs === 0 && !this.#isPaused && !this.#awaitsTurn) this.#begin()
    // a copy: what was read shares its memory with what was answered already
    this.#held.push(Buffer.from(bytes))
    if (this.#held.length > PIECES_MAX) this.#held = [Buffer.concat(this.#held)]
    this.#heldBytes += bytes.length
    listener.heldBytes += bytes.length
  }

  #let(): Buffer[] {
    const held = this.#held
    this.#listener.heldBytes -= this.#heldBytes
    this.#held = []
    this.#heldBytes = 0
    this.#settle()
    return held
  }

  /** A message comes that is not whole yet. */
  #begin(): void {
    const { begun, limits, nowMs } = this.#listener
    this.#begunMs = nowMs
    const { client } = this.#asker
    const others = begun.get(client)
    if (others === undefined) begun.set(client, new Set([this]))
    else others.add(this)
    if (others === undefined || others.size <= limits.begunPerNetworkMax) return
    for (const first of others) {
      first.#fault()
      first.cut()
      return
    }
  }

  /** No message has begun to come, or what came is whole. */
  #settle(): void {
    if (this.#begunMs === 0) return
    this.#begunMs = 0
    const { begun } = this.#listener
    const { client } = this.#asker
    const others = begun.get(client)
    others?.delete(this)
    if (others?.size === 0) begun.delete(client)
  }

  #fault(): void {
    this.#listener.parts.admission.overTcp.fault(this.#asker)
  }

  /** Answers each whole message in the bytes and keeps the rest; the answers are sent together. */
  #answerAll(bytes: Buffer): void {
    const out = this.#listener.boxes.pop() ?? new Outbox(BOX_BYTES)
    let at = 0
    while (!this.#isEnded && !this.#isCutOff && !this.#isFull(out)) {
      const end = this.#endOfNext(bytes, at)
      if (end > bytes.length) break
      if (end < 0) {
        this.#refuse(bytes, at, out)
        at = bytes.length
        break
      }
      if (!this.#answer(bytes, at, end, out)) break
      at = end
    }
    this.#send(out)
    if (this.#isEnded) return
    if (this.#isCutOff) at = bytes.length
    this.#hold(at === 0 ? bytes : bytes.subarray(at))
    this.#pauseWhileFull()
    this.#endWhenDone()
  }

  /** Where the message ends that begins at a place; behind the bytes where it is not whole, negative where it can have no end. */
  #endOfNext(bytes: Buffer, at: number): number {
    this.#wanted = ENVELOPE_BYTES
    if (bytes.length - at < ENVELOPE_BYTES) return Number.POSITIVE_INFINITY
    const messageBytes = messageBytesIn(bytes, at)
    if (messageBytes < MESSAGE_BYTES_MIN || messageBytes > MESSAGE_BYTES_MAX) return -1
    this.#wanted = ENVELOPE_BYTES + messageBytes
    return at + this.#wanted
  }

  /** False where it has to wait for its network's turn. */
  #answer(bytes: Buffer, at: number, end: number, out: Outbox): boolean {
    const { plain, admission } = this.#listener.parts
    const isEncrypted = (bytes.readUInt16BE(at + ENVELOPE_FLAGS_AT) & ENCRYPTED) !== 0
    if (!isEncrypted && plain.answer(bytes, at, end, { out, asker: this.#asker })) {
      this.#hearHabit(bytes, at)
      return true
    }
    const { turns } = admission
    if (!turns.mayRun(this.#asker.client)) {
      this.#awaitsTurn = true
      return false
    }
    this.#hearHabit(bytes, at)
    const envelope = readEnvelope(bytes.subarray(at))
    const message = new Uint8Array(bytes.subarray(at + ENVELOPE_BYTES, end))
    turns.run(() => this.#ask({ envelope, bytes: message, peer: this.#peer }, out))
    return true
  }

  /**
   * As deployed, a connection ends behind an answer unless it was to be kept (KC). Clients of industrial identifiers keep theirs
   * without a word on it: who has a session, or asks again soon, goes on. Those of the first versions read until the end.
   */
  #hearHabit(bytes: Buffer, at: number): void {
    const isKept = (bytes.readUInt32BE(at + FLAGS_AT) & OP_FLAG.keepConnection) !== 0
    const isInSession = bytes.readUInt32BE(at + SESSION_AT) !== 0
    // One that begins with an old version and says that it knows a later one reads no further than its answer.
    const { minor } = spokenTo(versionsIn(bytes, at))
    if (!isKept && minor < HABIT_MINOR_MIN) this.#isLast = true
    this.#isBrief = !isKept && !isInSession && !this.#wasAsked
    this.#wasAsked = true
  }

  #ask(incoming: Incoming, out: Outbox): void {
    const answers = this.#listener.parts.exchange(incoming)
    if (answers instanceof Promise) {
      this.#underWay++
      void answers.then((it) => this.#answerLater(it))
    } else if (isSeveral(answers)) {
      this.#underWay++
      void this.#answerSeveral(answers)
    } else {
      this.#hearFault(answers)
      put(out, answers)
    }
  }

  /** Who keeps sending what nobody can read is told so for a while, and then no more. */
  #hearFault({ isUnread }: Outgoing): void {
    if (!isUnread) return
    this.#fault()
    if (!this.#listener.parts.admission.overTcp.isCutOff(this.#asker.client)) return
    this.#isCutOff = true
    this.#isLast = true
  }

  #answerLater(answer: Outgoing): void {
    this.#hearFault(answer)
    this.#write(answer)
    this.#answered()
  }

  async #answerSeveral(answers: AsyncIterable<Outgoing>): Promise<void> {
    for await (const it of answers) {
      if (this.#socket.destroyed) break
      this.#hearFault(it)
      this.#write(it)
      if (this.#isUnsent()) await this.#taken()
    }
    this.#answered()
  }

  /** Resolves when the client has taken what it was sent, or is gone. */
  #taken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = () => {
      this.#socket.off('drain', done).off('close', done)
      resolve()
    }
    this.#socket.on('drain', done).on('close', done)
    return promise
  }

  #answered(): void {
    this.#underWay--
    this.#activeMs = this.#listener.nowMs
    this.#goOn()
    this.#endWhenDone()
  }

  #write(answer: Outgoing): void {
    if (this.#socket.writable) this.#transmit(framed(answer))
  }

  /** Hands over what is in the box, and the box back where the system took all of it at once. */
  #send(out: Outbox): void {
    if (out.at > 0 && this.#socket.writable) this.#transmit(out.bytes.subarray(0, out.at))
    if (this.#socket.writableLength > 0) return
    const { boxes } = this.#listener
    out.at = 0
    if (boxes.length < BOXES_MAX && out.bytes.length <= BOX_BYTES_MAX) boxes.push(out)
  }

  #transmit(bytes: Buffer): void {
    const socket = this.#socket
    // Who is told one thing need not have it said that no small piece is to wait for the one before.
    if (this.#hasSent || bytes.length > SEGMENT_BYTES_MAX) socket.setNoDelay()
    this.#hasSent = true
    if (socket.write(bytes) || this.#awaitsDrain) return
    this.#awaitsDrain = true
    socket.once('drain', () => {
      this.#awaitsDrain = false
      this.#goOn()
    })
  }

  #isUnsent(): boolean {
    return this.#socket.writableLength > UNSENT_BYTES_MAX
  }

  #isFull(out?: Outbox): boolean {
    const isMuch = out !== undefined && out.at > UNSENT_BYTES_MAX
    return isMuch || this.#underWay >= UNDER_WAY_MAX || this.#isUnsent()
  }

  #pauseWhileFull(): void {
    if (this.#heldBytes < this.#wanted && !this.#isFull()) return
    this.#isPaused = true
    // what waits is whole: nobody is late with it
    this.#settle()
    if (this.#awaitsTurn) this.#waitForTurn()
    else if (!this.#isFull()) setImmediate(() => this.#goOn())
  }

  #waitForTurn(): void {
    this.#listener.parts.admission.turns.wait(this.#asker.client, () => {
      this.#awaitsTurn = false
      this.#goOn()
    })
  }

  /** Where there was too much to do or to send, and is not any more. */
  #goOn(): void {
    this.#activeMs = this.#listener.nowMs
    if (!this.#isPaused || this.#isEnded || this.#awaitsTurn || this.#isFull()) return
    this.#isPaused = false
    this.#answerAll(Buffer.concat(this.#let()))
    // Asked of the stream as it would ask itself; where it reads already, nothing happens.
    if (!this.#isPaused && !this.#hasHeardEnd && !this.#socket.destroyed) this.#socket._read(0)
  }

  #hearEnd(): void {
    this.#hasHeardEnd = true
    if (this.#isEnded) this.#socket.destroySoon()
    else this.finish()
  }

  /** Nothing that follows can be understood. */
  #refuse(bytes: Buffer, at: number, out: Outbox): void {
    const head = bytes.subarray(at, at + ENVELOPE_BYTES)
    put(out, refuseEnvelope(head, this.#listener.parts.siteSerial))
    this.#fault()
    this.#isLast = true
  }

  #endWhenDone(): void {
    if (!this.#isLast || this.#isEnded || this.#underWay > 0 || this.#isPaused) return
    // The next question is on its way already: whoever sends several without a word on keeping wants them all answered.
    if (this.#heldBytes > 0 && !this.#hasHeardEnd) return
    this.#isEnded = true
    this.#activeMs = this.#listener.nowMs
    this.#let()
    if (!this.#hasHeardEnd) this.#socket.end()
    // Where the system has everything, the last of it goes out with the end.
    else if (this.#socket.writableLength === 0) this.#socket.destroy()
    else this.#socket.destroySoon()
  }
}

function destroy(this: Socket): void {
  this.destroy()
}

function put(out: Outbox, { envelope, bytes }: Outgoing): void {
  out.reserve(ENVELOPE_BYTES + bytes.length)
  out.bytes.set(writeEnvelope({ ...envelope, sequence: 0, messageBytes: bytes.length }), out.at)
  out.bytes.set(bytes, out.at + ENVELOPE_BYTES)
  out.at += ENVELOPE_BYTES + bytes.length
}
