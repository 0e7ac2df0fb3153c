/**
 * Behaves badly towards a server of the Handle protocol, in a process of its own, at a rate that does not take the machine from
 * everybody: sent an order, it says how many things it did. What it holds open stays until it is left alone.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import * as wire from '../../src/protocols/wire/index.ts'
import { randomPacket } from '../../test/fuzz/wire.ts'
import { question, request } from '../../test/support/handle-client.ts'
import { Dice } from '../../test/support/records.ts'

export type AttackOrder = {
  readonly kind: 'packets' | 'scattered' | 'slow' | 'challenges' | 'sessions' | 'idle'
  readonly port: number
  /** Where it is not that of TCP. */
  readonly udpPort?: number
  readonly count: number
  readonly perS: number
  /** Of which process this is one: each has an address and a seed of its own. */
  readonly number: number
}

const TURN_MS = 2
const PACKETS_A_CONNECTION = 25
/** Half of all packets go over each. */
const UDP_SHARE = 0.5
const NETWORKS = 2_000
const held: Socket[] = []

process.on('message', (order: AttackOrder) => void attack(order))

async function attack(order: AttackOrder): Promise<void> {
  const done = await paced(order, DEEDS[order.kind](order))
  process.send?.({ answer: done })
}

/** Does so many of them a second, in turns. */
async function paced(
  { count, perS }: AttackOrder,
  deed: (i: number) => void | Promise<void>,
): Promise<number> {
  const began = performance.now()
  for (let i = 0; i < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - began) / 1_000) * perS))
    for (; i < due; i++) await deed(i)
    await sleep(TURN_MS)
  }
  return count
}

type Deed = (order: AttackOrder) => (i: number) => void | Promise<void>

const DEEDS: Readonly<Record<AttackOrder['kind'], Deed>> = {
  packets: (order) => garbage(order, () => addressOf(order.number)),
  /** From so many networks that none of them is much of a nuisance. */
  scattered(order) {
    let sent = 0
    return garbage(order, () => {
      const network = sent++ % NETWORKS
      return `127.${order.number + 2}.${network >> 8}.${network & 0xff}`
    })
  },
  /** A message that never becomes whole: a byte a second of it. */
  slow: ({ port, number }) => {
    const { bytes } = question('88.100/x')
    return async () => {
      const socket = await open(port, number)
      let at = 0
      const drip = setInterval(() => {
        if (at < bytes.length - 1 && !socket.destroyed) socket.write(bytes.subarray(at, ++at))
      }, 1_000).unref()
      socket.on('close', () => clearInterval(drip))
    }
  },
  challenges: ({ port, number }) =>
    asking(port, number, () => {
      const value = { ...PLAIN_VALUE, data: Buffer.from('https://a.example/') }
      const body = wire.writeHandleValues({ handle: '88.100/never', values: [value] })
      return request({ opCode: wire.OP.createHandle, body, flags: 0 }).bytes
    }),
  sessions: ({ port, number }) =>
    asking(port, number, () => {
      const body = wire.writeSessionSetup(SETUP)
      return request({ opCode: wire.OP.sessionSetup, body, flags: 0 }).bytes
    }),
  idle: ({ port, number }) => {
    return async () => void (await open(port, number))
  },
}

/** Half of all packets go over each; `from` says the address that the next one comes from. */
function garbage(
  { port, udpPort = port, number }: AttackOrder,
  from: () => string,
): (i: number) => void {
  const dice = new Dice(number)
  const senders = new Map<string, UdpSocket>()
  const senderAt = (address: string): UdpSocket => {
    const known = senders.get(address)
    if (known !== undefined) return known
    const socket = createSocket('udp4').unref()
    socket.on('message', () => undefined).on('error', () => undefined)
    socket.bind(0, address)
    senders.set(address, socket)
    return socket
  }
  let pending: Buffer[] = []
  return (i) => {
    const packet = Buffer.from(randomPacket(dice))
    if (i % 2 < 2 * UDP_SHARE) {
      senderAt(from()).send(packet, udpPort, '127.0.0.1')
      return
    }
    pending.push(packet)
    if (pending.length < PACKETS_A_CONNECTION) return
    const socket = quiet(connect({ port, host: '127.0.0.1', localAddress: from() }))
    socket.end(Buffer.concat(pending))
    pending = []
  }
}

/** Each process has one of its own. */
function addressOf(number: number): string {
  return `127.0.1.${number + 1}`
}

const PLAIN_VALUE = {
  ...{ index: 1, type: 'URL', timestampS: 0, ttlType: 0, ttlS: 0, permissions: 0x0e },
  references: [],
}

/** Group 2 of RFC 2409, which deployed clients take. */
const PRIME = Buffer.from(
  'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff',
  'hex',
)
const SETUP = {
  mode: wire.KEY_EXCHANGE.diffieHellman,
  timeoutS: 86_400,
  identity: { handle: '', index: 0 },
  publicKey: halfOf(PRIME),
}

function halfOf(prime: Uint8Array): Uint8Array {
  const w = new wire.Writer().text('DH_PUB_KEY').u16(0)
  const padded = Buffer.concat([Buffer.of(0), prime])
  return w.counted(Buffer.of(9)).counted(padded).counted(Buffer.of(2)).done()
}

/** One connection asks the same again and again, and hears nothing of what it is told. */
function asking(
  port: number,
  number: number,
  message: () => Uint8Array,
): (i: number) => Promise<void> {
  let socket: Socket | undefined
  return async () => {
    if (socket === undefined || socket.destroyed) socket = await open(port, number)
    if (!socket.write(message())) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  }
}

async function open(port: number, number: number): Promise<Socket> {
  const socket = quiet(connect({ port, host: '127.0.0.1', localAddress: addressOf(number) }))
  held.push(socket)
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  return socket
}

function quiet(socket: Socket): Socket {
  socket.on('error', () => undefined)
  socket.resume()
  return socket
}
