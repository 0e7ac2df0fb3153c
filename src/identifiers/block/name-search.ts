import { type LetterColumn, lettersOrder } from './letters.ts'
import { type NumberColumn, numberAt, rowOfNumber } from './numbers.ts'
import type { Columns } from './part-columns.ts'
import type { Part } from './part-reader.ts'
import { CONSTANT, JOIN, LETTERS, NUMBER } from './parts.ts'

/** A part of the wanted name that differs from row to row: what it has to be, and the column it stands in. */
type Wanted =
  | { readonly number: number; readonly column: NumberColumn }
  | { readonly from: number; readonly column: LetterColumn }

/**
 * The one row that may bear a name, without spelling out any: -1 where none does, undefined where the names are not
 * made of parts that compare as they stand. The caller compares the whole name. `folded` tells whether the names
 * are stored folded, as `name` is.
 */
export function rowByParts(
  suffix: Part,
  columns: Columns,
  options: { readonly name: string; readonly folded: boolean },
): number | undefined {
  const { name, folded } = options
  const { count } = columns
  const wanted = wantedOf(suffix, columns, name)
  if (wanted === undefined || wanted === -1) return wanted
  const [first] = wanted
  if (first === undefined) return 0
  if (wanted.length === 1 && 'number' in first) {
    return rowOfNumber(columns.bytes, first.column, { count, value: first.number })
  }
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = orderAt(columns.bytes, wanted, { row: middle, name, folded })
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Takes the name apart as the rows' names are; -1 where it cannot be one of them. */
function wantedOf(suffix: Part, columns: Columns, name: string): Wanted[] | -1 | undefined {
  const parts = suffix.kind === JOIN ? suffix.parts : [suffix]
  if (!parts.every((part) => comparable(part, parts))) return undefined
  const wanted: Wanted[] = []
  let at = 0
  for (const part of parts) {
    if (part.kind === CONSTANT) at += part.piece.length
    else if (part.kind === LETTERS) {
      wanted.push({ from: at, column: columns.list[part.slot] as LetterColumn })
      at += part.figure
    } else {
      const end = part.figure > 0 ? at + part.figure : digitsEnd(name, at)
      const number = numberIn(name, at, end)
      if (Number.isNaN(number)) return -1
      wanted.push({ number, column: columns.list[part.slot] as NumberColumn })
      at = end
    }
  }
  return at === name.length ? wanted : -1
}

/** Numbers of any length come in another order than their digits: such a part must be the only one that varies. */
function comparable(part: Part, parts: readonly Part[]): boolean {
  if (part.kind === CONSTANT || part.kind === LETTERS) return true
  if (part.kind !== NUMBER) return false
  return part.figure > 0 || parts.every((it) => it === part || it.kind === CONSTANT)
}

function digitsEnd(text: string, from: number): number {
  let end = from
  if (text.charCodeAt(end) === 45) end++
  while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++
  return end
}

function numberIn(text: string, from: number, to: number): number {
  const negative = text.charCodeAt(from) === 45
  let number = 0
  for (let i = negative ? from + 1 : from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    number = number * 10 + digit
  }
  return negative ? -number : number
}

function orderAt(
  bytes: Buffer,
  wanted: readonly Wanted[],
  at: { readonly row: number; readonly name: string; readonly folded: boolean },
): number {
  for (const it of wanted) {
    const order =
      'number' in it
        ? numberAt(bytes, it.column, at.row) - it.number
        : lettersOrder(bytes, it.column, { ...at, from: it.from })
    if (order !== 0) return order
  }
  return 0
}
