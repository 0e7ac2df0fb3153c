import type { IdRecord } from '../record.ts'
import { movePacked } from './counters.ts'
import { encodeLeaf, type FencedBlock } from './leaf.ts'
import { LEAF_PAGES, PAGE_ROOM_BYTES, type PageFit } from './packing.ts'
import { type Leaf, type Repacked, repack, type Stretch } from './stretch.ts'
import { beyondNames, firstName, type Tables } from './tables.ts'

/** Changes of leaves that belong together, encoded as they come and put into the table at the end. */
export class LeafEdits {
  readonly #fit: PageFit
  /** Leaf → index of a block → what takes its place. */
  readonly #edits = new Map<Leaf, Map<number, Repacked>>()

  constructor(fit: PageFit) {
    this.#fit = fit
  }

  /** Puts records into a stretch; answers the blocks that were encoded anew. Stretches come in key order. */
  add(stretch: Stretch, records: readonly IdRecord[]): readonly FencedBlock[] {
    const { leaf, index } = stretch
    const edits = this.#edits.get(leaf) ?? new Map<number, Repacked>()
    const usedBytes = sizeOf(blocksUpTo(leaf, edits, index))
    const repacked = repack(stretch, records, { fit: this.#fit, usedBytes })
    this.#edits.set(leaf, edits.set(index, repacked))
    return repacked.encoded
  }

  /** Whether all leaves are stored as they were when they were read, and follow each other as they did. */
  isStill(tables: Tables): boolean {
    return this.#chains().every((chain) =>
      chain.every((leaf, i) => isAsRead(tables, leaf) && isBefore(tables, leaf, chain[i + 1])),
    )
  }

  /** Only within a write. */
  store(tables: Tables): void {
    const moved = { blocks: 0, bytes: 0 }
    for (const chain of this.#chains()) {
      const blocks = chain.flatMap((leaf) => this.#blocksOf(leaf))
      const parts = leavesOf(blocks, chain.length > 1 || this.#isAtEnd(chain[0] as Leaf))
      const fences = new Set(parts.map(([first]) => first?.fence))
      for (const leaf of chain) {
        if (leaf.fence !== undefined && !fences.has(leaf.fence)) tables.blocks.remove(leaf.fence)
        moved.blocks -= leaf.blocks.length
        moved.bytes -= bytesOf(leaf.blocks)
      }
      const { prefix } = chain[0] as Leaf
      for (const part of parts) {
        tables.blocks.put((part[0] as FencedBlock).fence, encodeLeaf(prefix, part))
      }
      moved.blocks += blocks.length
      moved.bytes += bytesOf(blocks)
    }
    movePacked(tables, moved)
  }

  /** Leaves that follow each other fill pages together: by itself each would begin one that it cannot fill. */
  #chains(): Leaf[][] {
    const chains: Leaf[][] = []
    for (const leaf of this.#edits.keys()) {
      const chain = chains.at(-1)
      const last = chain?.at(-1)
      const follows = last?.prefix === leaf.prefix && last.end !== undefined
      if (follows && last.end === leaf.fence) chain?.push(leaf)
      else chains.push([leaf])
    }
    return chains
  }

  #blocksOf(leaf: Leaf): readonly FencedBlock[] {
    const edits = this.#edits.get(leaf) ?? new Map<number, Repacked>()
    return blocksUpTo(leaf, edits, Math.max(leaf.blocks.length, 1))
  }

  #isAtEnd(leaf: Leaf): boolean {
    return this.#edits.get(leaf)?.get(leaf.blocks.length - 1)?.append ?? leaf.blocks.length === 0
  }
}

function isAsRead(tables: Tables, { prefix, fence, bytes }: Leaf): boolean {
  const stored = tables.blocks.peek(fence ?? firstName(prefix))
  return bytes === undefined ? stored === undefined : stored?.equals(bytes) === true
}

/** A leaf that came between would hide what goes from the second into the first. */
function isBefore(tables: Tables, { prefix, fence }: Leaf, next: Leaf | undefined): boolean {
  if (next === undefined || fence === undefined) return true
  return tables.blocks.firstKey({ after: fence, to: beyondNames(prefix) }) === next.fence
}

function blocksUpTo(
  leaf: Leaf,
  edits: ReadonlyMap<number, Repacked>,
  end: number,
): readonly FencedBlock[] {
  return Array.from({ length: end }, (_, i) => {
    const own = leaf.blocks[i]
    return edits.get(i)?.blocks ?? (own === undefined ? [] : [own])
  }).flat()
}

function bytesOf(blocks: readonly FencedBlock[]): number {
  return blocks.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

function sizeOf(blocks: readonly FencedBlock[]): number {
  return bytesOf(blocks) + blocks.length * LEAF_PAGES.besideBytes
}

/** Blocks in leaves that are full one after the other, or, where more may come in between, alike. */
function leavesOf(blocks: readonly FencedBlock[], append: boolean): FencedBlock[][] {
  const size = sizeOf(blocks)
  const leaves = Math.ceil(size / PAGE_ROOM_BYTES)
  const aim = append || leaves <= 1 ? PAGE_ROOM_BYTES : size / leaves
  const parts: FencedBlock[][] = []
  let bytes = 0
  for (const block of blocks) {
    const own = block.bytes.length + LEAF_PAGES.besideBytes
    const part = parts.at(-1)
    const isFull = bytes + own > PAGE_ROOM_BYTES || (bytes + own / 2 > aim && aim < PAGE_ROOM_BYTES)
    if (part === undefined || isFull) {
      parts.push([block])
      bytes = own
    } else {
      part.push(block)
      bytes += own
    }
  }
  return parts
}
