import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { handlePortOf } from '../test/support/handle-client.ts'
import { type Bare, record, startBare } from './handle.ts'
import { formatNumber, type Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { type Asker, openAsker, startAttacker } from './support/handle-asker.ts'
import type { AttackOrder } from './support/handle-attacker.ts'
import { type NodeProcess, startNodeProcess, untilIdle } from './support/node.ts'
import { warmMs } from './support/smoke.ts'
import { stockNode } from './support/stocked.ts'

const NAMES = 1_000
const STOCK = 20_000
const ALONE_MS = 5_000
/** Before each attack again, as the machine is not the same all the time. */
const AGAIN_MS = 2_000
/** How long a bare server is attacked. */
const FLOOR_S = 10
const P99 = 0.99
const MB = 2 ** 20
const KB = 2 ** 10
const PATH_START = '/api/handles/'
/** Sockets that one process may have here bound what one of them opens. */
const IDLE_EACH = 15_000
const IDLE_MAX = 100_000
const PROCESSES = Math.ceil(IDLE_MAX / IDLE_EACH)

type Attack = Pick<AttackOrder, 'kind' | 'count' | 'perS'> & {
  readonly what: string
  /** The same, shortly. */
  readonly short: string
}
type Ports = Pick<AttackOrder, 'port' | 'udpPort'>

/** What bad clients do to others, and to the memory of the node. `count`: packets of garbage. */
export async function benchHandleAttack(options: BenchOptions): Promise<Measured[]> {
  const { folder, count, tell } = options
  const dataFolder = join(folder, 'node')
  const { paths } = await stockNode(dataFolder, { ...options, count: STOCK, paths: NAMES })
  const names = paths.map((it) => it.slice(PATH_START.length))
  const rows: Measured[] = []
  {
    await using node = await startNodeProcess({ dataFolder })
    await untilIdle(node)
    const answers = await record(node, { folder, names })
    await using bare = await startBare(answers)
    await using other = await startBare(answers)
    rows.push(...(await attacksOn({ node, bare, other }, { count, names, tell })))
  }
  // In as many processes as the sockets take; they share the port.
  await using node = await startNodeProcess({ dataFolder, processes: PROCESSES })
  await untilIdle(node)
  return [...rows, ...(await idleOn(node, { count, names, tell }))]
}

type Parts = Pick<BenchOptions, 'count' | 'tell'> & { readonly names: readonly string[] }

function attacksOf(count: number): readonly Attack[] {
  const few = Math.max(100, Math.round(count / 100))
  const some = Math.max(1_000, Math.round(count / 5))
  const packets = (it: number) => `${it.toLocaleString('en')} packets of garbage`
  return [
    {
      ...{ kind: 'packets', what: packets(count), short: 'garbage' },
      ...{ count, perS: 10_000 },
    },
    {
      ...{ kind: 'scattered', what: `${packets(some)} from 2,000 networks` },
      ...{ short: 'garbage of 2,000 networks', count: some, perS: 10_000 },
    },
    {
      ...{ kind: 'slow', what: 'connections that drip', short: 'dripping' },
      ...{ count: few, perS: 1_000 },
    },
    {
      ...{ kind: 'challenges', what: 'challenges never answered', short: 'challenges' },
      ...{ count: few * 5, perS: 2_500 },
    },
    {
      ...{ kind: 'sessions', what: 'sessions never closed', short: 'sessions' },
      ...{ count: few, perS: 200 },
    },
  ]
}

type Servers = { readonly node: NodeProcess; readonly bare: Bare; readonly other: Bare }
/** Of questions to the node, and to a bare server. */
type Alone = { readonly ours: number[]; readonly bare: number[] }

async function attacksOn(servers: Servers, { count, names, tell }: Parts): Promise<Measured[]> {
  const port = await handlePortOf(servers.node.url)
  using asker = openAsker(port, names)
  using bareAsker = openAsker(servers.bare.ports.tcp, names)
  tell('nobody else')
  for (const it of [asker, bareAsker]) await it.during(sleep(warmMs(count, ALONE_MS)))
  const alone: Alone = { ours: [], bare: [] }
  const rows: Measured[] = []
  for (const [number, attack] of attacksOf(count).entries()) {
    tell(attack.what)
    alone.ours.push(...(await asker.during(sleep(warmMs(count, AGAIN_MS)))))
    alone.bare.push(...(await bareAsker.during(sleep(AGAIN_MS))))
    const floor = await floorOf({ attack, number }, servers, bareAsker)
    rows.push(
      ...(await oursBeside({ attack, number }, { node: servers.node, port, asker, floor })),
      ...floor.rows,
    )
  }
  return [
    { what: ALONE, value: p99Of(alone.ours), unit: 'ms' },
    { what: ALONE_AT_BARE, value: p99Of(alone.bare), unit: 'ms' },
    ...rows,
  ]
}

type Which = { readonly attack: Attack; readonly number: number }
type Floor = { readonly p99Ms: number; readonly rows: readonly Measured[] }

async function oursBeside(
  { attack, number }: Which,
  it: {
    readonly node: NodeProcess
    readonly port: number
    readonly asker: Asker
    readonly floor: Floor
  },
): Promise<Measured[]> {
  const { node, port, asker, floor } = it
  const { what, short, count } = attack
  const memoryBefore = node.memoryBytes() ?? Number.NaN
  const cpuBefore = node.cpuMs() ?? Number.NaN
  const p99Ms = p99Of(await attackedBy({ attack, number }, { port }, asker))
  const cpuMs = (node.cpuMs() ?? Number.NaN) - cpuBefore
  const more = ((node.memoryBytes() ?? Number.NaN) - memoryBefore) / MB
  const ofFloor = `${formatNumber(p99Ms / floor.p99Ms)} × a bare server’s while another is attacked`
  return [
    { ...besideRow(what, p99Ms), note: ofFloor },
    {
      what: `CPU for each, ${short}`,
      ...{ value: (cpuMs * 1_000) / count, unit: 'µs' },
      against: discarding(short, 'CPU'),
    },
    { what: `memory more after ${what}`, value: more, unit: 'MB' },
  ]
}

/** What the machine alone makes of it, and what a server does to others that reads and answers nothing. */
async function floorOf(
  { attack, number }: Which,
  { bare, other }: Servers,
  asker: Asker,
): Promise<Floor> {
  const { short, perS } = attack
  const briefly = { ...attack, count: Math.min(attack.count, perS * FLOOR_S) }
  const upon = async ({ ports: { discard } }: Bare) => {
    const ports = { port: discard.tcp, udpPort: discard.udp }
    return p99Of(await attackedBy({ attack: briefly, number }, ports, asker))
  }
  const p99Ms = await upon(other)
  const cpuBefore = bare.cpuMs() ?? Number.NaN
  const discardingMs = await upon(bare)
  const cpuMs = (bare.cpuMs() ?? Number.NaN) - cpuBefore
  const against = ALONE_AT_BARE
  return {
    p99Ms,
    rows: [
      {
        what: `p99 of a bare server, another attacked: ${short}`,
        ...{ value: p99Ms, unit: 'ms', against },
      },
      { what: discarding(short, 'p99'), value: discardingMs, unit: 'ms', against },
      { what: discarding(short, 'CPU'), value: (cpuMs * 1_000) / briefly.count, unit: 'µs' },
    ],
  }
}

function discarding(short: string, of: 'p99' | 'CPU'): string {
  const server = `a bare server that discards: ${short}`
  return of === 'p99' ? `p99 of ${server}` : `CPU for each, ${server}`
}

async function attackedBy(
  { attack: { what: _, short: __, ...order }, number }: Which,
  ports: Ports,
  asker: Asker,
): Promise<readonly number[]> {
  await using attacker = startAttacker()
  return await asker.during(attacker.attack({ ...order, ...ports, number }))
}

/** All connections at once, by several clients that have addresses of their own. */
async function idleOn(node: NodeProcess, { count, names, tell }: Parts): Promise<Measured[]> {
  const connections = Math.min(IDLE_MAX, Math.max(1_000, Math.round(count / 10)))
  const what = `${connections.toLocaleString('en')} idle connections`
  const port = await handlePortOf(node.url)
  using asker = openAsker(port, names)
  tell(what)
  const spanMs = warmMs(count, ALONE_MS)
  await asker.during(sleep(spanMs))
  const alone = await asker.during(sleep(spanMs))
  const before = node.treeMemoryBytes() ?? Number.NaN
  const each = Math.ceil(connections / PROCESSES)
  await using stack = new AsyncDisposableStack()
  await Promise.all(
    Array.from({ length: PROCESSES }, (_, number) => {
      const attacker = stack.use(startAttacker())
      return attacker.attack({ kind: 'idle', port, count: each, perS: 2_000, number })
    }),
  )
  const times = await asker.during(sleep(spanMs))
  const more = (node.treeMemoryBytes() ?? Number.NaN) - before
  return [
    { what: ALONE_OF_MANY, value: p99Of(alone), unit: 'ms' },
    besideRow(what, p99Of(times), ALONE_OF_MANY),
    { what: `memory for each of ${what}`, value: more / KB / (each * PROCESSES), unit: 'kB' },
  ]
}

const ALONE = 'p99 of a question alone'
const ALONE_AT_BARE = 'p99 of a bare server, asked alone'
const ALONE_OF_MANY = `p99 of a question alone, ${PROCESSES} processes`

function besideRow(what: string, p99Ms: number, against = ALONE): Measured {
  return {
    what: `p99 of a question beside ${what}`,
    ...{ value: p99Ms, unit: 'ms', against },
    target: { of: 'ratio', atMost: 2 },
  }
}

function p99Of(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * P99)] ?? Number.NaN
}
