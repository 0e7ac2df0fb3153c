import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import * as wire from '../../src/protocols/wire/index.ts'
import { call, must, setUpBy } from '../support/api-client.ts'
import {
  askHttp,
  askTcp,
  askUdp,
  HandleConnection,
  handlePortOf,
  question,
  request,
  shownAnswer,
  siteOf,
  USUAL_FLAGS,
  valuesIn,
} from '../support/handle-client.ts'
import {
  type NodeProcess,
  scratchFolder,
  setUp,
  startNodeProcess,
} from '../support/node-process.ts'

const KEPT = USUAL_FLAGS + wire.OP_FLAG.keepConnection
const LONG = 'x'.repeat(1_200)

/** A node with some records; it is begun anew where it is to have several processes, so that all of them know its prefix. */
async function stocked(env: Record<string, string> = {}) {
  const folder = await scratchFolder()
  const first = await startNodeProcess(folder.path, UNLIMITED)
  await stock(first)
  if (Object.keys(env).length > 0) await first.stop()
  const node =
    Object.keys(env).length > 0
      ? await startNodeProcess(folder.path, { ...UNLIMITED, ...env })
      : first
  const port = await handlePortOf(node.url)
  return {
    node,
    port,
    async [Symbol.asyncDispose]() {
      await node[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const UNLIMITED = { WAYMARK_RESOLUTIONS_PER_S_MAX: '0' }

async function stock(node: NodeProcess): Promise<void> {
  const key = await setUp(node)
  const post = (handle: string, data: string) => {
    const headers = { authorization: `Bearer ${key}` }
    const body = { handle, values: [{ index: 1, type: 'URL', data }] }
    return must(call(node.url, 'POST', '/api/v1/identifiers', { headers, body }))
  }
  for (let i = 0; i < 5; i++) await post(`88.100/p-${i}`, `https://a.example/${i}`)
  await post('88.100/long', LONG)
  await post('88.100/泵', '离心泵')
}

const ASKED = [
  question('88.100/p-1'),
  question('88.100/P-1'),
  question('88.100/泵'),
  question('88.100/p-1', { indexes: [1], types: ['HS_ADMIN'] }),
  question('88.100/p-1', { flags: USUAL_FLAGS + wire.OP_FLAG.returnDigest }),
  question('88.100/p-1', { flags: USUAL_FLAGS + wire.OP_FLAG.certified }),
  question('88.100/p-1', { minor: 1, flags: 0x18000000 }),
  question('88.100/absent'),
  question('99/x'),
  question('88.100'),
  question(''),
  request({ opCode: wire.OP.getSiteInfo, body: wire.writeHandleBody('/') }),
  request({ opCode: 999, body: new Uint8Array(3) }),
] as const

async function everyWay(node: NodeProcess, port: number, bytes: Uint8Array) {
  return [
    await askHttp(node.url, bytes),
    await askTcp(port, bytes),
    await askUdp(port, [bytes]),
  ].map(shownAnswer)
}

test('a question is answered alike over TCP, UDP and HTTP', async () => {
  await using world = await stocked()
  const { node, port } = world
  for (const { bytes } of ASKED) {
    const [http, tcp, udp] = await everyWay(node, port, bytes)
    assert.deepEqual(tcp, http, bytes.toString('hex'))
    assert.deepEqual(udp, http, bytes.toString('hex'))
    // the official client posts to the name
    for (const path of ['/88.100%2Fp-1', '/a/b?c', '/api/v1/nothing']) {
      assert.deepEqual(shownAnswer(await askHttp(node.url, bytes, path)), http, path)
    }
  }
  const other = await fetch(`${node.url}/`, { method: 'POST', body: '{}' })
  assert.equal(other.status, 400)
  const site = await siteOf(node.url)
  assert.deepEqual(
    site.servers[0]?.interfaces.map((it) => it.port),
    [port, port, Number(new URL(node.url).port)],
  )
  assert.ok((site.servers[0]?.publicKey.length ?? 0) > 256, 'with the key that it signs by')
  assert.equal(await node.stop(), 0, node.out.stderr)
  await assert.rejects(askTcp(port, ASKED[0].bytes), 'nobody answers any more')
})

test('a connection is kept for as long as its client wants, and answers what is sent in one go', async () => {
  await using world = await stocked()
  const { port } = world
  using kept = new HandleConnection(port)
  for (let round = 1; round <= 3; round++) {
    const sent = Array.from({ length: 50 }, (_, i) => {
      const indexes = i % 3 === 0 ? [1] : []
      return question(`88.100/p-${i % 5}`, { flags: KEPT, requestId: round * 100 + i, indexes })
    })
    kept.socket.write(Buffer.concat(sent.map((it) => it.bytes)))
    const answers = (await kept.got(round * 50)).slice(-50)
    const numbers = answers.map((it) => it.envelope.requestId).toSorted((a, b) => a - b)
    assert.deepEqual(
      numbers,
      sent.map((it) => it.envelope.requestId),
    )
    for (const it of answers) {
      assert.match(valuesIn(it).handle, new RegExp(`p-${(it.envelope.requestId % 100) % 5}$`))
    }
  }
  kept.socket.write(question('88.100/p-1', { minor: 1 }).bytes)
  await kept.got(151)
  await kept.closed
})

test('who says nothing of keeping is answered and left, also with several questions or its own side closed', async () => {
  await using world = await stocked()
  const { port } = world
  for (const minor of [1, 11]) {
    using one = new HandleConnection(port)
    one.socket.write(question('88.100/p-1', { minor }).bytes)
    await one.got(1)
    await one.closed
  }
  using several = new HandleConnection(port)
  several.socket.write(Buffer.concat(ASKED.map((it) => it.bytes)))
  assert.equal((await several.got(ASKED.length)).length, ASKED.length)
  using half = new HandleConnection(port)
  half.socket.end(question('88.100/p-1', { flags: KEPT }).bytes)
  await half.got(1)
  await half.closed
})

test('a message may come in drops; what can be none is answered with code 4, and the connection ends', async () => {
  await using world = await stocked()
  const { port } = world
  using dripping = new HandleConnection(port)
  for (const byte of question('88.100/p-1').bytes) {
    dripping.socket.write(Uint8Array.of(byte))
    await new Promise(setImmediate)
  }
  const [answer] = await dripping.got(1)
  assert.equal(answer?.header.responseCode, wire.RESPONSE.success)
  for (const length of [23, 262_145, 0xffff_ffff]) {
    using wrong = new HandleConnection(port)
    const { bytes } = question('88.100/p-1')
    bytes.writeUInt32BE(length, 16)
    wrong.socket.write(bytes)
    const [refused] = await wrong.got(1)
    assert.equal(refused?.header.responseCode, wire.RESPONSE.protocolError)
    await wrong.closed
  }
})

test('a long answer comes in datagrams that each say its length, and a long question may go in them', async () => {
  await using world = await stocked()
  const { port } = world
  const long = await askUdp(port, [question('88.100/long').bytes])
  assert.equal(Buffer.from(valuesIn(long).values[0]?.data ?? []).toString(), LONG)
  assert.ok(long.datagrams.length >= 3)
  assert.deepEqual(new Set(long.datagrams.slice(0, 3).map((it) => it.readUInt32BE(16))).size, 1)
  assert.ok(long.datagrams.every((it) => it.length <= 512))

  const types = Array.from({ length: 100 }, (_, i) => `TYPE-${i}`)
  const { message, envelope } = question('88.100/p-1', { types, indexes: [1] })
  const packets = wire.packetsOf(message, { ...envelope, flags: wire.TRUNCATED })
  assert.ok(packets.length > 2)
  const answer = await askUdp(port, packets.toReversed())
  assert.deepEqual(
    valuesIn(answer).values.map((it) => it.index),
    [1],
  )
})

test('a network that was sent its share over UDP is answered over TCP alone', async () => {
  await using world = await stocked({ WAYMARK_HANDLE_UDP_BYTES_PER_S_MAX: '600' })
  const { port } = world
  await assert.rejects(askUdp(port, [question('88.100/long').bytes]), /no answer/)
  const metrics = await (await fetch(`${world.node.url}/metrics`)).text()
  assert.match(metrics, /^waymark_handle_udp_unanswered [1-9]/m)
  const answer = await askTcp(port, question('88.100/long').bytes)
  assert.equal(answer.header.responseCode, wire.RESPONSE.success)
})

test('every process of a node answers every question alike', async () => {
  await using world = await stocked({ WAYMARK_PROCESSES: '3' })
  const { node, port } = world
  for (const { bytes } of ASKED) {
    const expected = shownAnswer(await askHttp(node.url, bytes))
    for (let i = 0; i < 12; i++) {
      assert.deepEqual(shownAnswer(await askTcp(port, bytes)), expected)
      if (i < 4) assert.deepEqual(shownAnswer(await askUdp(port, [bytes])), expected)
    }
  }
  // What came encrypted is read where the sessions are.
  const secret = Buffer.from(question('88.100/p-1').bytes)
  secret.writeUInt16BE(wire.ENCRYPTED, 2)
  const told = shownAnswer(await askHttp(node.url, secret))
  for (let i = 0; i < 12; i++) assert.deepEqual(shownAnswer(await askTcp(port, secret)), told)
  assert.equal(await node.stop(), 0, node.out.stderr)
})

test('who signs in over a connection is known in all that comes over it, whichever process has it', async () => {
  await using folder = await scratchFolder()
  const env = { ...UNLIMITED, WAYMARK_PROCESSES: '3' }
  await using node = await startNodeProcess(folder.path, env)
  const headers = await setUpBy(node.url, node.setupCode)
  const secret = 'the secret of the node'
  const path = '/api/v1/prefixes/88.100/handle-keys'
  await must(call(node.url, 'POST', path, { headers, body: { kind: 'secret', secret } }))
  const port = await handlePortOf(node.url)
  const flags = wire.OP_FLAG.keepConnection
  const create = (at: number) => {
    const value = {
      ...{ index: 1, timestampS: 0, ttlType: wire.TTL_RELATIVE, ttlS: 86_400, permissions: 0x0e },
      ...{ type: 'URL', data: Buffer.from('https://a.example/'), references: [] },
    }
    const body = wire.writeHandleValues({ handle: `88.100/login-${at}`, values: [value] })
    return request({ opCode: wire.OP.createHandle, body, flags }).bytes
  }
  for (let at = 0; at < 12; at++) {
    using connection = new HandleConnection(port)
    let count = 0
    const send = async (bytes: Uint8Array) => {
      connection.socket.write(bytes)
      return (await connection.got(++count))[count - 1]
    }
    const body = new Uint8Array()
    const challenge = await send(request({ opCode: wire.OP.loginIdSystem, body, flags }).bytes)
    assert.ok(challenge)
    assert.equal(challenge.header.responseCode, wire.RESPONSE.authenticationNeeded)
    const { nonce, digest } = wire.readChallenge(challenge.body)
    const mac = createHmac('sha256', secret).update(nonce).update(digest.digest).digest()
    const form = { algorithm: 'HMAC-SHA256' } as const
    const answer = wire.writeChallengeAnswer({
      type: 'HS_SECKEY',
      answer: wire.writeSecretAnswer({ form, code: mac }),
      key: { handle: '0.NA/88.100', index: 300 },
    })
    const proof = request({ opCode: wire.OP.challengeResponse, body: answer, flags }).bytes
    new DataView(proof.buffer, proof.byteOffset).setUint32(4, challenge.envelope.sessionId)
    assert.equal((await send(proof))?.header.responseCode, wire.RESPONSE.success)
    assert.equal((await send(create(at)))?.header.responseCode, wire.RESPONSE.success)
  }
  const stranger = await askTcp(port, create(99))
  assert.equal(stranger.header.responseCode, wire.RESPONSE.authenticationNeeded)
})

test('the serial of the site goes up when clients have to look elsewhere, and every process tells it', async () => {
  await using folder = await scratchFolder()
  const serialAt = async (address: string) => {
    const env = { ...UNLIMITED, WAYMARK_PROCESSES: '3', WAYMARK_HANDLE_ADDRESS: address }
    await using node = await startNodeProcess(folder.path, env)
    const port = await handlePortOf(node.url)
    const { serial } = await siteOf(node.url)
    for (let i = 0; i < 24; i++) {
      const { header } = await askTcp(port, question('0.NA/88.100').bytes)
      assert.equal(header.siteSerial, serial)
    }
    await node.stop()
    return serial
  }
  const first = await serialAt('192.0.2.1')
  assert.equal(await serialAt('192.0.2.1'), first)
  assert.equal(await serialAt('192.0.2.2'), first + 1)
})

test('a port that is taken is told with the setting that changes it; without the protocol it is not wanted', async () => {
  await using folder = await scratchFolder()
  const taken = createServer().listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const env = { WAYMARK_HANDLE_PORT: String(port) }
    await assert.rejects(startNodeProcess(folder.path, env), /taken.*WAYMARK_HANDLE_PORT/s)
    await using without = await startNodeProcess(folder.path, { ...env, WAYMARK_HANDLE: 'false' })
    const site = await siteOf(without.url)
    assert.deepEqual(
      site.servers[0]?.interfaces.map((it) => it.protocol),
      [2],
    )
    assert.equal(await without.stop(), 0)
  } finally {
    taken.close()
  }
})

const hasV6 = Object.values(networkInterfaces()).some((all) =>
  all?.some((it) => it.address === '::1'),
)

test('IPv4 and IPv6 are answered on one port', { skip: !hasV6 && 'no IPv6 here' }, async () => {
  await using world = await stocked({ WAYMARK_HANDLE_HOST: '127.0.0.1, ::1' })
  const { bytes } = question('88.100/p-1')
  const [four, six] = [
    await askTcp(world.port, bytes, '127.0.0.1'),
    await askTcp(world.port, bytes, '::1'),
  ]
  assert.deepEqual(shownAnswer(six), shownAnswer(four))
  assert.deepEqual(shownAnswer(await askUdp(world.port, [bytes], '::1')), shownAnswer(four))
})
