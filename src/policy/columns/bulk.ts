import { AskedThread } from '../../lib/asked-thread.ts'
import { Problem } from '../../lib/problem.ts'
import type { BulkAnswer, BulkRequest } from './work.ts'

type Closed = { readonly kind: 'closed' }

/** Requests that wait for the thread at one time; beyond, whoever asks is sent away. */
const WAITING_MAX = 8

/** The thread that simulates and works through batches, started when it is first asked and behind every answer of the node. */
export class Bulk implements AsyncDisposable {
  #thread: AskedThread<BulkRequest, BulkAnswer | Closed> | undefined
  #waiting = 0

  /** @throws Problem `too-many-requests` when too much waits already; what the work itself throws */
  async ask<Kind extends BulkAnswer['kind']>(
    kind: Kind,
    request: BulkRequest,
  ): Promise<Extract<BulkAnswer, { readonly kind: Kind }>> {
    if (this.#waiting >= WAITING_MAX) {
      throw new Problem('too-many-requests', {
        en: `${WAITING_MAX} simulations wait already; try again later`,
        zh: `已有 ${WAITING_MAX} 项测算在等待，请稍后再试`,
      })
    }
    this.#thread ??= new AskedThread<BulkRequest, BulkAnswer | Closed>({
      module: './bulk-thread',
      from: import.meta.url,
      workerData: undefined,
      name: 'policy-bulk',
      closed: { en: 'The node is stopping', zh: '节点正在停止' },
    })
    this.#waiting++
    try {
      return (await this.#thread.ask(kind, request)) as Extract<BulkAnswer, { readonly kind: Kind }>
    } finally {
      this.#waiting--
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.[Symbol.asyncDispose]()
  }
}
