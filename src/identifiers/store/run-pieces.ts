import { BrokenBlock } from '../block/block.ts'
import type { HandleKey } from '../handle.ts'
import type { Rows } from './rows.ts'
import { sealed, unsealed } from './sealed.ts'

/*
 * A run: the scattered rows of one commit, in key order, stored as they come instead of each in its own page.
 *
 *   piece              u16 count; u16 × (count - 1) where each further row begins; rows; CRC-32
 *   head               u32 pieces; u32 rows; u32 × pieces rows of each; u32 × rows hash of each name; CRC-32
 *
 * Numbers are little-endian.
 */

/** A row, encoded, and the name it is of. */
export type Row = { readonly key: HandleKey; readonly bytes: Uint8Array }

/** With the engine's own head this fills one page. */
const PIECE_BYTES_MAX = 4_076
const U16 = 2
const U32 = 4

/** Rows in pieces of about a page; a row that is larger has a piece for itself. */
export function* piecesOf(rows: Rows): Generator<{ count: number; bytes: Buffer }> {
  const { length } = rows.keys
  let from = 0
  for (let i = 1; i < length; i++) {
    const size = rows.end(i) - rows.end(from - 1) + (i + 1 - from) * U16
    if (size <= PIECE_BYTES_MAX) continue
    yield { count: i - from, bytes: encodePiece(rows, from, i) }
    from = i
  }
  if (from < length) yield { count: length - from, bytes: encodePiece(rows, from, length) }
}

function encodePiece(rows: Rows, from: number, to: number): Buffer {
  const part = rows.part(from, to)
  const head = (to - from) * U16
  const piece = Buffer.allocUnsafe(head + part.length)
  piece.writeUInt16LE(to - from, 0)
  const start = head - rows.end(from - 1)
  for (let i = from + 1; i < to; i++) piece.writeUInt16LE(start + rows.end(i - 1), (i - from) * U16)
  part.copy(piece, head)
  return sealed(piece)
}

/** The rows of a piece, as views of it. @throws BrokenBlock where its digest does not fit. */
export function readPiece(stored: Buffer): Buffer[] {
  const piece = unsealed(stored)
  const count = piece.length < U16 ? 0 : piece.readUInt16LE(0)
  const rows: Buffer[] = []
  for (let i = 0; i < count; i++) rows.push(rowAt(piece, i, count))
  return rows
}

/** One row of a piece. @throws BrokenBlock where the piece's digest does not fit or there is no such row. */
export function readRowOf(stored: Buffer, position: number): Buffer {
  const piece = unsealed(stored)
  const count = piece.length < U16 ? 0 : piece.readUInt16LE(0)
  if (position >= count) throw new BrokenBlock('a piece of a run lacks a row')
  return rowAt(piece, position, count)
}

function rowAt(piece: Buffer, position: number, count: number): Buffer {
  const from = position === 0 ? count * U16 : piece.readUInt16LE(position * U16)
  const to = position + 1 < count ? piece.readUInt16LE((position + 1) * U16) : piece.length
  return piece.subarray(from, to)
}

export type RunHead = {
  /** Rows of each piece. */
  readonly counts: Uint32Array
  /** Of the names, row by row. */
  readonly hashes: Uint32Array
}

export function encodeHead(counts: readonly number[], hashes: Uint32Array): Buffer {
  const words = Uint32Array.of(counts.length, hashes.length, ...counts)
  const hashBytes = new Uint8Array(hashes.buffer, hashes.byteOffset, hashes.byteLength)
  return sealed(Buffer.concat([new Uint8Array(words.buffer), hashBytes]))
}

/** @throws BrokenBlock where the digest does not fit. */
export function readHead(stored: Buffer): RunHead {
  const payload = unsealed(stored)
  // A copy of its own, as numbers of 32 bits must stand on whole words.
  const words = new Uint32Array(Uint8Array.from(payload).buffer)
  const [pieces = 0, rows = 0] = words
  if (payload.length !== (2 + pieces + rows) * U32)
    throw new BrokenBlock('the head of a run is cut')
  return { counts: words.subarray(2, 2 + pieces), hashes: words.subarray(2 + pieces) }
}

const PRIME = 0x0100_0193

/** Spreads names over 32 bits. The salt is the store's own, so that nobody can choose names that fall together. */
export function hashOf(name: string, salt: number): number {
  let hash = salt
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), PRIME)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
