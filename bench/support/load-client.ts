import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { LoadAnswer, LoadOrder } from './load.ts'

/*
 * A process that asks and waits: raw sockets kept open, one request at a time on each, no pipelining. It reads of an
 * answer its status and its length, so that it costs far less than the server it measures.
 */
const RECEIVE_BYTES = 65_536
const END_OF_HEAD = '\r\n\r\n'
const LENGTH_NAME = 'content-length: '
const TICK_MS = 1

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (answer) => process.send?.({ answer }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit(0))

type Lane = {
  readonly socket: Socket
  /** Bytes of the answer still to come; 0 when idle. */
  left: number
  isBusy: boolean
  dueAt: number
  sentAt: number
  /** A head that came in pieces. */
  head: string
}

async function run(order: LoadOrder): Promise<LoadAnswer> {
  const requests = requestsOf(order)
  const latencies = new Float64Array(order.requestsMax)
  const lateness = new Float64Array(order.requestsMax)
  const begun = performance.now()
  const until = begun + order.ms
  let next = 0
  let done = 0
  let wrong = 0
  const idle: Lane[] = []
  const finished = Promise.withResolvers<void>()
  /** When the next request is due. */
  const gapMs = order.perS === undefined ? 0 : 1_000 / order.perS
  let dueAt = begun
  const send = (lane: Lane, due: number) => {
    lane.isBusy = true
    lane.dueAt = due
    lane.sentAt = performance.now()
    lane.socket.write(requests.at(order.offset + next++))
  }
  const pump = () => {
    const now = performance.now()
    while (dueAt <= now && dueAt < until && idle.length > 0) {
      const lane = idle.pop()
      if (lane !== undefined) send(lane, dueAt)
      dueAt += gapMs
    }
    if (now >= until && idle.length === lanes.length) finished.resolve()
  }
  const answered = (lane: Lane) => {
    const now = performance.now()
    lateness[done] = lane.sentAt - lane.dueAt
    latencies[done++] = now - lane.dueAt
    lane.isBusy = false
    if (done >= latencies.length) return finished.resolve()
    if (order.perS === undefined && now < until) return send(lane, now)
    idle.push(lane)
    pump()
  }
  const lanes = await Promise.all(
    Array.from({ length: order.connections }, () =>
      openLane(order.port, {
        answered,
        failed: finished.reject,
        status: (ok) => {
          if (!ok) wrong++
        },
      }),
    ),
  )
  idle.push(...lanes)
  const start = performance.now()
  // Without a rate nothing is ever due: each lane asks again as soon as it is answered.
  dueAt = order.perS === undefined ? Number.POSITIVE_INFINITY : start
  const timer = setInterval(pump, TICK_MS)
  if (order.perS === undefined) for (const lane of idle.splice(0)) send(lane, start)
  await finished.promise
  clearInterval(timer)
  const ms = performance.now() - start
  for (const { socket } of lanes) socket.destroy()
  const { p99Ms: sentLateP99Ms } = quantiles(lateness.subarray(0, done))
  return { requests: done, wrong, ms, ...quantiles(latencies.subarray(0, done)), sentLateP99Ms }
}

type Requests = { readonly at: (number: number) => Buffer }

/** Those of the last order: what is asked of two servers in turns, and again and again, is made ready once for each. */
const ready = new Map<string, Requests>()
const READY_MAX = 2

function requestsOf({ pathsFile, port }: LoadOrder): Requests {
  const name = `${port} ${pathsFile}`
  const known = ready.get(name)
  if (known !== undefined) return known
  const [oldest] = ready.keys()
  if (ready.size >= READY_MAX && oldest !== undefined) ready.delete(oldest)
  const made = makeRequests(readFileSync(pathsFile, 'latin1').split('\n'), port)
  ready.set(name, made)
  return made
}

/** All in one piece of memory: a million buffers would be a million things to look after. */
function makeRequests(paths: readonly string[], port: number): Requests {
  const tail = ` HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  const bytes = Buffer.from(paths.map((path) => `GET ${path}${tail}`).join(''), 'latin1')
  const ends = new Uint32Array(paths.length)
  let end = 0
  for (const [i, path] of paths.entries()) {
    end += 'GET '.length + path.length + tail.length
    ends[i] = end
  }
  return {
    at: (number) => {
      const i = number % ends.length
      return bytes.subarray(ends[i - 1] ?? 0, ends[i])
    },
  }
}

type LaneEvents = {
  readonly answered: (lane: Lane) => void
  readonly failed: (error: Error) => void
  readonly status: (ok: boolean) => void
}

function openLane(port: number, events: LaneEvents): Promise<Lane> {
  const opened = Promise.withResolvers<Lane>()
  const received = Buffer.allocUnsafe(RECEIVE_BYTES)
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: received,
      callback: (bytes) => {
        receive(lane, received.subarray(0, bytes), events)
        return true
      },
    },
  })
  const lane: Lane = { socket, left: 0, isBusy: false, dueAt: 0, sentAt: 0, head: '' }
  socket.once('connect', () => opened.resolve(lane))
  socket.on('error', (error) => {
    opened.reject(error)
    events.failed(error)
  })
  socket.on('close', () => {
    if (lane.isBusy) events.failed(new Error('the server closed a connection'))
  })
  return opened.promise
}

function receive(lane: Lane, bytes: Buffer, { answered, status }: LaneEvents): void {
  if (lane.left > 0) lane.left -= bytes.length
  else {
    const text = lane.head + bytes.toString('latin1')
    const end = text.indexOf(END_OF_HEAD)
    if (end === -1) {
      lane.head = text
      return
    }
    lane.head = ''
    status(text.startsWith('HTTP/1.1 200'))
    const at = text.toLowerCase().indexOf(LENGTH_NAME)
    if (at === -1 || at > end) throw new Error('an answer without its length')
    const length = Number.parseInt(text.slice(at + LENGTH_NAME.length, end), 10)
    lane.left = end + END_OF_HEAD.length + length - text.length
  }
  if (lane.left < 0) throw new Error('more bytes came than the answer has')
  if (lane.left === 0) answered(lane)
}

function quantiles(latencies: Float64Array) {
  const sorted = latencies.toSorted()
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: sorted.at(-1) ?? 0 }
}
