import { EMPTY_ROOT, type Hash, nodeHash, peaks, sameHash } from './tree.ts'

/** Leaves `[from, to)`. */
export type Range = { readonly from: number; readonly to: number }

/** The largest power of two below `size` (RFC 6962 §2.1), for sizes of 2 and more. */
function split(size: number): number {
  let k = 1
  while (k * 2 < size) k *= 2
  return k
}

/** The subtrees whose hashes are PATH(index, D[size]), from the leaf's sibling upwards (RFC 6962 §2.1.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  assertIndex(index, size)
  const found: Range[] = []
  let from = 0
  let to = size
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

/** The subtrees whose hashes are PROOF(oldSize, D[newSize]) (RFC 6962 §2.1.2). Empty for sizes 0 and equal sizes. */
export function consistencyRanges(oldSize: number, newSize: number): Range[] {
  assertSizes(oldSize, newSize)
  if (oldSize === 0 || oldSize === newSize) return []
  const found: Range[] = []
  let from = 0
  let to = newSize
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

/** MTH of a range that starts where a subtree of its size may start, from the hashes of perfect subtrees. */
export function rangeHash({ from, to }: Range, read: (level: number, index: number) => Hash): Hash {
  const hashes = peaks(to - from).map(({ level, index }) => read(level, from / 2 ** level + index))
  const right = hashes.pop()
  if (right === undefined) return EMPTY_ROOT
  return hashes.reduceRight((sum, left) => nodeHash(left, sum), right)
}

/** True if `proof` shows that the leaf stands at `index` of the tree of `size` leaves with this root. */
export function provesInclusion(
  leaf: Hash,
  { index, size, root }: { readonly index: number; readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false
  if (index < 0 || index >= size) return false
  const ranges = inclusionRanges(index, size)
  if (ranges.length !== proof.length) return false
  const reached = ranges.reduce((sum, range, step) => {
    const other = proof[step] ?? EMPTY_ROOT
    return range.from > index ? nodeHash(sum, other) : nodeHash(other, sum)
  }, leaf)
  return sameHash(reached, root)
}

export type Head = { readonly size: number; readonly root: Hash }

/** True if `proof` shows that the tree of `before` is the beginning of the tree of `now`. */
export function provesConsistency(before: Head, now: Head, proof: readonly Hash[]): boolean {
  if (!Number.isSafeInteger(before.size) || !Number.isSafeInteger(now.size)) return false
  if (before.size < 0 || before.size > now.size) return false
  if (before.size === 0) return proof.length === 0 && sameHash(before.root, EMPTY_ROOT)
  if (before.size === now.size) return proof.length === 0 && sameHash(before.root, now.root)
  return climb(before, now, proof)
}

/**
 * Both roots grow from the largest subtree that is complete in the old tree; where that is the whole old tree, its root is
 * known and the proof leaves it out. What lies right of the old tree joins the new root alone.
 */
function climb(before: Head, now: Head, proof: readonly Hash[]): boolean {
  const ranges = consistencyRanges(before.size, now.size)
  if (ranges.length !== proof.length) return false
  const isSubtree = (ranges[0]?.from ?? 0) >= before.size
  const start = isSubtree ? before.root : proof[0]
  if (start === undefined) return false
  let oldRoot = start
  let newRoot = start
  for (let step = isSubtree ? 0 : 1; step < proof.length; step++) {
    const other = proof[step]
    const range = ranges[step]
    if (other === undefined || range === undefined) return false
    if (range.from >= before.size) {
      newRoot = nodeHash(newRoot, other)
    } else {
      oldRoot = nodeHash(other, oldRoot)
      newRoot = nodeHash(other, newRoot)
    }
  }
  return sameHash(oldRoot, before.root) && sameHash(newRoot, now.root)
}

function assertIndex(index: number, size: number): void {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`evidence: leaf ${index} of a tree of ${size}`)
  }
}

function assertSizes(oldSize: number, newSize: number): void {
  if (!Number.isSafeInteger(newSize) || !Number.isSafeInteger(oldSize) || oldSize < 0) {
    throw new RangeError(`evidence: sizes ${oldSize} and ${newSize}`)
  }
  if (oldSize > newSize) throw new RangeError(`evidence: ${oldSize} is larger than ${newSize}`)
}
