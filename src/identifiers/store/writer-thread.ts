import { AskedThread, errorOf } from '../../lib/asked-thread.ts'
import { packBatch } from './packed-writes.ts'
import type { CommitOutcome, CommitRequest } from './writer.ts'
import type { PackedRequest, WriterAnswer, WriterData, WriterRequest } from './writer-worker.ts'

/** Rows may wait from an earlier run of the program; they can wait until it has begun to answer. */
const PACKING_DELAY_MS = 2_000
/** Of fewer writes the names go with the records. */
const LOOK_WRITES_MIN = 128
/** Packing is never in a hurry: its thread collects often rather than hold much. */
const PACKING_YOUNG_MIB = 12

type Thread = AskedThread<WriterRequest, WriterAnswer>

/**
 * The writer on threads of its own, so that no reader of this one waits for the disk: one commits, and another packs,
 * which no commit waits for either.
 */
export class WriterThread implements AsyncDisposable {
  readonly #path: string
  readonly #committing: Thread
  #packing: Thread | undefined
  #isClosed = false
  readonly #timer: NodeJS.Timeout

  constructor(path: string) {
    this.#path = path
    this.#committing = startThread(path, 'commit')
    this.#timer = setTimeout(() => this.#packer(), PACKING_DELAY_MS).unref()
  }

  async commit(group: readonly CommitRequest[]): Promise<CommitOutcome[]> {
    const [first] = group
    const keysAhead = first === undefined ? undefined : this.#look(first)
    const packed = group.map((request) =>
      packedOf(request, { isAhead: request === first && keysAhead === true }),
    )
    const sent = packed.filter((it) => 'batch' in it)
    const outcomes = sent.length === 0 ? [] : await this.#send(sent)
    let next = 0
    return packed.map((it) => ('batch' in it ? (outcomes[next++] as CommitOutcome) : it))
  }

  /** Has names looked up while their records are still being encoded here. */
  #look({ batch: { writes } }: CommitRequest): boolean {
    if (writes.length < LOOK_WRITES_MIN) return false
    this.#committing.tell({ kind: 'look', keys: writes.map(({ next }) => next.key) })
    return true
  }

  async #send(group: readonly PackedRequest[]): Promise<CommitOutcome[]> {
    const request = { kind: 'commit', group } as const
    const bytes = group.map(({ batch }) => batch.bytes.buffer)
    const { outcomes } = await this.#committing.ask('committed', request, bytes)
    return outcomes.map((it) => ('kind' in it ? { error: errorOf(it) } : { answer: it }))
  }

  async pack(): Promise<boolean> {
    const { left } = await this.#packer().ask('packed', { kind: 'pack' })
    return left
  }

  #packer(): Thread {
    this.#packing ??= startThread(this.#path, 'pack')
    return this.#packing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#packing?.[Symbol.asyncDispose]()
    await this.#committing[Symbol.asyncDispose]()
  }
}

function startThread(path: string, task: WriterData['task']): Thread {
  return new AskedThread({
    module: './writer-worker',
    from: import.meta.url,
    workerData: { path, task } satisfies WriterData,
    name: `identifiers-${task}`,
    ...(task === 'pack' && { youngMiB: PACKING_YOUNG_MIB }),
    closed: { en: 'The identifier store is closed', zh: '标识库已关闭' },
  })
}

function packedOf(
  { batch, atomic }: CommitRequest,
  { isAhead }: { readonly isAhead: boolean },
): PackedRequest | { readonly error: unknown } {
  try {
    const packed = packBatch(batch)
    if (isAhead) return { batch: packed, atomic }
    return { batch: packed, atomic, keys: batch.writes.map(({ next }) => next.key) }
  } catch (error) {
    return { error }
  }
}
