import type { Reads } from './database.ts'
import {
  joinHashes,
  parseTilePath,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  writeBundle,
} from './tiles.ts'
import { Edge, type Hash, leafHash, peaks, perfectRoot } from './tree.ts'

/** The tree as it lies in the file: leaf hashes come from the entries, only the roots of full tiles are stored. */

/** Hashes `[from, to)` of a tile level; all of them must be in the tree. */
function tileHashes(reads: Reads, level: number, from: number, to: number): Hash[] {
  const hashes = level === 0 ? reads.entries(from, to).map(leafHash) : reads.nodes(level, from, to)
  if (hashes.length !== to - from) throw new Error(`evidence: hashes of level ${level} are missing`)
  return hashes
}

/** Hash of the perfect subtree of this tree level and index. */
export function subtreeHash(reads: Reads, level: number, index: number): Hash {
  const tileLevel = Math.floor(level / TILE_HEIGHT)
  const width = 2 ** (level % TILE_HEIGHT)
  return perfectRoot(tileHashes(reads, tileLevel, index * width, (index + 1) * width))
}

/** The right edge of a tree of `size` leaves, which must all be stored. */
export function readEdge(reads: Reads, size: number): Edge {
  const found = peaks(size).map(({ level, index }) => ({
    level,
    index,
    hash: subtreeHash(reads, level, index),
  }))
  return new Edge(size, found)
}

/** The bytes of a tile or bundle, if a tree of `size` leaves has it. */
export function readTile(reads: Reads, path: string, size: number): Uint8Array | undefined {
  const tile = parseTilePath(path)
  if (tile === undefined || !isInTree(tile, size)) return undefined
  const from = tile.index * TILE_WIDTH
  const to = from + tile.width
  if (tile.kind !== 'entries') return joinHashes(tileHashes(reads, tile.kind, from, to))
  const entries = reads.entries(from, to)
  if (entries.length !== tile.width) throw new Error('evidence: entries are missing')
  return writeBundle(entries)
}

function isInTree({ kind, index, width }: Tile, size: number): boolean {
  const hashes = Math.floor(size / TILE_WIDTH ** (kind === 'entries' ? 0 : kind))
  return index * TILE_WIDTH + width <= hashes
}
