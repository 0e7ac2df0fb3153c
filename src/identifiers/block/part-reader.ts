import { BrokenBlock, type ByteReader } from './bytes.ts'
import { type Alphabet, readAlphabet } from './letters.ts'
import {
  CHOICE,
  CONSTANT,
  DECIMAL,
  HEAP,
  JOIN,
  JOIN_DEPTH_MAX,
  LETTERS,
  LONG,
  NUMBER,
  SUFFIX,
  TIME,
} from './parts.ts'
import { isTimeForm, type TimeForm } from './times.ts'

/** One part of a form. `slot` is the place of its column, if it has one. */
export type Part = {
  readonly kind: number
  readonly figure: number
  readonly slot: number
  readonly piece: string | Uint8Array
  readonly parts: readonly Part[]
  readonly alphabet: Alphabet | undefined
  readonly time: TimeForm | undefined
}

/** Reads the parts of a form and gives each its column, in the order in which the body has them. */
export class PartReader {
  readonly #r: ByteReader
  /** The parts that have a column each, as the body has them. */
  readonly columns: Part[] = []

  constructor(r: ByteReader) {
    this.#r = r
  }

  /** A number that has a column and no part of its own. */
  number(): Part {
    return this.#column({ ...NO_PART, kind: NUMBER, slot: this.columns.length })
  }

  read(depth = 0): Part {
    const first = this.#r.u8()
    const kind = first & 15
    const figure = first >> 4
    switch (kind) {
      case CONSTANT:
        return { ...NO_PART, kind, piece: figure === LONG ? this.#r.piece() : this.#ascii(figure) }
      case JOIN:
        return this.#join(figure, depth)
      case SUFFIX:
        return { ...NO_PART, kind, figure }
      case NUMBER:
      case DECIMAL:
        return this.#column({ ...NO_PART, kind, figure, slot: this.columns.length })
      case LETTERS:
        return this.#lettersPart(figure)
      case TIME:
        return this.#time(figure)
      case CHOICE:
        return this.#column({ ...NO_PART, kind, slot: this.columns.length })
      case HEAP:
        return this.#column({ ...NO_PART, kind, figure, slot: this.columns.length })
      default:
        throw new BrokenBlock('a part of an unknown kind')
    }
  }

  #column(part: Part): Part {
    this.columns.push(part)
    return part
  }

  #ascii(length: number): string {
    const from = this.#r.skip(length)
    return this.#r.bytes.toString('latin1', from, from + length)
  }

  #join(figure: number, depth: number): Part {
    if (depth >= JOIN_DEPTH_MAX) throw new BrokenBlock('parts are nested too deep')
    const count = figure === 0 ? this.#r.count(1) : figure
    const parts: Part[] = []
    for (let i = 0; i < count; i++) parts.push(this.read(depth + 1))
    return { ...NO_PART, kind: JOIN, parts }
  }

  #lettersPart(figure: number): Part {
    const length = figure === 0 ? this.#r.uint() : figure
    if (length > LETTERS_MAX) throw new BrokenBlock('too many letters')
    const alphabet = readAlphabet(this.#r)
    return this.#column({
      ...NO_PART,
      kind: LETTERS,
      figure: length,
      alphabet,
      slot: this.columns.length,
    })
  }

  #time(spelling: number): Part {
    const time = { spelling, fractionDigits: this.#r.u8(), zone: this.#r.text() }
    if (!isTimeForm(time)) throw new BrokenBlock('a time of an unknown form')
    return this.#column({ ...NO_PART, kind: TIME, time, slot: this.columns.length })
  }
}

const LETTERS_MAX = 1_024
const NO_PART: Part = {
  kind: CONSTANT,
  figure: 0,
  slot: 0,
  piece: '',
  parts: [],
  alphabet: undefined,
  time: undefined,
}
