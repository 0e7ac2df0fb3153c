import { createHash, type Hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { damaged } from './tar.ts'

/**
 * The last 48 bytes of an archive: the SHA-256 of all bytes before them, in a skippable frame (RFC 8878 §3.1.2) that
 * every zstd program passes over. It tells a whole file from one that was cut or changed anywhere.
 */
export const TRAILER_BYTES = 48

const MAGIC = 0x184d2a57
const LABEL = 'WAYMARK\n'

export function writeTrailer(digest: Uint8Array): Buffer {
  const trailer = Buffer.alloc(TRAILER_BYTES)
  trailer.writeUInt32LE(MAGIC, 0)
  trailer.writeUInt32LE(TRAILER_BYTES - 8, 4)
  trailer.write(LABEL, 8, 'latin1')
  trailer.set(digest, 16)
  return trailer
}

/** The bytes of a stream, and behind them the trailer of their digest. */
export async function* withTrailer(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  yield* hashed(stream, hash)
  yield writeTrailer(hash.digest())
}

export async function* hashed(
  stream: AsyncIterable<Uint8Array>,
  hash: Hash,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    hash.update(chunk)
    yield chunk
  }
}

/** The trailer of a file, and how many bytes lie before it. Throws `unreadable-input` for a file too short to have one. */
export async function readTrailer(
  path: string,
): Promise<{ readonly trailer: Buffer; readonly before: number }> {
  await using file = await open(path, 'r')
  const before = (await file.stat()).size - TRAILER_BYTES
  if (before <= 0) throw damaged('the end')
  const trailer = Buffer.alloc(TRAILER_BYTES)
  const { bytesRead } = await file.read(trailer, 0, TRAILER_BYTES, before)
  if (bytesRead < TRAILER_BYTES) throw damaged('the end')
  return { trailer, before }
}
