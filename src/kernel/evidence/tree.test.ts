import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  consistencyRanges,
  inclusionRanges,
  provesConsistency,
  provesInclusion,
  type Range,
  rangeHash,
} from './proofs.ts'
import { Edge, type Hash, leafHash, nodeHash, peaks, type TreeNode } from './tree.ts'

type TreeVectors = {
  readonly leaves?: readonly string[]
  readonly count: number
  readonly roots: Readonly<Record<string, string>>
  readonly inclusion: readonly { index: number; size: number; proof: readonly string[] }[]
  readonly consistency: readonly { from: number; to: number; proof: readonly string[] }[]
}
const vectors: { readonly small: TreeVectors; readonly large: TreeVectors } = JSON.parse(
  readFileSync(new URL('../../../spec/evidence/rfc6962.json', import.meta.url), 'utf8'),
)

/** RFC 6962 §2.1 word for word, over leaf hashes. */
function plainRoot(leaves: readonly Hash[]): Hash {
  const [only] = leaves
  if (only === undefined) return Buffer.from(EMPTY_HEX, 'hex')
  if (leaves.length === 1) return only
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(plainRoot(leaves.slice(0, k)), plainRoot(leaves.slice(k)))
}
const EMPTY_HEX = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

type Grown = {
  readonly leaves: readonly Hash[]
  readonly roots: readonly Hash[]
  readonly read: (level: number, index: number) => Hash
}

function grow(leaves: readonly Hash[]): Grown {
  const edge = new Edge()
  const nodes = new Map<string, Hash>()
  const keep = ({ level, index, hash }: TreeNode) => nodes.set(`${level}/${index}`, hash)
  const roots = [edge.root()]
  for (const leaf of leaves) {
    edge.append(leaf, keep)
    roots.push(edge.root())
  }
  const read = (level: number, index: number) => nodes.get(`${level}/${index}`) ?? assert.fail()
  return { leaves, roots, read }
}

function leavesOf({ leaves, count }: TreeVectors): Hash[] {
  if (leaves !== undefined) return leaves.map((hex) => leafHash(Buffer.from(hex, 'hex')))
  return Array.from({ length: count }, (_, i) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(i)
    return leafHash(bytes)
  })
}

const base64 = (ranges: readonly Range[], read: Grown['read']) =>
  ranges.map((range) => Buffer.from(rangeHash(range, read)).toString('base64'))

for (const name of ['small', 'large'] as const) {
  test(`roots and proofs of the ${name} tree are those of another implementation`, () => {
    const tree = vectors[name]
    const { roots, read } = grow(leavesOf(tree))
    assert.equal(Object.keys(tree.roots).length > 5, true)
    for (const [size, root] of Object.entries(tree.roots)) {
      assert.equal(Buffer.from(roots[Number(size)] ?? []).toString('hex'), root)
    }
    for (const { index, size, proof } of tree.inclusion) {
      assert.deepEqual(base64(inclusionRanges(index, size), read), proof)
    }
    for (const { from, to, proof } of tree.consistency) {
      assert.deepEqual(base64(consistencyRanges(from, to), read), proof)
    }
  })
}

test('the edge gives the root that RFC 6962 defines, at every size up to 300', () => {
  const leaves = Array.from({ length: 300 }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)))
  const { roots } = grow(leaves)
  roots.forEach((root, size) => {
    assert.deepEqual(Buffer.from(root), Buffer.from(plainRoot(leaves.slice(0, size))))
  })
})

test('an edge begun from its peaks goes on as the edge itself would', () => {
  const leaves = Array.from({ length: 200 }, (_, i) => leafHash(Buffer.from([i])))
  const { roots, read } = grow(leaves)
  for (const size of [0, 1, 2, 63, 64, 65, 127, 199]) {
    const at = peaks(size).map((peak) => ({ ...peak, hash: read(peak.level, peak.index) }))
    const edge = new Edge(size, at)
    const copy = edge.copy()
    for (const leaf of leaves.slice(size)) edge.append(leaf)
    assert.deepEqual(edge.root(), roots[200])
    assert.deepEqual(copy.root(), roots[size], 'a copy does not move with its original')
  }
})

const GROWN = grow(Array.from({ length: 400 }, (_, i) => leafHash(Buffer.from(`${i}`))))
const sizes = fc.integer({ min: 1, max: 400 })
const rootAt = (size: number) => GROWN.roots[size] ?? assert.fail()
const hashesOf = (ranges: readonly Range[]) => ranges.map((it) => rangeHash(it, GROWN.read))
const flip = (hash: Hash, bit: number) => {
  const changed = Uint8Array.from(hash)
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return changed
}

test('an inclusion proof holds for its leaf, place and tree, and for nothing else', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(255), fc.nat(), (size, pick, bit, other) => {
      const index = pick % size
      const leaf = GROWN.leaves[index] ?? assert.fail()
      const head = { index, size, root: rootAt(size) }
      const proof = hashesOf(inclusionRanges(index, size))
      assert.ok(provesInclusion(leaf, head, proof))
      assert.ok(!provesInclusion(flip(leaf, bit), head, proof))
      assert.ok(!provesInclusion(leaf, { ...head, root: flip(head.root, bit) }, proof))
      assert.ok(!provesInclusion(leaf, head, [...proof, leaf]))
      assert.ok(!provesInclusion(leaf, { ...head, index: size }, proof))
      if (size > 1) {
        const wrong = (index + 1 + (other % (size - 1))) % size
        assert.ok(!provesInclusion(leaf, { ...head, index: wrong }, proof))
        assert.ok(!provesInclusion(leaf, head, proof.slice(1)))
        const at = other % proof.length
        const changed = proof.map((it, i) => (i === at ? flip(it, bit) : it))
        assert.ok(!provesInclusion(leaf, head, changed))
      }
    }),
  )
})

test('a consistency proof holds for its two trees and for nothing else', () => {
  fc.assert(
    fc.property(sizes, sizes, fc.nat(255), fc.nat(), (a, b, bit, other) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const before = { size: from, root: rootAt(from) }
      const now = { size: to, root: rootAt(to) }
      const proof = hashesOf(consistencyRanges(from, to))
      assert.ok(provesConsistency(before, now, proof))
      assert.ok(!provesConsistency({ ...before, root: flip(before.root, bit) }, now, proof))
      assert.ok(!provesConsistency(before, now, [...proof, now.root]))
      if (from < to) {
        assert.ok(!provesConsistency(now, before, proof), 'a log does not shrink')
        assert.ok(!provesConsistency(before, { ...now, root: flip(now.root, bit) }, proof))
        assert.ok(!provesConsistency(before, now, proof.slice(1)))
        const at = other % proof.length
        const changed = proof.map((it, i) => (i === at ? flip(it, bit) : it))
        assert.ok(!provesConsistency(before, now, changed))
      }
    }),
  )
})

test('sizes that no tree has prove nothing', () => {
  const [root, leaf] = [rootAt(1), GROWN.leaves[0] ?? assert.fail()]
  for (const size of [-1, 0.5, Number.NaN, 2 ** 60]) {
    assert.ok(!provesInclusion(leaf, { index: 0, size, root }, []))
    assert.ok(!provesConsistency({ size, root }, { size: 2, root }, []))
    assert.ok(!provesConsistency({ size: 1, root }, { size, root }, []))
  }
  const empty = { size: 0, root: Buffer.from(EMPTY_HEX, 'hex') }
  assert.ok(provesConsistency(empty, { size: 1, root }, []))
  assert.ok(!provesConsistency({ size: 0, root }, { size: 1, root }, []))
  assert.ok(!provesConsistency(empty, { size: 1, root }, [root]))
})

test('ranges of the largest trees are found at once', () => {
  const size = Number.MAX_SAFE_INTEGER
  assert.equal(inclusionRanges(size - 1, size).length, 52)
  assert.equal(inclusionRanges(0, size).length, 53)
  assert.equal(peaks(size).length, 53)
  assert.ok(consistencyRanges(2 ** 40 + 1, size).length <= 2 * 53)
})
