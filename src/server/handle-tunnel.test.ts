import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { answersIn, question, request, shownAnswer } from '../../test/support/handle-client.ts'
import { parseHandle } from '../identifiers/handle.ts'
import { resolveLocally } from '../identifiers/resolution/resolution.ts'
import { openMemoryStore } from '../identifiers/store/memory.ts'
import { openExchange } from '../protocols/exchange/exchange.ts'
import { PlainAnswers } from '../protocols/exchange/plain-answers.ts'
import { resolution } from '../protocols/exchange/resolution.ts'
import { madePrefixRecord } from '../protocols/handle/prefix-record.ts'
import * as wire from '../protocols/wire/index.ts'
import {
  handleTunnelRoutes,
  isTunnelled,
  MESSAGE_TYPE,
  TUNNEL_PATH,
  tunnelFastPath,
} from './handle-tunnel.ts'
import { openHttp } from './http.ts'
import { openLog } from './log.ts'
import { problemReplies } from './problems.ts'

const store = openMemoryStore()
const values = [
  { index: 1, type: 'URL', data: 'https://a.example/泵' },
  { index: 2, type: 'NOTE', data: 'x'.repeat(70_000) },
]
const long = { ...parseHandle('88.1/long'), state: 'registered', held: false, values } as const
const pump = { ...long, ...parseHandle('88.1/pump'), values: values.slice(0, 1) }
await store.commit({
  ...{ author: { kind: 'system', id: 'test' }, at: Date.UTC(2026, 10, 22) },
  writes: [pump, long].map((next) => ({ expected: 0, next })),
})
const resolve = resolveLocally({
  store,
  prefixState: (prefix) => (prefix === '88.1' ? { kind: 'hosted' } : { kind: 'unknown' }),
  prefixRecord: madePrefixRecord,
})

/** A server with the route of the tunnel, and the short way before it where that is wanted. */
async function listen(isShort: boolean, mostAnswers = Number.POSITIVE_INFINITY) {
  const counted: string[] = []
  let left = mostAnswers
  const askers = {
    meet: (address: string) => ({ client: address, address }),
    admit: () => (left-- > 0 ? 0 : 7),
    count: (prefix: string, told: string) => void counted.push(`${prefix} ${told}`),
  }
  const parts = { resolve, askers, siteSerial: 1 }
  const operations = { [wire.OP.resolution]: resolution(parts) }
  const onError = (error: unknown) => assert.fail(String(error))
  const plain = new PlainAnswers(parts)
  const fast = tunnelFastPath({ plain, askers, addressOf: (it) => it.socket.remoteAddress ?? '' })
  /** Called with each request that goes the long way. */
  const handed = { over: () => {} }
  const { app } = openHttp({
    ...{ log: openLog('silent'), trustedProxies: [] },
    routable: (target, it) => (isTunnelled(it) ? TUNNEL_PATH : target),
    fast: (request, response, otherwise) =>
      isShort &&
      fast(request, response, (...it) => {
        otherwise(...it)
        handed.over()
      }),
  })
  problemReplies(app)
  const exchange = openExchange({ operations, siteSerial: 1, onError })
  handleTunnelRoutes(app, { exchange, askers, siteSerial: 1 })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { port, counted, handed, [Symbol.asyncDispose]: async () => await app.close() }
}

type Listening = Awaited<ReturnType<typeof listen>>

/** Sends the pieces, each after the one before was looked at, and answers the statuses, headers and bodies that come. */
async function exchanged({ port, handed }: Listening, pieces: readonly Buffer[]): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const came: Buffer[] = []
  socket.on('data', (bytes) => came.push(bytes as Buffer))
  const closed = new Promise((done) => socket.once('close', done))
  const [first, ...rest] = pieces
  const isLooked = new Promise<void>((done) => {
    handed.over = done
  })
  socket.write(first ?? '')
  if (rest.length > 0) await isLooked
  for (const it of rest) socket.write(it)
  await closed
  return Buffer.concat(came)
}

type Sent = { readonly fields?: string; readonly type?: string; readonly target?: string }

function posted(body: Buffer, { fields, type, target }: Sent = {}): Buffer {
  const head = [
    `POST ${target ?? '/88.1%2Fpump'} HTTP/1.1`,
    ...['host: a', 'connection: close', `content-type: ${type ?? MESSAGE_TYPE}`],
    fields ?? `content-length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

function shown(reply: Buffer) {
  const end = reply.indexOf('\r\n\r\n')
  const head = reply.toString('latin1', 0, end)
  const [status, body] = [head.slice(9, 12), reply.subarray(end + 4)]
  const [answer] = status === '200' ? answersIn(body).answers : []
  const isShort = !head.includes('referrer-policy')
  return { status, isShort, answer: answer ? shownAnswer(answer) : body.toString() }
}

const asked = (handle: string) => question(handle).bytes
const LENGTH = `content-length: ${asked('88.1/pump').length}`
const chunked = (body: Buffer) =>
  Buffer.concat([
    Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from('\r\n0\r\n\r\n'),
  ])

test('a question is answered on the short way as on the long one, and counted alike', async () => {
  await using short = await listen(true)
  await using long = await listen(false)
  const cases: readonly [boolean, Buffer][] = [
    [true, posted(asked('88.1/pump'))],
    [true, posted(asked('88.1/PUMP'), { target: '/' })],
    [true, posted(asked('88.1/long'), { target: '/a?b' })],
    [true, posted(asked('88.1/pump'), { type: `${MESSAGE_TYPE}; a=b` })],
    [true, posted(chunked(asked('88.1/pump')), { fields: 'transfer-encoding: chunked' })],
    [false, posted(asked('88.1/pump'), { fields: `${LENGTH}\r\ncookie: waymark=x` })],
    [false, posted(asked('88.1/none'))],
    [false, posted(asked('99/x'))],
    [false, posted(question('88.1/pump', { types: ['NOTE'] }).bytes)],
    [false, posted(request({ opCode: 999, body: new Uint8Array(3) }).bytes)],
    [false, posted(Buffer.concat([asked('88.1/pump'), Buffer.from('more')]))],
    [false, posted(asked('88.1/pump').subarray(0, 40))],
    [false, posted(asked('88.1/pump').subarray(0, 19))],
    [false, posted(Buffer.alloc(0))],
    [false, posted(Buffer.alloc(60, 255))],
    [false, posted(asked('88.1/pump'), { type: 'application/octet-stream' })],
  ]
  for (const [isShort, bytes] of cases) {
    const told = shown(await exchanged(short, [bytes]))
    const expected = shown(await exchanged(long, [bytes]))
    const which = bytes.toString('latin1', 0, 200)
    assert.deepEqual(told, { ...expected, isShort }, which)
    assert.equal(expected.isShort, false)
  }
  assert.deepEqual(short.counted, long.counted)
  assert.equal(short.counted.filter((it) => it === '88.1 found').length, 8)
})

test('a request that comes in pieces is answered once it is whole', async () => {
  await using server = await listen(true)
  const expected = shown(await exchanged(server, [posted(asked('88.1/pump'))]))
  const whole = posted(asked('88.1/pump'))
  for (const at of [whole.length - 1, whole.length - 40, whole.indexOf('\r\n\r\n') + 4]) {
    const reply = shown(await exchanged(server, [whole.subarray(0, at), whole.subarray(at)]))
    assert.deepEqual(reply, { ...expected, isShort: false }, `cut at ${at}`)
  }
  const waits = posted(Buffer.alloc(0), { fields: `${LENGTH}\r\nexpect: 100-continue` })
  const reply = await exchanged(server, [waits, asked('88.1/pump')])
  assert.match(reply.toString('latin1'), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
})

test('requests that were sent one behind the other are answered in their turn', async () => {
  await using server = await listen(true)
  const [last, kept] = [posted(asked('88.1/pump')), posted(asked('88.1/none'))]
  const keeps = Buffer.from(kept.toString('latin1').replace('connection: close\r\n', ''), 'latin1')
  const reply = await exchanged(server, [Buffer.concat([keeps, keeps, last])])
  const codes = reply.toString('latin1').split('HTTP/1.1 200 OK').slice(1)
  const bodies = codes.map((it) => it.slice(it.indexOf('\r\n\r\n') + 4))
  const answers = bodies.flatMap((it) => answersIn(Buffer.from(it, 'latin1')).answers)
  const { handleNotFound, success } = wire.RESPONSE
  assert.deepEqual(
    answers.map((it) => it.header.responseCode),
    [handleNotFound, handleNotFound, success],
  )
})

test('a client that ends its side has every answer, and then the end', async () => {
  await using server = await listen(true)
  const keeps = (handle: string) =>
    Buffer.from(
      posted(asked(handle)).toString('latin1').replace('connection: close\r\n', ''),
      'latin1',
    )
  for (const handles of [['88.1/pump'], ['88.1/pump', '88.1/none', '88.1/pump']]) {
    const socket = connect(server.port, '127.0.0.1')
    const came: Buffer[] = []
    socket.on('data', (bytes) => came.push(bytes as Buffer))
    const closed = once(socket, 'close')
    socket.end(Buffer.concat(handles.map(keeps)))
    assert.deepEqual(await closed, [false], 'without an error')
    const told = Buffer.concat(came).toString('latin1').split('HTTP/1.1 200 OK')
    assert.equal(told.length - 1, handles.length)
  }
})

test('who has asked for too much is told so on either way', async () => {
  const { success, serverBusy } = wire.RESPONSE
  for (const isShort of [true, false]) {
    await using server = await listen(isShort, 1)
    for (const responseCode of [success, serverBusy, serverBusy]) {
      const { answer } = shown(await exchanged(server, [posted(asked('88.1/pump'))]))
      assert.partialDeepStrictEqual(answer, { responseCode })
    }
    assert.deepEqual(server.counted, ['88.1 found'])
  }
})
