import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import {
  type Asked,
  found,
  framedAnswer,
  readAsked,
  type ScriptedServer,
  scriptTcp,
  scriptUdp,
  value,
} from '../../../test/support/scripted-servers.ts'
import * as wire from '../wire/index.ts'
import { type Endpoint, NoAnswer, type Outgoing, randomRequestId } from './endpoint.ts'
import { openTransports, type TransportLimits } from './transports.ts'

const { OP, OP_FLAG } = wire
const LONG = found('88.1/x', value(1, 'TEXT', 'x'.repeat(3_000)))
const SHORT = found('88.1/x', value(1, 'URL', 'u'))

function question(more: { requestId?: number; flags?: number; opCode?: number } = {}): Outgoing {
  const {
    requestId = randomRequestId(),
    flags = OP_FLAG.keepConnection,
    opCode = OP.resolution,
  } = more
  const bytes = wire.writeMessage({
    header: {
      ...{ opCode, responseCode: 0, opFlags: flags, reserved: 0 },
      ...{ siteSerial: wire.SERIAL_UNKNOWN, recursionCount: 0, expiresS: 0 },
    },
    body: wire.writeResolutionRequest({ handle: '88.1/x', indexes: [], types: [] }),
  })
  const version = { major: 2, minor: 11, suggestedMajor: 2, suggestedMinor: 11 }
  return { bytes, envelope: { ...version, flags: 0, sessionId: 0, requestId } }
}

function at(server: Pick<ScriptedServer, 'port'>, protocol: Endpoint['protocol']): Endpoint {
  return { address: '127.0.0.1', port: server.port, protocol }
}

/** What one question is answered, each message of it. */
async function told(
  endpoint: Endpoint,
  limits: Partial<TransportLimits> = {},
  request = question(),
) {
  using transports = openTransports({ limits })
  const answers = []
  for await (const it of transports.ask(endpoint, request, {})) answers.push(it)
  return answers
}

function textsIn(answers: Awaited<ReturnType<typeof told>>): string[] {
  return answers.flatMap(({ message }) =>
    wire.readHandleValues(message.body).values.map((it) => Buffer.from(it.data).toString()),
  )
}

function refused(reason: string) {
  return (error: unknown) => error instanceof NoAnswer && error.reason === reason
}

/** Longer than any test takes: what fails fails for its own reason. */
const PATIENT = { udpWaitsMs: [60_000], answerMsMax: 60_000 }
const UDP_FORMS: Readonly<Record<string, (packets: Uint8Array[]) => Uint8Array[]>> = {
  'in order': (it) => it,
  'in reverse': (it) => it.toReversed(),
  'each twice': (it) => it.flatMap((packet) => [packet, packet]),
  'after what answers another question': (it) => [...it.map(ofAnother), ...it],
  'after what is no message': (it) => [new Uint8Array(3), new Uint8Array(20), ...it],
  'after a message of another length': (it) => [...it.map(ofAnotherLength), ...it],
  'with the truncation flag': (it) =>
    it.map((packet) => changed(packet, { flags: wire.TRUNCATED })),
  'each with its own length, as the RFC has it': (it) => it.map(ownLength),
  'each with its own length, in reverse': (it) => it.map(ownLength).toReversed(),
}

function changed(packet: Uint8Array, change: Partial<wire.Envelope>): Uint8Array {
  const envelope = wire.readEnvelope(packet)
  const head = wire.writeEnvelope({ ...envelope, ...change })
  return Buffer.concat([head, packet.subarray(wire.ENVELOPE_BYTES)])
}

function ofAnother(packet: Uint8Array): Uint8Array {
  return changed(packet, { requestId: (wire.readEnvelope(packet).requestId + 1) >>> 0 })
}

function ofAnotherLength(packet: Uint8Array): Uint8Array {
  return changed(packet, { messageBytes: wire.readEnvelope(packet).messageBytes + 600 })
}

function ownLength(packet: Uint8Array): Uint8Array {
  const messageBytes = packet.length - wire.ENVELOPE_BYTES
  return changed(packet, { flags: wire.TRUNCATED, messageBytes })
}

for (const [form, send] of Object.entries(UDP_FORMS)) {
  test(`an answer of several datagrams is put together: ${form}`, async () => {
    await using server = await scriptUdp(() => LONG, send)
    const [text] = textsIn(await told(at(server, 'UDP'), PATIENT))
    assert.equal(text?.length, 3_000)
    assert.equal(server.asked.length, 1)
  })
}

test('a datagram that is lost is sent again, and what came before counts', async () => {
  await using server = await scriptUdp(
    () => LONG,
    (packets, _asked, times) => packets.filter((_, i) => i === times - 1),
  )
  const limits = { udpWaitsMs: Array.from({ length: 100 }, () => 50) }
  const [text] = textsIn(await told(at(server, 'UDP'), limits))
  assert.equal(text?.length, 3_000)
  const ids = new Set(server.asked.map((it) => it.envelope.requestId))
  assert.equal(ids.size, 1, 'the same question each time')
})

test('an answer in a session counts in that session, or in none', async () => {
  const inSession = question()
  const request = { ...inSession, envelope: { ...inSession.envelope, sessionId: 7 } }
  for (const sessionId of [0, 7]) {
    await using server = await scriptUdp(
      () => ({ ...SHORT, envelope: { sessionId } }),
      (packets) => [...packets.map((it) => changed(it, { sessionId: 8 })), ...packets],
    )
    const [answer] = await told(at(server, 'UDP'), PATIENT, request)
    assert.equal(answer?.envelope.sessionId, sessionId)
  }
})

test('a question of several datagrams goes out in several', async () => {
  await using server = await scriptUdp(() => SHORT)
  const request = question()
  const body = wire.writeResolutionRequest({
    ...{ handle: '88.1/x', indexes: [] },
    types: Array.from({ length: 300 }, (_, i) => `TYPE${i}`),
  })
  const header = wire.readMessage(request.bytes).header
  const wide = { ...request, bytes: wire.writeMessage({ header, body }) }
  assert.deepEqual(textsIn(await told(at(server, 'UDP'), PATIENT, wide)), ['u'])
  assert.equal(server.asked[0]?.types.length, 300)
})

test('of silence, garbage, and nobody there, each is told', async () => {
  const limits = { udpWaitsMs: [20, 20] }
  await using silent = await scriptUdp(() => undefined)
  await assert.rejects(told(at(silent, 'UDP'), limits), refused('timed-out'))
  assert.equal(silent.asked.length, 2)
  await using garbled = await scriptUdp(
    () => SHORT,
    (packets) => packets.map((it) => changed(it, { messageBytes: 24 })),
  )
  const patient = { udpWaitsMs: [20, 1_500] }
  await assert.rejects(told(at(garbled, 'UDP'), patient), refused('malformed'))
  await using endless = await scriptUdp(() => ({ ...SHORT, flags: OP_FLAG.continuous }))
  await assert.rejects(told(at(endless, 'UDP'), PATIENT), refused('malformed'))
  for (const protocol of ['UDP', 'TCP', 'HTTP'] as const) {
    await assert.rejects(
      told({ address: '127.0.0.1', port: 1, protocol }, PATIENT),
      refused('refused'),
    )
  }
})

test('questions at once share connections, and answers find them in any order', async () => {
  const waiting: (() => void)[] = []
  await using server = await scriptTcp(
    ({ envelope }) => found(String(envelope.requestId), value(1, 'N', String(envelope.requestId))),
    {
      send: (socket, bytes) => {
        const said = server.asked.length
        if (said === 1) socket.write(bytes)
        else waiting.push(() => socket.write(bytes))
        // the first is answered alone, the others together, the last one first
        if (said === 51) for (const it of waiting.reverse()) it()
      },
    },
  )
  using transports = openTransports({ limits: PATIENT })
  const ask = async () => {
    const request = question()
    for await (const { message } of transports.ask(at(server, 'TCP'), request, {})) {
      const { handle } = wire.readHandleValues(message.body)
      assert.equal(handle, String(request.envelope.requestId))
    }
  }
  await ask()
  await Promise.all(Array.from({ length: 50 }, ask))
  assert.equal(server.connections(), 1)
})

test('a server that ends its connections is asked again, on as many as it takes', async () => {
  await using server = await scriptTcp(() => SHORT, { closesAfter: 1 })
  using transports = openTransports({ limits: PATIENT })
  for (let round = 0; round < 5; round++) {
    const asking = Array.from({ length: 20 }, async () => {
      for await (const it of transports.ask(at(server, 'TCP'), question(), {})) {
        assert.equal(it.message.header.responseCode, 1)
      }
    })
    await Promise.all(asking)
  }
})

test('a connection on which nothing comes any more is left for another', async () => {
  let last: Socket | undefined
  let silent: Socket | undefined
  await using server = await scriptTcp(() => SHORT, {
    send: (socket, bytes) => {
      if (socket === silent) return
      last = socket
      socket.write(bytes)
    },
  })
  using transports = openTransports({ limits: { answerMsMax: 300 } })
  const ask = async () => {
    for await (const it of transports.ask(at(server, 'TCP'), question(), {})) assert.ok(it)
  }
  /** However slow the machine is. */
  const askUntilAnswered = async () => {
    for (let isAnswered = false; !isAnswered; ) {
      await ask().then(
        () => {
          isAnswered = true
        },
        (error) => assert.ok(refused('timed-out')(error)),
      )
    }
  }
  await askUntilAnswered()
  silent = last
  await assert.rejects(ask(), refused('timed-out'))
  await askUntilAnswered()
  assert.notEqual(last, silent)
})

test('what changes something is sent once, on a connection of its own', async () => {
  const request = question({ opCode: OP.createHandle })
  await using closing = await scriptTcp(() => SHORT, { send: (socket) => void socket.destroy() })
  await assert.rejects(told(at(closing, 'TCP'), PATIENT, request), refused('closed'))
  assert.equal(closing.connections(), 1)
})

test('an answer in several messages comes one after the other, and can be left', async () => {
  const pages = (send: (bytes: Buffer) => void, asked: Asked) => {
    for (let i = 0; i < 5; i++) {
      const flags = i < 4 ? OP_FLAG.continuous : 0
      send(framedAnswer(asked, { ...found(`page ${i}`), flags }))
    }
  }
  const request = question({ opCode: OP.listHandles, flags: 0 })
  await using server = await scriptTcp(() => SHORT, {
    send: (socket, _bytes, asked) => pages((it) => socket.write(it), asked),
  })
  const names = (answers: Awaited<ReturnType<typeof told>>) =>
    answers.map((it) => wire.readHandleValues(it.message.body).handle)
  const all = ['page 0', 'page 1', 'page 2', 'page 3', 'page 4']
  assert.deepEqual(names(await told(at(server, 'TCP'), PATIENT, request)), all)
  await using tunnel = await httpServer((asked, send) => pages(send, asked))
  assert.deepEqual(names(await told(at(tunnel, 'HTTP'), PATIENT, request)), all)
  using transports = openTransports({ limits: PATIENT })
  for (const where of [at(server, 'TCP'), at(tunnel, 'HTTP')]) {
    for await (const it of transports.ask(where, question({ opCode: OP.listHandles }), {})) {
      assert.deepEqual(names([it]), ['page 0'])
      break
    }
  }
})

type Sends = (asked: Asked, send: (bytes: Buffer) => void) => void

/** The tunnel; `status` is what it answers instead of 200. */
async function httpServer(sends: Sends, status = 200) {
  const server = createHttp((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (it: Buffer) => pieces.push(it))
    request.on('end', () => {
      const bytes = Buffer.concat(pieces)
      const message = Uint8Array.from(bytes.subarray(wire.ENVELOPE_BYTES))
      // as deployed servers do, a page for whoever does not say what it takes
      if (request.headers.accept !== 'application/x-hdl-message') response.end('<html>')
      response.writeHead(status, { 'content-type': 'application/x-hdl-message' })
      sends(readAsked(wire.readEnvelope(bytes), message), (it) => response.write(it))
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('the tunnel carries questions, and what is no answer is told', async () => {
  await using server = await httpServer((asked, send) => send(framedAnswer(asked, SHORT)))
  assert.deepEqual(textsIn(await told(at(server, 'HTTP'), PATIENT)), ['u'])
  await using wrong = await httpServer((asked, send) => send(framedAnswer(asked, SHORT)), 403)
  await assert.rejects(told(at(wrong, 'HTTP'), PATIENT), refused('malformed'))
  await using page = await httpServer((_asked, send) => send(Buffer.from('<html>'.repeat(20))))
  await assert.rejects(told(at(page, 'HTTP'), PATIENT), refused('malformed'))
  await using short = await httpServer((asked, send) =>
    send(framedAnswer(asked, SHORT).subarray(9)),
  )
  await assert.rejects(told(at(short, 'HTTP'), PATIENT), NoAnswer)
})

test('an answer that drips for ever, or is longer than one may be, is given up', async () => {
  await using dripping = await scriptTcp(() => SHORT, {
    send: (socket, bytes) => {
      let sent = 0
      const timer = setInterval(() => {
        if (socket.destroyed || sent === bytes.length - 1) clearInterval(timer)
        else socket.write(bytes.subarray(sent, ++sent))
      }, 5)
    },
  })
  await assert.rejects(told(at(dripping, 'TCP'), { answerMsMax: 200 }), refused('timed-out'))
  await using huge = await scriptTcp(() => ({ ...SHORT, envelope: {} }), {
    send: (socket, bytes) => {
      const long = Buffer.from(bytes)
      long.writeUInt32BE(2 ** 31, 16)
      socket.write(long)
    },
  })
  await assert.rejects(told(at(huge, 'TCP'), PATIENT), refused('malformed'))
  const alone = question({ flags: 0 })
  await assert.rejects(told(at(huge, 'TCP'), PATIENT, alone), refused('malformed'))
})

test('a signal ends what waits, over every protocol', async () => {
  const server = createServer(() => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await using udp = await scriptUdp(() => undefined)
  using transports = openTransports({ limits: PATIENT })
  const places = [
    ...[at(udp, 'UDP'), at({ port }, 'TCP'), at({ port }, 'HTTP')].map((it) => [it, question()]),
    [at({ port }, 'TCP'), question({ flags: 0 })],
  ] as const
  for (const [endpoint, request] of places as readonly (readonly [Endpoint, Outgoing])[]) {
    const stop = new AbortController()
    const asking = transports.ask(endpoint, request, { signal: stop.signal })
    const answer = asking[Symbol.asyncIterator]().next()
    setImmediate(() => stop.abort(new Error('enough')))
    await assert.rejects(answer, /enough/, endpoint.protocol)
  }
  server.close()
})

test('so many connections to one server at most; the others wait their turn', async () => {
  let open = 0
  let most = 0
  await using server = await scriptTcp(() => SHORT, {
    send: (socket, bytes) => {
      most = Math.max(most, ++open)
      setImmediate(() => {
        open--
        socket.end(bytes)
      })
    },
  })
  using transports = openTransports({ limits: { ...PATIENT, connectionsPerServerMax: 3 } })
  const asking = Array.from({ length: 30 }, async () => {
    for await (const it of transports.ask(at(server, 'TCP'), question(), {})) assert.ok(it)
  })
  await Promise.all(asking)
  assert.ok(most <= 3, `${most} at once`)
})
