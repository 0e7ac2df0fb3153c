import type { Database } from 'lmdb'
import type { Moment } from './engine.ts'
import { beginsAlike, writeKey } from './packed-key.ts'

/** A value in the engine's own buffer, as far as `end`. The next read overwrites it. */
export type Peeked = { readonly bytes: Buffer; readonly end: number }

/** A range as the engine takes it; it is read anew whenever the range is begun. */
type FloorRange = { start: string | undefined; transaction: Moment }

/** What the engine's ranges are made of; `for … of` asks for the same with more ado. */
type Steps = {
  iterate(): { next(): { readonly done?: boolean }; return(): void }
}

/** What the look under way asks for and has found; one for all of a thread, as none begins within another. */
const look = { letters: 0, isAlike: false }
const found: { bytes: Buffer; end: number } = { bytes: Buffer.alloc(0), end: 0 }
/** The engine's buffer for values; it pretends to be as long as the value in it, which makes its every use slow. */
let engineBytes: Buffer | undefined

/** How a table is to be opened for `Floors`: neither names nor values are made of what is read. */
export const FLOORS_TABLE = {
  encoder: {
    encode: (bytes: Uint8Array) => bytes,
    decode: (bytes: Buffer, end: number) => {
      if (bytes !== engineBytes) {
        engineBytes = bytes
        found.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      }
      found.end = end
      return found
    },
  },
  keyEncoder: {
    writeKey,
    readKey: (source: Uint8Array, start: number, end: number) => {
      look.isAlike = beginsAlike(source, { start, end, letters: look.letters })
      return ''
    },
  },
}

/** The look that every read of a block begins with, and so made of as little as the engine allows. */
export class Floors {
  readonly #range: FloorRange = { start: undefined, transaction: undefined }
  readonly #steps: Steps

  constructor(table: Database) {
    const fixed = { reverse: true, limit: 1, end: undefined }
    this.#range = Object.assign(this.#range, fixed)
    this.#steps = table.getRange(this.#range as object) as unknown as Steps
  }

  /**
   * The value of the greatest name up to `name`, where its first `letters` letters are the same. Not within
   * `Engine.write`.
   */
  peek(name: string, letters: number, moment?: Moment): Peeked | undefined {
    this.#range.start = name
    this.#range.transaction = moment
    look.letters = letters
    look.isAlike = false
    const steps = this.#steps.iterate()
    steps.next()
    steps.return()
    return look.isAlike ? found : undefined
  }
}
