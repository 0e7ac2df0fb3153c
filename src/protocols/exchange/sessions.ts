import { createDiffieHellman, createHmac, randomInt } from 'node:crypto'
import type { Authority } from '../../identifiers/authority/authority.ts'
import { ExpiringTable } from '../../identifiers/authority/expiring.ts'
import type { Proven } from '../../identifiers/authority/proof.ts'
import { isSameCode } from '../../identifiers/authority/secret-code.ts'
import { Reader, Writer } from '../../identifiers/values/bytes.ts'
import type { Clock } from '../../lib/clock.ts'
import { RESPONSE } from '../wire/codes.ts'
import { type Credential, type Message, signedPart } from '../wire/message.ts'
import { KEY_EXCHANGE, readSessionSetup, writeSessionBegun } from '../wire/sessions.ts'
import type { Asked, Operation, Outgoing } from './asked.ts'
import { doneTo, errorTo, replyTo } from './reply.ts'
import { PLAIN, sealed } from './signing.ts'

export type SessionParts = {
  readonly authority: Authority
  readonly clock: Clock
  readonly siteSerial: number
}

export type ExchangeSession = {
  readonly id: number
  readonly key: Uint8Array
  readonly source: string
  /** The counters of messages that came, so that none counts twice. */
  readonly seen: CounterWindow
  /** Who has shown in it who they are. */
  proven?: Proven
  /** Of the messages sent in it. */
  sent: number
}

const SESSION_ID_MAX = 2 ** 31
const LIMITS = {
  lifeMs: 24 * 3_600_000,
  entriesMax: 20_000,
  perSourceMax: 1_000,
  bytesMax: Number.POSITIVE_INFINITY,
}
const PRIME_BITS_MIN = 512
const PRIME_BITS_MAX = 2_048
const BITS_PER_BYTE = 8
const CODE = 'HMAC-SHA256'

/**
 * Sessions of the Handle protocol as deployed (RFC 3652 §3.9): both sides agree on a key by Diffie-Hellman, and from then on every
 * message in the session carries a code by it. Who has shown in a session who they are need not do so again in it.
 */
export class Sessions {
  readonly #parts: SessionParts
  readonly #sessions: ExpiringTable<ExchangeSession>
  /** Of requests that came in a session, until they are answered. */
  readonly #of = new WeakMap<Asked, ExchangeSession>()

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#sessions = new ExpiringTable(LIMITS, parts.clock)
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Operation 400. */
  readonly setup: Operation = (asked) => {
    const { siteSerial } = this.#parts
    const { mode, publicKey } = readSessionSetup(asked.message.body)
    if (mode !== KEY_EXCHANGE.diffieHellman || publicKey === undefined) {
      return errorTo(asked, siteSerial, RESPONSE.sessionFailed)
    }
    const agreed = agree(publicKey)
    if (agreed === undefined) return errorTo(asked, siteSerial, RESPONSE.invalidSessionKey)
    const source = asked.peer.asker.address
    const id = randomInt(1, SESSION_ID_MAX)
    const session = { id, key: agreed.key, source, seen: new CounterWindow(), sent: 0 }
    this.#sessions.put(String(id), session, { source })
    return replyTo(asked, {
      code: RESPONSE.success,
      siteSerial,
      sessionId: id,
      body: (digest) => writeSessionBegun({ ...digest, mode, key: agreed.half }),
    })
  }

  /** Operation 401. */
  readonly terminate: Operation = (asked) => {
    const session = this.#of.get(asked)
    const { siteSerial } = this.#parts
    if (session === undefined) return errorTo(asked, siteSerial, RESPONSE.authenticationNeeded)
    this.#sessions.delete(String(session.id))
    return doneTo(asked, siteSerial)
  }

  /** Has an operation know the session a request came in, and its answers bear the session's code. */
  within(operation: Operation): Operation {
    return (asked) => {
      const { credential } = asked.message
      if (credential?.type !== 'HS_MAC') return operation(asked)
      return this.#within(operation, asked, credential)
    }
  }

  async *#within(
    operation: Operation,
    asked: Asked,
    credential: Credential,
  ): AsyncGenerator<Outgoing> {
    const { siteSerial } = this.#parts
    const session = this.#sessions.get(String(asked.envelope.sessionId))
    if (session === undefined) {
      yield errorTo(asked, siteSerial, RESPONSE.sessionTimedOut)
      return
    }
    const { index: counter } = credential.signer
    const code = codeOf(session.key, { envelope: asked.envelope, counter, message: asked.message })
    if (!isSameCode(code, credential.signature) || !session.seen.take(counter)) {
      yield errorTo(asked, siteSerial, RESPONSE.sessionMessageRejected)
      return
    }
    const identity = await this.#identityIn(session)
    const known: Asked = { ...asked, ...(identity && { identity }) }
    this.#of.set(known, session)
    const answers = sealed(operation(known), (message, { envelope }) =>
      answerCredential(session, message, envelope),
    )
    if (Symbol.asyncIterator in answers) yield* answers
    else yield await answers
  }

  /** What is proved in a session holds for all of it. */
  note(asked: Asked, proven: Proven): void {
    const session = this.#of.get(asked)
    if (session !== undefined) session.proven = proven
  }

  async #identityIn({ proven }: ExchangeSession) {
    if (proven === undefined || !(await this.#parts.authority.isStill(proven))) return undefined
    const { handle, index } = proven.identity
    return { handle: handle.spelled, index }
  }
}


function answerCredential(
  session: ExchangeSession,
  message: Message,
  envelope: Outgoing['envelope'],
): Credential {
  const counter = ++session.sent
  const signature = codeOf(session.key, { envelope, counter, message })
  return { ...PLAIN, signer: { handle: '', index: counter }, type: 'HS_MAC', algorithm: CODE, signature }
}

type Coded = { readonly envelope: Outgoing['envelope']; readonly counter: number; readonly message: Message }

/** Since 2.8 what a client suggests is in the code as well. */
const SUGGESTED_MINOR_MIN = 8

export function codeOf(key: Uint8Array, { envelope, counter, message }: Coded): Uint8Array {
  const { major, minor, suggestedMajor, suggestedMinor } = envelope
  const w = new Writer().u8(major).u8(minor)
  if (major > 2 || minor >= SUGGESTED_MINOR_MIN) w.u8(suggestedMajor).u8(suggestedMinor)
  w.u32(envelope.sessionId).u32(envelope.requestId).u32(counter).bytes(signedPart(message))
  return createHmac('sha256', key).update(w.done()).digest()
}

type Agreed = { readonly key: Uint8Array; readonly half: Uint8Array }

/** A key that both sides come to, and this server's half of it; undefined for numbers that make no safe one. */
function agree(clientHalf: Uint8Array): Agreed | undefined {
  const r = new Reader(clientHalf)
  if (r.text() !== 'DH_PUB_KEY') return undefined
  r.u16()
  const [y, p, g] = [numberIn(r), numberIn(r), numberIn(r)]
  if (!isSound(y, p, g)) return undefined
  try {
    const own = createDiffieHellman(p, g)
    const half = own.generateKeys()
    const key = sessionKey(own.computeSecret(y))
    const w = new Writer().text('DH_PUB_KEY').u16(0)
    for (const part of [half, p, g]) w.counted(signedNumber(part))
    return { key, half: w.done() }
  } catch {
    return undefined
  }
}

function numberIn(r: Reader): Buffer {
  const bytes = Buffer.from(r.counted())
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  return bytes.subarray(start)
}

function signedNumber(bytes: Uint8Array): Uint8Array {
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
}

/** A prime that is not too small, nor so large that strangers make work with it, and a half that is no trivial number. */
function isSound(y: Buffer, p: Buffer, g: Buffer): boolean {
  const bits = p.length * BITS_PER_BYTE
  if (bits < PRIME_BITS_MIN || bits > PRIME_BITS_MAX || g.length > p.length) return false
  if (((p.at(-1) ?? 0) & 1) === 0 || y.length > p.length) return false
  const [half, prime] = [y, p].map((it) => BigInt(`0x${it.toString('hex') || '0'}`))
  return half !== undefined && prime !== undefined && half > 1n && half < prime - 1n
}

function sessionKey(secret: Buffer): Uint8Array {
  return secret
}

/** Counters of the last messages: one that was seen, or lies too far behind, is refused; they may come out of order. */
export class CounterWindow {
  #highest = -1
  readonly #seen = new Set<number>()

  take(counter: number): boolean {
    if (this.#seen.has(counter) || counter <= this.#highest - WINDOW) return false
    this.#seen.add(counter)
    this.#highest = Math.max(this.#highest, counter)
    if (this.#seen.size > 2 * WINDOW) {
      for (const it of this.#seen) if (it <= this.#highest - WINDOW) this.#seen.delete(it)
    }
    return true
  }
}

const WINDOW = 1_024
