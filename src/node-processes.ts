import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from './config/settings.ts'

/** What a resolving process is started with, by message. */
export type ResolverStart = {
  /** The configuration, its secret opened. */
  readonly config: Omit<Config, 'databaseUrl'> & { readonly databaseUrl: string | undefined }
  readonly port: number
  /** The first process's inner door. */
  readonly inner: string
}

const ENTRY = fileURLToPath(
  new URL(`./resolver-process${extname(import.meta.filename)}`, import.meta.url),
)
const RESTART_AFTER_MS = 1_000
const STOP_WAIT_MS_MAX = 10_000

/** Starts the further processes and keeps their number up; resolves when all of them answer. */
export async function startResolvers(
  start: Omit<ResolverStart, 'config'> & { readonly config: Config },
  onError: (error: unknown) => void,
): Promise<AsyncDisposable> {
  const { databaseUrl, ...settings } = start.config
  const told: ResolverStart = {
    port: start.port,
    inner: start.inner,
    config: { ...settings, databaseUrl: databaseUrl?.reveal() },
  }
  const children = new Set<ChildProcess>()
  let isStopping = false

  const begin = async (): Promise<void> => {
    // IPC alone ties it to this process: a signal to the whole group must not end it before this one is done
    const child = fork(ENTRY, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true })
    children.add(child)
    child.once('exit', (code) => {
      children.delete(child)
      if (isStopping) return
      onError(new Error(`a resolving process ended with code ${code}; another is started`))
      setTimeout(() => void begin().catch(onError), RESTART_AFTER_MS).unref()
    })
    child.send(told)
    await Promise.race([once(child, 'message'), ended(child)])
  }

  const count = start.config.processes - 1
  await Promise.all(Array.from({ length: count }, begin))
  return {
    async [Symbol.asyncDispose]() {
      isStopping = true
      await Promise.all([...children].map(stop))
    },
  }
}

async function ended(child: ChildProcess): Promise<never> {
  await once(child, 'exit')
  throw new Error('a resolving process ended before it answered')
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS_MAX)
  await exited
  clearTimeout(timer)
}
