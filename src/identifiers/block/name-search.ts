import { type LetterColumn, lettersOrder } from './letters.ts'
import { type NumberColumn, numberAt, rowOfNumber } from './numbers.ts'
import type { Columns } from './part-columns.ts'
import type { Part } from './part-reader.ts'
import { CONSTANT, JOIN, LETTERS, NUMBER } from './parts.ts'

/** The parts of the names of a form where a name can be compared with them as they stand. */
export type NameParts = {
  readonly parts: readonly Part[]
  /** The one part that varies, where it is a number. */
  readonly number: Part | undefined
}

/** Undefined where the names have to be spelled out to be compared. */
export function namePartsOf(suffix: Part): NameParts | undefined {
  const parts = suffix.kind === JOIN ? suffix.parts : [suffix]
  if (!parts.every((part) => comparable(part, parts))) return undefined
  const [first, ...others] = parts.filter(({ kind }) => kind !== CONSTANT)
  const isNumber = first?.kind === NUMBER && others.length === 0
  return { parts, number: isNumber ? first : undefined }
}

/** Numbers of any length come in another order than their digits: such a part must be the only one that varies. */
function comparable(part: Part, parts: readonly Part[]): boolean {
  if (part.kind === CONSTANT) return typeof part.piece === 'string'
  if (part.kind === LETTERS) return true
  if (part.kind !== NUMBER) return false
  return part.figure > 0 || parts.every((it) => it === part || it.kind === CONSTANT)
}

/**
 * What the parts that differ from row to row have to be, in their order: a number, or the place in the name where letters
 * begin. One for all searches: none begins within another.
 */
const wanted: number[] = []

/**
 * The one row that may bear a name, without spelling out any; -1 where none does. \`folded\` tells whether the names are
 * stored folded, as \`name\` is: then the row does bear it, otherwise the caller compares the whole name.
 */
export function rowByParts(
  { parts, number }: NameParts,
  columns: Columns,
  { name, folded }: { readonly name: string; readonly folded: boolean },
): number {
  const { count, bytes, list } = columns
  const varying = takeApart(parts, name, folded)
  if (varying <= 0) return varying
  if (number !== undefined) {
    const rising = number.figure > 0
    const value = wanted[0] as number
    return rowOfNumber(bytes, list[number.slot] as NumberColumn, { count, value, rising })
  }
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = orderAt(parts, columns, middle, name, folded)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Takes the name apart as the rows' names are; answers how many parts vary, or -1 where it cannot be one of them. */
function takeApart(parts: readonly Part[], name: string, folded: boolean): number {
  let at = 0
  let varying = 0
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as Part
    const end = partEnd(part, name, at)
    if (part.kind === NUMBER) wanted[varying++] = numberOf(part, name, at, end)
    else if (part.kind === LETTERS) wanted[varying++] = at
    else if (folded && !name.startsWith(part.piece as string, at)) return -1
    at = end
  }
  return at === name.length ? varying : -1
}

function partEnd({ kind, piece, figure }: Part, name: string, at: number): number {
  if (kind === CONSTANT) return at + piece.length
  return kind === NUMBER && figure === 0 ? numberEnd(name, at) : at + figure
}

/** NaN, which is no row's, where it is spelled in another way than theirs. */
function numberOf({ figure }: Part, name: string, at: number, end: number): number {
  return figure > 0 ? digitsIn(name, at, end) : numberIn(name, at, end)
}

const MINUS = 45
const ZERO = 48

function numberEnd(text: string, from: number): number {
  let end = from
  if (text.charCodeAt(end) === MINUS) end++
  while (end < text.length && text.charCodeAt(end) >= ZERO && text.charCodeAt(end) <= 57) end++
  return end
}

/** A number as people write it; NaN where it is written otherwise. */
function numberIn(text: string, from: number, to: number): number {
  const negative = text.charCodeAt(from) === MINUS
  const first = negative ? from + 1 : from
  if (first >= to) return Number.NaN
  if (text.charCodeAt(first) === ZERO && (negative || to - first > 1)) return Number.NaN
  const number = digitsIn(text, first, to)
  return negative ? -number : number
}

function digitsIn(text: string, from: number, to: number): number {
  let number = 0
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

function orderAt(
  parts: readonly Part[],
  { bytes, list }: Columns,
  row: number,
  name: string,
  folded: boolean,
): number {
  let varying = 0
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as Part
    if (part.kind === CONSTANT) continue
    const it = wanted[varying++] as number
    const order =
      part.kind === NUMBER
        ? numberAt(bytes, list[part.slot] as NumberColumn, row) - it
        : lettersOrder(bytes, list[part.slot] as LetterColumn, row, name, it, folded)
    if (order !== 0) return order
  }
  return 0
}
