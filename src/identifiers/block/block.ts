import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { BrokenBlock, ByteReader, ByteWriter } from './bytes.ts'
import { openColumnBlock } from './column-block.ts'
import { type Written, writeColumns } from './columns.ts'
import { firstLate } from './order.ts'
import type { PlainRow } from './plain-row.ts'
import { asBuffer } from './row.ts'
import { RowBlock, writeRows } from './row-block.ts'

export { BrokenBlock } from './bytes.ts'
export { compareUtf8, firstLate } from './order.ts'
export { type PlainForm, PlainRow, wholeOf } from './plain-row.ts'
export {
  decodeRecord,
  encodeRecord,
  isHeld,
  keyOfRow,
  type RowParts,
  type RowStamps,
  RowWriter,
  readParts,
  stateOf,
  writeParts,
} from './row.ts'

/** Records in one block at most; neighbours of one prefix in key order. */
export const BLOCK_RECORDS_MAX = 128

/** One block opened for reading. Nothing is decoded before it is asked for; answers are checked against the block's digest. */
export type Block = {
  readonly count: number
  /** Position of the key, or -1. */
  find(key: HandleKey): number
  /** The record at a position, 0 … count-1. */
  at(position: number): IdRecord
  /** The record of a key, as it lies where its form allows it. */
  seek(key: HandleKey): PlainRow | IdRecord | undefined
}

/** Format of a block; a newer program reads every older one. */
const BLOCK_VERSION = 1
const DIGEST_BYTES = 4
/** The CRC-32 of any bytes with their own CRC-32 behind them, low byte first. */
const DIGESTED = 0x2144_df1c
/** Unpacked rows of one block at most, in bytes. */
const ROWS_BYTES_MAX = 2 ** 30

const ROWS = 0
const ROWS_ZSTD = 1
const COLUMNS = 2

/** Columns of fewer bytes a record than this, random letters aside, are never larger than what zstd makes of rows. */
const ROWS_TRIED_BYTES = 12
const ROWS_TRIED_RECORDS = 8

const scratch = new ByteWriter()
const rows = new ByteWriter()

/**
 * Packs 1 … 128 neighbouring records of one prefix, in key order (UTF-8 byte order), each key once. The prefix is not
 * stored: the digest (CRC-32) covers it, so that a block is read under its own prefix only.
 *
 * @throws RangeError where records are too many, out of order, of another prefix, or hold what `encodeRecord` refuses.
 */
export function encodeBlock(prefix: PrefixKey, records: readonly IdRecord[]): Uint8Array {
  checkOrder(records)
  scratch.reset()
  scratch.u8(BLOCK_VERSION)
  scratch.u8(COLUMNS)
  scratch.uint(records.length)
  const written = writeColumns(scratch, prefix, records)
  if (written === undefined || mayBeSmaller(written, records.length)) tryRows(records)
  scratch.u32(crc32(scratch.view(), seedOf(prefix)))
  return scratch.copy()
}

function mayBeSmaller({ bytes, doubtfulBytes }: Written, count: number): boolean {
  const fine = count * ROWS_TRIED_BYTES
  return count < ROWS_TRIED_RECORDS || (bytes > fine && doubtfulBytes() > fine)
}

function checkOrder(records: readonly IdRecord[]): void {
  if (records.length < 1 || records.length > BLOCK_RECORDS_MAX) {
    throw new RangeError(`a block holds 1 to ${BLOCK_RECORDS_MAX} records`)
  }
  const keys = records.map(({ key }) => key)
  const late = firstLate(keys)
  if (late > 0) throw new RangeError(`${keys[late]} does not come after ${keys[late - 1]}`)
}

/** Puts rows into the place of columns where they are smaller, or where there are no columns. */
function tryRows(records: readonly IdRecord[]): void {
  rows.reset()
  writeRows(rows, records)
  const plain = rows.view()
  const packed = zstdCompressSync(plain)
  const best = packed.length < plain.length ? packed : plain
  const columns = scratch.view()
  if (columns.length > HEAD_BYTES_MAX && columns.length <= best.length + HEAD_BYTES_MAX) return
  scratch.reset()
  scratch.u8(BLOCK_VERSION)
  scratch.u8(best === packed ? ROWS_ZSTD : ROWS)
  scratch.uint(records.length)
  scratch.raw(best)
}

/** Version, mode and count. */
const HEAD_BYTES_MAX = 4

/** What each byte adds to a CRC-32. */
const CRCS = Int32Array.from(
  { length: 256 },
  (_, byte) => ~crc32(Buffer.of(byte ^ 0xff)) ^ 0xff_ffff,
)

/** Where the digest of a prefix's blocks begins: its CRC-32, for which a prefix is too short to leave this language. */
function seedOf(prefix: PrefixKey): number {
  let crc = -1
  for (let i = 0; i < prefix.length; i++) {
    const unit = prefix.charCodeAt(i)
    if (unit >= 0x80) return crc32(prefix)
    crc = (CRCS[(crc ^ unit) & 0xff] as number) ^ (crc >>> 8)
  }
  return ~crc >>> 0
}

/**
 * Opens what `encodeBlock` made. `bytes` must stay as they are for as long as the block is used.
 *
 * @throws BrokenBlock where the digest does not fit, or, also later, where the bytes are not a block.
 */
export function openBlock(prefix: PrefixKey, bytes: Uint8Array): Block {
  const buffer = asBuffer(bytes)
  const end = buffer.length - DIGEST_BYTES
  if (end < 1 || crc32(buffer, seedOf(prefix)) !== DIGESTED) {
    throw new BrokenBlock('the digest of a block does not fit')
  }
  const reader = new ByteReader(buffer, 0, end)
  if (reader.u8() !== BLOCK_VERSION) throw new BrokenBlock('a block of an unknown format')
  const mode = reader.u8()
  const count = reader.uint()
  if (count < 1 || count > BLOCK_RECORDS_MAX) throw new BrokenBlock('a block of too many records')
  switch (mode) {
    case COLUMNS:
      return openColumnBlock(prefix, count, reader)
    case ROWS:
      return new RowBlock(count, reader)
    case ROWS_ZSTD:
      return new RowBlock(count, unpacked(reader))
    default:
      throw new BrokenBlock('a block of an unknown form')
  }
}

function unpacked(reader: ByteReader): ByteReader {
  try {
    const packed = reader.bytes.subarray(reader.at, reader.end)
    return new ByteReader(zstdDecompressSync(packed, { maxOutputLength: ROWS_BYTES_MAX }))
  } catch (cause) {
    throw new BrokenBlock('the rows of a block do not unpack', { cause })
  }
}
