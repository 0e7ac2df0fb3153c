import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { handlePortOf } from '../test/support/handle-client.ts'
import { type Round, rateOf } from './resolve.ts'
import type { Measured } from './rows.ts'
import type { HandleLoadClient } from './support/handle-load.ts'
import { writePaths } from './support/load.ts'
import { type NodeProcess, startNodeProcess } from './support/node.ts'
import { roundsFor, warmMs } from './support/smoke.ts'

const NAMES = 20_000
const HERE = '127.0.0.1'
/** So few that no walk is refused. */
const FETCHING = { transport: 'tcp', connections: 4, pipelined: 4, ms: 1_000 } as const
const ASKING = { transport: 'tcp', connections: 16, pipelined: 64 } as const
const WARM_MS = 3_000
const ROUND_MS = 1_500
const ROUNDS = 6

type Recursive = {
  /** The node that has the names. */
  readonly root: NodeProcess
  readonly client: HandleLoadClient
  readonly folder: string
  readonly names: readonly string[]
  readonly count: number
  readonly tell: (what: string) => void
}

/** Answers a second of a node that has none of the names, once it has asked for each of them. */
export async function recursiveAnswers(parts: Recursive): Promise<Measured> {
  const { root, client, folder, count, tell } = parts
  const names = parts.names.slice(0, NAMES)
  const files = { names: join(folder, 'recursive.txt'), root: join(folder, 'root.json') }
  writePaths(files.names, names)
  writeFileSync(files.root, await (await fetch(`${root.url}/api/site`)).text())
  await using node = await startNodeProcess({
    dataFolder: join(folder, 'recursive'),
    env: {
      WAYMARK_RECURSION_CLIENTS: HERE,
      WAYMARK_RECURSION_PRIVATE: HERE,
      WAYMARK_RECURSION_ROOTS: files.root,
    },
  })
  const port = await handlePortOf(node.url)
  const order = { port, namesFile: files.names }
  tell('fetching names of another node')
  let offset = 0
  while (offset < names.length) {
    offset += (await client.ask({ ...FETCHING, ...order, offset })).requests
  }
  tell('TCP, recursive answers that are kept')
  offset += (await client.ask({ ...ASKING, ...order, ms: warmMs(count, WARM_MS), offset })).requests
  const rounds: Round[] = []
  for (let round = 0; round < roundsFor(count, ROUNDS); round++) {
    const cpuFrom = node.cpuMs() ?? Number.NaN
    const { requests, ms } = await client.ask({ ...ASKING, ...order, ms: ROUND_MS, offset })
    rounds.push({ requests, ms, cpuMs: (node.cpuMs() ?? Number.NaN) - cpuFrom })
    offset += requests
  }
  const against = 'resolution over TCP, uniformly random'
  return { what: 'recursive answers that are kept, over TCP', ...rateOf(rounds), against }
}
