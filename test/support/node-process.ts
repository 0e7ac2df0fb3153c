import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs one command of the program to its end. */
export async function run(
  args: readonly string[],
  options: {
    readonly env?: Record<string, string>
    readonly input?: string
    readonly cwd?: string
  } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: 'pipe',
    env: cleanEnv(options.env),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code: child.exitCode, stdout, stderr }
}

/** Settings of whoever runs the tests stay outside. */
/** Of the test suite, not of the program's user. */
const OURS = /^(?:WAYMARK_|NODE_COMPILE_CACHE$)/

function cleanEnv(env: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name))
  return { ...Object.fromEntries(kept), LANG: 'en_US.UTF-8', LC_ALL: '', ...env }
}

export type NodeProcess = AsyncDisposable & {
  readonly child: ChildProcess
  readonly url: string
  readonly setupCode: string | undefined
  /** All it has written to standard output and standard error so far. */
  readonly out: { stdout: string; stderr: string }
  /** For client commands. */
  readonly env: Record<string, string>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** A node in a process of its own, on a free port; ready when this resolves. Rejects with what it said when it ends. */
export async function startNodeProcess(
  data: string,
  env: Record<string, string> = {},
): Promise<NodeProcess> {
  const settings = { WAYMARK_DATA: data, WAYMARK_HTTP_PORT: '0', ...env }
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnv(settings),
    cwd: tmpdir(),
  })
  const out = { stdout: '', stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (it: string) => {
    out.stderr += it
  })
  const ready = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (it: string) => {
    out.stdout += it
    if (/^ready \S+\n(setup \S+\n)?$/.test(out.stdout)) ready.resolve()
  })
  child.once('close', () => ready.reject(new Error(`ended: ${out.stdout}${out.stderr}`)))
  await ready.promise
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close')
      child.kill(signal)
      await closed
    }
    return child.exitCode
  }
  const url = /^ready (\S+)$/m.exec(out.stdout)?.[1] ?? ''
  return {
    child,
    out,
    url,
    stop,
    get setupCode() {
      return /^setup \S+#(\S+)$/m.exec(out.stdout)?.[1]
    },
    env: { WAYMARK_URL: url, WAYMARK_DATA: data },
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL')
    },
  }
}

export type Scratch = AsyncDisposable & { readonly path: string }

export async function scratchFolder(): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), 'waymark-test-'))
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

export const PASSWORD = 'heron by the quiet river'

/** The first operator, and the key of the command line. */
export async function setUp(node: NodeProcess, prefix = '88.100'): Promise<string> {
  const { stdout, stderr, code } = await run(
    [
      'setup',
      '--code',
      node.setupCode ?? '',
      '--name',
      'ops',
      '--password-stdin',
      '--node',
      prefix,
      '--json',
    ],
    { env: node.env, input: `${PASSWORD}\n` },
  )
  if (code !== 0) throw new Error(`setup failed: ${stdout}${stderr}`)
  return (JSON.parse(stdout) as { key: string }).key
}
