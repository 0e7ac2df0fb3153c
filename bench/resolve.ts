import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { recordAnswers, startBareServer } from './support/bare.ts'
import { type LoadAnswer, type LoadClient, startLoadClient, writePaths } from './support/load.ts'
import { type NodeProcess, perCpuNote, startNodeProcess, untilIdle } from './support/node.ts'
import { randomFrom, shuffle } from './support/random.ts'
import { roundsFor, warmMs } from './support/smoke.ts'
import { stockNode } from './support/stocked.ts'

/**
 * Identifiers picked at random, each once: more than are asked for in all rounds, so that none is asked for twice where
 * there are enough of them.
 */
const PATHS = 800_000
const ZIPF_PATHS = 200_000
const CONNECTIONS = 32
const ROUNDS = 6
const ROUND_MS = 1_500
/** Until both are compiled as they stay: of ours there is more. */
const WARM_MS = { node: 5_000, bare: 1_500 }
const ZIPF_REQUESTS = 400_000

/** Uniform and Zipf, ours and the bare server in turns, so that what disturbs one disturbs the other. */
export async function benchResolve(options: BenchOptions): Promise<Measured[]> {
  const { count, folder, tell } = options
  const dataFolder = join(folder, 'node')
  const { paths: picked } = await stockNode(dataFolder, { ...options, paths: PATHS })
  const paths = [...picked]
  shuffle(paths, randomFrom(13))
  const files = { uniform: join(folder, 'uniform.txt'), zipf: join(folder, 'zipf.txt') }
  writePaths(files.uniform, paths)
  writePaths(files.zipf, zipfOf(paths.slice(0, ZIPF_PATHS)))
  await using client = startLoadClient()
  const measure = async (processes: number, pathsFile: string) => {
    await using node = await startNodeProcess({ dataFolder, processes })
    tell('waiting until the node is idle')
    await untilIdle(node)
    const recorded = await recordAnswers(node, { folder, paths })
    await using bare = await startBareServer(recorded, { processes })
    const store = join(dataFolder, 'identifiers')
    await using looking = await startBareServer(recorded, { processes, store })
    tell(`${basename(pathsFile, '.txt')}, ${processes} process(es)`)
    return await inTurns(client, { node, bare, looking, pathsFile, count })
  }
  const uniform = await measure(1, files.uniform)
  const zipf = await measure(1, files.zipf)
  const shared = await measure(2, files.uniform)
  return [
    ...rateRows('uniformly random', { ...uniform, atLeast: 0.6 }),
    ...rateRows('Zipf', { ...zipf, atLeast: 0.75 }),
    ...gainRows(uniform, shared),
  ]
}

type Measurement = {
  readonly ours: readonly Round[]
  readonly theirs: readonly Round[]
  /** Of the bare server that also looks each name up: what is left to gain. */
  readonly looking: readonly Round[]
}

function rateRows(
  name: string,
  { ours, theirs, looking, atLeast }: Measurement & { readonly atLeast: number },
): Measured[] {
  const against = `bare node:http, ${name}`
  const target = { of: 'ratio', atLeast } as const
  return [
    { what: `GET /api/handles/…, ${name}`, ...rateOf(ours), against, target },
    { what: `bare node:http and one look into LMDB, ${name}`, ...rateOf(looking), against },
    { what: against, ...rateOf(theirs) },
  ]
}

/**
 * What a second process adds, as it is seen and by the CPU time the servers took. The client takes its share of the same
 * cores, the more the faster the server is; by CPU time it takes nothing from either.
 */
function gainRows(one: Measurement, two: Measurement): Measured[] {
  const note = `${availableParallelism()} cores, shared with the client; ours and the bare server in turns`
  const target = { of: 'ratio', atLeast: 0.9 } as const
  return [
    { name: 'as seen', gain: seenGain },
    { name: 'by server CPU', gain: cpuGain },
  ].flatMap(({ name, gain }) => {
    const what = `gain by a second process, ${name}`
    const against = `${what}, bare node:http`
    return [
      { what, value: gain(one.ours, two.ours), unit: '×', against, target, note },
      { what: against, value: gain(one.theirs, two.theirs), unit: '×' },
    ]
  })
}

type Gain = (one: readonly Round[], two: readonly Round[]) => number | undefined

const seenGain: Gain = (one, two) => medianRate(two) / medianRate(one)

/** Twice the cores, at what a request costs then beside what it cost before; undefined where the system does not tell. */
const cpuGain: Gain = (one, two) => {
  const gain = (2 * perCpuMs(two)) / perCpuMs(one)
  return Number.isFinite(gain) ? gain : undefined
}

type Asked = Pick<NodeProcess, 'port' | 'cpuMs'>
export type Round = Pick<LoadAnswer, 'requests' | 'ms'> & { readonly cpuMs: number }
type Sides = {
  readonly node: Asked
  readonly bare: Asked
  readonly looking: Asked
  readonly pathsFile: string
  readonly count: number
}

async function inTurns(
  client: LoadClient,
  { node, bare, looking, pathsFile, count }: Sides,
): Promise<Measurement> {
  const sides = { ours: node, theirs: bare, looking }
  const rounds: Record<keyof Measurement, Round[]> = { ours: [], theirs: [], looking: [] }
  const order = { connections: CONNECTIONS, pathsFile }
  let offset = 0
  for (const [port, ms] of [
    [bare.port, WARM_MS.bare],
    [looking.port, WARM_MS.bare],
    [node.port, WARM_MS.node],
  ] as const) {
    offset = (await client.ask({ ...order, port, ms: warmMs(count, ms), offset: 0 })).requests
  }
  for (let round = 0; round < roundsFor(count, ROUNDS); round++) {
    const names = ['ours', 'looking', 'theirs'] as const
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { port, cpuMs } = sides[name]
      const cpuFrom = cpuMs() ?? Number.NaN
      const answer = await client.ask({ ...order, port, ms: ROUND_MS, offset })
      rounds[name].push({ ...answer, cpuMs: (cpuMs() ?? Number.NaN) - cpuFrom })
    }
    offset += rounds.ours.at(-1)?.requests ?? 0
  }
  return rounds
}

/** The median of the rounds. */
export function rateOf(rounds: readonly Round[]) {
  const ofCpu = perCpuNote(
    sum(rounds, (it) => it.requests),
    sum(rounds, (it) => it.cpuMs),
  )
  const each = ratesOf(rounds).map((it) => Math.round(it / 1_000))
  return {
    value: medianRate(rounds),
    unit: '/s',
    note: `${ofCpu}; rounds ${each.join(' ')} thousand/s`,
  }
}

function ratesOf(rounds: readonly Round[]): number[] {
  return rounds.map((it) => (it.requests / it.ms) * 1_000)
}

function medianRate(rounds: readonly Round[]): number {
  const sorted = ratesOf(rounds).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function perCpuMs(rounds: readonly Round[]): number {
  return sum(rounds, (it) => it.requests) / sum(rounds, (it) => it.cpuMs)
}

function sum(rounds: readonly Round[], of: (round: Round) => number): number {
  return rounds.reduce((all, it) => all + of(it), 0)
}

/** Requests in which the identifier of rank r is asked for in proportion to 1/r. */
export function zipfOf(paths: readonly string[]): string[] {
  const random = randomFrom(17)
  const sums = new Float64Array(paths.length)
  let sum = 0
  for (let rank = 0; rank < paths.length; rank++) {
    sum += 1 / (rank + 1)
    sums[rank] = sum
  }
  return Array.from({ length: ZIPF_REQUESTS }, () => {
    const wanted = random() * sum
    let low = 0
    let high = paths.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return paths[low] ?? ''
  })
}
