import { foldAscii } from '../handle.ts'
import { BrokenBlock, ByteReader } from './bytes.ts'
import {
  type Alphabet,
  type LetterColumn,
  lettersAt,
  readAlphabet,
  readLetters,
} from './letters.ts'
import { type NumberColumn, numberAt, readCodes, readNumbers } from './numbers.ts'
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
  OCTETS,
  SUFFIX,
  TIME,
  UTF_8,
} from './parts.ts'
import { numberText } from './text.ts'
import { isTimeForm, type TimeForm, timeText } from './times.ts'

/** One part of a form. `slot` is its place among the columns of its kind. */
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
  /** The parts that have a column each. */
  columns: Part[] = []
  #numbers = 0
  #letters = 0
  #choices = 0
  #heaps = 0

  constructor(r: ByteReader) {
    this.#r = r
  }

  /** Begins another list of columns, counted from 0. */
  restart(): void {
    this.columns = []
    this.#numbers = 0
    this.#letters = 0
    this.#choices = 0
    this.#heaps = 0
  }

  /** A number that has a column and no part of its own. */
  number(): Part {
    return this.#column({ ...NO_PART, kind: NUMBER, slot: this.#numbers++ })
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
        return this.#column({ ...NO_PART, kind, figure, slot: this.#numbers++ })
      case LETTERS:
        return this.#lettersPart(figure)
      case TIME:
        return this.#time(figure)
      case CHOICE:
        return this.#column({ ...NO_PART, kind, slot: this.#choices++ })
      case HEAP:
        return this.#column({ ...NO_PART, kind, figure, slot: this.#heaps++ })
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
      slot: this.#letters++,
    })
  }

  #time(spelling: number): Part {
    const time = { spelling, fractionDigits: this.#r.u8(), zone: this.#r.text() }
    if (!isTimeForm(time)) throw new BrokenBlock('a time of an unknown form')
    return this.#column({ ...NO_PART, kind: TIME, time, slot: this.#numbers++ })
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

type ChoiceColumn = { readonly offset: number; readonly end: number; readonly codes: NumberColumn }
type HeapColumn = { readonly offset: number; readonly lengths: NumberColumn }

/** Columns of some rows as they lie in a block. */
export type Columns = {
  readonly bytes: Buffer
  /** Unpacks what is kept for zstd; once. */
  readonly heap: () => Buffer
  readonly numbers: NumberColumn[]
  readonly letters: LetterColumn[]
  readonly choices: ChoiceColumn[]
  readonly heaps: HeapColumn[]
}

/** Goes over the heads of the columns of these parts; what is packed stays so. */
export function openColumns(
  r: ByteReader,
  columns: Columns,
  of: {
    readonly parts: readonly Part[]
    readonly count: number
    readonly earlier: NumberColumn[]
  },
): void {
  const { parts, count, earlier } = of
  for (const part of parts) {
    switch (part.kind) {
      case LETTERS:
        columns.letters.push(readLetters(r, count, part.alphabet as Alphabet, part.figure))
        break
      case CHOICE:
        columns.choices.push(readChoices(r, count, earlier))
        break
      case HEAP:
        columns.heaps.push({ offset: r.uint(), lengths: readNumbers(r, count, earlier) })
        break
      default:
        columns.numbers.push(readNumbers(r, count, earlier))
    }
  }
}

function readChoices(r: ByteReader, count: number, earlier: NumberColumn[]): ChoiceColumn {
  r.uint()
  const offset = r.skip(r.uint())
  return { offset, end: r.at, codes: readCodes(r, count, earlier) }
}

/** What stands in a column at a row; `suffix` is the row's own name as it is spelled. */
export function partAt(
  part: Part,
  columns: Columns,
  row: number,
  suffix: string,
): string | Uint8Array {
  switch (part.kind) {
    case CONSTANT:
      return typeof part.piece === 'string' ? part.piece : part.piece.slice()
    case JOIN: {
      let text = ''
      for (const inner of part.parts) text += textAt(inner, columns, row, suffix)
      return text
    }
    case HEAP:
      return heapAt(part.figure, columns, columns.heaps[part.slot] as HeapColumn, row)
    default:
      return textAt(part, columns, row, suffix)
  }
}

function textAt(part: Part, columns: Columns, row: number, suffix: string): string {
  const { bytes, numbers } = columns
  switch (part.kind) {
    case CONSTANT:
      return part.piece as string
    case SUFFIX:
      return part.figure === 1 ? foldAscii(suffix) : suffix
    case NUMBER:
      return numberText(numberAt(bytes, numbers[part.slot] as NumberColumn, row), part.figure, 0)
    case DECIMAL:
      return numberText(numberAt(bytes, numbers[part.slot] as NumberColumn, row), 0, part.figure)
    case LETTERS:
      return lettersAt(bytes, columns.letters[part.slot] as LetterColumn, row)
    case TIME:
      return timeText(
        numberAt(bytes, numbers[part.slot] as NumberColumn, row),
        part.time as TimeForm,
      )
    case CHOICE:
      return choiceAt(columns, columns.choices[part.slot] as ChoiceColumn, row)
    default:
      return otherAt(part, columns, row, suffix)
  }
}

function otherAt(part: Part, columns: Columns, row: number, suffix: string): string {
  const piece = partAt(part, columns, row, suffix)
  if (typeof piece !== 'string') throw new BrokenBlock('text was expected')
  return piece
}

function choiceAt({ bytes }: Columns, column: ChoiceColumn, row: number): string {
  const r = new ByteReader(bytes, column.offset, column.end)
  for (let skip = numberAt(bytes, column.codes, row); skip > 0; skip--) r.skipPiece()
  return r.text()
}

function heapAt(
  nature: number,
  columns: Columns,
  { offset, lengths }: HeapColumn,
  row: number,
): string | Uint8Array {
  let from = offset
  for (let i = 0; i < row; i++) from += numberAt(columns.bytes, lengths, i)
  const to = from + numberAt(columns.bytes, lengths, row)
  const heap = columns.heap()
  if (!(from >= 0 && to >= from && to <= heap.length)) {
    throw new BrokenBlock('a piece lies outside of the block')
  }
  if (nature === OCTETS) return new Uint8Array(heap.subarray(from, to))
  return heap.toString(nature === UTF_8 ? 'utf8' : 'utf16le', from, to)
}
