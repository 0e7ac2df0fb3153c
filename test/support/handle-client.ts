import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, isIPv6, type Socket } from 'node:net'
import { readSite, type Site } from '../../src/identifiers/values/site.ts'
import * as wire from '../../src/protocols/wire/index.ts'
import { ENVELOPE_BYTES } from '../../src/protocols/wire/index.ts'

/** What resolvers send that want nothing special. */
export const USUAL_FLAGS =
  wire.OP_FLAG.recursive + wire.OP_FLAG.cacheCertified + wire.OP_FLAG.publicOnly

export type Wish = {
  readonly opCode?: number
  readonly body: Uint8Array
  readonly flags?: number
  readonly requestId?: number
  readonly minor?: number
}

/** A whole request, and its envelope. */
export function request({ opCode = wire.OP.resolution, body, flags, requestId = 1, minor }: Wish) {
  const message = wire.writeMessage({
    header: {
      ...{ opCode, responseCode: 0, opFlags: flags ?? USUAL_FLAGS, recursionCount: 0, reserved: 0 },
      ...{ siteSerial: wire.SERIAL_UNKNOWN, expiresS: 0 },
    },
    body,
  })
  const envelope = {
    ...{ major: 2, minor: minor ?? 11, flags: 0, sessionId: 0, requestId },
    ...{ suggestedMajor: 2, suggestedMinor: minor ?? 11 },
  }
  return { message, envelope, bytes: wire.framed({ envelope, bytes: message }) }
}

export function question(handle: string, more: Omit<Wish, 'body'> & Filter = {}) {
  const { indexes = [], types = [], ...wish } = more
  return request({ ...wish, body: wire.writeResolutionRequest({ handle, indexes, types }) })
}

export type Filter = { readonly indexes?: readonly number[]; readonly types?: readonly string[] }

export type Answer = wire.Message & { readonly envelope: wire.Envelope; readonly bytes: Buffer }

/** All but what differs between two answers to one question. */
export function shownAnswer({ envelope, header, body }: Answer) {
  const { requestId: _, ...rest } = envelope
  return { ...rest, ...header, expiresS: 0, body: Buffer.from(body).toString('hex') }
}

export function valuesIn(answer: Answer): wire.HandleValues {
  const hasDigest = (answer.header.opFlags & wire.OP_FLAG.returnDigest) !== 0
  return wire.readResolutionAnswer(answer.body, hasDigest)
}

/** Whole messages in bytes, and how many bytes they take. */
export function answersIn(bytes: Buffer): { answers: Answer[]; taken: number } {
  const answers: Answer[] = []
  let taken = 0
  while (bytes.length - taken >= ENVELOPE_BYTES) {
    const envelope = wire.readEnvelope(bytes.subarray(taken))
    const end = taken + ENVELOPE_BYTES + envelope.messageBytes
    if (end > bytes.length) break
    const whole = bytes.subarray(taken, end)
    answers.push({ envelope, bytes: whole, ...wire.readMessage(whole.subarray(ENVELOPE_BYTES)) })
    taken = end
  }
  return { answers, taken }
}

/** Where a connection goes to, and where it comes from if that matters. */
export type Ends = { readonly host?: string; readonly localAddress?: string }

/** A connection to a server of the Handle protocol. */
export class HandleConnection implements Disposable {
  readonly socket: Socket
  readonly answers: Answer[] = []
  #rest: Buffer = Buffer.alloc(0)
  readonly closed: Promise<unknown>

  constructor(port: number, { host = '127.0.0.1', localAddress }: Ends = {}) {
    this.socket = connect({ port, host, noDelay: true, ...(localAddress && { localAddress }) })
    this.closed = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.on('error', () => undefined)
    this.socket.on('data', (bytes) => this.#take(bytes as Buffer))
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    try {
      const { answers, taken } = answersIn(this.#rest)
      this.#rest = this.#rest.subarray(taken)
      this.answers.push(...answers)
      this.socket.emit('answers')
    } catch {
      // What cannot be read ends the connection, and so all that waits for answers.
      this.socket.destroy()
    }
  }

  /** Resolves with the answers once there are so many, or rejects when the server closes before. */
  async got(count: number): Promise<Answer[]> {
    while (this.answers.length < count) {
      if (this.socket.destroyed || this.socket.readableEnded) {
        throw new Error(`closed after ${this.answers.length} of ${count} answers`)
      }
      const heard = new AbortController()
      const { signal } = heard
      const either = ['answers', 'end'].map((it) => once(this.socket, it, { signal }))
      await Promise.race([...either, this.closed])
      for (const it of either) it.catch(() => undefined)
      heard.abort()
    }
    return this.answers
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

export async function askTcp(port: number, bytes: Uint8Array, host?: string): Promise<Answer> {
  using connection = new HandleConnection(port, { ...(host && { host }) })
  connection.socket.write(bytes)
  const [answer] = await connection.got(1)
  if (answer === undefined) throw new Error('no answer')
  return answer
}

export async function askHttp(url: string, bytes: Uint8Array, path = '/'): Promise<Answer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-hdl-message' },
    body: Buffer.from(bytes),
  })
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  const [answer] = answersIn(Buffer.from(await response.arrayBuffer())).answers
  if (answer === undefined) throw new Error('no answer')
  return answer
}

const TRIES_MAX = 20
const WAIT_MS = 500

/** Sends the packets again until an answer is whole; datagrams may be lost. Answers the datagrams, too. */
export async function askUdp(
  port: number,
  packets: readonly Uint8Array[],
  host = '127.0.0.1',
): Promise<Answer & { readonly datagrams: Buffer[] }> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  const whole = Promise.withResolvers<Answer & { readonly datagrams: Buffer[] }>()
  const datagrams: Buffer[] = []
  let assembly: wire.Assembly | undefined
  socket.on('message', (bytes) => {
    datagrams.push(bytes)
    const envelope = wire.readEnvelope(bytes)
    assembly ??= new wire.Assembly(envelope.messageBytes)
    const message = assembly.add(envelope, bytes.subarray(ENVELOPE_BYTES))
    if (message === undefined) return
    const head = wire.writeEnvelope({ ...envelope, sequence: 0 })
    whole.resolve({
      ...{ envelope, bytes: Buffer.concat([head, message]), datagrams },
      ...wire.readMessage(message),
    })
  })
  let tries = 0
  const send = () => {
    if (tries++ === TRIES_MAX) whole.reject(new Error('no answer'))
    for (const it of packets) socket.send(it, port, host)
  }
  const again = setInterval(send, WAIT_MS)
  try {
    send()
    return await whole.promise
  } finally {
    clearInterval(again)
    socket.close()
  }
}

export async function siteOf(url: string): Promise<Site> {
  const { bytes } = request({ opCode: wire.OP.getSiteInfo, body: wire.writeHandleBody('/') })
  const { body } = await askHttp(url, bytes)
  return readSite(wire.readSiteAnswer(body, false).site)
}

/** The port of TCP and UDP that a node says it has. */
export async function handlePortOf(url: string): Promise<number> {
  const site = await siteOf(url)
  const tcp = site.servers[0]?.interfaces.find((it) => wire.PROTOCOLS[it.protocol] === 'TCP')
  if (tcp === undefined) throw new Error('a node without TCP')
  return tcp.port
}
