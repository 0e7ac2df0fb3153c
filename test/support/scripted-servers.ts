import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { parseAddress } from '../../src/identifiers/values/address.ts'
import {
  HASH_BY_ALL,
  PROTOCOLS,
  SERVES_ADMIN,
  SERVES_QUERY,
  type Site,
  writeSite,
} from '../../src/identifiers/values/site.ts'
import * as wire from '../../src/protocols/wire/index.ts'

export type Asked = {
  readonly envelope: wire.Envelope
  readonly message: wire.Message
  /** Of a resolution. */
  readonly handle: string
  readonly types: readonly string[]
}

/** What a scripted server says to a question; nothing where it is silent. */
export type Script = (asked: Asked) => Said | undefined
export type Said = {
  readonly code: number
  readonly body?: Uint8Array
  readonly flags?: number
  readonly credential?: wire.Credential
  readonly envelope?: Partial<wire.Envelope>
}

export type ScriptedServer = AsyncDisposable & {
  readonly port: number
  readonly site: Site
  readonly asked: Asked[]
  /** Connections that were opened. */
  readonly connections: () => number
}

/** A site at this machine. */
export function siteAt(
  port: number,
  more: Partial<Site> & { protocols?: readonly string[] } = {},
): Site {
  const { protocols = ['TCP'], ...site } = more
  return {
    ...{ version: 1, major: 2, minor: 11, serial: 1, primary: true, multiPrimary: false },
    ...{ hashOption: HASH_BY_ALL, hashFilter: '', attributes: [] },
    servers: [
      {
        id: 1,
        address: parseAddress('127.0.0.1') ?? new Uint8Array(16),
        publicKey: new Uint8Array(),
        interfaces: protocols.map((it) => ({
          type: SERVES_QUERY | SERVES_ADMIN,
          protocol: PROTOCOLS.indexOf(it),
          port,
        })),
      },
    ],
    ...site,
  }
}

export function found(handle: string, ...values: readonly wire.WireValue[]): Said {
  return { code: wire.RESPONSE.success, body: wire.writeHandleValues({ handle, values }) }
}

export function value(index: number, type: string, data: string | Uint8Array, ttlS = 86_400) {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  return {
    ...{ index, type, data: bytes, ttlS, permissions: 0x0e, references: [] },
    ...{ timestampS: 0, ttlType: wire.TTL_RELATIVE },
  }
}

export function siteValueOf(site: Site, type = 'HS_SITE', index = 1): wire.WireValue {
  return value(index, type, writeSite(site))
}

export function referral(code: number, handle: string, ...sites: readonly Site[]): Said {
  const values = sites.map((it, i) => siteValueOf(it, 'HS_SITE', i + 1))
  return { code, body: wire.writeReferral({ handle, values }) }
}

export function error(code: number, message = ''): Said {
  return { code, body: wire.writeErrorAnswer({ message }) }
}

/** By name, letters folded; what is not there is not found. */
export function records(all: Readonly<Record<string, Said | ((asked: Asked) => Said)>>): Script {
  return (asked) => {
    const said = all[asked.handle.toUpperCase()] ?? error(wire.RESPONSE.handleNotFound)
    return typeof said === 'function' ? said(asked) : said
  }
}

/** The whole message, and its envelope. */
export function answerTo(asked: Asked, { code, body, flags, credential, envelope }: Said) {
  const { header } = asked.message
  const bytes = wire.writeMessage({
    header: {
      ...{ opCode: header.opCode, responseCode: code, opFlags: flags ?? 0, reserved: 0 },
      ...{ siteSerial: 1, recursionCount: 0, expiresS: 0 },
    },
    body: body ?? new Uint8Array(4),
    ...(credential && { credential }),
  })
  const head = { ...asked.envelope, suggestedMajor: 2, suggestedMinor: 11, flags: 0, ...envelope }
  return { bytes, envelope: head }
}

export function framedAnswer(asked: Asked, said: Said): Buffer {
  const { bytes, envelope } = answerTo(asked, said)
  const head = wire.writeEnvelope({ ...envelope, sequence: 0, messageBytes: bytes.length })
  return Buffer.concat([head, bytes])
}

export function readAsked(envelope: wire.Envelope, bytes: Uint8Array): Asked {
  const message = wire.readMessage(bytes)
  if (message.header.opCode !== wire.OP.resolution) {
    return { envelope, message, handle: '', types: [] }
  }
  return { envelope, message, ...wire.readResolutionRequest(message.body) }
}

export type Behaviour = {
  /** Ends each connection after so many answers. */
  readonly closesAfter?: number
  /** Sends what is to be said by itself. */
  readonly send?: (socket: Socket, bytes: Buffer, asked: Asked) => void
}

/** A server over TCP that says what its script does. */
export async function scriptTcp(
  script: Script,
  behaviour: Behaviour = {},
): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    open.add(socket)
    let rest = Buffer.alloc(0)
    let answered = 0
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    socket.on('data', (piece: Buffer) => {
      rest = Buffer.concat([rest, piece])
      for (let it = cut(rest); it !== undefined; it = cut(rest)) {
        rest = it.rest
        asked.push(it.asked)
        const said = script(it.asked)
        if (said === undefined) continue
        const bytes = framedAnswer(it.asked, said)
        if (behaviour.send === undefined) socket.write(bytes)
        else behaviour.send(socket, bytes, it.asked)
        if (++answered === behaviour.closesAfter) socket.end()
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...{ port, site: siteAt(port), asked, connections: () => connections },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const it of open) it.destroy()
      await closed
    },
  }
}

function cut(bytes: Buffer): { asked: Asked; rest: Buffer<ArrayBuffer> } | undefined {
  if (bytes.length < wire.ENVELOPE_BYTES) return undefined
  const envelope = wire.readEnvelope(bytes)
  const end = wire.ENVELOPE_BYTES + envelope.messageBytes
  if (bytes.length < end) return undefined
  const message = Uint8Array.from(bytes.subarray(wire.ENVELOPE_BYTES, end))
  return { asked: readAsked(envelope, message), rest: Buffer.from(bytes.subarray(end)) }
}

/** The datagrams to send for an answer. */
export type Datagrams = (packets: Uint8Array[], asked: Asked, times: number) => Uint8Array[]

/** A server over UDP; `send` loses, doubles and shuffles. */
export async function scriptUdp(
  script: Script,
  send: Datagrams = (it) => it,
): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const times = new Map<number, number>()
  const socket = createSocket('udp4')
  const assemblies = new Map<number, wire.Assembly>()
  socket.on('message', (bytes, from) => {
    const envelope = wire.readEnvelope(bytes)
    const assembly = assemblies.get(envelope.requestId) ?? new wire.Assembly(envelope.messageBytes)
    assemblies.set(envelope.requestId, assembly)
    const message = assembly.add(envelope, bytes.subarray(wire.ENVELOPE_BYTES))
    if (message === undefined) return
    const it = readAsked(envelope, message)
    asked.push(it)
    const said = script(it)
    const count = (times.get(envelope.requestId) ?? 0) + 1
    times.set(envelope.requestId, count)
    if (said === undefined) return
    const answer = answerTo(it, said)
    const packets = send(wire.packetsOf(answer.bytes, answer.envelope), it, count)
    for (const packet of packets) socket.send(packet, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  return {
    ...{ port, site: siteAt(port, { protocols: ['UDP'] }), asked, connections: () => 0 },
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}
