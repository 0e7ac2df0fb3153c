import assert from 'node:assert/strict'
import {
  isHeld,
  type RowParts,
  type RowStamps,
  type RowWriter,
  readParts,
  stateOf,
  writeParts,
} from '../block/block.ts'
import { ByteWriter } from '../block/bytes.ts'
import type { HandleKey } from '../handle.ts'
import type { BatchDraft, RecordDraft, RecordWrite } from './store.ts'

/*
 * A batch on its way to the thread that commits it. Its records cross as rows already encoded but for what only the commit
 * can know: thousands of small objects would take the runtime longer to copy than all the rest of a scattered commit.
 */
export type PackedBatch = Omit<BatchDraft, 'writes'> & {
  readonly expected: Float64Array
  readonly flags: Uint8Array
  /** Three a write: where name, template and values end in `bytes`. */
  readonly ends: Uint32Array
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly claiming: readonly Claiming[]
}

type Claiming = Pick<RecordWrite, 'claims' | 'releases'> & { readonly position: number }

const ENDS = 3
const writer = new ByteWriter()

/** All but the keys. @throws RangeError where a record cannot be stored as it is. */
export function packBatch({ writes, ...rest }: BatchDraft): PackedBatch {
  const expected = new Float64Array(writes.length)
  const flags = new Uint8Array(writes.length)
  const ends = new Uint32Array(writes.length * ENDS)
  const claiming: Claiming[] = []
  writer.reset()
  for (const [i, { next, expected: version, claims, releases }] of writes.entries()) {
    const parts = writeParts(writer, next)
    expected[i] = version
    flags[i] = parts.flags
    ends[i * ENDS] = parts.spelledEnd
    ends[i * ENDS + 1] = parts.templateEnd
    ends[i * ENDS + 2] = writer.length
    if (claims !== undefined || releases !== undefined) {
      claiming.push({
        position: i,
        ...(claims === undefined ? {} : { claims }),
        ...(releases === undefined ? {} : { releases }),
      })
    }
  }
  const bytes = new Uint8Array(writer.view())
  return { ...rest, expected, flags, ends, bytes, claiming }
}

export function unpackBatch(packed: PackedBatch, keys: readonly HandleKey[]): BatchDraft {
  assert(keys.length === packed.expected.length, 'a batch without its keys')
  const { expected, flags, ends, claiming, author, at, job } = packed
  const bytes = Buffer.from(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.length)
  const writes = keys.map((key, i): RecordWrite => {
    const parts: RowParts = {
      flags: flags[i] as number,
      bytes,
      from: i === 0 ? 0 : (ends[i * ENDS - 1] as number),
      spelledEnd: ends[i * ENDS] as number,
      templateEnd: ends[i * ENDS + 1] as number,
      valuesEnd: ends[i * ENDS + 2] as number,
    }
    return { expected: expected[i] as number, next: new PackedDraft(key, parts) as RecordDraft }
  })
  for (const { position, ...claims } of claiming) {
    writes[position] = { ...(writes[position] as RecordWrite), ...claims }
  }
  return { author, at, writes, ...(job === undefined ? {} : { job }) }
}

/** A draft that is only taken apart where somebody wants to look into it. */
export class PackedDraft {
  readonly key: HandleKey
  readonly #parts: RowParts
  #read: RecordDraft | undefined

  constructor(key: HandleKey, parts: RowParts) {
    this.key = key
    this.#parts = parts
  }

  get state(): RecordDraft['state'] {
    return stateOf(this.#parts.flags)
  }

  get held(): boolean {
    return isHeld(this.#parts.flags)
  }

  get spelled(): string {
    return this.#opened.spelled
  }

  get template(): string | undefined {
    return this.#opened.template
  }

  get values(): RecordDraft['values'] {
    return this.#opened.values
  }

  get #opened(): RecordDraft {
    this.#read ??= readParts(this.key, this.#parts)
    return this.#read
  }

  /** Writes the row without having looked into it. */
  write(w: RowWriter, stamps: RowStamps): void {
    w.join(this.#parts, stamps)
  }
}
