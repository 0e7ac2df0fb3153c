import { BLOCK_RECORDS_MAX, encodeBlock } from '../block/block.ts'
import type { PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { sharedLength } from './leaf.ts'
import { firstName } from './tables.ts'

/** A block to be stored under its fence. */
export type Packed = {
  readonly fence: string
  readonly bytes: Uint8Array
  readonly first: IdRecord
  readonly count: number
}

/** What one page of the engine holds: 4,096 bytes without its own head. */
export const PAGE_ROOM_BYTES = 4_072
/** Blocks differ in size; aimed at a little less than fits. */
const SPARE = 1.02
/** Share of a page that may stay unused before blocks are made smaller to fill it. */
const UNUSED_MAX = 0.03
/** A block smaller than this share of what it could be is not worth the rest of a page. */
const BLOCK_SHARE_MIN = 1 / 4
/** Values of one block, unpacked, where it has more than one record. */
const BLOCK_VALUES_BYTES_MAX = 262_144

/** How blocks come to lie in pages. */
export type Pages = {
  /** What a block takes beside its own bytes. */
  readonly besideBytes: number
  /** Blocks that share a page at least; 1 where one may have a page for itself. */
  readonly blocksMin: 1 | 2
}

/** Blocks in leaves: a length and a short fence each. */
export const LEAF_PAGES: Pages = { besideBytes: 16, blocksMin: 1 }

/**
 * How many records a block should take so that whole blocks fill pages, going by what a record took so far. A block of
 * 128 that left a third of the page unused would cost more than a codec can save.
 */
export class PageFit {
  readonly pages: Pages
  #recordBytes = 0

  constructor(pages = LEAF_PAGES) {
    this.pages = pages
  }

  learn(records: number, bytes: number): void {
    this.#recordBytes = (bytes * SPARE) / records
  }

  /** Records of a block among others of its kind. */
  get records(): number {
    if (this.#recordBytes === 0) return BLOCK_RECORDS_MAX
    const { besideBytes, blocksMin } = this.pages
    const whole = BLOCK_RECORDS_MAX * this.#recordBytes + besideBytes
    const wholes = Math.floor(PAGE_ROOM_BYTES / whole)
    const unused = PAGE_ROOM_BYTES - wholes * whole
    if (wholes >= blocksMin && unused < PAGE_ROOM_BYTES * UNUSED_MAX) return BLOCK_RECORDS_MAX
    return Math.max(1, this.recordsIn(PAGE_ROOM_BYTES / Math.max(blocksMin, wholes + 1)))
  }

  /** Records of a block that fills what is left of a page. */
  recordsIn(roomBytes: number): number {
    if (this.#recordBytes === 0) return BLOCK_RECORDS_MAX
    return Math.floor((roomBytes - this.pages.besideBytes) / this.#recordBytes)
  }
}

export type Packing = {
  readonly prefix: PrefixKey
  readonly fit: PageFit
  /** Fence of the first block; default: the least name of the prefix. */
  readonly fence?: string
  /** Fill page after page, for records that came behind all others; else make blocks of one size. */
  readonly append: boolean
  /** What is left of the page that the first block goes into; default: all of it. */
  readonly roomBytes?: number
}

/** Packs records of one prefix, in key order, into blocks. */
export function pack(records: readonly IdRecord[], packing: Packing): Packed[] {
  const { prefix, fit, append } = packing
  const blocks: Packed[] = []
  let roomBytes = packing.roomBytes ?? PAGE_ROOM_BYTES
  for (let from = 0; from < records.length; ) {
    const first = records[from] as IdRecord
    const before = records[from - 1]
    const fence = before === undefined ? packing.fence : separator(before.key, first.key)
    const left = records.length - from
    const count = append ? Math.min(left, nextCount(fit, roomBytes)) : evenCount(left, fit.records)
    const [to, bytes] = encoded(records, { from, to: from + count, packing })
    blocks.push({ fence: fence ?? firstName(prefix), bytes, first, count: to - from })
    from = to
    const size = bytes.length + fit.pages.besideBytes
    roomBytes = Math.max(0, (size > roomBytes ? PAGE_ROOM_BYTES : roomBytes) - size)
  }
  return blocks
}

function evenCount(left: number, most: number): number {
  return Math.ceil(left / Math.ceil(left / most))
}

/** A block of the usual size, or a smaller one that fills the page. */
function nextCount(fit: PageFit, roomBytes: number): number {
  const usual = fit.records
  const fitting = fit.recordsIn(roomBytes)
  return fitting >= Math.max(2, usual * BLOCK_SHARE_MIN) ? Math.min(usual, fitting) : usual
}

/** Encodes a block; a smaller one where it comes out larger than pages like. */
function encoded(
  records: readonly IdRecord[],
  it: { from: number; to: number; packing: Packing },
): [number, Uint8Array] {
  const { from, packing } = it
  const { prefix, fit } = packing
  const bytesMax = PAGE_ROOM_BYTES / fit.pages.blocksMin - fit.pages.besideBytes
  let to = lightEnd(records, from, it.to)
  let bytes = encodeBlock(prefix, records.slice(from, to))
  fit.learn(to - from, bytes.length)
  if (bytes.length > bytesMax && fit.records < to - from) {
    to = from + fit.records
    bytes = encodeBlock(prefix, records.slice(from, to))
    fit.learn(to - from, bytes.length)
  }
  return [to, bytes]
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
export function separator(before: string, first: string): string {
  const shared = sharedLength(before, first)
  const unit = first.charCodeAt(shared)
  // A surrogate pair is one letter: cut behind it.
  return first.slice(0, shared + (unit >= 0xd800 && unit < 0xdc00 ? 2 : 1))
}
