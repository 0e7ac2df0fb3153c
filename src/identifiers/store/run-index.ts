import type { RunHead } from './run-pieces.ts'

/** Where a row stands: the run, by its sequence, the piece in it, and the row in that. */
export type Place = { readonly sequence: number; readonly piece: number; readonly row: number }

const SLOTS_MIN = 4_096
/** A place is a piece's number above so many bits for the row in it. */
const ROW_BITS = 12
const ROW_MASK = (1 << ROW_BITS) - 1
/** More would not fit into a place; there are fewer than a tenth of them where rows have their usual size. */
const PIECES_MAX = 2 ** (32 - ROW_BITS) - 1

/**
 * Hash of a name → where its rows stand, for all rows of the runs: eight to sixteen bytes each. Kept in memory only and
 * made from the heads of the runs.
 */
export class RunIndex {
  /** Pairs of a hash and a place plus one; an empty slot has the place 0. */
  #slots = new Uint32Array(SLOTS_MIN * 2)
  #rows = 0
  readonly #sequences: number[] = []
  readonly #pieces: number[] = []

  get isEmpty(): boolean {
    return this.#rows === 0
  }

  /** Whether a run of so many pieces finds room. */
  hasRoom(pieces: number): boolean {
    return this.#sequences.length + pieces < PIECES_MAX
  }

  add(sequence: number, { counts, hashes }: RunHead): void {
    this.#grow(this.#rows + hashes.length)
    let at = 0
    for (let piece = 0; piece < counts.length; piece++) {
      const first = this.#sequences.length << ROW_BITS
      this.#sequences.push(sequence)
      this.#pieces.push(piece)
      const count = counts[piece] as number
      for (let row = 0; row < count; row++)
        put(this.#slots, hashes[at++] as number, first + row + 1)
    }
    this.#rows += hashes.length
  }

  /** Places of rows whose names have this hash, the newest first. */
  find(hash: number): readonly Place[] {
    const slots = this.#slots
    const mask = slots.length - 2
    if (slots[((hash * 2) & mask) + 1] === 0) return NOWHERE
    const found: number[] = []
    for (let at = (hash * 2) & mask; ; at = (at + 2) & mask) {
      const place = slots[at + 1] as number
      if (place === 0) break
      if (slots[at] === hash) found.push(place - 1)
    }
    if (found.length === 0) return NOWHERE
    return found.sort((a, b) => b - a).map((place) => this.#placeOf(place))
  }

  /** Whether a row of a run after this one has a name with the hash. */
  hasAfter(sequence: number, hash: number): boolean {
    const slots = this.#slots
    const mask = slots.length - 2
    for (let at = (hash * 2) & mask; ; at = (at + 2) & mask) {
      const place = slots[at + 1] as number
      if (place === 0) return false
      if (slots[at] !== hash) continue
      if ((this.#sequences[(place - 1) >>> ROW_BITS] as number) > sequence) return true
    }
  }

  #placeOf(place: number): Place {
    const number = place >>> ROW_BITS
    return {
      sequence: this.#sequences[number] as number,
      piece: this.#pieces[number] as number,
      row: place & ROW_MASK,
    }
  }

  #grow(rows: number): void {
    const old = this.#slots
    if (rows * 4 <= old.length) return
    let length = old.length
    while (rows * 4 > length) length *= 2
    this.#slots = new Uint32Array(length)
    for (let at = 0; at < old.length; at += 2) {
      const place = old[at + 1] as number
      if (place !== 0) put(this.#slots, old[at] as number, place)
    }
  }
}

const NOWHERE: readonly Place[] = []

function put(slots: Uint32Array, hash: number, place: number): void {
  const mask = slots.length - 2
  let at = (hash * 2) & mask
  while (slots[at + 1] !== 0) at = (at + 2) & mask
  slots[at] = hash
  slots[at + 1] = place
}
