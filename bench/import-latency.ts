import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataSet } from './data-sets.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { type LoadAnswer, startLoadClient, writePaths } from './support/load.ts'
import { startNodeProcess, untilIdle } from './support/node.ts'
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
/** Other identifiers than those that are asked for. */
const IMPORT_SEED = 2

/** The highest rate first, then half of it while a file of other identifiers is imported. */
export async function benchImportLatency(options: BenchOptions): Promise<Measured[]> {
  const { count, set, folder, tell } = options
  const dataFolder = join(folder, 'node')
  const later = dataSet(set, { count, seed: IMPORT_SEED })
  const stocked = await stockNode(dataFolder, { ...options, later, paths: PATHS })
  const paths = [...stocked.paths]
  shuffle(paths, randomFrom(19))
  const pathsFile = join(folder, 'paths.txt')
  writePaths(pathsFile, paths)
  const file = join(folder, 'more.csv')
  await writeLines(file, { format: 'csv', batches: later })
  await using node = await startNodeProcess({ dataFolder })
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
  tell('half of it, while importing')
  let isImporting = true
  const importing = upload(node, { file, format: 'csv', key: stocked.key }).finally(() => {
    isImporting = false
  })
  // Heard of below, after the stretch under way.
  importing.catch(() => undefined)
  const beside: LoadAnswer[] = []
  await sleep(500)
  do {
    beside.push(await client.ask({ ...paced, offset: beside.length * 1_000 }))
  } while (isImporting)
  const { refused, ms } = await importing
  if (refused > 0) throw new Error(`${refused} lines were refused`)
  return rowsOf({ highest, alone, beside, perS, importPerS: (count / ms) * 1_000 })
}

type Seen = {
  readonly highest: LoadAnswer
  readonly alone: LoadAnswer
  readonly beside: readonly LoadAnswer[]
  readonly perS: number
  readonly importPerS: number
}

function rowsOf({ highest, alone, beside, perS, importPerS }: Seen): Measured[] {
  // The last stretch may have gone on after the import; the others lie within it.
  const within = beside.length > 1 ? beside.slice(0, -1) : beside
  const p99 = 'p99 of resolution, alone'
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
      value: Math.max(...within.map((it) => it.p99Ms)),
      unit: 'ms',
      against: p99,
      target: { of: 'value', atMost: 10 },
      note: `the worst of ${within.length} stretches of ${RATE_MS / 1_000} s; medians ${within.map((it) => it.p50Ms.toFixed(2)).join(' ')}`,
    },
    {
      what: 'longest wait while importing',
      value: Math.max(...within.map((it) => it.maxMs)),
      unit: 'ms',
    },
    {
      what: 'p99 of waiting in the generator',
      value: Math.max(...within.map((it) => it.sentLateP99Ms)),
      unit: 'ms',
      note: 'counted in the p99 above; generator, upload and node share the cores',
    },
    { what: 'lines imported meanwhile', value: importPerS, unit: '/s' },
  ]
}
