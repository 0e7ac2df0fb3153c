import { BLOCK_RECORDS_MAX, encodeBlock } from '../block/block.ts'
import type { PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { firstName } from './tables.ts'

/** A block to be stored under its fence. */
export type Packed = {
  readonly fence: string
  readonly bytes: Uint8Array
  readonly first: IdRecord
  readonly count: number
}

/** What a page of the engine holds, and what an entry takes beside its key and value. */
const PAGE_BYTES = 4_096
const PAGE_ROOM_BYTES = PAGE_BYTES - 16
const ENTRY_BYTES = 12
/** Entries above half a page get whole pages of their own. */
const ENTRY_BYTES_MAX = PAGE_ROOM_BYTES / 2 - 4
/** Blocks differ in size; aimed at a little less than fits. */
const SPARE = 1.02
/** Share of a page that may stay unused before blocks are made smaller to fill it. */
const UNUSED_MAX = 0.03
/** Values of one block, unpacked, where it has more than one record. */
const BLOCK_VALUES_BYTES_MAX = 262_144

/**
 * How many records a block should take so that whole blocks fill the pages of the engine, going by what a record took
 * so far. A block of 128 that left a third of the page unused would cost more than a codec can save.
 */
export class PageFit {
  #recordBytes = 0

  /** `keyBytes`: of the entry's key, about. */
  recordsFor(keyBytes: number): number {
    const each = this.#recordBytes * SPARE
    if (each === 0) return BLOCK_RECORDS_MAX
    const beside = ENTRY_BYTES + keyBytes
    const whole = BLOCK_RECORDS_MAX * each + beside
    const wholes = Math.floor(PAGE_ROOM_BYTES / whole)
    const unused = PAGE_ROOM_BYTES - wholes * whole
    if (wholes >= 2 && unused < PAGE_ROOM_BYTES * UNUSED_MAX) return BLOCK_RECORDS_MAX
    const room = PAGE_ROOM_BYTES / Math.max(2, wholes + 1) - beside
    return Math.max(1, Math.floor(room / each))
  }

  learn(records: number, bytes: number): void {
    this.#recordBytes = bytes / records
  }
}

export type Packing = {
  readonly prefix: PrefixKey
  readonly fit: PageFit
  /** Fence of the first block; default: the least name of the prefix. */
  readonly fence?: string
  /** Fill block after block, for records that came behind all others; else blocks of one size. */
  readonly append: boolean
}

/** Packs records of one prefix, in key order, into blocks. */
export function pack(records: readonly IdRecord[], packing: Packing): Packed[] {
  const { prefix, fit } = packing
  const blocks: Packed[] = []
  for (let from = 0; from < records.length; ) {
    const first = records[from] as IdRecord
    const before = records[from - 1]
    const fence = before === undefined ? packing.fence : separator(before.key, first.key)
    let to = from + sizeOf(records.length - from, fit.recordsFor(first.key.length), packing.append)
    to = lightEnd(records, from, to)
    let bytes = encodeBlock(prefix, records.slice(from, to))
    fit.learn(to - from, bytes.length)
    const better = fit.recordsFor(first.key.length)
    if (bytes.length > ENTRY_BYTES_MAX && better < to - from) {
      to = from + better
      bytes = encodeBlock(prefix, records.slice(from, to))
      fit.learn(to - from, bytes.length)
    }
    blocks.push({ fence: fence ?? firstName(prefix), bytes, first, count: to - from })
    from = to
  }
  return blocks
}

function sizeOf(left: number, most: number, append: boolean): number {
  return append ? Math.min(left, most) : Math.ceil(left / Math.ceil(left / most))
}

/** Ends a block before its values get too heavy; one record is always taken. */
function lightEnd(records: readonly IdRecord[], from: number, to: number): number {
  let bytes = 0
  for (let i = from; i < to; i++) {
    for (const { data } of (records[i] as IdRecord).values) bytes += data.length
    if (bytes > BLOCK_VALUES_BYTES_MAX && i > from) return i
  }
  return to
}

/** The shortest name behind `before` and not behind `first`. */
function separator(before: string, first: string): string {
  let shared = 0
  while (first.charCodeAt(shared) === before.charCodeAt(shared)) shared++
  const end = shared + 1
  const unit = first.charCodeAt(shared)
  // A surrogate pair is one letter: cut behind it.
  if (unit >= 0xdc00 && unit < 0xe000) return first.slice(0, end)
  return first.slice(0, unit >= 0xd800 && unit < 0xdc00 ? end + 1 : end)
}
