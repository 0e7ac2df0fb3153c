import { isSame } from './bytes.ts'
import { sha256 } from './sha256.ts'

/** The Merkle tree of RFC 6962 §2.1, as much of it as checks proofs. */
export type Head = { readonly size: number; readonly root: Uint8Array }
/** Leaves `[from, to)`. */
export type Range = { readonly from: number; readonly to: number }

/** One step of a proof: the hash of the neighbouring subtree, and what comes of both together. */
export type Step = {
  readonly side: 'left' | 'right'
  readonly range: Range
  readonly sibling: Uint8Array
  readonly result: Uint8Array
}

export const HASH_BYTES = 32

export async function leafHash(entry: Uint8Array): Promise<Uint8Array> {
  return await sha256(Uint8Array.of(0, ...entry))
}

export async function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return await sha256(Uint8Array.of(1, ...left, ...right))
}

/** The largest power of two below `size`, for sizes of 2 and more. */
function split(size: number): number {
  let k = 1
  while (k * 2 < size) k *= 2
  return k
}

/** The neighbouring subtrees on the way from a leaf to the root (RFC 6962 §2.1.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  const found: Range[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + split(to - from)
    if (index < middle) {
      found.push({ from: middle, to })
      to = middle
    } else {
      found.push({ from, to: middle })
      from = middle
    }
  }
  return found.reverse()
}

/** Walks from a leaf to the root; undefined for a proof that has not the length it must have. */
export async function walk(
  leaf: Uint8Array,
  { index, size }: { readonly index: number; readonly size: number },
  proof: readonly Uint8Array[],
): Promise<{ readonly steps: readonly Step[]; readonly root: Uint8Array } | undefined> {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size))) return undefined
  if (index < 0 || index >= size) return undefined
  const ranges = inclusionRanges(index, size)
  if (ranges.length !== proof.length) return undefined
  const steps: Step[] = []
  let root = leaf
  for (const [at, range] of ranges.entries()) {
    const sibling = proof[at] ?? new Uint8Array()
    const side = range.from > index ? 'right' : 'left'
    root = await (side === 'right' ? nodeHash(root, sibling) : nodeHash(sibling, root))
    steps.push({ side, range, sibling, result: root })
  }
  return { steps, root }
}

/** The subtrees of a consistency proof (RFC 6962 §2.1.2). */
export function consistencyRanges(oldSize: number, newSize: number): Range[] {
  if (oldSize === 0 || oldSize === newSize) return []
  const found: Range[] = []
  let [from, to] = [0, newSize]
  while (to !== oldSize) {
    const middle = from + split(to - from)
    if (oldSize <= middle) {
      found.push({ from: middle, to })
      to = middle
    } else {
      found.push({ from, to: middle })
      from = middle
    }
  }
  if (from !== 0) found.push({ from, to })
  return found.reverse()
}

/** True if `proof` shows that the tree of `before` is the beginning of the tree of `now`. */
export async function provesConsistency(
  before: Head,
  now: Head,
  proof: readonly Uint8Array[],
): Promise<boolean> {
  if (before.size > now.size) return false
  if (before.size === 0) return proof.length === 0
  if (before.size === now.size) return proof.length === 0 && isSame(before.root, now.root)
  return await climb(before, now, proof)
}

/**
 * Both roots grow from the largest subtree that is complete in the old tree; where that is the whole old tree, its root is
 * known and the proof leaves it out. What lies right of the old tree joins the new root alone.
 */
async function climb(before: Head, now: Head, proof: readonly Uint8Array[]): Promise<boolean> {
  const ranges = consistencyRanges(before.size, now.size)
  if (ranges.length !== proof.length) return false
  const isSubtree = (ranges[0]?.from ?? 0) >= before.size
  const start = isSubtree ? before.root : proof[0]
  if (start === undefined) return false
  let [oldRoot, newRoot] = [start, start]
  for (let at = isSubtree ? 0 : 1; at < proof.length; at++) {
    const [other, range] = [proof[at], ranges[at]]
    if (other === undefined || range === undefined) return false
    if (range.from >= before.size) {
      newRoot = await nodeHash(newRoot, other)
    } else {
      oldRoot = await nodeHash(other, oldRoot)
      newRoot = await nodeHash(other, newRoot)
    }
  }
  return isSame(oldRoot, before.root) && isSame(newRoot, now.root)
}

export type Peak = { readonly level: number; readonly index: number }
const LEVELS_MAX = 53

/** The perfect subtrees that a tree of `size` leaves is made of, the largest first. */
export function peaks(size: number): Peak[] {
  const found: Peak[] = []
  let start = 0
  for (let level = LEVELS_MAX - 1; level >= 0; level--) {
    const span = 2 ** level
    if (size - start < span) continue
    found.push({ level, index: start / span })
    start += span
  }
  return found
}

/** The root over the hashes of the peaks. */
export async function rootOfPeaks(hashes: readonly Uint8Array[]): Promise<Uint8Array> {
  const [last, ...rest] = hashes.toReversed()
  let root = last ?? (await sha256(new Uint8Array()))
  for (const left of rest) root = await nodeHash(left, root)
  return root
}
