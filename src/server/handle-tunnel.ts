import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { Askers } from '../identifiers/resolution/askers.ts'
import { headerOf } from '../identifiers/resolution/traffic.ts'
import { MalformedBytes } from '../identifiers/values/bytes.ts'
import type { App } from '../lib/http.ts'
import { Problem } from '../lib/problem.ts'
import {
  type Answers,
  type Incoming,
  isSeveral,
  type Outgoing,
} from '../protocols/exchange/asked.ts'
import { type Exchange, refuseEnvelope } from '../protocols/exchange/exchange.ts'
import { Outbox, type PlainAnswers } from '../protocols/exchange/plain-answers.ts'
import { mayBeKnown } from '../protocols/handle/fast-path.ts'
import {
  ENVELOPE_BYTES,
  framed,
  MESSAGE_BYTES_MAX,
  messageBytesIn,
  readEnvelope,
} from '../protocols/wire/envelope.ts'
import type { Listener } from './http.ts'
import { InnerConnections } from './inner-connections.ts'

export type HandleTunnelParts = {
  readonly exchange: Exchange
  readonly askers: Askers
  readonly siteSerial: number
}

/** What messages of the Handle protocol are called over HTTP. */
export const MESSAGE_TYPE = 'application/x-hdl-message'

/** Whether a request carries a message. Clients post to the name that they ask for; the message names it anyway. */
export function isTunnelled({
  method,
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return method === 'POST' && headers['content-type']?.startsWith(MESSAGE_TYPE) === true
}

/** Where such requests are answered, whatever their target. */
export const TUNNEL_PATH = '/'

/** A message of the Handle protocol, envelope and all, as the body of a request, and its answer as that of the answer. */
export function handleTunnelRoutes(app: App, { exchange, askers, siteSerial }: HandleTunnelParts) {
  const connections = new InnerConnections()
  app.register((inner, _options, done) => {
    inner.removeAllContentTypeParsers()
    const options = { parseAs: 'buffer', bodyLimit: ENVELOPE_BYTES + MESSAGE_BYTES_MAX } as const
    inner.addContentTypeParser(MESSAGE_TYPE, options, (_request, body, taken) => taken(null, body))
    inner.post(TUNNEL_PATH, { schema: { hide: true } }, async (request, reply) => {
      const { body } = request
      if (!Buffer.isBuffer(body) || body.length < ENVELOPE_BYTES)
        throw new Problem('unreadable-input', SHORT)
      const asker = askers.meet(request.ip)
      const elsewhere = connections.find(request.raw.socket)
      const peer: Incoming['peer'] =
        elsewhere === undefined
          ? { transport: 'http', asker, connection: request.socket }
          : { transport: 'tcp', asker, connection: elsewhere }
      reply.header('content-type', MESSAGE_TYPE)
      const answers = await answersTo(body, peer)
      return reply.send(isSeveral(answers) ? Readable.from(allFramed(answers)) : framed(answers))
    })
    done()
  })

  function answersTo(body: Buffer, peer: Incoming['peer']): Answers {
    try {
      const envelope = readEnvelope(body)
      const bytes = Uint8Array.from(body.subarray(ENVELOPE_BYTES))
      if (bytes.length < envelope.messageBytes) throw new MalformedBytes('a message cut short')
      return exchange({ envelope, bytes, peer })
    } catch (error) {
      if (!(error instanceof MalformedBytes)) throw error
      return refuseEnvelope(body.subarray(0, ENVELOPE_BYTES), siteSerial)
    }
  }
}

const SHORT = { en: 'This is no message of the Handle protocol', zh: '不是 Handle 协议消息' }

export type TunnelFastPathParts = {
  readonly plain: PlainAnswers
  readonly askers: Askers
  /** Whose request it is; behind a trusted proxy the one it forwards. */
  readonly addressOf: (request: IncomingMessage) => string
}

/**
 * Answers the question that is asked most straight on Node's HTTP server, where all of it came at once; false, or `otherwise`
 * later, leads to the route above, which answers the same. Nothing of a request's body is lost on the way there.
 */
export function tunnelFastPath({ plain, askers, addressOf }: TunnelFastPathParts) {
  const out = new Outbox(ANSWER_BYTES)
  return (request: IncomingMessage, response: ServerResponse, otherwise: Listener): boolean => {
    if (request.method !== 'POST' || mayBeKnown(request)) return false
    if (headerOf(request, 'content-type')?.startsWith(MESSAGE_TYPE) !== true) return false
    // By then the parser has handed over what came along with the headers, and said whether that is all.
    setImmediate(answer, request, response, otherwise)
    return true
  }

  function answer(request: IncomingMessage, response: ServerResponse, otherwise: Listener): void {
    // Who reads where there is nothing hears the end, and nobody after.
    const isThere = request.complete && request.readableLength > 0
    const body: Buffer | null = isThere ? request.read() : null
    if (body !== null && isAnswered(body, request)) {
      send(request, response)
      return
    }
    if (body !== null) request.unshift(body)
    otherwise(request, response)
  }

  function isAnswered(body: Buffer, request: IncomingMessage): boolean {
    const { length } = body
    const isWhole = length > ENVELOPE_BYTES && ENVELOPE_BYTES + messageBytesIn(body, 0) === length
    if (!isWhole) return false
    out.at = 0
    return plain.answer(body, 0, length, { out, asker: askers.meet(addressOf(request)) })
  }

  function send({ socket }: IncomingMessage, response: ServerResponse): void {
    // Whatever is encrypted has an end of its own to tell.
    if (!('encrypted' in socket)) socket.end = endAtOnce
    // A character for each byte: Node joins it to the head and sends both as one piece.
    const body = out.bytes.toString('latin1', 0, out.at)
    response.writeHead(200, [...HEADERS, 'content-length', `${body.length}`])
    response.end(body, 'latin1')
  }
}

/**
 * Where the client has ended its side and the system has taken all answers, the end of this one goes out as the connection is
 * closed: most clients open one for every question, and to tell them of the end first is a tenth of the work.
 */
const endAtOnce: Socket['end'] = function (this: Socket, ...given: unknown[]): Socket {
  const isOver = given.length === 0 && this.readableEnded && this.writableLength === 0
  return isOver ? this.destroy() : Reflect.apply(Socket.prototype.end, this, given)
}

const ANSWER_BYTES = 65_536
const HEADERS = ['content-type', MESSAGE_TYPE, 'x-content-type-options', 'nosniff'] as const

async function* allFramed(answers: AsyncIterable<Outgoing>): AsyncGenerator<Buffer> {
  for await (const it of answers) yield framed(it)
}
