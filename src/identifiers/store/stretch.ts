import { type Block, openBlock } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Moment } from './engine.ts'
import { compareKeys } from './ordering.ts'
import { type Packed, PageFit, pack } from './packing.ts'
import { beyondNames, firstName, type Tables } from './tables.ts'

export type FencedBlock = {
  readonly fence: string
  readonly bytes: number
  readonly opened: Block
}

/** What lies between one fence and the next: one block of a prefix, or all of a prefix that has no block yet. */
export class Stretch {
  readonly prefix: PrefixKey
  /** Absent where the prefix has no block yet. */
  readonly block: FencedBlock | undefined
  readonly #tables: Tables
  readonly #moment: Moment
  /** Undefined until asked for; null where the prefix has no further fence. */
  #end: string | null | undefined

  constructor(tables: Tables, it: { prefix: PrefixKey; block?: FencedBlock; moment: Moment }) {
    this.#tables = tables
    this.prefix = it.prefix
    this.block = it.block
    this.#moment = it.moment
    this.#end = it.block === undefined ? null : undefined
  }

  /** The next fence of the prefix. Looked for when it is first asked for: scattered keys need none. */
  get end(): string | undefined {
    if (this.#end === undefined && this.block !== undefined) {
      const range = { after: this.block.fence, to: beyondNames(this.prefix), moment: this.#moment }
      this.#end = this.#tables.blocks.firstKey(range) ?? null
    }
    return this.#end ?? undefined
  }
}

export function stretchAt(
  tables: Tables,
  at: { prefix: PrefixKey; key: HandleKey; moment?: Moment },
): Stretch {
  const { prefix, key, moment } = at
  const found = tables.blocks.floor(key, firstName(prefix), moment)
  if (found === undefined) return new Stretch(tables, { prefix, moment })
  const { key: fence, value } = found
  const block = { fence, bytes: value.length, opened: openBlock(prefix, value) }
  return new Stretch(tables, { prefix, block, moment })
}

export function covers({ prefix, end }: Stretch, of: PrefixKey, key: HandleKey): boolean {
  return prefix === of && (end === undefined || compareKeys(key, end) < 0)
}

/** The record of the stretch's block, whatever stands in the recent area. */
export function inBlock({ block }: Stretch, key: HandleKey): IdRecord | undefined {
  if (block === undefined) return undefined
  const position = block.opened.find(key)
  return position < 0 ? undefined : block.opened.at(position)
}

/** The last key of the stretch's block; keys behind it need not be looked for. */
export function lastKey({ block }: Stretch): HandleKey | undefined {
  return block?.opened.at(block.opened.count - 1).key
}

/**
 * The blocks that take the place of the stretch's own when `records`, in key order, are put into it. Where all of them
 * come behind a block that is full, that block stays as it is.
 */
export function packedInto(stretch: Stretch, records: readonly IdRecord[], fit: PageFit): Packed[] {
  const { prefix, block } = stretch
  const first = records[0]
  if (block === undefined || first === undefined)
    return pack(records, { prefix, fit, append: true })
  const last = lastKey(stretch)
  const append = last !== undefined && compareKeys(last, first.key) < 0
  if (append && isFull(block)) {
    return pack(records, { prefix, fit, append, fence: first.key })
  }
  const before = Array.from({ length: block.opened.count }, (_, i) => block.opened.at(i))
  const merged = append ? [...before, ...records] : mergedRecords(before, records)
  fit.learn(block.opened.count, block.bytes)
  return pack(merged, { prefix, fit, append, fence: block.fence })
}

function isFull({ opened, bytes, fence }: FencedBlock): boolean {
  const own = new PageFit()
  own.learn(opened.count, bytes)
  return opened.count >= own.recordsFor(fence.length) * 0.97
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
