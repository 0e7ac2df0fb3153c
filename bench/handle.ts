import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askHttp, handlePortOf, question } from '../test/support/handle-client.ts'
import { recursiveAnswers } from './handle-recursive.ts'
import { type Round, rateOf, zipfOf } from './resolve.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { type HandleLoadClient, startHandleLoad } from './support/handle-load.ts'
import { endChild, writePaths } from './support/load.ts'
import { cpuMs, type NodeProcess, startNodeProcess, untilIdle } from './support/node.ts'
import { randomFrom, shuffle } from './support/random.ts'
import { roundsFor, warmMs } from './support/smoke.ts'
import { stockNode } from './support/stocked.ts'

const NAMES = 1_600_000
const ZIPF_NAMES = 200_000
const RECORDED = 1_024
const ROUNDS = 6
const ROUND_MS = 1_500
/** Until both are compiled as they stay: of ours there is more. */
const WARM_MS = { ours: 5_000, bare: 1_500 }
const TCP = { transport: 'tcp', connections: 16, pipelined: 64 } as const
const UDP = { transport: 'udp', connections: 8, pipelined: 16 } as const
const PATH_START = '/api/handles/'
const MB = 2 ** 20

/** Ours and a server with fixed answers in turns, so that what disturbs one disturbs the other. */
export async function benchHandle(options: BenchOptions): Promise<Measured[]> {
  const { count, folder, tell } = options
  const dataFolder = join(folder, 'node')
  const { paths } = await stockNode(dataFolder, { ...options, paths: NAMES })
  const names = paths.map((it) => it.slice(PATH_START.length))
  shuffle(names, randomFrom(13))
  const files = { uniform: join(folder, 'uniform.txt'), zipf: join(folder, 'zipf.txt') }
  writePaths(files.uniform, names)
  writePaths(files.zipf, zipfOf(names.slice(0, ZIPF_NAMES)))
  await using node = await startNodeProcess({ dataFolder })
  tell('waiting until the node is idle')
  await untilIdle(node)
  const port = await handlePortOf(node.url)
  await using bare = await startBare(await record(node, { folder, names }))
  await using client = startHandleLoad()
  const measure = (kind: Kind, namesFile: string) => {
    const memory = Math.round((node.memoryBytes() ?? Number.NaN) / MB)
    const how = namesFile === files.zipf ? 'Zipf' : 'uniformly random'
    tell(`${kind.transport}, ${how}; the node has ${memory} MB`)
    return inTurns(client, { node, port, bare, kind, namesFile, count })
  }
  const uniform = await measure(TCP, files.uniform)
  const zipf = await measure(TCP, files.zipf)
  const udp = await measure(UDP, files.uniform)
  const udpZipf = await measure(UDP, files.zipf)
  const kept = await recursiveAnswers({ root: node, client, folder, names, count, tell })
  return [
    ...rows('TCP, uniformly random', uniform, { perS: 100_000, ratio: 0.3 }),
    ...rows('TCP, Zipf', zipf, { perS: 160_000, ratio: 0.3 }),
    ...rows('UDP, uniformly random', udp, { ratio: 0.5 }),
    ...rows('UDP, Zipf', udpZipf, { ratio: 0.5 }),
    kept,
    memoryRow(node),
  ]
}

type Kind = typeof TCP | typeof UDP
type Measurement = { readonly ours: readonly Round[]; readonly theirs: readonly Round[] }
type Wanted = { readonly perS?: number; readonly ratio: number }

function rows(name: string, { ours, theirs }: Measurement, { perS, ratio }: Wanted): Measured[] {
  const what = `resolution over ${name}`
  const against = `fixed answers over ${name}`
  const rate = rateOf(ours)
  const beside = { of: 'ratio', atLeast: ratio } as const
  return [
    ...(perS === undefined
      ? []
      : [{ what: `${what}, a second`, ...rate, target: { of: 'value', atLeast: perS } as const }]),
    { what, ...rate, against, target: beside },
    { what: against, ...rateOf(theirs) },
  ]
}

function memoryRow(node: NodeProcess): Measured {
  const bytes = node.memoryBytes()
  return {
    what: 'RssAnon of the node after all that',
    value: bytes === undefined ? undefined : Math.round(bytes / MB),
    unit: 'MB',
    target: { of: 'value', atMost: 512 },
  }
}

type BarePorts = {
  readonly tcp: number
  readonly udp: number
  /** Where everything is read and nothing answered. */
  readonly discard: { readonly tcp: number; readonly udp: number }
}

export type Bare = AsyncDisposable & {
  readonly ports: BarePorts
  readonly cpuMs: () => number | undefined
}

export async function startBare(recorded: string): Promise<Bare> {
  const child = fork(join(import.meta.dirname, 'support', 'bare-handle-server.ts'), [recorded])
  const [ports] = await once(child, 'message')
  return {
    ports,
    cpuMs: () => cpuMs(child.pid),
    [Symbol.asyncDispose]: () => endChild(child),
  }
}

type Recording = { readonly folder: string; readonly names: readonly string[] }

/** Asks the node and writes its answers down, for a bare server to give; answers the file. */
export async function record(node: NodeProcess, { folder, names }: Recording): Promise<string> {
  const file = join(folder, 'answers.txt')
  const answers: string[] = []
  for (const name of names.slice(0, RECORDED)) {
    const { bytes } = await askHttp(node.url, question(name).bytes)
    answers.push(bytes.toString('hex'))
  }
  writeFileSync(file, answers.join('\n'))
  return file
}

type Sides = {
  readonly node: NodeProcess
  /** Of the node's Handle protocol. */
  readonly port: number
  readonly bare: Bare
  readonly kind: Kind
  readonly namesFile: string
  readonly count: number
}

async function inTurns(client: HandleLoadClient, sides: Sides): Promise<Measurement> {
  const { node, port, bare, kind, namesFile, count } = sides
  const order = { ...kind, namesFile }
  const theirPort = bare.ports[kind.transport]
  const ms = { bare: warmMs(count, WARM_MS.bare), ours: warmMs(count, WARM_MS.ours) }
  await client.ask({ ...order, port: theirPort, ms: ms.bare, offset: 0 })
  let offset = (await client.ask({ ...order, port, ms: ms.ours, offset: 0 })).requests
  const ours: Round[] = []
  const theirs: Round[] = []
  for (let round = 0; round < roundsFor(count, ROUNDS); round++) {
    const first = round % 2 === 0
    for (const isOurs of [first, !first]) {
      const spent = isOurs ? node.cpuMs : bare.cpuMs
      const cpuFrom = spent() ?? Number.NaN
      const asked = { ...order, port: isOurs ? port : theirPort, ms: ROUND_MS, offset }
      const { requests, ms } = await client.ask(asked)
      const rounds = isOurs ? ours : theirs
      rounds.push({ requests, ms, cpuMs: (spent() ?? Number.NaN) - cpuFrom })
    }
    offset += ours.at(-1)?.requests ?? 0
  }
  return { ours, theirs }
}
