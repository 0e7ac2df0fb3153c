import { AskedThread } from '../../lib/asked-thread.ts'
import type { Outcome } from './decide.ts'
import type { Declared } from './declared.ts'
import { CLOSED } from './rows.ts'
import type { IndexIds } from './selects.ts'
import type { ForgettingIn } from './sql-documents.ts'
import type { WriterAnswer, WriterRequest } from './sqlite-worker.ts'
import type { SqliteWriterOptions } from './sqlite-writer.ts'
import type { PreparedCommit } from './writes.ts'

/** The writer on its own thread, so that no reader waits for the disk. Requests are answered in order. */
export class SqliteThread implements AsyncDisposable {
  readonly #thread: AskedThread<WriterRequest, WriterAnswer>

  private constructor(options: SqliteWriterOptions) {
    this.#thread = new AskedThread({
      module: './sqlite-worker',
      from: import.meta.url,
      workerData: options,
      name: 'documents',
      closed: CLOSED,
    })
  }

  static async open(options: SqliteWriterOptions): Promise<SqliteThread> {
    const thread = new SqliteThread(options)
    try {
      await thread.#thread.ask('done', { kind: 'open' })
      return thread
    } catch (error) {
      await thread[Symbol.asyncDispose]()
      throw error
    }
  }

  async declare(declared: Declared): Promise<IndexIds> {
    const { ids } = await this.#thread.ask('declared', { kind: 'declare', declared })
    return ids
  }

  async apply(commits: readonly PreparedCommit[]): Promise<readonly Outcome[]> {
    const { outcomes } = await this.#thread.ask('applied', { kind: 'apply', commits })
    return outcomes
  }

  async forget(what: ForgettingIn): Promise<number> {
    const { count } = await this.#thread.ask('forgotten', { kind: 'forget', what })
    return count
  }

  async restore(path: string): Promise<void> {
    await this.#thread.ask('done', { kind: 'restore', path })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]()
  }
}
