import { MalformedBytes } from '../../identifiers/values/bytes.ts'
import { writeErrorAnswer } from '../wire/bodies.ts'
import { OP, RESPONSE } from '../wire/codes.ts'
import {
  COMPRESSED,
  ENCRYPTED,
  MESSAGE_BYTES_AT,
  MESSAGE_BYTES_MIN,
  readEnvelope,
} from '../wire/envelope.ts'
import { readMessage, writeMessage } from '../wire/message.ts'
import {
  type Answers,
  type Asked,
  type Incoming,
  isSeveral,
  type Operation,
  type Outgoing,
} from './asked.ts'
import { errorTo, expiryS, replyEnvelope } from './reply.ts'

export type Operations = Readonly<Record<number, Operation>>

export type ExchangeParts = {
  /** By `OP`. */
  readonly operations: Operations
  /** What answers every other one; without it they are not supported. */
  readonly otherwise?: Operation
  /** What came encrypted by the key of a session, as it was before; undefined where there is no such session. */
  readonly decrypted?: (incoming: Incoming) => Incoming | undefined
  readonly siteSerial: number
  readonly onError: (error: unknown) => void
}

/** Answers whole messages of the Handle protocol, whichever way they came. Never throws, and never answers nothing. */
export type Exchange = (incoming: Incoming) => Answers

export function openExchange(parts: ExchangeParts): Exchange {
  const { siteSerial, onError } = parts
  const failed = (incoming: Incoming, error: unknown): Outgoing => {
    if (error instanceof MalformedBytes)
      return refusal(incoming, RESPONSE.protocolError, siteSerial)
    onError(error)
    return refusal(incoming, RESPONSE.error, siteSerial)
  }
  return (incoming) => {
    try {
      const isEncrypted = (incoming.envelope.flags & ENCRYPTED) !== 0
      const plain = isEncrypted ? parts.decrypted?.(incoming) : incoming
      if (plain === undefined) return refusal(incoming, RESPONSE.sessionTimedOut, siteSerial)
      if ((plain.envelope.flags & COMPRESSED) !== 0) {
        return refusal(incoming, RESPONSE.protocolError, siteSerial)
      }
      const asked: Asked = { ...plain, message: readMessage(plain.bytes) }
      const answers = answerTo(parts, asked)
      if (answers instanceof Promise) return answers.catch((error) => failed(incoming, error))
      return isSeveral(answers) ? guarded(answers, (it) => failed(incoming, it)) : answers
    } catch (error) {
      return failed(incoming, error)
    }
  }
}

function answerTo({ operations, otherwise, siteSerial }: ExchangeParts, asked: Asked): Answers {
  const { header } = asked.message
  // An answer is nothing to be answered.
  if (header.responseCode !== 0) return errorTo(asked, siteSerial, RESPONSE.protocolError)
  if (isExpired(asked)) {
    return errorTo(asked, siteSerial, RESPONSE.protocolError, {
      message: 'The request has expired',
    })
  }
  const operation = Object.hasOwn(operations, header.opCode) ? operations[header.opCode] : otherwise
  if (operation === undefined) return errorTo(asked, siteSerial, RESPONSE.operationNotSupported)
  return operation(asked)
}

/** A question does no harm, however old: clocks of clients are wrong. */
function isExpired({ message: { header } }: Asked): boolean {
  const { opCode, expiresS } = header
  if (opCode === OP.resolution || opCode === OP.getSiteInfo) return false
  return expiresS !== 0 && expiresS * 1_000 < Date.now()
}

async function* guarded(
  answers: AsyncIterable<Outgoing>,
  failed: (error: unknown) => Outgoing,
): AsyncGenerator<Outgoing> {
  try {
    yield* answers
  } catch (error) {
    yield failed(error)
  }
}

/** The answer to what could not be read: of its operation only the number is known, and that only perhaps. */
export function refusal(
  { envelope, bytes }: Pick<Incoming, 'envelope' | 'bytes'>,
  code: number,
  siteSerial: number,
): Outgoing {
  const isThere = bytes.length >= Uint32Array.BYTES_PER_ELEMENT
  const asked = isThere ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : 0
  // A message is about something, be it an answer to one that was not.
  const opCode = asked === 0 ? OP.resolution : asked
  const header = {
    ...{ opCode, responseCode: code, opFlags: 0, siteSerial, recursionCount: 0, reserved: 0 },
    expiresS: expiryS(Date.now()),
  }
  const body = writeErrorAnswer({ message: '' })
  const answer = { envelope: replyEnvelope(envelope), bytes: writeMessage({ header, body }) }
  return code === RESPONSE.protocolError ? { ...answer, isUnread: true } : answer
}

/** The answer to an envelope whose message is longer or shorter than one may be. */
export function refuseEnvelope(head: Uint8Array, siteSerial: number): Outgoing {
  const mended = Uint8Array.from(head)
  new DataView(mended.buffer).setUint32(MESSAGE_BYTES_AT, MESSAGE_BYTES_MIN)
  const incoming = { envelope: readEnvelope(mended), bytes: new Uint8Array(0) }
  return refusal(incoming, RESPONSE.protocolError, siteSerial)
}
