import { hash } from 'node:crypto'

/** Merkle tree of RFC 6962 §2.1 over SHA-256. A node of level `l` and index `i` spans the leaves `[i·2^l, (i+1)·2^l)`. */
export type Hash = Uint8Array
export type TreeNode = { readonly level: number; readonly index: number; readonly hash: Hash }

export const HASH_BYTES = 32
/** Sizes and indexes are JavaScript integers: at most 2^53 − 1 leaves. */
export const TREE_LEVELS_MAX = 53

const LEAF = 0x00
const NODE = 0x01

export function sha256(bytes: Uint8Array): Hash {
  return hash('sha256', bytes, 'buffer')
}

/** MTH({}) of an empty tree. */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array(0))

/** RFC 6962 §2.1: leaves and nodes are told apart by their first byte. */
export function leafHash(entry: Uint8Array): Hash {
  const bytes = new Uint8Array(1 + entry.length)
  bytes[0] = LEAF
  bytes.set(entry, 1)
  return sha256(bytes)
}

/** RFC 6962 §2.1. */
export function nodeHash(left: Hash, right: Hash): Hash {
  const bytes = new Uint8Array(1 + 2 * HASH_BYTES)
  bytes[0] = NODE
  bytes.set(left, 1)
  bytes.set(right, 1 + HASH_BYTES)
  return sha256(bytes)
}

/** Of published hashes: the time it takes is no secret. */
export function sameHash(a: Hash, b: Hash): boolean {
  return Buffer.compare(a, b) === 0
}

/** Root of a perfect tree over `hashes`, of which there are a power of two. */
export function perfectRoot(hashes: readonly Hash[]): Hash {
  let row = hashes
  while (row.length > 1) {
    const above: Hash[] = []
    for (let i = 0; i + 1 < row.length; i += 2) above.push(nodeHash(at(row, i), at(row, i + 1)))
    row = above
  }
  return at(row, 0)
}

/**
 * The perfect subtrees a tree of `size` leaves is made of, largest first: one for every bit of the size.
 * They are all that is needed to append and to know the root.
 */
export function peaks(size: number): Omit<TreeNode, 'hash'>[] {
  const found: Omit<TreeNode, 'hash'>[] = []
  let start = 0
  for (let level = TREE_LEVELS_MAX - 1; level >= 0; level--) {
    const span = 2 ** level
    if (size - start < span) continue
    found.push({ level, index: start / span })
    start += span
  }
  return found
}

/** The right edge of a growing tree: at most one subtree a level, whatever the size of the tree. */
export class Edge {
  #size: number
  readonly #peaks: TreeNode[]

  constructor(size = 0, atPeaks: readonly TreeNode[] = []) {
    this.#size = size
    this.#peaks = [...atPeaks]
  }

  get size(): number {
    return this.#size
  }

  copy(): Edge {
    return new Edge(this.#size, this.#peaks)
  }

  /** Appends a leaf and hands every perfect subtree it completes, the leaf itself first, to `completed`. */
  append(hashOfLeaf: Hash, completed?: (node: TreeNode) => void): void {
    let node: TreeNode = { level: 0, index: this.#size, hash: hashOfLeaf }
    completed?.(node)
    while (node.index % 2 === 1) {
      const left = this.#peaks.pop()
      if (left === undefined || left.level !== node.level) throw new Error('evidence: broken edge')
      node = {
        level: node.level + 1,
        index: (node.index - 1) / 2,
        hash: nodeHash(left.hash, node.hash),
      }
      completed?.(node)
    }
    this.#peaks.push(node)
    this.#size += 1
  }

  /** MTH of all leaves so far. */
  root(): Hash {
    const right = this.#peaks.at(-1)
    if (right === undefined) return EMPTY_ROOT
    return this.#peaks.slice(0, -1).reduceRight((sum, left) => nodeHash(left.hash, sum), right.hash)
  }
}

function at(hashes: readonly Hash[], index: number): Hash {
  const found = hashes[index]
  if (found === undefined) throw new Error('evidence: a perfect tree has a power of two of leaves')
  return found
}
