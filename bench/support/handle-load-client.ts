import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import {
  ENVELOPE_BYTES,
  OP,
  OP_FLAG,
  RESPONSE,
  SERIAL_UNKNOWN,
  writeEnvelope,
  writeMessage,
  writeResolutionRequest,
} from '../../src/protocols/wire/index.ts'
import type { HandleLoadAnswer, HandleLoadOrder } from './handle-load.ts'

/*
 * A process that asks in the Handle protocol: connections kept, so many questions under way on each, the next ones sent as
 * answers come. It reads of an answer its length and its code, so that it costs far less than the server it measures.
 */
const LENGTH_AT = 16
const CODE_AT = ENVELOPE_BYTES + 4
/** Datagrams that are lost are asked for anew when nothing has come for so long. */
const LOST_MS = 100

process.on('message', (order: HandleLoadOrder) => {
  const run = order.transport === 'tcp' ? runTcp : runUdp
  run(order).then(
    (answer) => process.send?.({ answer }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit(0))

/** Every question there is, in one piece of memory, in the order they are asked. */
class Questions {
  readonly #bytes: Buffer
  readonly #ends: Uint32Array
  #next: number

  constructor({ bytes, ends }: Ready, offset: number) {
    this.#bytes = bytes
    this.#ends = ends
    this.#next = offset % ends.length
  }

  /** The next ones, from the beginning again where there are not as many left. */
  take(count: number): Buffer {
    const from = this.#next + count > this.#ends.length ? 0 : this.#next
    const to = from + count
    this.#next = to
    return this.#bytes.subarray(this.#ends[from - 1] ?? 0, this.#ends[to - 1])
  }
}

type Ready = { readonly bytes: Buffer; readonly ends: Uint32Array }
let last: { readonly file: string; readonly ready: Ready } | undefined

function questionsOf({ namesFile, offset }: HandleLoadOrder): Questions {
  if (last?.file !== namesFile) {
    last = { file: namesFile, ready: makeReady(readFileSync(namesFile, 'utf8').split('\n')) }
  }
  return new Questions(last.ready, offset)
}

function makeReady(names: readonly string[]): Ready {
  const all = names.map(questionFor)
  const ends = new Uint32Array(all.length)
  let end = 0
  for (const [i, it] of all.entries()) {
    end += it.length
    ends[i] = end
  }
  return { bytes: Buffer.concat(all), ends }
}

function questionFor(handle: string, requestId: number): Buffer {
  const opFlags =
    OP_FLAG.recursive + OP_FLAG.cacheCertified + OP_FLAG.publicOnly + OP_FLAG.keepConnection
  const message = writeMessage({
    header: {
      ...{ opCode: OP.resolution, responseCode: 0, opFlags, siteSerial: SERIAL_UNKNOWN },
      ...{ recursionCount: 0, reserved: 0, expiresS: 0 },
    },
    body: writeResolutionRequest({ handle, indexes: [], types: [] }),
  })
  const envelope = writeEnvelope({
    ...{ major: 2, minor: 11, flags: 0, suggestedMajor: 2, suggestedMinor: 11, sessionId: 0 },
    ...{ requestId, sequence: 0, messageBytes: message.length },
  })
  return Buffer.concat([envelope, message])
}

async function runTcp(order: HandleLoadOrder): Promise<HandleLoadAnswer> {
  const questions = questionsOf(order)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let requests = 0
  let wrong = 0
  const start = performance.now()
  const until = start + order.ms
  const sockets = Array.from({ length: order.connections }, () => {
    const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true })
    let rest: Buffer = Buffer.alloc(0)
    socket.on('error', reject)
    socket.on('data', (bytes: Buffer) => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const told = countIn(all)
      rest = all.subarray(told.taken)
      requests += told.count
      wrong += told.wrong
      if (performance.now() >= until) resolve()
      else if (told.count > 0) socket.write(questions.take(told.count))
    })
    socket.write(questions.take(order.pipelined))
    return socket
  })
  await promise
  const ms = performance.now() - start
  for (const it of sockets) it.destroy()
  return { requests, wrong, ms }
}

/** How many whole answers there are, and how many of them are no success. */
function countIn(bytes: Buffer): { count: number; wrong: number; taken: number } {
  let taken = 0
  let count = 0
  let wrong = 0
  while (bytes.length - taken >= CODE_AT + 4) {
    const end = taken + ENVELOPE_BYTES + bytes.readUInt32BE(taken + LENGTH_AT)
    if (end > bytes.length) break
    if (bytes.readUInt32BE(taken + CODE_AT) !== RESPONSE.success) wrong++
    count++
    taken = end
  }
  return { count, wrong, taken }
}

async function runUdp(order: HandleLoadOrder): Promise<HandleLoadAnswer> {
  const questions = questionsOf(order)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let requests = 0
  let wrong = 0
  let heard = 0
  const start = performance.now()
  const until = start + order.ms
  const lanes = await Promise.all(
    Array.from({ length: order.connections }, async () => {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 })
      socket.on('error', reject)
      await new Promise<void>((done) => socket.connect(order.port, '127.0.0.1', done))
      socket.on('message', (bytes) => {
        if (bytes.readUInt32BE(12) !== 0) return
        if (bytes.readUInt32BE(CODE_AT) !== RESPONSE.success) wrong++
        requests++
        heard = performance.now()
        if (heard >= until) resolve()
        else socket.send(questions.take(1))
      })
      return socket
    }),
  )
  const fill = () => {
    for (const it of lanes) {
      for (let i = 0; i < order.pipelined; i++) it.send(questions.take(1))
    }
  }
  const again = setInterval(() => {
    if (performance.now() >= until) resolve()
    else if (performance.now() - heard > LOST_MS) fill()
  }, LOST_MS)
  fill()
  await promise
  clearInterval(again)
  const ms = performance.now() - start
  for (const it of lanes) it.close()
  return { requests, wrong, ms }
}
