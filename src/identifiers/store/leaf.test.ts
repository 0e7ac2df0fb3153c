import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as check, constantFrom, property, uint8Array, uniqueArray } from 'fast-check'
import { BrokenBlock } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import { encodeLeaf, findInLeaf, readLeaf } from './leaf.ts'
import { compareKeys } from './ordering.ts'

const PREFIX = '88.1' as PrefixKey
const letters = constantFrom(
  'A',
  'B',
  '0',
  '9',
  '/',
  '~',
  'é',
  '中',
  '\uffee',
  '\u{1f600}',
  '\u{1f601}',
)
const suffixes = array(letters, { maxLength: 6 }).map((it) => it.join(''))
const leaves = uniqueArray(suffixes, { minLength: 1, maxLength: 9 }).chain((fences) =>
  array(uint8Array({ minLength: 1, maxLength: 20 }), {
    minLength: fences.length,
    maxLength: fences.length,
  }).map((all) => {
    const sorted = fences.map((it) => `${PREFIX}/${it}`).sort(compareKeys)
    return sorted.map((fence, i) => ({ fence, bytes: all[i] ?? new Uint8Array() }))
  }),
)

test('a leaf is read back whole, and every key is led to the block that would hold it', () => {
  void check(
    property(leaves, array(suffixes), (blocks, asked) => {
      const [first] = blocks
      assert.ok(first)
      const leaf = encodeLeaf(PREFIX, blocks)
      const read = readLeaf(PREFIX, first.fence, leaf)
      assert.deepEqual(
        read.map(({ fence, bytes }) => [fence, [...bytes]]),
        blocks.map(({ fence, bytes }) => [fence, [...bytes]]),
      )
      for (const suffix of [...asked, ...blocks.map(({ fence }) => fence.slice(5))]) {
        const key = `${PREFIX}/${suffix}` as HandleKey
        const own = blocks.findLast(({ fence }) => compareKeys(fence, key) <= 0)
        if (own === undefined) continue
        assert.deepEqual([...findInLeaf(PREFIX, key, leaf)], [...own.bytes])
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a leaf with a broken head, or cut short, is refused', () => {
  const blocks = ['88.1/', '88.1/B7', '88.1/B中'].map((fence, i) => ({
    fence,
    bytes: Buffer.alloc(9 + i, 7),
  }))
  const leaf = encodeLeaf(PREFIX, blocks)
  const head = leaf.length - 30
  for (let bit = 0; bit < head * 8; bit++) {
    const flipped = Buffer.from(leaf)
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
    assert.throws(() => readLeaf(PREFIX, '88.1/', flipped), BrokenBlock, `bit ${bit}`)
    assert.throws(() => findInLeaf(PREFIX, '88.1/C' as HandleKey, flipped), BrokenBlock)
  }
  for (let length = 0; length < leaf.length; length++) {
    const cut = leaf.subarray(0, length)
    assert.throws(() => readLeaf(PREFIX, '88.1/', cut), BrokenBlock, `${length} bytes`)
    assert.throws(() => findInLeaf(PREFIX, '88.1/中' as HandleKey, cut), BrokenBlock)
  }
})
