import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataSet } from './data-sets.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { recordAnswers, startBareServer } from './support/bare.ts'
import { type LoadAnswer, startLoadClient, writePaths } from './support/load.ts'
import { type NodeProcess, startNodeProcess, untilIdle } from './support/node.ts'
import { randomFrom, shuffle } from './support/random.ts'
import { stockNode } from './support/stocked.ts'
import { upload, writeLines } from './support/upload.ts'

const PATHS = 100_000
const CONNECTIONS = 32
/**
 * At a fixed rate: enough that what is due finds a free connection, as it would of many clients. With few, each of which asks
 * again only when it is answered, a pause of some milliseconds delays the thousands of requests that queue up in the generator.
 */
const CONNECTIONS_PACED = 512
const RATE_MS = 4_000
/** Other identifiers than those that are asked for: first while the node is asked, then while a bare server is. */
const IMPORT_SEEDS = [2, 3]

/**
 * The highest rate first, then half of it while a file of other identifiers is imported. Then the same rate is asked of a
 * bare server, while the node imports as much again: what the machine leaves to anybody.
 */
export async function benchImportLatency(options: BenchOptions): Promise<Measured[]> {
  const { count, set, folder, tell } = options
  const dataFolder = join(folder, 'node')
  const later = IMPORT_SEEDS.map((seed) => dataSet(set, { count, seed }))
  const stocked = await stockNode(dataFolder, { ...options, later: later.flat(), paths: PATHS })
  const paths = [...stocked.paths]
  shuffle(paths, randomFrom(19))
  const pathsFile = join(folder, 'paths.txt')
  writePaths(pathsFile, paths)
  await using node = await startNodeProcess({ dataFolder })
  await using bare = await startBareServer(await recordAnswers(node, { folder, paths }))
  tell('waiting until the node is idle')
  await untilIdle(node)
  await using client = startLoadClient()
  const order = { port: node.port, connections: CONNECTIONS, pathsFile, ms: RATE_MS, offset: 0 }
  tell('the highest rate')
  await client.ask(order)
  const highest = await client.ask(order)
  const perS = (highest.requests / highest.ms) * 500
  const paced = { ...order, connections: CONNECTIONS_PACED, perS }
  tell('half of it, alone')
  const alone = await client.ask(paced)
  const sides: Beside[] = []
  for (const [i, { port }] of [node, bare].entries()) {
    const file = join(folder, `more-${i}.csv`)
    await writeLines(file, { format: 'csv', batches: later[i] ?? [] })
    tell('waiting until the node is idle')
    await untilIdle(node)
    // Both begin as they go on.
    await client.ask({ ...paced, port })
    tell(`half of it, ${i === 0 ? 'while importing' : 'of a bare server, while the node imports'}`)
    const asked = (offset: number) => client.ask({ ...paced, port, offset })
    sides.push(await whileImporting(node, { file, key: stocked.key, count, asked }))
  }
  const [ours, theirs] = sides as [Beside, Beside]
  return rowsOf({ highest, alone, ours, theirs, perS })
}

type Importing = {
  readonly file: string
  readonly key: string
  readonly count: number
  readonly asked: (offset: number) => Promise<LoadAnswer>
}
/** What was seen in each stretch, and the lines a second that came in. */
type Beside = { readonly stretches: readonly LoadAnswer[]; readonly importPerS: number }

async function whileImporting(
  node: NodeProcess,
  { file, key, count, asked }: Importing,
): Promise<Beside> {
  let isImporting = true
  const importing = upload(node, { file, format: 'csv', key }).finally(() => {
    isImporting = false
  })
  // Heard of below, after the stretch under way.
  importing.catch(() => undefined)
  const stretches: LoadAnswer[] = []
  await sleep(500)
  do {
    stretches.push(await asked(stretches.length * 1_000))
  } while (isImporting)
  const { refused, ms } = await importing
  if (refused > 0) throw new Error(`${refused} lines were refused`)
  // The last stretch may have gone on after the import; the others lie within it.
  const within = stretches.length > 1 ? stretches.slice(0, -1) : stretches
  return { stretches: within, importPerS: (count / ms) * 1_000 }
}

type Seen = {
  readonly highest: LoadAnswer
  readonly alone: LoadAnswer
  readonly ours: Beside
  readonly theirs: Beside
  readonly perS: number
}

function rowsOf({ highest, alone, ours, theirs, perS }: Seen): Measured[] {
  const p99 = 'p99 of resolution, alone'
  const p99Bare = 'p99 of a bare node:http beside as large an import'
  return [
    {
      what: 'highest rate',
      value: perS * 2,
      unit: '/s',
      note: `p99 ${highest.p99Ms.toFixed(1)} ms`,
    },
    { what: 'rate asked', value: perS, unit: '/s' },
    { what: p99, value: alone.p99Ms, unit: 'ms', note: `median ${alone.p50Ms.toFixed(2)} ms` },
    {
      what: 'p99 of resolution while importing',
      ...p99Of(ours),
      against: p99Bare,
      target: { of: 'value', atMost: 10 },
    },
    { what: p99Bare, ...p99Of(theirs) },
    { what: 'longest wait while importing', value: worst(ours, (it) => it.maxMs), unit: 'ms' },
    {
      what: 'p99 of waiting in the generator',
      value: worst(ours, (it) => it.sentLateP99Ms),
      unit: 'ms',
      note: 'counted in the p99 above; generator, upload and node share the cores',
    },
    { what: 'lines imported meanwhile', value: ours.importPerS, unit: '/s' },
    { what: 'lines imported beside the bare server', value: theirs.importPerS, unit: '/s' },
  ]
}

function p99Of(side: Beside) {
  const { stretches } = side
  const medians = stretches.map((it) => it.p50Ms.toFixed(2)).join(' ')
  return {
    value: worst(side, (it) => it.p99Ms),
    unit: 'ms',
    note: `the worst of ${stretches.length} stretches of ${RATE_MS / 1_000} s; medians ${medians}`,
  }
}

function worst({ stretches }: Beside, of: (answer: LoadAnswer) => number): number {
  return Math.max(...stretches.map(of))
}
