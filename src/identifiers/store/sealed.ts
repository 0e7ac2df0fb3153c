import { crc32 } from 'node:zlib'
import { BrokenBlock } from '../block/block.ts'
import { writeKey } from './packed-key.ts'

export const SEQUENCE_BYTES = 6

const NUMBER_BYTES = 4
const NAME_BYTES_MAX = 1_972

/** Key of what belongs to a batch: by itself, one of numbered pieces, or by a name. */
export function sequenceKey(sequence: number, tail: number | string = ''): Buffer {
  // Room for no more than it takes: what small commits leave behind has their thread collect.
  const tailBytes = typeof tail === 'number' ? NUMBER_BYTES : tail === '' ? 0 : NAME_BYTES_MAX
  const key = Buffer.allocUnsafe(SEQUENCE_BYTES + tailBytes)
  let end = key.writeUIntBE(sequence, 0, SEQUENCE_BYTES)
  if (typeof tail === 'number') end = key.writeUInt32BE(tail, end)
  else if (tail !== '') end = writeKey(tail, key, end)
  return key.subarray(0, end)
}

export function sequenceOf(key: Uint8Array): number {
  return Buffer.from(key.buffer, key.byteOffset, SEQUENCE_BYTES).readUIntBE(0, SEQUENCE_BYTES)
}

const DIGEST_BYTES = 4

/** With a CRC-32 behind it, for what is not a block or a row and so has none of its own. */
export function sealed(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(payload.length + DIGEST_BYTES)
  bytes.set(payload)
  bytes.writeUInt32LE(crc32(payload), payload.length)
  return bytes
}

/** @throws BrokenBlock where the digest does not fit. */
export function unsealed(bytes: Buffer): Buffer {
  const end = bytes.length - DIGEST_BYTES
  const payload = bytes.subarray(0, Math.max(end, 0))
  if (end < 0 || crc32(payload) !== bytes.readUInt32LE(end)) {
    throw new BrokenBlock('the digest of an entry does not fit')
  }
  return payload
}
