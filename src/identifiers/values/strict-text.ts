import { isUtf8 } from 'node:buffer'

/** What bytes say as UTF-8, a mark at their beginning included; undefined for what is no UTF-8. */
export function strictText(bytes: Uint8Array): string | undefined {
  // Asked first: a decoder that refuses takes ten times as long as one that reads, and most binary data it refuses.
  if (!isUtf8(bytes)) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
