import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { startBareServer } from './support/bare.ts'
import { type LoadAnswer, type LoadClient, startLoadClient, writePaths } from './support/load.ts'
import { type NodeProcess, perCpuNote, startNodeProcess } from './support/node.ts'
import { randomFrom, shuffle } from './support/random.ts'
import { stockNode } from './support/stocked.ts'

/** Paths that are asked for: so many of the identifiers, picked at random. */
const PATHS = 200_000
const CONNECTIONS = 32
const ROUNDS = 8
const ROUND_MS = 1_500
const WARM_MS = 2_000
const ZIPF_REQUESTS = 400_000

/** Uniform and Zipf, ours and the bare server in turns, so that what disturbs one disturbs the other. */
export async function benchResolve(options: BenchOptions): Promise<Measured[]> {
  const { folder, tell } = options
  const dataFolder = join(folder, 'node')
  const { paths: picked } = await stockNode(dataFolder, { ...options, paths: PATHS })
  const paths = [...picked]
  shuffle(paths, randomFrom(13))
  const uniform = join(folder, 'uniform.txt')
  const zipf = join(folder, 'zipf.txt')
  writePaths(uniform, paths)
  writePaths(zipf, zipfOf(paths))
  await using node = await startNodeProcess({ dataFolder })
  await using client = startLoadClient()
  tell('waiting until the node is idle')
  await untilIdle(node)
  const rows: Measured[] = []
  for (const [name, pathsFile, atLeast] of [
    ['uniformly random', uniform, 0.6],
    ['Zipf', zipf, 0.75],
  ] as const) {
    tell(name)
    await using bare = await startBareServer(node, { folder, paths })
    const { ours, theirs } = await inTurns(client, { node, bare, pathsFile })
    const bareName = `bare node:http, ${name}`
    const target = { of: 'ratio', atLeast } as const
    rows.push(
      { what: `GET /api/handles/…, ${name}`, ...rateOf(ours), against: bareName, target },
      { what: bareName, ...rateOf(theirs) },
    )
  }
  rows.push({
    what: 'gain by a second process, beside that of the bare server',
    value: undefined,
    unit: '×',
    target: { of: 'value', atLeast: 0.9 },
    note: 'not measured: this bench starts one process',
  })
  return rows
}

type Asked = Pick<NodeProcess, 'port' | 'cpuMs'>
type Round = LoadAnswer & { readonly cpuMs: number }
type Sides = { readonly node: Asked; readonly bare: Asked; readonly pathsFile: string }

async function inTurns(client: LoadClient, { node, bare, pathsFile }: Sides) {
  const ours: Round[] = []
  const theirs: Round[] = []
  const order = { connections: CONNECTIONS, pathsFile }
  for (const { port } of [node, bare]) await client.ask({ ...order, port, ms: WARM_MS, offset: 0 })
  let offset = 0
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % 2 === 0
    for (const isOurs of [first, !first]) {
      const { port, cpuMs } = isOurs ? node : bare
      const cpuFrom = cpuMs() ?? Number.NaN
      const answer = await client.ask({ ...order, port, ms: ROUND_MS, offset })
      const rounds = isOurs ? ours : theirs
      rounds.push({ ...answer, cpuMs: (cpuMs() ?? Number.NaN) - cpuFrom })
    }
    offset += ours.at(-1)?.requests ?? 0
  }
  return { ours, theirs }
}

/** What it still derives of the stored identifiers (search) is none of resolution's. */
async function untilIdle({ cpuMs }: Asked): Promise<void> {
  for (let looks = 0; looks < IDLE_LOOKS_MAX; looks++) {
    const from = cpuMs() ?? 0
    await sleep(IDLE_LOOK_MS)
    if ((cpuMs() ?? 0) - from < IDLE_LOOK_MS * IDLE_SHARE_MAX) return
  }
}

const IDLE_LOOK_MS = 1_000
const IDLE_LOOKS_MAX = 300
const IDLE_SHARE_MAX = 0.1

/** The median of the rounds. */
function rateOf(rounds: readonly Round[]) {
  const rates = rounds.map((it) => (it.requests / it.ms) * 1_000)
  const sorted = rates.toSorted((a, b) => a - b)
  const sum = (of: (it: Round) => number) => rounds.reduce((all, it) => all + of(it), 0)
  const ofCpu = perCpuNote(
    sum((it) => it.requests),
    sum((it) => it.cpuMs),
  )
  const each = rates.map((it) => Math.round(it / 1_000)).join(' ')
  return {
    value: sorted[Math.floor(sorted.length / 2)],
    unit: '/s',
    note: `${ofCpu}; rounds ${each} thousand/s`,
  }
}

/** Requests in which the identifier of rank r is asked for in proportion to 1/r. */
function zipfOf(paths: readonly string[]): string[] {
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
