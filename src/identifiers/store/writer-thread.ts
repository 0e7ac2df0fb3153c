import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Problem } from '../../lib/problem.ts'
import type { CommitOutcome, CommitRequest } from './writer.ts'
import type { Failure, WriterAnswer, WriterRequest } from './writer-worker.ts'

type Waiting = {
  readonly resolve: (answer: WriterAnswer) => void
  readonly reject: (error: unknown) => void
}

/** The writer on a thread of its own, so that no reader of this one waits for the disk; it also packs there. */
export class WriterThread implements AsyncDisposable {
  readonly #worker: Worker
  readonly #waiting: Waiting[] = []
  #gone: unknown

  constructor(path: string) {
    // `.ts` in the repository, `.js` in the package built from it.
    const file = new URL(`./writer-worker${extname(import.meta.url)}`, import.meta.url)
    this.#worker = new Worker(file, { workerData: { path }, name: 'identifiers' })
    this.#worker.on('message', (answer: WriterAnswer) => this.#settle(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('the thread of the identifiers has ended')))
    this.#worker.unref()
  }

  async commit(group: readonly CommitRequest[]): Promise<CommitOutcome[]> {
    const answer = await this.#ask({ kind: 'commit', group })
    if (answer.kind !== 'committed') throw new TypeError(`not an answer: ${answer.kind}`)
    return answer.outcomes.map((it) => ('kind' in it ? { error: errorOf(it) } : { answer: it }))
  }

  async pack(): Promise<boolean> {
    const answer = await this.#ask({ kind: 'pack' })
    if (answer.kind !== 'packed') throw new TypeError(`not an answer: ${answer.kind}`)
    return answer.left
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#gone !== undefined) return
    await this.#ask({ kind: 'close' })
    await this.#worker.terminate()
  }

  async #ask(request: WriterRequest): Promise<WriterAnswer> {
    if (this.#gone !== undefined) throw closedProblem(this.#gone)
    const answered = new Promise<WriterAnswer>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
    })
    // Only while an answer is due does the thread keep the program running.
    this.#worker.ref()
    this.#worker.postMessage(request)
    const answer = await answered
    if (answer.kind === 'problem' || answer.kind === 'bug') throw errorOf(answer)
    return answer
  }

  #settle(answer: WriterAnswer): void {
    this.#waiting.shift()?.resolve(answer)
    if (this.#waiting.length === 0) this.#worker.unref()
  }

  #fail(error: unknown): void {
    this.#gone ??= error
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
  }
}

function errorOf(failure: Failure): unknown {
  if (failure.kind === 'bug') return failure.error
  return new Problem(failure.code, failure.text, { cause: failure.cause })
}

function closedProblem(cause: unknown): Problem {
  const text = { en: 'The identifier store is closed', zh: '标识库已关闭' }
  return new Problem('unavailable', text, { cause })
}
