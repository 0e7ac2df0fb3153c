import type { ValueReference } from '../../identifiers/record.ts'
import { type Asker, isFromHere } from '../../identifiers/resolution/askers.ts'
import type { ClientLimit } from '../../identifiers/resolution/client-limit.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import type { Envelope, Outgoing } from '../wire/envelope.ts'
import type { Message } from '../wire/message.ts'
import type { ExchangeSession } from './sessions.ts'

/** Who sent a message, and over what. */
export type Peer = {
  readonly transport: 'tcp' | 'udp' | 'http'
  readonly asker: Asker
  /** The same object for all that comes over one connection; each datagram has one of its own. */
  readonly connection: object
}

/** By whom work is counted: a network; what came by datagram is not held against those whose address it bore. */
export function sourceOf({ transport, asker }: Peer): string {
  return transport === 'udp' ? `udp ${asker.client}` : asker.client
}

/** Whether a network wants more of something than it may have; this machine itself may have all of it. */
export function isTooMuch(limit: ClientLimit, peer: Peer): boolean {
  return !isFromHere(peer.asker) && limit.take(sourceOf(peer)) > 0
}

/** A whole message, put together from its packets where it came in several. */
export type Incoming = {
  readonly envelope: Envelope
  /** Without its envelope. */
  readonly bytes: Uint8Array
  readonly peer: Peer
  /** It came encrypted by the key of its session. */
  readonly wasEncrypted?: true
}

/** An answer. */
export type { Outgoing }

/** Some operations answer in several messages. */
export type Answers = MaybePromise<Outgoing> | AsyncIterable<Outgoing>

export function isSeveral(answers: Answers): answers is AsyncIterable<Outgoing> {
  return Symbol.asyncIterator in answers
}

/** One after the other, be it one. */
export async function* allOf(answers: Answers): AsyncGenerator<Outgoing> {
  if (isSeveral(answers)) yield* answers
  else yield await answers
}

/** A request that was read. */
export type Asked = Incoming & {
  readonly message: Message
  /** Whose key was proved to be at hand; absent while nobody has proved anything. */
  readonly identity?: ValueReference
  /** The session it came in. */
  readonly session?: ExchangeSession
  /** What is answered is what another server says (REC). */
  readonly isToldBySomebodyElse?: true
}

/** What answers one kind of request, by its `OP`. */
export type Operation = (asked: Asked) => Answers
