import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { App } from '../lib/http.ts'
import { endWith } from '../lib/last-answer.ts'
import { Problem } from '../lib/problem.ts'
import {
  readClientCertificate,
  rememberCertificate,
} from '../protocols/handle/client-certificate.ts'
import { convertAndCheck, writeWhenAsked } from './schemas.ts'

const BODY_BYTES_MAX = 2 ** 20
const HEADER_BYTES_MAX = 32_768
const URL_PART_CHARS_MAX = 16_384
/** A client that sends its headers slower than this is dropped. Bodies may take as long as they keep moving. */
const HEADERS_WAIT_MS_MAX = 20_000
const IDLE_MS_MAX = 72_000

export type HttpOptions = {
  readonly log: FastifyBaseLogger
  readonly trustedProxies: readonly string[]
  readonly tls?: TlsFiles
  /** Sees every request first; true when it answers, or hands it on to `otherwise` later. */
  readonly fast?: (
    request: IncomingMessage,
    response: ServerResponse,
    otherwise: Listener,
  ) => boolean
  /** A target that the router can read, for one it could not; or that of who answers such a request. */
  readonly routable?: (
    target: string,
    request: Pick<IncomingMessage, 'method' | 'headers'>,
  ) => string
  /** Sees a request that Node's parser refused; true when it has answered. */
  readonly unparsed?: (error: Error, socket: Socket) => boolean
}

/** The one HTTP application, before any room has hung its routes into it. */
export function openHttp(options: HttpOptions): OpenedHttp {
  const holder: { server?: Server; listener?: Listener } = {}
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: URL_PART_CHARS_MAX },
    exposeHeadRoutes: true,
    rewriteUrl: (request) => {
      const { url = '/' } = request
      return options.routable?.(url, request) ?? url
    },
    clientErrorHandler: (error, socket) => {
      if (options.unparsed?.(error, socket) !== true) refuseUnparsed(error, socket)
    },
    serverFactory: (handler) => {
      holder.listener = handler
      holder.server = createNodeServer(options.tls, (request, response) => {
        if (options.fast?.(request, response, handler) !== true) handler(request, response)
      })
      return holder.server
    },
  }) as unknown as App
  app.setValidatorCompiler(convertAndCheck)
  app.setSerializerCompiler(writeWhenAsked)
  app.addHook('onRequest', async (_request, reply) => {
    for (const [name, value] of SECURITY_HEADERS) reply.header(name, value)
  })
  const { server, listener } = holder
  if (server === undefined || listener === undefined) {
    throw new Error('the HTTP library made no server')
  }
  return { app, server, listener }
}

/** What is not HTTP, too long or too slow gets the shortest answer there is. */
function refuseUnparsed({ code }: Error & { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const status = UNPARSED[code ?? ''] ?? '400 Bad Request'
  endWith(socket, `HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
}

const UNPARSED: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

export type Listener = (request: IncomingMessage, response: ServerResponse) => void

export type OpenedHttp = {
  readonly app: App
  readonly server: Server
  /** Answers a request that came another way than through `server`. */
  readonly listener: Listener
}

/** On every answer; a page that needs another policy says so itself. */
const SECURITY_HEADERS = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-opener-policy', 'same-origin'],
] as const

export type TlsFiles = {
  readonly cert: string
  readonly key: string
  /** Clients are asked for a certificate; they need not have one. */
  readonly asksClients?: boolean
}

/** A server with this program's limits, encrypted where there are files for it. */
export function createNodeServer(tls: TlsFiles | undefined, listener: Listener): Server {
  const limits = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_WAIT_MS_MAX,
    requestTimeout: 0,
    keepAliveTimeout: IDLE_MS_MAX,
  }
  if (tls === undefined) return createHttpServer(limits, listener)
  const { cert, key } = readTls(tls)
  const options = { ...limits, cert, key, minVersion: 'TLSv1.2' } as const
  if (tls.asksClients !== true) return createHttpsServer(options, listener)
  // Whoever signed it: it counts by its key, and only where its subject says whose key that is.
  const asking = { ...options, requestCert: true, rejectUnauthorized: false }
  return createHttpsServer(asking, listener).on('secureConnection', (socket) => {
    const certificate = socket.getPeerX509Certificate()
    const known = certificate && readClientCertificate(certificate, Date.now())
    if (known !== undefined) rememberCertificate(socket, known)
  })
}

export function readTls(tls: TlsFiles): { cert: Buffer; key: Buffer } {
  try {
    return { cert: readFileSync(tls.cert), key: readFileSync(tls.key) }
  } catch (cause) {
    const text = { en: 'The TLS certificate or key cannot be read', zh: '无法读取 TLS 证书或私钥' }
    throw new Problem('invalid-input', text, { cause })
  }
}
