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
  /** Of the Handle protocol, where it is spoken. */
  readonly handlePort: number | undefined
  /** Of the site record that every process tells. */
  readonly siteSerial: number
  /** The first process's inner door. */
  readonly inner: string
}

const ENTRY = fileURLToPath(
  new URL(`./resolver-process${extname(import.meta.filename)}`, import.meta.url),
)
const RESTART_AFTER_MS = 1_000
const STOP_WAIT_MS_MAX = 10_000

/**
 * Starts the further processes and keeps their number up; resolves when all of them answer. Where one ends before it has
 * answered, none is left.
 */
export async function startResolvers(
  start: Omit<ResolverStart, 'config'> & { readonly config: Config },
  onError: (error: unknown) => void,
  entry = ENTRY,
): Promise<AsyncDisposable> {
  const { databaseUrl, ...settings } = start.config
  const told: ResolverStart = {
    port: start.port,
    handlePort: start.handlePort,
    siteSerial: start.siteSerial,
    inner: start.inner,
    config: { ...settings, databaseUrl: databaseUrl?.reveal() },
  }
  const children = new Set<ChildProcess>()
  let isStopping = false

  const begin = async (): Promise<void> => {
    // IPC alone ties it to this process: a signal to the whole group must not end it before this one is done
    const child = fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true })
    children.add(child)
    child.once('exit', () => children.delete(child))
    await firstAnswer(child, told)
    child.once('exit', (code) => {
      if (isStopping) return
      onError(new Error(`a resolving process ended with code ${code}; another is started`))
      beginLater()
    })
  }
  const beginLater = () => {
    setTimeout(() => {
      if (isStopping) return
      begin().catch((error) => {
        if (isStopping) return
        onError(error)
        beginLater()
      })
    }, RESTART_AFTER_MS).unref()
  }
  const stopAll = async () => {
    isStopping = true
    await Promise.all([...children].map(stop))
  }

  const count = start.config.processes - 1
  try {
    await Promise.all(Array.from({ length: count }, begin))
  } catch (error) {
    await stopAll()
    throw error
  }
  return { [Symbol.asyncDispose]: stopAll }
}

async function firstAnswer(child: ChildProcess, told: ResolverStart): Promise<void> {
  const over = new AbortController()
  const { signal } = over
  try {
    const gone = once(child, 'exit', { signal }).then(() => {
      throw new Error('a resolving process ended before it answered')
    })
    // a child that is gone already is told of by its exit
    child.send(told, () => undefined)
    await Promise.race([once(child, 'message', { signal }), gone])
  } finally {
    over.abort()
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS_MAX)
  await exited
  clearTimeout(timer)
}
