import { randomBytes, randomInt } from 'node:crypto'
import type { Authority } from '../../identifiers/authority/authority.ts'
import { ExpiringTable } from '../../identifiers/authority/expiring.ts'
import { identityOf } from '../../identifiers/authority/identity.ts'
import type { Proof, Proven } from '../../identifiers/authority/proof.ts'
import { isFromHere } from '../../identifiers/resolution/askers.ts'
import { MalformedBytes, Reader } from '../../identifiers/values/bytes.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import {
  type ChallengeAnswer,
  readChallengeAnswer,
  readVerifyRequest,
  writeChallenge,
  writeVerifyAnswer,
} from '../wire/bodies.ts'
import { RESPONSE } from '../wire/codes.ts'
import { digestOf, type RequestDigest } from '../wire/digest.ts'
import { readSecretAnswer } from '../wire/proofs.ts'
import {
  type Answers,
  type Asked,
  allOf,
  type Operation,
  type Outgoing,
  sourceOf,
} from './asked.ts'
import { digestFor, errorTo, replyTo } from './reply.ts'
import type { ExchangeSession } from './sessions.ts'

export type ChallengeParts = {
  readonly authority: Authority
  readonly clock: Clock
  readonly siteSerial: number
  /** The session with a number, if there is one. */
  readonly sessionOf: (id: number) => ExchangeSession | undefined
}

/** Goes on with a request whose sender has shown who they are. */
export type Resume = (asked: Asked, proven: Proven) => Answers

type Pending = {
  readonly asked: Asked
  readonly nonce: Uint8Array
  readonly digest: RequestDigest
  readonly resume: Resume
}

const NONCE_BYTES = 20
const SESSION_ID_MAX = 2 ** 31
/** Challenges of one session that are open at once. */
const IN_SESSION_MAX = 32
/** What is kept of a request besides its bytes. */
const OVERHEAD_BYTES = 512
const LIMITS = {
  lifeMs: 30_000,
  entriesMax: 20_000,
  perSourceMax: 1_000,
  bytesMax: 64 * 2 ** 20,
}

/**
 * Challenges and their answers (RFC 3652 §3.5, as deployed): a request that wants a name is kept, half a minute at most, until
 * its sender answers with a proof of a key; then the request is gone on with. Each challenge is answered once.
 */
export class Challenges {
  readonly #parts: ChallengeParts
  readonly #pending: ExpiringTable<Pending>

  constructor(parts: ChallengeParts) {
    this.#parts = parts
    this.#pending = new ExpiringTable(LIMITS, parts.clock)
  }

  get size(): number {
    return this.#pending.size
  }

  /**
   * Whether somebody has left so many challenges unanswered that there are no more for now. Over UDP there always are, as addresses
   * can be forged, and for this machine itself: there the oldest goes.
   */
  isFullFor({ peer }: Pick<Asked, 'peer'>): boolean {
    if (peer.transport === 'udp' || isFromHere(peer.asker)) return false
    return this.#pending.isFullFor(sourceOf(peer))
  }

  /** Asks who it is, or says that there was too much of that. */
  challenge(asked: Asked, resume: Resume): Outgoing {
    const { siteSerial } = this.#parts
    if (this.isFullFor(asked)) return errorTo(asked, siteSerial, RESPONSE.serverBusy)
    const nonce = new Uint8Array(randomBytes(NONCE_BYTES))
    const digest = digestOf(asked.message, digestFor(asked.envelope))
    const { session } = asked
    const sessionId = session?.id ?? randomInt(1, SESSION_ID_MAX)
    const kept = { source: sourceOf(asked.peer), bytes: asked.bytes.length + OVERHEAD_BYTES }
    const name = session === undefined ? String(sessionId) : `${sessionId}/${randomInt(2 ** 47)}`
    this.#pending.put(name, { asked, nonce, digest, resume }, kept)
    session?.asked.push(name)
    if (session !== undefined && session.asked.length > IN_SESSION_MAX) {
      this.#pending.delete(session.asked.shift() ?? '')
    }
    return replyTo(asked, {
      code: RESPONSE.authenticationNeeded,
      siteSerial,
      digest: 'always',
      sessionId,
      body: () => writeChallenge({ digest, nonce }),
    })
  }

  /** Operation 200. */
  readonly answer: Operation = (answered) => this.#answered(answered)

  async *#answered(answered: Asked): AsyncGenerator<Outgoing> {
    const { siteSerial } = this.#parts
    const given = readChallengeAnswer(answered.message.body)
    const open = this.#openFor(answered.envelope.sessionId)
    if (open.length === 0) {
      yield errorTo(answered, siteSerial, RESPONSE.authenticationTimedOut)
      return
    }
    const proofs = open.map(({ nonce, digest }) =>
      proofIn(given, Buffer.concat([nonce, digest.digest])),
    )
    const shown = await this.#prove(answered, given, proofs)
    if (typeof shown === 'number') {
      yield errorTo(answered, siteSerial, shown)
      return
    }
    const { proven, place } = shown
    const pending = open[place]
    // Of two answers to one challenge the second comes too late.
    if (pending === undefined || !this.#pending.delete(pending.name)) {
      yield errorTo(answered, siteSerial, RESPONSE.authenticationTimedOut)
      return
    }
    const { asked, resume } = pending
    if (asked.session !== undefined) asked.session.proven = proven
    // The answer goes to who has answered, and is about what was asked first.
    const { requestId } = answered.envelope
    const { connection, transport } = answered.peer
    const peer = { ...asked.peer, connection, transport }
    const envelope = { ...asked.envelope, requestId }
    yield* allOf(resume({ ...asked, envelope, peer }, proven))
  }

  /** The challenges that an answer may be to: one by its number, or those of a session, which share one. */
  #openFor(sessionId: number): (Pending & { readonly name: string })[] {
    const names = this.#parts.sessionOf(sessionId)?.asked ?? [String(sessionId)]
    return names.flatMap((name) => {
      const pending = this.#pending.get(name)
      return pending === undefined ? [] : { ...pending, name }
    })
  }

  /** Who it is and which of the proofs shows it, or the code that says why not. */
  async #prove(
    { peer }: Asked,
    { key }: Pick<ChallengeAnswer, 'key'>,
    proofs: readonly (Proof | undefined)[],
  ): Promise<{ readonly proven: Proven; readonly place: number } | number> {
    const claimed = identityOf(key)
    if (claimed === undefined) return RESPONSE.invalidAdmin
    const known = proofs.filter((it) => it !== undefined)
    if (known.length < proofs.length) return RESPONSE.unableToAuthenticate
    try {
      const { authority } = this.#parts
      const shown = await authority.proveOneOf(claimed, known, peer.asker.address)
      return shown ?? RESPONSE.authenticationFailed
    } catch (error) {
      if (error instanceof Problem && error.code === 'too-many-requests') return RESPONSE.serverBusy
      throw error
    }
  }

  /** Operation 201: for another server, whether an answer is that of a key here. A wrong one counts as a failed proof. */
  readonly verify: Operation = async (asked) => {
    const { siteSerial } = this.#parts
    const { key, nonce, digest, answer } = readVerifyRequest(asked.message.body)
    const message = Buffer.concat([nonce, digest])
    const proofs = ['HS_SECKEY', 'HS_PUBKEY'].flatMap(
      (type) => proofOrNone({ type, key, answer }, message) ?? [],
    )
    const shown = await this.#prove(asked, { key }, proofs)
    if (shown === RESPONSE.serverBusy) return errorTo(asked, siteSerial, shown)
    const isValid = typeof shown !== 'number'
    const body = (it: { digest?: RequestDigest }) => writeVerifyAnswer({ ...it, isValid })
    return replyTo(asked, { code: RESPONSE.success, siteSerial, body })
  }
}

/** @throws MalformedBytes */
function proofIn({ type, answer }: ChallengeAnswer, asked: Uint8Array): Proof | undefined {
  switch (type.toUpperCase()) {
    case 'HS_SECKEY':
      return { type: 'HS_SECKEY', asked, ...readSecretAnswer(answer) }
    case 'HS_PUBKEY': {
      const r = new Reader(answer)
      const digest = r.text()
      return { type: 'HS_PUBKEY', asked, digest, signature: signatureIn(r.bytes(r.left)) }
    }
    default:
      return undefined
  }
}

function proofOrNone(given: ChallengeAnswer, asked: Uint8Array): Proof | undefined {
  try {
    return proofIn(given, asked)
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined
    throw error
  }
}

/** Counted, or what is left. */
function signatureIn(bytes: Uint8Array): Uint8Array {
  if (bytes.length < COUNT_BYTES) return bytes
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  return count === bytes.length - COUNT_BYTES ? bytes.subarray(COUNT_BYTES) : bytes
}

const COUNT_BYTES = 4
