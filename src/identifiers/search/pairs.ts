import { BrokenBlock, ByteReader, ByteWriter } from '../block/bytes.ts'
import { TERM_BITS } from './terms.ts'

/*
 * That a group of records has a term is one number: the term above, the group below, 53 bits together. Sorted numbers
 * stand in chunks; each chunk is keyed by its first.
 */
export const GROUP_BITS = 53 - TERM_BITS
export const GROUPS_MAX = 2 ** GROUP_BITS
const GROUP_FACTOR = 2 ** GROUP_BITS

export function pairOf(term: number, group: number): number {
  return term * GROUP_FACTOR + group
}

export function termIn(pair: number): number {
  return Math.floor(pair / GROUP_FACTOR)
}

export function groupIn(pair: number): number {
  return pair % GROUP_FACTOR
}

/** Together with its digest no more than two pages of the engine. */
const CHUNK_BYTES_MAX = 8_100
/** A term with its first group at most, and one more group. */
const TERM_BYTES_MAX = 16

export type Chunk = { readonly first: number; readonly bytes: Uint8Array }

/**
 * Packs sorted numbers, each once, into chunks. A term is the step from the one before, doubled; odd where one group
 * follows, else the number of groups less one and each as a step from the one before.
 */
export class ChunkWriter {
  readonly #put: (chunk: Chunk) => void
  readonly #writer = new ByteWriter()
  readonly #groups: number[] = []
  #first = -1
  #before = 0
  #term = -1
  #bytesDue = 0

  constructor(put: (chunk: Chunk) => void) {
    this.#put = put
  }

  add(pair: number): void {
    const term = termIn(pair)
    const group = groupIn(pair)
    if (this.#first < 0) this.#begin(pair, term)
    else if (this.#writer.length + this.#bytesDue > CHUNK_BYTES_MAX) {
      this.finish()
      this.#begin(pair, term)
    } else if (term !== this.#term) {
      this.#endTerm()
      this.#term = term
    }
    const step = group - (this.#groups.at(-1) ?? 0)
    this.#bytesDue += step < 128 ? 1 : step < 16_384 ? 2 : 4
    this.#groups.push(group)
  }

  #begin(pair: number, term: number): void {
    this.#first = pair
    this.#term = term
    this.#before = term
    this.#bytesDue = TERM_BYTES_MAX
  }

  #endTerm(): void {
    const groups = this.#groups
    const isSingle = groups.length === 1
    this.#writer.uint((this.#term - this.#before) * 2 + (isSingle ? 1 : 0))
    if (!isSingle) this.#writer.uint(groups.length - 1)
    let before = 0
    for (const group of groups) {
      this.#writer.uint(group - before)
      before = group
    }
    this.#before = this.#term
    this.#bytesDue = TERM_BYTES_MAX
    groups.length = 0
  }

  finish(): void {
    if (this.#first < 0) return
    this.#endTerm()
    this.#put({ first: this.#first, bytes: this.#writer.view() })
    this.#writer.reset()
    this.#first = -1
  }
}

/** Numbers of a chunk in order. */
export function readChunk(bytes: Buffer, first: number): Float64Array {
  const pairs = new Float64Array(bytes.length)
  let length = 0
  const r = new ByteReader(bytes)
  let term = termIn(first)
  while (r.at < r.end) {
    const head = r.uint()
    term += Math.floor(head / 2)
    let groups = head % 2 === 1 ? 1 : r.count(1) + 1
    let pair = pairOf(term, 0)
    for (; groups > 0; groups--) {
      pair += r.uint()
      pairs[length++] = pair
    }
  }
  if (pairs[0] !== first) throw new BrokenBlock('a chunk does not begin with what it is found by')
  return pairs.subarray(0, length)
}

/** Calls `take` with the groups of one term in a chunk; answers whether more of them may stand in the next one. */
export function groupsInChunk(
  bytes: Buffer,
  { first, wanted }: { readonly first: number; readonly wanted: number },
  take: (group: number) => void,
): boolean {
  const r = new ByteReader(bytes)
  let term = termIn(first)
  while (r.at < r.end) {
    const head = r.uint()
    term += Math.floor(head / 2)
    if (term > wanted) return false
    const isWanted = term === wanted
    let group = 0
    for (let left = head % 2 === 1 ? 1 : r.count(1) + 1; left > 0; left--) {
      group += r.uint()
      if (isWanted) take(group)
    }
  }
  return true
}
