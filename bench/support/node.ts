import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatNumber } from '../rows.ts'

/** A node of our own, in its own process, as `waymark serve` runs it. */
export type NodeProcess = AsyncDisposable & {
  readonly url: string
  readonly port: number
  /** While it has no operator. */
  readonly setupCode: string | undefined
  /** Anonymous memory of the process (RssAnon); undefined where the system does not tell. */
  memoryBytes(): number | undefined
  /** The same of all its processes together. */
  treeMemoryBytes(): number | undefined
  /** CPU time of the process and of those it has begun, all threads; undefined where the system does not tell. */
  cpuMs(): number | undefined
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
}

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
const START_MS_MAX = 60_000
const STOP_MS_MAX = 60_000

/** Limits are on, and beyond what one machine asks of itself. */
const LIMITS = {
  WAYMARK_RESOLUTIONS_PER_S_MAX: '10000000',
  WAYMARK_RESOLUTIONS_BURST_MAX: '100000000',
  WAYMARK_HANDLE_UDP_BYTES_PER_S_MAX: '100000000000',
  WAYMARK_HANDLE_CONNECTS_PER_S_MAX: '0',
}

/** What a note says of a figure that others on the machine disturb. */
export function perCpuNote(things: number, cpuMs: number | undefined): string {
  if (cpuMs === undefined) return ''
  return `${formatNumber((things / cpuMs) * 1_000)}/s of server CPU`
}

export type NodeStart = {
  readonly dataFolder: string
  /** That share its port; one where nothing is said. */
  readonly processes?: number
  /** Nobody operates it yet, so that it says a setup code. */
  readonly isNew?: boolean
  /** Called as soon as it says where it answers. */
  readonly onReady?: (url: string) => void
  readonly nodeOptions?: readonly string[]
  /** Further settings. */
  readonly env?: Readonly<Record<string, string>>
}

/** Resolves when it says `ready`. @throws Error where it ends or says nothing for a minute */
export async function startNodeProcess(start: NodeStart): Promise<NodeProcess> {
  const child = spawn(process.execPath, [...(start.nodeOptions ?? []), MAIN, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...LIMITS,
      WAYMARK_DATA: start.dataFolder,
      WAYMARK_HTTP_PORT: '0',
      WAYMARK_PROCESSES: String(start.processes ?? 1),
      WAYMARK_LOG_LEVEL: 'warn',
      ...start.env,
    },
  })
  const killed = () => void child.kill('SIGKILL')
  process.once('exit', killed)
  child.once('exit', () => process.off('exit', killed))
  const lines = linesOf(child)
  const url = (await lines.next('ready')) ?? ''
  start.onReady?.(url)
  const setup = start.isNew ? await lines.next('setup') : undefined
  return {
    url,
    port: Number(new URL(url).port),
    setupCode: setup?.split('#')[1],
    memoryBytes: () => memoryBytes(child.pid),
    treeMemoryBytes: () => sumOf([child.pid, ...childrenOf(child.pid)].map(memoryBytes)),
    cpuMs: () => sumOf([child.pid, ...childrenOf(child.pid)].map(cpuMs)),
    async kill() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    [Symbol.asyncDispose]: () => stop(child),
  }
}

function linesOf({ stdout, pid }: ChildProcess) {
  if (stdout === null) throw new Error('a node without standard output')
  const lines = createInterface(stdout)[Symbol.asyncIterator]()
  return {
    async next(word: string): Promise<string | undefined> {
      const late = AbortSignal.timeout(START_MS_MAX)
      const { value, done } = await Promise.race([
        lines.next(),
        once(late, 'abort').then(() => {
          throw new Error(`node ${pid} did not say “${word}” within a minute`)
        }),
      ])
      if (done || !value.startsWith(`${word} `)) throw new Error(`no “${word}” but “${value}”`)
      return value.slice(word.length + 1)
    },
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await ended
  clearTimeout(timer)
}

function memoryBytes(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kb = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]
    return kb === undefined ? undefined : Number(kb) * 1024
  } catch {
    return undefined
  }
}

/** The kernel counts in hundredths of a second for programs, whatever it does inside. */
const TICK_MS = 10

export function cpuMs(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the name in brackets, may hold blanks.
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
    return (Number(user) + Number(system)) * TICK_MS
  } catch {
    return undefined
  }
}

/** Undefined where one of them is not known. */
export function sumOf(parts: readonly (number | undefined)[]): number | undefined {
  return parts.reduce((a, b) => (a === undefined || b === undefined ? undefined : a + b), 0)
}

/** Processes that its main thread has begun. */
function childrenOf(pid: number | undefined): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return list === '' ? [] : list.split(' ').map(Number)
  } catch {
    return []
  }
}

export type MemoryWatch = Disposable & {
  /** The most seen between two moments, as shares of the time watched; undefined where nothing can be seen. */
  readonly highestBytes: (from?: number, to?: number) => number | undefined
}

/** Looks ten times a second until it is disposed. */
export function watchMemory(node: NodeProcess): MemoryWatch {
  const seen: number[] = []
  const look = () => {
    const bytes = node.memoryBytes()
    if (bytes !== undefined) seen.push(bytes)
  }
  look()
  const timer = setInterval(look, 100)
  return {
    highestBytes: (from = 0, to = 1) => {
      look()
      const some = seen.slice(Math.floor(seen.length * from), Math.ceil(seen.length * to))
      return some.length === 0 ? undefined : some.reduce((a, b) => Math.max(a, b))
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** What it still derives of the stored identifiers (search) is none of resolution's. */
export async function untilIdle({ cpuMs }: Pick<NodeProcess, 'cpuMs'>): Promise<void> {
  for (let looks = 0; looks < IDLE_LOOKS_MAX; looks++) {
    const from = cpuMs() ?? 0
    await sleep(IDLE_LOOK_MS)
    if ((cpuMs() ?? 0) - from < IDLE_LOOK_MS * IDLE_SHARE_MAX) return
  }
}

const IDLE_LOOK_MS = 1_000
const IDLE_LOOKS_MAX = 300
const IDLE_SHARE_MAX = 0.1
