import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'

/** The checkout. */
export const ROOT = join(import.meta.dirname, '..', '..')

export type ShellOptions = {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** It is killed, and that is a failure, when it takes longer. */
  readonly timeoutMs: number
}

export type Shelled = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command line in a process group of its own, as a terminal starts one. */
export class Shell implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly out = { stdout: '', stderr: '' }

  constructor(command: string, { cwd, env = {}, timeoutMs }: ShellOptions) {
    this.#child = spawn('sh', ['-e', '-c', command], {
      cwd,
      env: { ...userEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#closed = once(this.#child, 'close')
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', (it: string) => {
        this.out[name] += it
      })
    }
    const timer = setTimeout(() => this.#signal('SIGKILL'), timeoutMs)
    this.#child.once('close', () => clearTimeout(timer))
  }

  async ended(): Promise<Shelled> {
    await this.#closed
    return { code: this.#child.exitCode, ...this.out }
  }

  /** The first match in its standard output. Rejects with all it said when it ends without one. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
    const look = () => {
      const found = pattern.exec(this.out.stdout)
      if (found !== null) resolve(found)
    }
    this.#child.stdout?.on('data', look)
    this.#child.once('close', () =>
      reject(new Error(`ended without ${pattern}:\n${this.out.stdout}${this.out.stderr}`)),
    )
    look()
    return await promise
  }

  /** What Ctrl-C does: the whole group is interrupted. */
  async interrupt(): Promise<Shelled> {
    this.#signal('SIGINT')
    return await this.ended()
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch (error) {
      // the whole group has ended already
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal('SIGKILL')
    await this.#closed
  }
}

export async function shell(command: string, options: ShellOptions): Promise<Shelled> {
  await using running = new Shell(command, options)
  return await running.ended()
}

/** As a user's terminal has it: without what npm and this test run have put there. */
function userEnv(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(WAYMARK_|NODE_|INIT_CWD$|npm_)/.test(name),
  )
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((it) => !/node_modules[\\/]\.bin|node-gyp-bin/.test(it))
  const env = Object.fromEntries(kept) as Record<string, string>
  return { ...env, PATH: path.join(delimiter), LANG: 'en_US.UTF-8', LC_ALL: '' }
}
