import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Problem } from '../../lib/problem.ts'
import type { Outcome } from './decide.ts'
import type { Declared } from './declared.ts'
import { closed } from './rows.ts'
import type { IndexIds } from './selects.ts'
import type { WriterAnswer, WriterRequest } from './sqlite-worker.ts'
import type { SqliteWriterOptions } from './sqlite-writer.ts'
import type { PreparedCommit } from './writes.ts'

type Waiting = {
  readonly resolve: (answer: WriterAnswer) => void
  readonly reject: (error: unknown) => void
}

/** The writer on its own thread, so that no reader waits for the disk. Requests are answered in order. */
export class SqliteThread implements AsyncDisposable {
  readonly #worker: Worker
  readonly #waiting: Waiting[] = []
  #gone: unknown

  private constructor(options: SqliteWriterOptions) {
    // `.ts` in the repository, `.js` in the package built from it.
    const file = new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url)
    this.#worker = new Worker(file, { workerData: options, name: 'documents' })
    this.#worker.on('message', (answer: WriterAnswer) => this.#settle(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('the thread of the documents has ended')))
    this.#worker.unref()
  }

  static async open(options: SqliteWriterOptions): Promise<SqliteThread> {
    const thread = new SqliteThread(options)
    try {
      await thread.#ask({ kind: 'open' })
      return thread
    } catch (error) {
      await thread.#worker.terminate()
      throw error
    }
  }

  async declare(declared: Declared): Promise<IndexIds> {
    const answer = await this.#ask({ kind: 'declare', declared })
    if (answer.kind !== 'declared') throw new TypeError(`not an answer: ${answer.kind}`)
    return answer.ids
  }

  async apply(commits: readonly PreparedCommit[]): Promise<readonly Outcome[]> {
    const answer = await this.#ask({ kind: 'apply', commits })
    if (answer.kind !== 'applied') throw new TypeError(`not an answer: ${answer.kind}`)
    return answer.outcomes
  }

  async restore(path: string): Promise<void> {
    await this.#ask({ kind: 'restore', path })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#gone !== undefined) return
    await this.#ask({ kind: 'close' })
    await this.#worker.terminate()
  }

  async #ask(request: WriterRequest): Promise<WriterAnswer> {
    if (this.#gone !== undefined) throw closed(this.#gone)
    const answered = new Promise<WriterAnswer>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
    })
    // Only while an answer is due does the thread keep the program running.
    this.#worker.ref()
    this.#worker.postMessage(request)
    const answer = await answered
    if (answer.kind === 'problem') {
      throw new Problem(answer.code, answer.text, { cause: answer.cause })
    }
    if (answer.kind === 'bug') throw answer.error
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
