import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { callNode } from '../src/cli/api.ts'
import type { PeerRecord } from '../test/interop/support/handle-net.ts'
import {
  type HandleNetServer,
  handleNet,
  startHandleNet,
} from '../test/interop/support/handle-net.ts'
import { javaProject } from '../test/interop/support/java.ts'
import { askTcp, handlePortOf, question } from '../test/support/handle-client.ts'
import { dataSet } from './data-sets.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { endChild, writePaths } from './support/load.ts'
import { cpuMs, type NodeProcess, startNodeProcess, untilIdle } from './support/node.ts'
import { randomFrom, shuffle } from './support/random.ts'
import { stockNode } from './support/stocked.ts'

/** Where identifiers are created, on either side by one key. */
const PREFIX = '20.500.99999'
const NAMES = 200_000
const THREADS = 16
const PEER_HEAP_MIB = 4_096
const ROUNDS = 3
/** Below so many identifiers fewer requests are made, too. */
const FULL_COUNT = 100_000
const PATH_START = '/api/handles/'
const US_PER_MS = 1_000

type How = {
  readonly how: 'udp' | 'tcp' | 'http' | 'challenged' | 'session'
  readonly what: string
  /** Requests of one round. */
  readonly count: number
  /** Of the peer's processor time that ours may take. */
  readonly atMost: number
  /** What gives fixed answers beside them, and so says what is left to gain. */
  readonly bare?: string
}

const HOWS: readonly How[] = [
  { how: 'udp', what: 'resolution over UDP', count: 40_000, atMost: 0.5 },
  {
    how: 'tcp',
    what: 'resolution over TCP, a connection each',
    count: 20_000,
    atMost: 0.75,
    bare: 'bare node:net, fixed answer',
  },
  {
    how: 'http',
    what: 'resolution over the HTTP tunnel',
    count: 15_000,
    atMost: 0.5,
    bare: 'bare node:http, fixed answer',
  },
  { how: 'challenged', what: 'create with a challenge', count: 1_000, atMost: 1 },
  { how: 'session', what: 'create in a session', count: 4_000, atMost: 0.5 },
]

/**
 * Processor time of the server for each request of the official client, which is itself the limit of any rate: ours and the
 * Handle.Net server with the same records, in turns.
 */
export async function benchHandlePeer(options: BenchOptions): Promise<Measured[]> {
  const { folder, count, set, tell } = options
  const official = javaProject(
    fileURLToPath(new URL('../test/interop/handle-java', import.meta.url)),
  )
  const missing = handleNet.missing ?? official.missing
  if (missing !== undefined) {
    process.stderr.write(`SKIPPED the Handle.Net server and its client: ${missing}\n`)
    return HOWS.map(({ what, atMost }) => unmeasured(what, atMost))
  }
  const dataFolder = join(folder, 'node')
  const { paths, key } = await stockNode(dataFolder, { ...options, paths: NAMES })
  const names = paths.map((it) => it.slice(PATH_START.length))
  shuffle(names, randomFrom(13))
  const file = join(folder, 'names.txt')
  writePaths(file, names)
  tell(`the same ${count.toLocaleString('en')} identifiers for the Handle.Net server`)
  const batches = dataSet(set, { count })
  const peer: readonly [string, ...string[]] = [PREFIX, ...new Set(batches.map((it) => it.prefix))]
  await using theirs = await startHandleNet({
    ...{ folder: join(folder, 'peer'), prefixes: peer, heapMib: PEER_HEAP_MIB },
    records: peerRecords(batches),
  })
  await using node = await startNodeProcess({ dataFolder })
  await giveKey(node, key, theirs.secret)
  tell('waiting until the node is idle')
  await untilIdle(node)
  const programs = join(folder, 'client')
  await mkdir(programs)
  const sources = ['Resolve.java', 'Administer.java', 'Load.java']
  const classpath = await official.compile(programs, sources)
  await using client = await startClient([classpath, file, theirs.secret])
  const ours = await oursOf(node)
  const recorded = join(folder, 'answer.hex')
  await writeFile(
    recorded,
    (await askTcp(ours.port, question(names[0] ?? '').bytes)).bytes.toString('hex'),
  )
  await using bare = await startBare(recorded)
  const sides = { ours, theirs: theirsOf(theirs), bare }
  const rows: Measured[] = []
  for (const whole of HOWS) {
    const how = { ...whole, count: Math.ceil(whole.count * Math.min(1, count / FULL_COUNT)) }
    tell(how.what)
    rows.push(...rowsOf(how, await inTurns(client, sides, how)))
  }
  return rows
}

function unmeasured(what: string, atMost: number): Measured {
  const target = { of: 'ratio', atMost } as const
  const note = 'Java, Maven or the packages are missing'
  return { what, value: undefined, unit: 'µs CPU', against: `${what}, Handle.Net`, target, note }
}

function* peerRecords(batches: ReturnType<typeof dataSet>): Generator<PeerRecord> {
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i++) {
      const { spelled, values } = batch.draft(i)
      yield {
        handle: spelled,
        values: values.map(({ index, type, data }) => ({
          ...{ index, type },
          data: { format: 'string', value: typeof data === 'string' ? data : `${data}` },
        })),
      }
    }
  }
}

/** The prefix with the peer's key, as a move brings it. */
async function giveKey(node: NodeProcess, key: string, secret: string): Promise<void> {
  const handle = `0.NA/${PREFIX}`
  const admin = { handle, index: 300, permissions: '111111111111' }
  const values = [
    { index: 100, type: 'HS_ADMIN', data: { format: 'admin', value: admin } },
    {
      ...{ index: 300, type: 'HS_SECKEY', permissions: '1100' },
      data: { format: 'string', value: secret },
    },
  ]
  const env = { WAYMARK_URL: node.url, WAYMARK_API_KEY: key }
  await callNode({ env }, { method: 'POST', path: '/api/v1/prefixes', body: { prefix: PREFIX } })
  const reply = await fetch(`${node.url}/api/v1/imports?format=handle-json`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({ handle, values }),
  })
  const told = await reply.text()
  if (!told.includes('"created"')) throw new Error(`no key: ${reply.status} ${told}`)
}

type Side = {
  readonly port: number
  readonly web: number
  readonly cpuMs: () => number | undefined
}

async function oursOf(node: NodeProcess): Promise<Side> {
  return { port: await handlePortOf(node.url), web: node.port, cpuMs: node.cpuMs }
}

function theirsOf({ port, httpPort, child }: HandleNetServer): Side {
  return { port, web: httpPort, cpuMs: () => cpuMs(child.pid) }
}

async function startBare(recorded: string): Promise<Side & AsyncDisposable> {
  const child = fork(join(import.meta.dirname, 'support', 'bare-peer.ts'), [recorded])
  const [ports] = (await once(child, 'message')) as [Pick<Side, 'port' | 'web'>]
  return {
    ...ports,
    cpuMs: () => cpuMs(child.pid),
    [Symbol.asyncDispose]: () => endChild(child),
  }
}

type Client = AsyncDisposable & {
  /** Answers how many of the requests were answered rightly. */
  readonly ask: (side: Side, how: How, tag: string) => Promise<number>
}

async function startClient([classpath, names, secret]: [string, string, string]): Promise<Client> {
  const args = ['-cp', classpath, 'Load', `${THREADS}`, names, PREFIX, secret]
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the client ended')
    return value
  }
  await next()
  return {
    async ask({ port, web }, { how, count }, tag) {
      child.stdin.write(`${how} ${port} ${web} ${count} ${tag}\n`)
      const [right] = (await next()).split(' ')
      return Number(right)
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close')
      child.stdin.end()
      await ended
    },
  }
}

type Spent = { readonly requests: number; readonly ms: number }
type All<T> = { readonly ours: T; readonly theirs: T; readonly bare: T }

async function inTurns(client: Client, sides: All<Side>, how: How): Promise<All<Spent>> {
  const nothing = { requests: 0, ms: 0 }
  const spent = { ours: { ...nothing }, theirs: { ...nothing }, bare: { ...nothing } }
  const all = (['ours', 'theirs', 'bare'] as const).slice(0, how.bare === undefined ? 2 : 3)
  // The first round warms all.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const whose of round % 2 === 0 ? all : all.toReversed()) {
      const side = sides[whose]
      const from = side.cpuMs() ?? Number.NaN
      const right = await client.ask(side, how, `${how.how}-${round}`)
      if (right !== how.count) throw new Error(`${how.what}, ${whose}: ${right} of ${how.count}`)
      if (round === 0) continue
      spent[whose].requests += right
      spent[whose].ms += (side.cpuMs() ?? Number.NaN) - from
    }
  }
  return spent
}

function rowsOf(
  { what, atMost, bare: floor }: How,
  { ours, theirs, bare }: All<Spent>,
): Measured[] {
  const us = ({ requests, ms }: Spent) => (ms / requests) * US_PER_MS
  const against = `${what}, Handle.Net`
  const unit = 'µs CPU'
  const rows: Measured[] = [
    { what, value: us(ours), unit, against, target: { of: 'ratio', atMost } },
    { what: against, value: us(theirs), unit },
  ]
  if (floor !== undefined) rows.push({ what: `${what}, ${floor}`, value: us(bare), unit, against })
  return rows
}
