import { type RowStamps, RowWriter } from '../block/block.ts'
import type { HandleKey } from '../handle.ts'
import { PackedDraft } from './packed-writes.ts'
import type { RecordDraft } from './store.ts'

/** One for all: its room outside the heap, taken anew for every small commit, would have the collector run for that alone. */
const writer = new RowWriter()
const NO_BYTES = Buffer.alloc(0)

/**
 * Rows of a commit in the order in which they were added, encoded one behind the other. Of several lists one is filled after the
 * other: until it is closed it lies where the next one will.
 */
export class Rows {
  readonly keys: HandleKey[] = []
  readonly #ends: number[] = []
  #bytes = NO_BYTES
  #told = 0

  constructor() {
    writer.reset()
  }

  /** Answers its length in bytes. @throws RangeError where a record cannot be stored as it is */
  add(next: RecordDraft, stamps: RowStamps): number {
    const from = writer.length
    if (next instanceof PackedDraft) next.write(writer, stamps)
    else writer.add(next, stamps)
    this.keys.push(next.key)
    this.#ends.push(writer.length)
    return writer.length - from
  }

  /** All bytes since this was asked last, until the next row is added. */
  news(): Buffer {
    const from = this.#told
    this.#told = writer.length
    return writer.view(from)
  }

  /** No more will come. */
  close(): this {
    this.#bytes = Buffer.from(writer.view())
    return this
  }

  /** Where a row ends. */
  end(at: number): number {
    return at < 0 ? 0 : (this.#ends[at] as number)
  }

  at(at: number): Buffer {
    return this.part(at, at + 1)
  }

  /** Rows that follow each other. */
  part(from: number, to: number): Buffer {
    return this.#bytes.subarray(this.end(from - 1), this.end(to - 1))
  }
}
