import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type LoadOrder = {
  readonly port: number
  /** Requests under way at once: one on each connection. */
  readonly connections: number
  readonly ms: number
  /** Paths, one a line; asked in order from `offset`, again and again. */
  readonly pathsFile: string
  readonly offset: number
  /** Ends early when so many were answered. */
  readonly requestsMax: number
  /** So many a second whether answers come or not; each latency counts from when its request was due. */
  readonly perS?: number
}

export type LoadAnswer = {
  readonly requests: number
  /** Answers whose status was not 200. */
  readonly wrong: number
  readonly ms: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Of requests that were due at a time: how late they were sent, which is the generator's own doing. */
  readonly sentLateP99Ms: number
}

export type LoadClient = AsyncDisposable & {
  ask(order: Omit<LoadOrder, 'requestsMax'>): Promise<LoadAnswer>
}

const REQUESTS_MAX = 5_000_000

/** The load generator, in a process of its own. Every answer must be 200. */
export function startLoadClient(): LoadClient {
  const child = fork(join(import.meta.dirname, 'load-client.ts'))
  const killed = () => void child.kill('SIGKILL')
  process.once('exit', killed)
  return {
    async ask(order) {
      child.send({ ...order, requestsMax: REQUESTS_MAX } satisfies LoadOrder)
      const answer = await answerOf(child)
      if (answer.wrong > 0) throw new Error(`${answer.wrong} of ${answer.requests} were not 200`)
      return answer
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', killed)
      await endChild(child)
    },
  }
}

/** A process that ends when it is left alone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

/** What the generator says next. */
export async function answerOf<T = LoadAnswer>(child: ChildProcess): Promise<T> {
  const over = new AbortController()
  const { signal } = over
  try {
    const gone = once(child, 'exit', { signal }).then(() => [{ error: 'the generator ended' }])
    const [message] = await Promise.race([once(child, 'message', { signal }), gone])
    if ('error' in message) throw new Error(message.error)
    return message.answer
  } finally {
    over.abort()
  }
}

export function writePaths(path: string, paths: readonly string[]): void {
  writeFileSync(path, paths.join('\n'))
}
