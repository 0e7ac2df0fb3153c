import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { TLSSocket } from 'node:tls'
import { readVerifyingKey } from '../../identifiers/authority/public-keys.ts'
import { framed } from '../wire/envelope.ts'
import {
  type Endpoint,
  isContinued,
  isRepeatable,
  NoAnswer,
  noAnswerBy,
  type Outgoing,
  type Received,
} from './endpoint.ts'
import { messagesIn } from './frames.ts'
import type { StreamLimits } from './tcp.ts'

export type HttpLimits = StreamLimits & {
  readonly connectionsPerServerMax: number
  readonly idleMsMax: number
}

/** Kept to one server while nothing is asked. */
const FREE_SOCKETS_MAX = 4

type Options = StreamLimits & { readonly signal?: AbortSignal | undefined }

/** What messages of the Handle protocol are called over HTTP. */
const MESSAGE_TYPE = 'application/x-hdl-message'

/** The HTTP tunnel: a message as the body of a POST, its answer as that of the answer. */
export class HttpTunnel implements Disposable {
  readonly #limits: HttpLimits
  readonly #http: HttpAgent
  readonly #https: HttpsAgent

  constructor(limits: HttpLimits) {
    this.#limits = limits
    const { connectionsPerServerMax: maxSockets, idleMsMax: timeout } = limits
    const agent = { keepAlive: true, maxSockets, maxFreeSockets: FREE_SOCKETS_MAX, timeout }
    this.#http = new HttpAgent(agent)
    // whose certificate it is, is seen below
    this.#https = new HttpsAgent({ ...agent, rejectUnauthorized: false, maxCachedSessions: 0 })
  }

  /** One message, or several. @throws NoAnswer */
  async *ask(
    endpoint: Endpoint,
    request: Outgoing,
    { signal }: { readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<Received> {
    signal?.throwIfAborted()
    const options = { ...this.#limits, signal }
    let answer: IncomingMessage | undefined
    try {
      answer = await this.#post(endpoint, request, options)
      for await (const it of messagesIn(answer, options.answerMsMax)) {
        if (it.envelope.requestId !== request.envelope.requestId) continue
        yield it
        if (!isContinued(it)) return
      }
      throw new NoAnswer('closed', 'the answer ended before its last message')
    } catch (cause) {
      signal?.throwIfAborted()
      throw noAnswerBy(cause)
    } finally {
      // one that was read to its end leaves its connection for the next
      if (answer !== undefined && !answer.complete) answer.destroy()
      else answer?.resume()
    }
  }

  async #post(endpoint: Endpoint, request: Outgoing, options: Options): Promise<IncomingMessage> {
    const isAgain = isRepeatable(request.bytes)
    const once = () => this.#postOnce(endpoint, request, { ...options, isAgain })
    try {
      return await once()
    } catch (error) {
      // A connection that was kept may be closed with the question on its way; a question may be asked again.
      const wasKept = isAgain && error instanceof NoAnswer && error.reason === 'closed'
      if (!wasKept || options.signal?.aborted === true) throw error
      return await once()
    }
  }

  #postOnce(
    endpoint: Endpoint,
    request: Outgoing,
    { answerMsMax, connectMsMax, signal, isAgain }: Options & { readonly isAgain: boolean },
  ): Promise<IncomingMessage> {
    const { address, port, protocol, host = address } = endpoint
    const isTls = protocol === 'HTTPS'
    const kept = isTls ? this.#https : this.#http
    const body = framed(request)
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const send = isTls ? httpsRequest : httpRequest
    const sending = send({
      ...{ host: address, port, path: '/', method: 'POST', agent: isAgain ? kept : false },
      ...(isTls && { rejectUnauthorized: false, servername: isIP(host) === 0 ? host : '' }),
      ...(signal && { signal }),
      headers: {
        host: `${host.includes(':') ? `[${host}]` : host}:${port}`,
        // deployed servers answer a page to whoever does not say so
        accept: MESSAGE_TYPE,
        'content-type': MESSAGE_TYPE,
        'content-length': body.length,
      },
    })
    const late = setTimeout(() => {
      sending.destroy(new NoAnswer('timed-out', `no answer in ${connectMsMax + answerMsMax} ms`))
    }, connectMsMax + answerMsMax)
    sending.on('error', (cause) => reject(noAnswerBy(cause)))
    sending.on('close', () => clearTimeout(late))
    sending.on('response', (answer) => {
      clearTimeout(late)
      if (answer.statusCode === 200) resolve(answer)
      else {
        answer.destroy()
        reject(new NoAnswer('malformed', `HTTP ${answer.statusCode}`))
      }
    })
    sending.on('socket', (socket) => {
      if (!(socket instanceof TLSSocket)) sending.end(body)
      else
        afterHandshake(socket, () => {
          if (isBelieved(socket, endpoint)) sending.end(body)
          else sending.destroy(STRANGE())
        })
    })
    return promise
  }

  [Symbol.dispose](): void {
    this.#http.destroy()
    this.#https.destroy()
  }
}

const STRANGE = () =>
  new NoAnswer('wrong-certificate', 'the certificate is not that of the server', { isUnsent: true })

function afterHandshake(socket: TLSSocket, act: () => void): void {
  if (socket.getPeerX509Certificate() === undefined) socket.once('secureConnect', act)
  else act()
}

/** By the key that the server's record names; where it names none, by who issued it and for whom. */
function isBelieved(socket: TLSSocket, { publicKey, address, host = address }: Endpoint): boolean {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return false
  const known = publicKey === undefined ? undefined : readVerifyingKey(publicKey)
  if (known !== undefined && 'key' in known && certificate.publicKey.equals(known.key)) return true
  const isFor = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)
  return socket.authorized && isFor !== undefined
}
