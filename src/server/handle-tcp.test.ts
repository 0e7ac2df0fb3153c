import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HandleConnection, question, USUAL_FLAGS } from '../../test/support/handle-client.ts'
import type { Incoming, Outgoing } from '../protocols/exchange/asked.ts'
import { type Exchange, refusal } from '../protocols/exchange/exchange.ts'
import { PlainAnswers } from '../protocols/exchange/plain-answers.ts'
import { OP_FLAG, RESPONSE } from '../protocols/wire/codes.ts'
import { HandleAdmission } from './handle-admission.ts'
import { listenHandleTcp, type TcpLimits } from './handle-tcp.ts'

const KEPT = USUAL_FLAGS + OP_FLAG.keepConnection
const askers = {
  meet: (address: string) => ({ client: address, address }),
  admit: () => 0,
  count: () => undefined,
}
const busy = (incoming: Incoming): Outgoing => refusal(incoming, RESPONSE.serverBusy, 1)

/** A server whose limits are short, and which answers as it is told to. */
async function open(
  exchange: Exchange,
  limits: Partial<TcpLimits> = {},
  { connectionsMax = 1_000, connectsPerSMax = 0, faultsPerSMax = 0 } = {},
) {
  const admission = new HandleAdmission(askers, { connectsPerSMax, faultsPerSMax }, () => 0)
  const plain = new PlainAnswers({ resolve: () => ({ kind: 'unknown' }), askers, siteSerial: 1 })
  const parts = { exchange, plain, askers, siteSerial: 1, admission, connectionsMax }
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

test('one question in an old version ends its connection at once, unless its client knows a later one', async () => {
  await using server = await open(busy, { briefMsMax: 60_000 })
  const old = question('88.1/x', { minor: 3 }).bytes
  old.writeUInt16BE(0, 2)
  const newer = question('88.1/x', { minor: 3 }).bytes
  newer.writeUInt16BE(0x020b, 2)
  using stays = new HandleConnection(server.port)
  stays.socket.write(newer)
  await stays.got(1)
  using goes = new HandleConnection(server.port)
  goes.socket.write(old)
  await goes.got(1)
  await goes.closed
  stays.socket.write(newer)
  assert.equal((await stays.got(2)).length, 2)
})

test('a client that ends its side is told all that it asked, however late that is known', async () => {
  const owed: (() => void)[] = []
  const exchange: Exchange = (incoming) =>
    new Promise((resolve) => owed.push(() => resolve(busy(incoming))))
  await using server = await open(exchange)
  using client = new HandleConnection(server.port)
  const COUNT = 100
  client.socket.end(Buffer.concat(Array.from({ length: COUNT }, (_, i) => kept(i))))
  // More than are answered at once, so that some wait unread when the end comes.
  let told = 0
  while (told < COUNT) {
    await new Promise(setImmediate)
    for (const tell of owed.splice(0)) {
      told++
      tell()
    }
  }
  assert.equal((await client.got(COUNT)).length, COUNT)
  await client.closed
  while (server.connections() > 0) await new Promise(setImmediate)
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
  await using server = await open(busy, {}, { connectionsMax: 2 })
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

const HERE = '127.0.0.1'
const THERE = '127.0.1.1'

test('a network that keeps sending what nobody can read is told so, and then cut off; others are answered', async () => {
  const heard: number[] = []
  const exchange: Exchange = (incoming) => {
    heard.push(incoming.envelope.requestId)
    const code = incoming.envelope.requestId > 1_000 ? RESPONSE.protocolError : RESPONSE.serverBusy
    return refusal(incoming, code, 1)
  }
  await using server = await open(exchange, {}, { faultsPerSMax: 1 })
  using other = new HandleConnection(server.port)
  other.socket.write(kept(1))
  await other.got(1)
  using bad = new HandleConnection(server.port, { localAddress: THERE })
  bad.socket.write(Buffer.concat(Array.from({ length: 50 }, (_, i) => kept(1_001 + i))))
  await bad.closed
  const told = bad.answers.map((it) => it.header.responseCode)
  assert.deepEqual(told, Array(11).fill(RESPONSE.protocolError), 'ten seconds’ worth, and one')
  assert.equal(heard.length, 12, 'the rest was not looked into')
  using again = new HandleConnection(server.port, { localAddress: THERE })
  await again.closed
  assert.equal(server.connections(), 1)
  other.socket.write(kept(2))
  await other.got(2)
  using third = new HandleConnection(server.port)
  third.socket.write(kept(3))
  await third.got(1)
})

test('of many messages that one network has begun, the first gives way; others and whole ones are not touched', async () => {
  await using server = await open(busy, { begunPerNetworkMax: 3 })
  const begin = async (localAddress: string) => {
    const connection = new HandleConnection(server.port, { localAddress })
    connection.socket.write(kept(1))
    await connection.got(1)
    connection.socket.write(kept(2).subarray(0, 30))
    return connection
  }
  using whole = new HandleConnection(server.port, { localAddress: THERE })
  whole.socket.write(kept(1))
  await whole.got(1)
  using other = await begin(HERE)
  using first = await begin(THERE)
  using second = await begin(THERE)
  using third = await begin(THERE)
  // One more of them is one too many, whichever began first.
  using fourth = await begin(THERE)
  const all = [first, second, third, fourth]
  await Promise.race(all.map((it) => it.closed))
  assert.equal(server.connections(), 5)
  for (const it of [other, ...all.filter((one) => !one.socket.destroyed)]) {
    it.socket.write(kept(2).subarray(30))
    await it.got(2)
  }
  whole.socket.write(kept(2))
  await whole.got(2)
})

test('a network opens so many connections, and others open theirs', async () => {
  await using server = await open(busy, {}, { connectsPerSMax: 0.1 })
  using first = new HandleConnection(server.port, { localAddress: THERE })
  first.socket.write(kept(1))
  await first.got(1)
  using second = new HandleConnection(server.port, { localAddress: THERE })
  await second.closed
  assert.equal(second.answers.length, 0)
  using other = new HandleConnection(server.port)
  other.socket.write(kept(1))
  await other.got(1)
})

test('questions in one piece that need work are all answered, in turns with those of others', async () => {
  let answered = 0
  const exchange: Exchange = (incoming) => {
    answered++
    return busy(incoming)
  }
  await using server = await open(exchange)
  using much = new HandleConnection(server.port)
  using little = new HandleConnection(server.port, { localAddress: THERE })
  little.socket.write(kept(1))
  await little.got(1)
  const COUNT = 2_000
  much.socket.write(Buffer.concat(Array.from({ length: COUNT }, (_, i) => kept(i))))
  await much.got(1)
  little.socket.write(kept(2))
  await little.got(2)
  assert.ok(answered < COUNT, `after ${answered} of the other’s`)
  const answers = await much.got(COUNT)
  assert.deepEqual(
    answers.map((it) => it.envelope.requestId),
    Array.from({ length: COUNT }, (_, i) => i),
  )
})
