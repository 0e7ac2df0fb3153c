import { type Block, openBlock } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Moment } from './engine.ts'
import { type FencedBlock, readLeaf } from './leaf.ts'
import { compareKeys } from './ordering.ts'
import { LEAF_PAGES, PAGE_ROOM_BYTES, PageFit, pack, separator } from './packing.ts'
import { beyondNames, firstName, type Tables } from './tables.ts'

/** A leaf and what lies up to the next one of its prefix. A prefix that has none yet is one leaf without blocks. */
export class Leaf {
  readonly prefix: PrefixKey
  readonly fence: string | undefined
  readonly blocks: readonly FencedBlock[]
  /** As it is stored. */
  readonly bytes: Buffer | undefined
  readonly #tables: Tables
  readonly #moment: Moment
  readonly #stretches: (Stretch | undefined)[] = []
  /** Undefined until asked for; null where the prefix has no further leaf. */
  #end: string | null | undefined

  constructor(tables: Tables, at: { prefix: PrefixKey; key: HandleKey; moment?: Moment }) {
    const { prefix, key, moment } = at
    const found = tables.blocks.floor(key, firstName(prefix), moment)
    this.#tables = tables
    this.#moment = moment
    this.prefix = prefix
    this.fence = found?.key
    this.bytes = found?.value
    this.blocks = found === undefined ? [] : readLeaf(prefix, found.key, found.value)
  }

  /** The next leaf's fence. Looked for when it is first asked for: scattered keys need none. */
  get end(): string | undefined {
    if (this.#end === undefined && this.fence !== undefined) {
      const range = { after: this.fence, to: beyondNames(this.prefix), moment: this.#moment }
      this.#end = this.#tables.blocks.firstKey(range) ?? null
    }
    return this.#end ?? undefined
  }

  covers(prefix: PrefixKey, key: HandleKey): boolean {
    return this.prefix === prefix && (this.end === undefined || compareKeys(key, this.end) < 0)
  }

  /** The stretch of a key that the leaf covers; the same one for every key of it. */
  stretchOf(key: HandleKey): Stretch {
    let index = 0
    while (index + 1 < this.blocks.length && compareKeys(this.#fenceAt(index + 1), key) <= 0)
      index++
    const known = this.#stretches[index] ?? new Stretch(this, index)
    this.#stretches[index] = known
    return known
  }

  #fenceAt(index: number): string {
    return (this.blocks[index] as FencedBlock).fence
  }
}

/** What lies between one fence and the next: one block, or all of a prefix that has none yet. */
export class Stretch {
  readonly leaf: Leaf
  readonly index: number
  readonly block: FencedBlock | undefined
  #opened: Block | undefined
  #last: HandleKey | undefined

  constructor(leaf: Leaf, index: number) {
    this.leaf = leaf
    this.index = index
    this.block = leaf.blocks[index]
  }

  get prefix(): PrefixKey {
    return this.leaf.prefix
  }

  /** The next fence of the prefix. */
  get end(): string | undefined {
    return this.leaf.blocks[this.index + 1]?.fence ?? this.leaf.end
  }

  /** The block, opened when it is first asked for. */
  get opened(): Block | undefined {
    if (this.block !== undefined) this.#opened ??= openBlock(this.prefix, this.block.bytes)
    return this.#opened
  }

  /** The last key of the block; keys behind it need not be looked for. */
  get last(): HandleKey | undefined {
    const { opened } = this
    this.#last ??= opened?.at(opened.count - 1).key
    return this.#last
  }

  covers(key: HandleKey): boolean {
    const { end } = this
    return end === undefined || compareKeys(key, end) < 0
  }

  /** The record of the block, whatever stands in the recent area. */
  find(key: HandleKey): IdRecord | undefined {
    const { opened } = this
    const position = opened?.find(key) ?? -1
    return position < 0 ? undefined : opened?.at(position)
  }
}

/** The blocks that take the place of a stretch's own. */
export type Repacked = {
  readonly blocks: readonly FencedBlock[]
  /** Of those, the ones that were encoded anew. */
  readonly encoded: readonly FencedBlock[]
  /** All records that were put in come behind those there were. */
  readonly append: boolean
}

/**
 * Puts `records`, in key order, into a stretch. Where all of them come behind a block that is full, that block stays as it
 * is. `usedBytes`: of the leaf before the stretch.
 */
export function repack(
  stretch: Stretch,
  records: readonly IdRecord[],
  it: { fit: PageFit; usedBytes: number },
): Repacked {
  const { prefix, block, opened, last } = stretch
  const { fit, usedBytes } = it
  const first = records[0]
  const roomBytes = Math.max(0, PAGE_ROOM_BYTES - usedBytes)
  if (block === undefined || opened === undefined || first === undefined) {
    const encoded = pack(records, { prefix, fit, append: true, roomBytes })
    return { blocks: encoded, encoded, append: true }
  }
  const append = last !== undefined && compareKeys(last, first.key) < 0
  if (append && isFull(block, opened)) {
    const left = Math.max(0, roomBytes - block.bytes.length - LEAF_PAGES.besideBytes)
    const encoded = pack(records, {
      prefix,
      fit,
      append,
      fence: separator(last, first.key),
      roomBytes: left,
    })
    return { blocks: [block, ...encoded], encoded, append }
  }
  const before = Array.from({ length: opened.count }, (_, i) => opened.at(i))
  const merged = append ? [...before, ...records] : mergedRecords(before, records)
  fit.learn(opened.count, block.bytes.length)
  const encoded = pack(merged, { prefix, fit, append, fence: block.fence, roomBytes })
  return { blocks: encoded, encoded, append }
}

/** Blocks that end a page are small for that reason: three quarters of the usual count as full. */
function isFull({ bytes }: FencedBlock, { count }: Block): boolean {
  const own = new PageFit()
  own.learn(count, bytes.length)
  return count >= own.records * 0.75
}

/** Two lists in key order as one; where both have a key, the second is right. */
export function mergedRecords(older: readonly IdRecord[], newer: readonly IdRecord[]): IdRecord[] {
  const merged: IdRecord[] = []
  let i = 0
  for (const record of newer) {
    for (; i < older.length; i++) {
      const old = older[i] as IdRecord
      const order = compareKeys(old.key, record.key)
      if (order > 0) break
      if (order < 0) merged.push(old)
    }
    merged.push(record)
  }
  for (; i < older.length; i++) merged.push(older[i] as IdRecord)
  return merged
}
