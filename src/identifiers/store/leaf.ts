import { crc32 } from 'node:zlib'
import { BrokenBlock } from '../block/block.ts'
import { ByteReader, ByteWriter } from '../block/bytes.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { Peeked } from './floors.ts'
import { compareKeys } from './ordering.ts'

/*
 * A leaf: neighbouring blocks of one prefix that fill a page of the engine between them, each with its fence.
 *
 *   u16                bytes of the head
 *   head               count; for each block its length and, but for the first, its fence: how much it shares with the
 *                      fence before (the second: with `PREFIX/`), and the rest
 *   u32                CRC-32 of the head
 *   blocks
 */

/** The first fence is the key that the leaf stands under. */
export type FencedBlock = { readonly fence: string; readonly bytes: Uint8Array }

const HEAD_AT = 2
const DIGEST_BYTES = 4
const ASCII = 0

const scratch = new ByteWriter()

export function encodeLeaf(prefix: PrefixKey, blocks: readonly FencedBlock[]): Buffer {
  scratch.reset()
  scratch.uint(blocks.length)
  let previous = `${prefix}/`
  for (const [i, { fence, bytes }] of blocks.entries()) {
    scratch.uint(bytes.length)
    if (i === 0) continue
    const shared = sharedLength(previous, fence)
    scratch.uint(shared)
    scratch.piece(fence.slice(shared))
    previous = fence
  }
  const head = scratch.view()
  const size = HEAD_AT + head.length + DIGEST_BYTES
  const leaf = Buffer.allocUnsafe(blocks.reduce((sum, { bytes }) => sum + bytes.length, size))
  leaf.writeUInt16LE(head.length, 0)
  leaf.set(head, HEAD_AT)
  leaf.writeUInt32LE(crc32(head), HEAD_AT + head.length)
  let at = size
  for (const { bytes } of blocks) {
    leaf.set(bytes, at)
    at += bytes.length
  }
  return leaf
}

/** All blocks of a leaf that stands under `fence`. Their bytes are views of the leaf's. */
export function readLeaf(prefix: PrefixKey, fence: string, leaf: Buffer): FencedBlock[] {
  const reader = headOf(leaf)
  const count = reader.count(1)
  const blocks: FencedBlock[] = []
  let previous = `${prefix}/`
  let at = reader.end + DIGEST_BYTES
  for (let i = 0; i < count; i++) {
    const length = reader.uint()
    let own = fence
    if (i > 0) {
      const shared = reader.uint()
      own = previous.slice(0, shared) + reader.text()
      previous = own
    }
    if (at + length > leaf.length) throw new BrokenBlock('a leaf ends within a block')
    blocks.push({ fence: own, bytes: leaf.subarray(at, at + length) })
    at += length
  }
  reader.finish()
  if (at !== leaf.length || count === 0) throw new BrokenBlock('a leaf is longer than its blocks')
  return blocks
}

/** The block of the leaf that would hold the key, which is not before the leaf's own fence. A view of the leaf's bytes. */
export function findInLeaf(prefix: PrefixKey, key: HandleKey, leaf: Buffer): Uint8Array {
  checkLeaf(leaf, leaf.length)
  return seekInLeaf(prefix, key, { bytes: leaf, end: leaf.length })
}

/** @throws BrokenBlock where the digest of the leaf's head does not fit. */
export function checkLeaf(leaf: Buffer, end: number): void {
  headOf(leaf.length === end ? leaf : leaf.subarray(0, end))
}

/**
 * `findInLeaf` that takes the leaf's head at its word. Whoever finds the key in the block, which has a digest of its own,
 * has what he wanted; whoever does not must have the leaf checked before he says so.
 */
export function seekInLeaf(
  prefix: PrefixKey,
  key: HandleKey,
  { bytes: leaf, end: leafEnd }: Peeked,
): Uint8Array {
  const reader = new ByteReader(leaf, HEAD_AT, headEnd(leaf, leafEnd))
  const count = reader.uint()
  let length = reader.uint()
  let from = reader.end + DIGEST_BYTES
  let next = from + length
  // As far as the key and the fence before agree. The key is behind that fence, so the next one, which is behind it too,
  // is behind the key as soon as it leaves the fence earlier than the key does.
  let agreed = prefix.length + 1
  for (let i = 1; i < count; i++) {
    const nextLength = reader.uint()
    const shared = reader.uint()
    if (shared < agreed) break
    const piece = reader.uint()
    if (piece % 4 !== ASCII) return findByText(prefix, key, leaf.subarray(0, leafEnd))
    const rest = reader.skip(Math.floor(piece / 4))
    if (shared === agreed) {
      const more = agreement(key, { at: agreed, bytes: leaf, from: rest, to: reader.at })
      if (more < 0) break
      agreed += more
    }
    from = next
    length = nextLength
    next += length
  }
  if (next > leafEnd) throw new BrokenBlock('a leaf ends within a block')
  return leaf.subarray(from, next)
}

/** How many letters the key shares with a fence's rest; -1 where the fence is behind the key. */
function agreement(
  key: string,
  it: { at: number; bytes: Uint8Array; from: number; to: number },
): number {
  const { at, bytes, from, to } = it
  for (let i = 0; from + i < to; i++) {
    const own = key.charCodeAt(at + i)
    const other = bytes[from + i] as number
    if (own === other) continue
    // Beyond the key's end there is no number: not greater either.
    return own > other ? i : -1
  }
  return to - from
}

function findByText(prefix: PrefixKey, key: HandleKey, leaf: Buffer): Uint8Array {
  const blocks = readLeaf(prefix, `${prefix}/`, leaf)
  const found = blocks.findLast(({ fence }) => compareKeys(fence, key) <= 0)
  if (found === undefined) throw new BrokenBlock('a leaf has no block for its first key')
  return found.bytes
}

function headOf(leaf: Buffer): ByteReader {
  const end = headEnd(leaf, leaf.length)
  if (crc32(leaf.subarray(HEAD_AT, end)) !== leaf.readUInt32LE(end)) {
    throw new BrokenBlock('the digest of a leaf does not fit')
  }
  return new ByteReader(leaf, HEAD_AT, end)
}

/** Where the head of a leaf ends, whose own end is `leafEnd`. */
function headEnd(leaf: Buffer, leafEnd: number): number {
  const end = HEAD_AT + (leaf[0] as number) + (leaf[1] as number) * 256
  if (leafEnd < HEAD_AT || end + DIGEST_BYTES > leafEnd) {
    throw new BrokenBlock('a leaf is shorter than its head')
  }
  return end
}

export function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let i = 0
  while (i < most && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return i
}
