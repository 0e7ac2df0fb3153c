import { fork } from 'node:child_process'
import { join } from 'node:path'
import { answerOf, endChild } from './load.ts'

export type HandleLoadOrder = {
  readonly transport: 'tcp' | 'udp'
  readonly port: number
  readonly connections: number
  /** Questions under way on each. */
  readonly pipelined: number
  readonly ms: number
  /** Names, one a line; asked in order from `offset`, again and again. */
  readonly namesFile: string
  readonly offset: number
}

export type HandleLoadAnswer = {
  readonly requests: number
  /** Answers that did not say success. */
  readonly wrong: number
  readonly ms: number
}

export type HandleLoadClient = AsyncDisposable & {
  ask(order: HandleLoadOrder): Promise<HandleLoadAnswer>
}

/** The load generator of the Handle protocol, in a process of its own. Every answer must be a success. */
export function startHandleLoad(): HandleLoadClient {
  const child = fork(join(import.meta.dirname, 'handle-load-client.ts'))
  const killed = () => void child.kill('SIGKILL')
  process.once('exit', killed)
  return {
    async ask(order) {
      child.send(order)
      const answer = await answerOf<HandleLoadAnswer>(child)
      if (answer.wrong > 0) throw new Error(`${answer.wrong} of ${answer.requests} found nothing`)
      return answer
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', killed)
      await endChild(child)
    },
  }
}
