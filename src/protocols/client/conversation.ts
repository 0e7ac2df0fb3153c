import { MalformedBytes } from '../../identifiers/values/bytes.ts'
import type { Site } from '../../identifiers/values/site.ts'
import {
  type Referral,
  readChallenge,
  readErrorAnswer,
  readReferral,
  readResolutionAnswer,
} from '../wire/bodies.ts'
import { OP, OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { writeMessage } from '../wire/message.ts'
import type { WireValue } from '../wire/value.ts'
import { type Authentication, challengeAnswer } from './authentication.ts'
import { believed, hasDigest } from './believed.ts'
import {
  type Ask,
  isContinued,
  NoAnswer,
  type Outgoing,
  opCodeOf,
  type Received,
  randomRequestId,
} from './endpoint.ts'
import type { Quickness } from './quickness.ts'
import { FIRST_MINOR, OWN_MAJOR, OWN_MINOR, placeOf, type Target } from './sites.ts'
import type { Purpose, Trace } from './trace.ts'

/** What is asked of one server. */
export type Wish = {
  readonly purpose: Purpose
  /** See `OP`. */
  readonly opCode: number
  /** What it is about: by it the server is chosen. */
  readonly handle: string
  readonly indexes: readonly number[]
  readonly types: readonly string[]
  readonly body: Uint8Array
  /** See `OP_FLAG`. */
  readonly flags: number
  readonly recursionCount: number
  readonly auth?: Authentication | undefined
}

export type Answer = {
  readonly target: Target
  readonly request: Outgoing
  readonly code: number
  /** What an error says. */
  readonly message: string
  /** Of a resolution. */
  readonly values: readonly WireValue[]
  /** Of 302 and 303. */
  readonly referral?: Referral
  readonly received: Received
  readonly isSigned: boolean
  /** What follows where the answer has several messages, each checked as the first was. Ends the connection when it is left. */
  readonly more: AsyncIterable<Received>
  /** Whether a proof of who asks was sent: what was asked may have been done then, whatever is heard of it. */
  readonly isProved: boolean
}

export type ConversationParts = {
  readonly ask: Ask
  readonly quickness: Quickness
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export type Context = {
  readonly signal?: AbortSignal | undefined
  readonly trace?: Trace | undefined
}

/** The proof was sent, and what became of the request is not known. */
export class Uncertain extends NoAnswer {
  constructor(cause: NoAnswer) {
    super(cause.reason, cause.message, { cause })
  }
}

const LIFE_S = 12 * 3_600
const MS_PER_S = 1_000
const VERSIONS_MAX = 4_096

/** Questions and answers with single servers. */
export class Conversation {
  readonly #parts: ConversationParts
  /** The minor version that a server, by its address, said it would rather speak. */
  readonly #versions = new Map<string, number>()

  constructor(parts: ConversationParts) {
    this.#parts = parts
  }

  /** The answer of one server, over one way; a challenge is answered where the wish says who asks. @throws NoAnswer */
  async ask(target: Target, wish: Wish, context: Context): Promise<Answer> {
    const request = this.#requestTo(target, wish, wish)
    const first = await this.#said(target, { wish, request, context })
    if (first.code !== RESPONSE.authenticationNeeded || wish.auth === undefined) return first
    const proof = await this.#proofFor(target, wish, first)
    try {
      return { ...(await this.#said(target, { ...proof, context })), isProved: true }
    } catch (error) {
      throw error instanceof NoAnswer && !error.isUnsent ? new Uncertain(error) : error
    }
  }

  #requestTo(
    target: Target,
    wish: Wish,
    { opCode, body }: Pick<Wish, 'opCode' | 'body'>,
  ): Outgoing {
    const { endpoint, site } = target
    const keeps = endpoint.protocol === 'TCP' && opCode < OP.createHandle
    const bytes = writeMessage({
      header: {
        ...{ opCode, responseCode: 0, reserved: 0 },
        opFlags: (wish.flags | (keeps ? OP_FLAG.keepConnection : 0)) >>> 0,
        ...{ siteSerial: site.serial, recursionCount: wish.recursionCount },
        expiresS: Math.floor(this.#parts.now() / MS_PER_S) + LIFE_S,
      },
      body,
    })
    return { envelope: this.#envelopeTo(target, 0), bytes }
  }

  #envelopeTo({ endpoint, site }: Target, sessionId: number): Outgoing['envelope'] {
    const minor = this.#versions.get(endpoint.address) ?? minorOf(site)
    return {
      ...{ major: OWN_MAJOR, minor, flags: 0, sessionId, requestId: randomRequestId() },
      ...{ suggestedMajor: OWN_MAJOR, suggestedMinor: OWN_MINOR },
    }
  }

  async #proofFor(target: Target, wish: Wish, challenge: Answer) {
    const { auth } = wish
    if (auth === undefined) throw new TypeError('nothing to prove')
    const { envelope, message } = challenge.received
    const body = await challengeAnswer(
      auth,
      read(() => readChallenge(message.body)),
    )
    const request = this.#requestTo(target, wish, { opCode: OP.challengeResponse, body })
    const { sessionId } = envelope
    return {
      wish: { ...wish, purpose: 'proof' } as const,
      first: challenge.request,
      request: { ...request, envelope: { ...request.envelope, sessionId } },
    }
  }

  async #said(target: Target, asked: Asked): Promise<Answer> {
    const { wish, request, context } = asked
    const { quickness } = this.#parts
    const { endpoint } = target
    const place = placeOf(target)
    const { purpose, handle, indexes, types, flags } = wish
    const { major, minor } = request.envelope
    const opCode = opCodeOf(request.bytes)
    context.trace?.({
      ...{ kind: 'ask', purpose, handle, indexes, types, to: place, opCode, flags },
      ...{ bytes: request.bytes.length, version: `${major}.${minor}` },
    })
    const began = performance.now()
    try {
      const answer = await this.#heard(target, asked)
      const ms = performance.now() - began
      quickness.answered(endpoint.address, ms)
      const { code, message, values, isSigned, received } = answer
      context.trace?.({
        ...{ kind: 'answer', from: place, code, message, values, isSigned, ms },
        bytes: received.bytes,
      })
      return answer
    } catch (error) {
      context.signal?.throwIfAborted()
      if (!(error instanceof NoAnswer)) throw error
      quickness.failed(endpoint.address)
      const { reason, message: detail } = error
      const ms = performance.now() - began
      context.trace?.({ kind: 'no-answer', from: place, reason, detail, ms })
      throw error
    }
  }

  async #heard(target: Target, { wish, request, first, context }: Asked): Promise<Answer> {
    const { signal } = context
    const requests = first === undefined ? [request] : [first, request]
    const answers = this.#parts.ask(target.endpoint, request, { ...(signal && { signal }) })
    const iterator = answers[Symbol.asyncIterator]()
    let isSeveral = false
    try {
      const next = await iterator.next()
      if (next.done === true) throw new NoAnswer('closed', 'nothing was answered')
      const received = next.value
      const isSigned = this.#checked(received, requests, target)
      const said = saidIn(received, wish)
      // only lists are gone on with; what else says that more follows is answered with its beginning
      const isList = wish.opCode === OP.listHandles && said.code === RESPONSE.success
      isSeveral = isList && isContinued(received)
      const more = isSeveral ? this.#rest(iterator, requests, target) : none()
      return { ...{ target, request, received, isSigned, isProved: false }, ...said, more }
    } finally {
      if (!isSeveral) await iterator.return?.()
    }
  }

  async *#rest(
    iterator: AsyncIterator<Received>,
    requests: readonly Outgoing[],
    target: Target,
  ): AsyncGenerator<Received> {
    try {
      for (let it = await iterator.next(); it.done !== true; it = await iterator.next()) {
        this.#checked(it.value, requests, target)
        yield it.value
      }
    } finally {
      await iterator.return?.()
    }
  }

  #checked(received: Received, requests: readonly Outgoing[], target: Target): boolean {
    const { envelope, message } = received
    const code = message.header.responseCode
    if (code === 0) throw new NoAnswer('malformed', 'a request instead of an answer')
    // a challenge is signed by nobody: it asks, and tells nothing
    const isChallenge = code === RESPONSE.authenticationNeeded
    const isSigned = !isChallenge && believed(received, requests, target.server.publicKey)
    this.#note(target.endpoint.address, envelope)
    return isSigned
  }

  #note(address: string, { suggestedMajor, suggestedMinor }: Received['envelope']): void {
    if (suggestedMajor !== OWN_MAJOR) return
    this.#versions.delete(address)
    this.#versions.set(address, Math.min(suggestedMinor, OWN_MINOR))
    const [oldest] = this.#versions.keys()
    if (this.#versions.size > VERSIONS_MAX && oldest !== undefined) this.#versions.delete(oldest)
  }
}

type Asked = {
  readonly wish: Wish
  readonly request: Outgoing
  /** What was asked before a proof was wanted: that is what is answered in the end. */
  readonly first?: Outgoing
  readonly context: Context
}

/** The site's own version as far as it is known here, else the one that is begun with. */
function minorOf({ major, minor }: Site): number {
  if (major > OWN_MAJOR) return OWN_MINOR
  return major < OWN_MAJOR || minor < 0 ? FIRST_MINOR : Math.min(minor, OWN_MINOR)
}

function saidIn(received: Received, { opCode }: Wish): Said {
  const { message } = received
  const code = message.header.responseCode
  if (code === RESPONSE.serviceReferral || code === RESPONSE.prefixReferral) {
    const referral = read(() => readReferral(message.body, hasDigest(message)))
    return { code, message: '', values: [], referral }
  }
  if (code !== RESPONSE.success) return { code, message: messageIn(received), values: [] }
  if (opCode !== OP.resolution) return { code, message: '', values: [] }
  const { values } = read(() => readResolutionAnswer(message.body, hasDigest(message)))
  return { code, message: '', values }
}

type Said = Pick<Answer, 'code' | 'message' | 'values' | 'referral'>

/** A challenge has another body; what an error says is no reason to disbelieve it. */
function messageIn({ message }: Received): string {
  if (message.header.responseCode === RESPONSE.authenticationNeeded) return ''
  try {
    return readErrorAnswer(message.body, hasDigest(message)).message
  } catch {
    return ''
  }
}

/** What is read from an answer; that it cannot be is told as no answer. */
export function read<T>(reads: () => T): T {
  try {
    return reads()
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause
    throw new NoAnswer('malformed', cause.message, { cause })
  }
}

async function* none(): AsyncGenerator<never> {}
