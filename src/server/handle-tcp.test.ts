import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HandleConnection, question, USUAL_FLAGS } from '../../test/support/handle-client.ts'
import type { Incoming, Outgoing } from '../protocols/exchange/asked.ts'
import { type Exchange, refusal } from '../protocols/exchange/exchange.ts'
import { PlainAnswers } from '../protocols/exchange/plain-answers.ts'
import { OP_FLAG, RESPONSE } from '../protocols/wire/codes.ts'
import { listenHandleTcp, type TcpLimits } from './handle-tcp.ts'

const KEPT = USUAL_FLAGS + OP_FLAG.keepConnection
const askers = {
  meet: (address: string) => ({ client: address, address }),
  admit: () => 0,
  count: () => undefined,
}
const busy = (incoming: Incoming): Outgoing => refusal(incoming, RESPONSE.serverBusy, 1)

/** A server whose limits are short, and which answers as it is told to. */
async function open(exchange: Exchange, limits: Partial<TcpLimits> = {}, connectionsMax = 1_000) {
  const plain = new PlainAnswers({ resolve: () => ({ kind: 'unknown' }), askers, siteSerial: 1 })
  const parts = { exchange, plain, askers, siteSerial: 1, connectionsMax }
  const short = { sweepMs: 5, ...limits }
  const address = { host: '127.0.0.1', port: 0, reusePort: false }
  return await listenHandleTcp({ ...parts, limits: short }, address)
}

const kept = (requestId: number) => question('88.1/x', { flags: KEPT, requestId }).bytes

test('answers may overtake each other, and a connection ends after the last one that is owed', async () => {
  const waiting: (() => void)[] = []
  await using server = await open(
    (incoming) => new Promise((resolve) => waiting.push(() => resolve(busy(incoming)))),
  )
  using client = new HandleConnection(server.port)
  const last = question('88.1/x', { requestId: 3, minor: 1 }).bytes
  client.socket.write(Buffer.concat([kept(1), kept(2), last]))
  while (waiting.length < 3) await new Promise(setImmediate)
  for (const tell of waiting.reverse()) tell()
  const answers = await client.got(3)
  assert.deepEqual(
    answers.map((it) => it.envelope.requestId),
    [3, 2, 1],
  )
  await client.closed
})

test('one question without a word on keeping ends its connection soon; a second one, or a session, keeps it', async () => {
  await using server = await open(busy, { briefMsMax: 40 })
  const plain = (requestId: number) => question('88.1/x', { requestId }).bytes
  using once = new HandleConnection(server.port)
  once.socket.write(plain(1))
  await once.got(1)
  using twice = new HandleConnection(server.port)
  twice.socket.write(Buffer.concat([plain(1), plain(2)]))
  await twice.got(2)
  using inSession = new HandleConnection(server.port)
  const first = plain(1)
  first.writeUInt32BE(10_001, 4)
  inSession.socket.write(first)
  await inSession.got(1)
  await once.closed
  using later = new HandleConnection(server.port)
  later.socket.write(plain(1))
  await later.closed
  for (const it of [twice, inSession]) {
    const count = it.answers.length
    it.socket.write(plain(9))
    await it.got(count + 1)
  }
})

test('a connection that asks nothing is closed, and one on which an answer is owed is not', async () => {
  const owed = Promise.withResolvers<Outgoing>()
  const asked = Promise.withResolvers<Incoming>()
  const exchange: Exchange = (incoming) => {
    asked.resolve(incoming)
    return owed.promise
  }
  await using server = await open(exchange, { idleMsMax: 60 })
  using waiting = new HandleConnection(server.port)
  waiting.socket.write(kept(1))
  const incoming = await asked.promise
  using idle = new HandleConnection(server.port)
  await idle.closed
  using later = new HandleConnection(server.port)
  await later.closed
  owed.resolve(busy(incoming))
  assert.equal((await waiting.got(1)).length, 1)
})

test('a message that drips for too long is cut off, and others are answered meanwhile', async () => {
  await using server = await open(busy, { messageMsMax: 80 })
  using dripping = new HandleConnection(server.port)
  const begun = kept(1).subarray(0, 20)
  begun.writeUInt32BE(200_000, 16)
  dripping.socket.write(begun)
  const drips = setInterval(() => dripping.socket.write(Uint8Array.of(0)), 5)
  using other = new HandleConnection(server.port)
  other.socket.write(kept(2))
  await other.got(1)
  await dripping.closed
  clearInterval(drips)
  assert.ok(!other.socket.destroyed)
})

test('beginnings of messages are kept within a number of bytes in all', async () => {
  await using server = await open(busy, { heldBytesMax: 100_000 })
  const long = Buffer.concat([kept(1).subarray(0, 20), Buffer.alloc(60_000)])
  long.writeUInt32BE(200_000, 16)
  using first = new HandleConnection(server.port)
  first.socket.write(long)
  using second = new HandleConnection(server.port)
  second.socket.write(long)
  // Which of them comes too late is the system's to say.
  await Promise.race([first.closed, second.closed])
  using third = new HandleConnection(server.port)
  third.socket.write(kept(3))
  await third.got(1)
})

test('more connections than there may be are refused, and there is room again once one is gone', async () => {
  await using server = await open(busy, {}, 2)
  using one = new HandleConnection(server.port)
  using two = new HandleConnection(server.port)
  for (const it of [one, two]) {
    it.socket.write(kept(1))
    await it.got(1)
  }
  using refused = new HandleConnection(server.port)
  await refused.closed
  assert.equal(server.connections(), 2)
  one.socket.destroy()
  while (server.connections() > 1) await new Promise(setImmediate)
  using again = new HandleConnection(server.port)
  again.socket.write(kept(1))
  await again.got(1)
})

test('a client that does not read is not read from either, and gets all once it does', async () => {
  const large = { message: 'x'.repeat(100_000) }
  let answered = 0
  await using server = await open((incoming) => {
    answered++
    const { envelope } = incoming
    return { envelope, bytes: Buffer.from(large.message) }
  })
  using client = new HandleConnection(server.port)
  client.socket.removeAllListeners('data')
  client.socket.pause()
  const count = 1_000
  for (let i = 0; i < count; i++) client.socket.write(kept(i))
  let before = -1
  while (before !== answered || answered === 0) {
    before = answered
    for (let i = 0; i < 200; i++) await new Promise(setImmediate)
  }
  assert.ok(answered < count, `${answered} answers of 100 kB were made for nobody`)
  let bytes = 0
  const all = new Promise<void>((resolve) => {
    client.socket.on('data', (it) => {
      bytes += it.length
      if (bytes === count * (100_000 + 20)) resolve()
    })
  })
  client.socket.resume()
  await all
  assert.equal(answered, count)
})

test('a stop answers what was asked and closes what is idle', async () => {
  const owed = Promise.withResolvers<Outgoing>()
  const asked = Promise.withResolvers<Incoming>()
  const server = await open((incoming) => {
    asked.resolve(incoming)
    return owed.promise
  })
  using idle = new HandleConnection(server.port)
  using busyOne = new HandleConnection(server.port)
  busyOne.socket.write(kept(1))
  const incoming = await asked.promise
  const stopped = server[Symbol.asyncDispose]()
  await idle.closed
  owed.resolve(busy(incoming))
  assert.equal((await busyOne.got(1)).length, 1)
  await busyOne.closed
  await stopped
})
