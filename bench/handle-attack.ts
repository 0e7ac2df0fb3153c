import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OP_FLAG } from '../src/protocols/wire/codes.ts'
import { HandleConnection, handlePortOf, question } from '../test/support/handle-client.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import type { AttackOrder } from './support/handle-attacker.ts'
import { answerOf } from './support/load.ts'
import { type NodeProcess, startNodeProcess, untilIdle } from './support/node.ts'
import { stockNode } from './support/stocked.ts'

const NAMES = 1_000
const STOCK = 20_000
/** Somebody who asks decently, all the time. */
const ASK_EVERY_MS = 4
const ALONE_MS = 5_000
const P99 = 0.99
const MB = 2 ** 20
const KB = 2 ** 10
const PATH_START = '/api/handles/'
const KEPT = OP_FLAG.keepConnection + OP_FLAG.publicOnly
/** Sockets that one process may have here bound what one of them opens. */
const IDLE_EACH = 15_000
const IDLE_MAX = 100_000
const PROCESSES = Math.ceil(IDLE_MAX / IDLE_EACH)

type Attack = Pick<AttackOrder, 'kind' | 'count' | 'perS'> & { readonly what: string }

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
    rows.push(...(await attacksOn(node, { count, names, tell })))
  }
  // In as many processes as the sockets take; they share the port.
  await using node = await startNodeProcess({ dataFolder, processes: PROCESSES })
  await untilIdle(node)
  return [...rows, ...(await idleOn(node, { count, names, tell }))]
}

type Parts = Pick<BenchOptions, 'count' | 'tell'> & { readonly names: readonly string[] }

async function attacksOn(node: NodeProcess, { count, names, tell }: Parts): Promise<Measured[]> {
  const few = Math.max(100, Math.round(count / 100))
  const attacks: readonly Attack[] = [
    {
      kind: 'packets',
      what: `${count.toLocaleString('en')} packets of garbage`,
      count,
      perS: 10_000,
    },
    { kind: 'slow', what: 'connections that drip', count: few, perS: 1_000 },
    { kind: 'challenges', what: 'challenges never answered', count: few * 5, perS: 2_500 },
    { kind: 'sessions', what: 'sessions never closed', count: few, perS: 200 },
  ]
  const port = await handlePortOf(node.url)
  await using asker = openAsker(port, names)
  tell('nobody else')
  await asker.during(sleep(ALONE_MS))
  const alone = await asker.during(sleep(ALONE_MS))
  const rows: Measured[] = [{ what: ALONE, value: p99Of(alone), unit: 'ms' }]
  for (const [number, { what, ...attack }] of attacks.entries()) {
    tell(what)
    const before = node.memoryBytes() ?? Number.NaN
    await using attacker = startAttacker()
    const times = await asker.during(attacker.attack({ ...attack, port, number }))
    const more = ((node.memoryBytes() ?? Number.NaN) - before) / MB
    rows.push(besideRow(what, times), {
      what: `memory more after ${what}`,
      value: more,
      unit: 'MB',
    })
  }
  return rows
}

/** All connections at once, by several clients that have addresses of their own. */
async function idleOn(node: NodeProcess, { count, names, tell }: Parts): Promise<Measured[]> {
  const connections = Math.min(IDLE_MAX, Math.max(1_000, Math.round(count / 10)))
  const what = `${connections.toLocaleString('en')} idle connections`
  const port = await handlePortOf(node.url)
  await using asker = openAsker(port, names)
  tell(what)
  await asker.during(sleep(ALONE_MS))
  const alone = await asker.during(sleep(ALONE_MS))
  const before = node.treeMemoryBytes() ?? Number.NaN
  const each = Math.ceil(connections / PROCESSES)
  await using stack = new AsyncDisposableStack()
  await Promise.all(
    Array.from({ length: PROCESSES }, (_, number) => {
      const attacker = stack.use(startAttacker())
      return attacker.attack({ kind: 'idle', port, count: each, perS: 2_000, number })
    }),
  )
  const times = await asker.during(sleep(ALONE_MS))
  const more = (node.treeMemoryBytes() ?? Number.NaN) - before
  return [
    { what: ALONE_OF_MANY, value: p99Of(alone), unit: 'ms' },
    besideRow(what, times, ALONE_OF_MANY),
    { what: `memory for each of ${what}`, value: more / KB / (each * PROCESSES), unit: 'kB' },
  ]
}

const ALONE = 'p99 of a question alone'
const ALONE_OF_MANY = `p99 of a question alone, ${PROCESSES} processes`

function besideRow(what: string, times: readonly number[], against = ALONE): Measured {
  return {
    what: `p99 of a question beside ${what}`,
    ...{ value: p99Of(times), unit: 'ms', against },
    target: { of: 'ratio', atMost: 2 },
  }
}

function p99Of(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * P99)] ?? Number.NaN
}

type Asker = AsyncDisposable & {
  /** How long each question took that was asked meanwhile, in milliseconds. */
  readonly during: (something: Promise<unknown>) => Promise<readonly number[]>
}

function openAsker(port: number, names: readonly string[]): Asker {
  const connection = new HandleConnection(port)
  let asked = 0
  const ask = async (): Promise<number> => {
    const name = names[asked % names.length] ?? ''
    const began = performance.now()
    connection.socket.write(question(name, { flags: KEPT, requestId: ++asked }).bytes)
    const answer = (await connection.got(1)).pop()
    if (answer?.header.responseCode !== 1)
      throw new Error(`${name}: ${answer?.header.responseCode}`)
    return performance.now() - began
  }
  return {
    async during(something) {
      let isOver = false
      const over = something.finally(() => {
        isOver = true
      })
      const times: number[] = []
      while (!isOver) {
        times.push(await ask())
        await sleep(ASK_EVERY_MS)
      }
      await over
      return times
    },
    async [Symbol.asyncDispose]() {
      connection[Symbol.dispose]()
    },
  }
}

type Attacker = AsyncDisposable & { readonly attack: (order: AttackOrder) => Promise<unknown> }

function startAttacker(): Attacker {
  const child: ChildProcess = fork(join(import.meta.dirname, 'support', 'handle-attacker.ts'))
  const killed = () => void child.kill('SIGKILL')
  process.once('exit', killed)
  return {
    async attack(order) {
      child.send(order)
      return await answerOf(child)
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', killed)
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
