import { foldAscii, type HandleKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Block } from './block.ts'
import { ByteReader, type ByteWriter } from './bytes.ts'
import { searchKeys } from './order.ts'
import { readRow, writeRow } from './row.ts'

/** Writes records one after the other, the lengths of all before them. */
export function writeRows(w: ByteWriter, records: readonly IdRecord[]): void {
  const from = w.length
  const lengths: number[] = []
  for (const record of records) {
    const before = w.length
    writeRow(w, record)
    lengths.push(w.length - before)
  }
  const rows = new Uint8Array(w.view(from))
  w.cut(from)
  for (const length of lengths) w.uint(length)
  w.raw(rows)
}

/** Records kept one after the other, opened: each is read when asked for. */
export class RowBlock implements Block {
  readonly count: number
  readonly #bytes: Buffer
  readonly #ends: readonly number[]

  constructor(count: number, r: ByteReader) {
    this.count = count
    this.#bytes = r.bytes
    const lengths = Array.from({ length: count }, () => r.uint())
    const ends = [r.at]
    for (const length of lengths) {
      r.skip(length)
      ends.push(r.at)
    }
    r.finish()
    this.#ends = ends
  }

  find(key: HandleKey): number {
    return searchKeys(this.count, key, (position) => foldAscii(this.#spelledAt(position)))
  }

  at(position: number): IdRecord {
    const r = this.#reader(position)
    const record = readRow(r)
    r.finish()
    return record
  }

  seek(key: HandleKey): IdRecord | undefined {
    const position = this.find(key)
    return position < 0 ? undefined : this.at(position)
  }

  #spelledAt(position: number): string {
    const r = this.#reader(position)
    r.u8()
    return r.text()
  }

  #reader(position: number): ByteReader {
    const from = this.#ends[position]
    const to = this.#ends[position + 1]
    if (from === undefined || to === undefined) {
      throw new RangeError(`no position ${position} in the block`)
    }
    return new ByteReader(this.#bytes, from, to)
  }
}
