import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomInt } from 'node:crypto'
import type { Authority } from '../../identifiers/authority/authority.ts'
import { ExpiringTable } from '../../identifiers/authority/expiring.ts'
import type { Proven } from '../../identifiers/authority/proof.ts'
import { isSameCode } from '../../identifiers/authority/secret-code.ts'
import type { ValueReference } from '../../identifiers/record.ts'
import { ClientLimit } from '../../identifiers/resolution/client-limit.ts'
import type { Clock } from '../../lib/clock.ts'
import { andThen, type MaybePromise } from '../../lib/maybe-promise.ts'
import { OP, OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { type Covered, coveredBytes } from '../wire/covered.ts'
import { ENCRYPTED } from '../wire/envelope.ts'
import type { Credential } from '../wire/message.ts'
import { KEY_EXCHANGE, readSessionSetup, writeSessionBegun } from '../wire/sessions.ts'
import {
  type Answers,
  type Asked,
  allOf,
  type Incoming,
  isTooMuch,
  type Operation,
  type Outgoing,
  sourceOf,
} from './asked.ts'
import { agree } from './key-agreement.ts'
import { doneTo, errorTo, replyTo } from './reply.ts'
import { eachOf } from './signing.ts'

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
  /** Challenges that are not answered yet, by their names; in a session their number is its own. */
  readonly asked: string[]
}

const SESSION_ID_MAX = 2 ** 31
const LIMITS = {
  lifeMs: 24 * 3_600_000,
  entriesMax: 20_000,
  perSourceMax: 1_000,
  bytesMax: Number.POSITIVE_INFINITY,
}
/** Of one network: each takes a millisecond. */
const SETUPS = { perSecond: 100, burst: 1_000 }
const CIPHER = 'aes-128-cbc'
const CIPHER_KEY_BYTES = 16
const BLOCK_BYTES = 16

/**
 * Sessions of the Handle protocol as deployed (RFC 3652 §3.9): both sides agree on a key by Diffie-Hellman, and from then on every
 * request in the session carries a code by it, or comes encrypted besides. Answers go without a code, as deployed clients take them,
 * and encrypted where their request came so or where they hold what is not for everybody. Who has shown in a session who they are need not do so again in it.
 */
export class Sessions {
  readonly #parts: SessionParts
  readonly #sessions: ExpiringTable<ExchangeSession>
  readonly #setups: ClientLimit

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#sessions = new ExpiringTable(LIMITS, parts.clock)
    this.#setups = new ClientLimit(SETUPS, parts.clock)
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
    if (isTooMuch(this.#setups, asked.peer)) return errorTo(asked, siteSerial, RESPONSE.serverBusy)
    const agreed = agree(publicKey)
    if (agreed === undefined) return errorTo(asked, siteSerial, RESPONSE.invalidSessionKey)
    const source = sourceOf(asked.peer)
    const id = randomInt(1, SESSION_ID_MAX)
    const session = { id, key: agreed.key, source, seen: new CounterWindow(), asked: [] }
    this.#sessions.put(String(id), session, { source })
    return replyTo(asked, {
      code: RESPONSE.success,
      siteSerial,
      sessionId: id,
      body: (digest) => writeSessionBegun({ ...digest, mode, key: agreed.answer }),
    })
  }

  /** Operation 401. */
  readonly terminate: Operation = (asked) => {
    const { session } = asked
    const { siteSerial } = this.#parts
    if (session === undefined) return errorTo(asked, siteSerial, RESPONSE.authenticationNeeded)
    this.#sessions.delete(String(session.id))
    return doneTo(asked, siteSerial)
  }

  /** Has an operation know the session a request came in, which its code shows. */
  within(operation: Operation): Operation {
    return (asked) => {
      const { credential } = asked.message
      if (credential?.type !== 'HS_MAC') return operation(asked)
      return this.#within(operation, asked, credential)
    }
  }

  #within(operation: Operation, asked: Asked, credential: Credential): Answers {
    const { siteSerial } = this.#parts
    const session = this.#sessions.get(String(asked.envelope.sessionId))
    if (session === undefined) return errorTo(asked, siteSerial, RESPONSE.sessionTimedOut)
    const { index: counter } = credential.signer
    const code = codeOf(session.key, { envelope: asked.envelope, counter, message: asked.message })
    if (!isSameCode(code, credential.signature) || !session.seen.take(counter)) {
      return errorTo(asked, siteSerial, RESPONSE.sessionMessageRejected)
    }
    const identity = this.#identityIn(session)
    const answers = (known: ValueReference | undefined) =>
      operation({ ...asked, session, ...(known && { identity: known }) })
    return identity instanceof Promise ? later(identity, answers) : answers(identity)
  }

  /** A message that came encrypted, as it was before; undefined where there is no such session, or its key is another. */
  readonly decrypted = (incoming: Incoming): Incoming | undefined => {
    const session = this.find(incoming.envelope.sessionId)
    if (session === undefined) return undefined
    const { bytes, envelope } = incoming
    try {
      const key = session.key.subarray(0, CIPHER_KEY_BYTES)
      const cipher = createDecipheriv(CIPHER, key, bytes.subarray(0, BLOCK_BYTES))
      const start = cipher.update(bytes.subarray(BLOCK_BYTES))
      const plain = new Uint8Array(Buffer.concat([start, cipher.final()]))
      const flags = envelope.flags & ~ENCRYPTED
      return { ...incoming, bytes: plain, envelope: { ...envelope, flags }, wasEncrypted: true }
    } catch {
      return undefined
    }
  }

  /** Has answers go encrypted whose request came so, and those that may hold what is not for everybody. */
  enciphered(operation: Operation): Operation {
    return (asked) => {
      const { header, credential } = asked.message
      const isRead = header.opCode === OP.resolution && credential?.type === 'HS_MAC'
      const isPublic = (header.opFlags & OP_FLAG.publicOnly) !== 0
      if (!asked.wasEncrypted && (!isRead || isPublic)) return operation(asked)
      const session = this.find(asked.envelope.sessionId)
      const answers = operation(asked)
      return session === undefined ? answers : eachOf(answers, (it) => encrypted(it, session))
    }
  }

  find(id: number): ExchangeSession | undefined {
    return this.#sessions.get(String(id))
  }

  #identityIn({ proven }: ExchangeSession): MaybePromise<ValueReference | undefined> {
    if (proven === undefined) return undefined
    const { handle, index } = proven.identity
    return andThen(this.#parts.authority.isStill(proven), (isStill) =>
      isStill ? { handle: handle.spelled, index } : undefined,
    )
  }
}

async function* later<T>(value: Promise<T>, answers: (value: T) => Answers) {
  yield* allOf(answers(await value))
}

function encrypted({ envelope, bytes }: Outgoing, { key }: ExchangeSession): Outgoing {
  const first = randomBytes(BLOCK_BYTES)
  const cipher = createCipheriv(CIPHER, key.subarray(0, CIPHER_KEY_BYTES), first)
  const hidden = Buffer.concat([first, cipher.update(bytes), cipher.final()])
  const flags = envelope.flags | ENCRYPTED
  return { envelope: { ...envelope, flags }, bytes: new Uint8Array(hidden) }
}

function codeOf(key: Uint8Array, covered: Covered): Uint8Array {
  return createHmac('sha256', key).update(coveredBytes(covered)).digest()
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
