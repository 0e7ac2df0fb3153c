import { mkdtempSync, rmSync } from 'node:fs'
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ClientCertificate,
  certificateOn,
  rememberCertificate,
} from '../protocols/handle/client-certificate.ts'
import type { Listener } from './http.ts'
import { hearConnection, PEER_CONNECTION } from './inner-connections.ts'

/** How one process tells another whom it speaks for; taken off before anything looks at the headers. */
export const PEER = 'x-waymark-peer'
export const PEER_TLS = 'x-waymark-peer-tls'
const PEER_CERTIFICATE = 'x-waymark-peer-certificate'
const SOCKETS_MAX = 256

export type InnerDoor = AsyncDisposable & { readonly path: string }

/**
 * A door for this node's other processes alone: a socket in a folder that only this user can enter. What comes through it is
 * answered as if it came from the peer it was handed over for.
 */
export async function openInnerDoor(listener: Listener): Promise<InnerDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-'))
  const path = join(folder, 'inner.sock')
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    standIn(request)
    listener(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  })
  return {
    path,
    async [Symbol.asyncDispose]() {
      server.closeIdleConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One request at a time uses a socket, so the socket can be given the peer's face. */
function standIn(request: IncomingMessage): void {
  const { headers, rawHeaders, socket } = request
  define(socket, 'remoteAddress', headers[PEER])
  define(socket, 'encrypted', headers[PEER_TLS] === '1')
  rememberCertificate(socket, certificateIn(headers[PEER_CERTIFICATE]))
  const connection = headers[PEER_CONNECTION]
  hearConnection(socket, typeof connection === 'string' ? connection : undefined)
  for (let i = rawHeaders.length - 2; i >= 0; i -= 2) {
    if (OF_PEER.has(rawHeaders[i]?.toLowerCase() ?? '')) rawHeaders.splice(i, 2)
  }
  for (const name of OF_PEER) delete headers[name]
}

const OF_PEER: ReadonlySet<string> = new Set([PEER, PEER_TLS, PEER_CERTIFICATE, PEER_CONNECTION])

/** Whose it says it is, and its key, as the process that met the client has read them. */
function certificateIn(text: unknown): ClientCertificate | undefined {
  if (typeof text !== 'string') return undefined
  const [identity = '', key = ''] = text.split('.').map((it) => Buffer.from(it, 'base64url'))
  return { identity: identity.toString(), key: Buffer.from(key) }
}

function certificateText({ identity, key }: ClientCertificate): string {
  return [Buffer.from(identity), Buffer.from(key)].map((it) => it.toString('base64url')).join('.')
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true })
}

/** Hands requests over to the process behind the door, bodies and answers streamed both ways. */
export function handOver(path: string): Listener & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX })
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const isEncrypted = 'encrypted' in request.socket && request.socket.encrypted === true
    const headers = without(request.rawHeaders, NOT_HANDED_OVER)
    headers.push(PEER, request.socket.remoteAddress ?? '', PEER_TLS, isEncrypted ? '1' : '0')
    const certificate = certificateOn(request.socket)
    if (certificate !== undefined) headers.push(PEER_CERTIFICATE, certificateText(certificate))
    const { method = 'GET', url = '/' } = request
    const inner = httpRequest({ socketPath: path, agent, method, path: url, headers })
    inner.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, without(answer.rawHeaders, OF_CONNECTION))
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    inner.on('error', () => fail(response))
    response.on('close', () => inner.destroy())
    request.pipe(inner)
  }
  return Object.assign(listener, { [Symbol.dispose]: () => agent.destroy() })
}

/** Both connections are each their own: one that the client wants closed stays open behind. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive'])
/** A client that names a peer of its own is not believed. */
const NOT_HANDED_OVER: ReadonlySet<string> = new Set([...OF_PEER, ...OF_CONNECTION])

function without(rawHeaders: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (!names.has(name.toLowerCase())) kept.push(name, rawHeaders[i + 1] ?? '')
  }
  return kept
}

function fail(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(503, { 'retry-after': '1', 'content-type': 'application/problem+json' })
  response.end('{"type":"/problems/unavailable","status":503,"code":"unavailable"}')
}
