import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OP_FLAG } from '../../src/protocols/wire/codes.ts'
import { HandleConnection, question } from '../../test/support/handle-client.ts'
import type { AttackOrder } from './handle-attacker.ts'
import { answerOf } from './load.ts'

const ASK_EVERY_MS = 4
const KEPT = OP_FLAG.keepConnection + OP_FLAG.publicOnly

/** Somebody who asks decently, all the time. */
export type Asker = Disposable & {
  /** How long each question took that was asked meanwhile, in milliseconds. */
  readonly during: (something: Promise<unknown>) => Promise<readonly number[]>
}

export function openAsker(port: number, names: readonly string[]): Asker {
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
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  }
}

export type Attacker = AsyncDisposable & {
  readonly attack: (order: AttackOrder) => Promise<unknown>
}

/** Whoever behaves badly does so in a process of their own. */
export function startAttacker(): Attacker {
  const child: ChildProcess = fork(join(import.meta.dirname, 'handle-attacker.ts'))
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
