import type { Stored } from '../../kernel/documents/documents.ts'
import { ENTERPRISES } from '../../kernel/parties/enterprise.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import type { Bulk } from './bulk.ts'
import {
  type Batch,
  PART_CASES,
  POLICY_BATCH_PARTS,
  POLICY_BATCHES,
  partId,
} from './collections.ts'
import { packLines, unpackLines } from './packed.ts'
import { addSums } from './result-lines.ts'
import type { CaseSource } from './work.ts'

export type BatchDeps = Pick<PolicyDeps, 'documents' | 'evidence' | 'clock' | 'rules'>
export type StoredBatch = Stored<Batch>

const RUNNER = { kind: 'system', id: 'policy-batches' } as const
/** What passes by itself: the batch goes on with the next start or the next request. */
const NOT_NOW = ['unavailable', 'storage-full', 'too-many-requests']

/**
 * Works through batches one after the other, part by part, in the thread for bulk work. Each part is committed with how far the batch has
 * come, so that it goes on there whatever happened: a stop, a restart, a killed process.
 */
export class BatchRuns implements AsyncDisposable {
  readonly #deps: BatchDeps
  readonly #bulk: Bulk
  readonly #onError: (error: unknown) => void
  #running: Promise<void> | undefined
  #isAsked = false
  #isClosed = false

  constructor(deps: BatchDeps, bulk: Bulk, onError: (error: unknown) => void) {
    this.#deps = deps
    this.#bulk = bulk
    this.#onError = onError
  }

  /** Says that there may be something to do. */
  kick(): void {
    this.#isAsked = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false
      try {
        while (!this.#isClosed && (await this.#round()));
      } catch (error) {
        if (!this.#isClosed) this.#onError(error)
      }
    }
  }

  /** One part of the oldest batch that runs; false where none does. */
  async #round(): Promise<boolean> {
    const { items } = await this.#deps.documents.query(POLICY_BATCHES, {
      where: { state: 'running' },
      limit: 1,
    })
    const [batch] = items
    if (batch === undefined) return false
    try {
      await this.#part(batch)
    } catch (error) {
      if (!(error instanceof Problem) || NOT_NOW.includes(error.code)) throw error
      if (error.code !== 'stale-version')
        await this.#put(batch, { ...batch.body, state: 'failed', fault: error.text })
    }
    return true
  }

  async #part(batch: StoredBatch): Promise<void> {
    const { body } = batch
    const open = await this.#deps.rules.openAt(body.rules)
    const { source, count, cursor } = await this.#casesOf(batch, open)
    const isLast =
      body.population.kind === 'register' ? cursor === undefined : body.done + count >= body.total
    const { cursor: _, ...kept } = body
    const put: Batch = {
      ...kept,
      done: body.done + count,
      ...(cursor !== undefined && { cursor }),
      ...(isLast && { state: 'done' as const, total: body.done + count }),
    }
    if (count === 0) return await this.#put(batch, put)
    const { rules: digest, mode } = body
    const { lines, sums } = await this.#bulk.ask('worked', {
      kind: 'part',
      digest,
      sources: open.sources,
      source,
      mode,
    })
    const number = Math.floor(body.done / PART_CASES)
    await this.#put(
      batch,
      { ...put, sums: addSums(body.sums, sums) },
      {
        id: partId(batch.id, 'result', number),
        put: {
          batch: batch.id,
          kind: 'result',
          number,
          lines: lines.length,
          packed: await packLines(lines),
        },
      },
    )
  }

  async #put(
    batch: StoredBatch,
    put: Batch,
    part?: { readonly id: string; readonly put: unknown },
  ): Promise<void> {
    const writes = [
      { collection: POLICY_BATCHES, id: batch.id, expected: batch.version, put },
      ...(part === undefined ? [] : [{ collection: POLICY_BATCH_PARTS, ...part }]),
    ]
    await this.#deps.documents.commit(writes, { author: RUNNER })
  }

  async #casesOf(
    { id, body }: StoredBatch,
    open: OpenRules,
  ): Promise<{ source: CaseSource; count: number; cursor?: string }> {
    const { population, done, total } = body
    const from = done
    switch (population.kind) {
      case 'synthetic': {
        const { seed, day } = population
        const count = Math.min(PART_CASES, total - done)
        const options = { count: done + count, seed, ...(day !== undefined && { day }) }
        return { source: { kind: 'synthetic', from, options }, count }
      }
      case 'given': {
        const number = Math.floor(done / PART_CASES)
        const part = await this.#deps.documents.get(POLICY_BATCH_PARTS, partId(id, 'given', number))
        const lines = part === undefined ? [] : await unpackLines(part.body.packed)
        return { source: { kind: 'lines', from, lines }, count: lines.length }
      }
      case 'register':
        return await this.#registered(body, population.day, open)
    }
  }

  /** The next admitted enterprises, each with what the node has measured and what its register says. */
  async #registered(
    { cursor, done }: Batch,
    day: string,
    open: OpenRules,
  ): Promise<{ source: CaseSource; count: number; cursor?: string }> {
    const { documents } = this.#deps
    const { items, next } = await documents.query(ENTERPRISES, {
      where: { state: 'admitted' },
      limit: PART_CASES,
      ...(cursor !== undefined && { after: cursor }),
    })
    const { registerLines } = await import('./register-lines.ts')
    const goOn = () => {
      if (this.#isClosed)
        throw new Problem('unavailable', { en: 'The node is stopping', zh: '节点正在停止' })
    }
    const lines = await registerLines(this.#deps, items, { open, day, goOn })
    const source = { kind: 'lines', from: done, lines } as const
    return { source, count: lines.length, ...(next !== undefined && { cursor: next }) }
  }
}
