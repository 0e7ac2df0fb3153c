import { foldAscii } from '../handle.ts'
import { BrokenBlock, ByteReader } from './bytes.ts'
import { type Alphabet, type LetterColumn, lettersAt, readLetters } from './letters.ts'
import { type NumberColumn, numberAt, readCodes, readNumbers } from './numbers.ts'
import type { Part } from './part-reader.ts'
import {
  CHOICE,
  CONSTANT,
  DECIMAL,
  HEAP,
  JOIN,
  LETTERS,
  NUMBER,
  OCTETS,
  SUFFIX,
  TIME,
  UTF_8,
} from './parts.ts'
import { numberText } from './text.ts'
import { type TimeForm, timeText } from './times.ts'

type ChoiceColumn = { readonly offset: number; readonly end: number; readonly codes: NumberColumn }
type HeapColumn = { readonly offset: number; readonly lengths: NumberColumn }

/** Columns of some rows as they lie in a block; the parts of their form say of which kind each is. */
export type Columns = {
  readonly bytes: Buffer
  readonly count: number
  /** Unpacks what is kept for zstd; once. */
  readonly heap: () => Buffer
  readonly list: (NumberColumn | LetterColumn | ChoiceColumn | HeapColumn)[]
  /** Columns of numbers, that later ones may be the same as. */
  readonly earlier: NumberColumn[]
}

/** Goes over the heads of the columns of the next parts, up to `to`; what is packed stays so. */
export function openColumns(
  r: ByteReader,
  columns: Columns,
  { parts, to }: { readonly parts: readonly Part[]; readonly to: number },
): void {
  const { count, list, earlier } = columns
  for (let i = list.length; i < to; i++) {
    const part = parts[i] as Part
    switch (part.kind) {
      case LETTERS:
        list.push(readLetters(r, count, part.alphabet as Alphabet, part.figure))
        break
      case CHOICE:
        list.push(readChoices(r, count, earlier))
        break
      case HEAP:
        list.push({ offset: r.uint(), lengths: readNumbers(r, count, earlier) })
        break
      default:
        list.push(readNumbers(r, count, earlier))
    }
  }
}

/** The number of a part that has one. */
export function partNumberAt(part: Part, { bytes, list }: Columns, row: number): number {
  return numberAt(bytes, list[part.slot] as NumberColumn, row)
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
      return heapAt(part.figure, columns, columns.list[part.slot] as HeapColumn, row)
    default:
      return textAt(part, columns, row, suffix)
  }
}

/** `partAt` for a part that is text. */
export function textAt(part: Part, columns: Columns, row: number, suffix: string): string {
  switch (part.kind) {
    case CONSTANT:
      return part.piece as string
    case SUFFIX:
      return part.figure === 1 ? foldAscii(suffix) : suffix
    case NUMBER:
      return numberText(partNumberAt(part, columns, row), part.figure, 0)
    case DECIMAL:
      return numberText(partNumberAt(part, columns, row), 0, part.figure)
    case LETTERS:
      return lettersAt(columns.bytes, columns.list[part.slot] as LetterColumn, row)
    case TIME:
      return timeText(partNumberAt(part, columns, row), part.time as TimeForm)
    case CHOICE:
      return choiceAt(columns, columns.list[part.slot] as ChoiceColumn, row)
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
