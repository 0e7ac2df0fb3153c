import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { question } from '../../test/support/handle-client.ts'
import { testClock } from '../../test/support/test-clock.ts'
import { ClientLimit } from '../identifiers/resolution/client-limit.ts'
import type { Exchange } from '../protocols/exchange/exchange.ts'
import { refusal } from '../protocols/exchange/exchange.ts'
import { PlainAnswers } from '../protocols/exchange/plain-answers.ts'
import { RESPONSE } from '../protocols/wire/codes.ts'
import { HandleAdmission } from './handle-admission.ts'
import { listenHandleUdp } from './handle-udp.ts'

const askers = {
  meet: (address: string) => ({ client: address, address }),
  admit: () => 0,
  count: () => undefined,
}
const HERE = '127.0.0.1'
const THERE = '127.0.1.1'

async function open(exchange: Exchange, faultsPerSMax: number) {
  const resolve = () => ({ kind: 'unknown' }) as const
  const plain = new PlainAnswers({ resolve, askers, siteSerial: 1 })
  const limits = { connectsPerSMax: 0, faultsPerSMax }
  const admission = new HandleAdmission(askers, limits, () => 0)
  const excess = new ClientLimit({ perSecond: 1e9, burst: 1e9 }, testClock())
  const parts = { exchange, plain, askers, siteSerial: 1, admission, excess }
  const server = await listenHandleUdp(parts, { host: HERE, port: 0, reusePort: false })
  return {
    ...{ port: server.port, admission },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function clientAt(address: string, port: number) {
  const socket: Socket = createSocket('udp4')
  await once(socket.bind(0, address), 'listening')
  let answers = 0
  socket.on('message', () => answers++)
  return {
    send: (bytes: Uint8Array) => void socket.send(bytes, port, HERE),
    /** Sends until there are more answers: datagrams may be lost. */
    async asks(bytes: Uint8Array): Promise<void> {
      const before = answers
      while (answers === before) {
        socket.send(bytes, port, HERE)
        await new Promise(setImmediate)
      }
    },
    answers: () => answers,
    [Symbol.dispose]: () => void socket.close(),
  }
}

const asked = question('88.1/x').bytes

test('datagrams that nobody can read are answered for a while, and then not looked into; others are', async () => {
  let heard = 0
  const exchange: Exchange = (incoming) => {
    const isBad = incoming.peer.asker.address === THERE
    if (isBad) heard++
    return refusal(incoming, isBad ? RESPONSE.protocolError : RESPONSE.serverBusy, 1)
  }
  await using server = await open(exchange, 1)
  using bad = await clientAt(THERE, server.port)
  using good = await clientAt(HERE, server.port)
  while (server.admission.droppedDatagrams < 20) {
    bad.send(asked)
    await new Promise(setImmediate)
  }
  assert.equal(heard, 11, 'ten seconds’ worth, and one')
  assert.ok(bad.answers() <= 11)
  await good.asks(asked)
  assert.ok(!server.admission.overTcp.isCutOff(THERE), 'an address of datagrams may be forged')
})

test('of more datagrams than can be looked into at once, one network’s wait or are dropped, and others’ are answered', async () => {
  const heard: string[] = []
  const exchange: Exchange = (incoming) => {
    heard.push(incoming.peer.asker.address)
    return refusal(incoming, RESPONSE.serverBusy, 1)
  }
  await using server = await open(exchange, 0)
  using much = await clientAt(THERE, server.port)
  using little = await clientAt(HERE, server.port)
  while (server.admission.droppedDatagrams === 0) {
    for (let i = 0; i < 100; i++) much.send(asked)
    await new Promise(setImmediate)
  }
  await little.asks(asked)
  assert.ok(heard.includes(HERE))
  assert.ok(server.admission.turns.waitingFor(THERE) <= 256)
})
