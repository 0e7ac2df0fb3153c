import type { ByteWriter } from './bytes.ts'
import type { Draft } from './draft.ts'
import {
  type Alphabet,
  type LetterRows,
  looksRandom,
  writeAlphabet,
  writeLetters,
} from './letters.ts'
import { planNumbers } from './number-plan.ts'
import { type Earlier, writeCodes, writeNumbers } from './numbers.ts'

/** Kinds of parts: the low four bits of a part's head; the high four are a small figure of its own. */
export const CONSTANT = 0 // figure: length of an ASCII text, or LONG and a piece
export const JOIN = 1 // figure: how many parts, or 0 and the count
export const SUFFIX = 2 // figure: 1 folded
export const NUMBER = 3 // figure: digits it is padded to
export const DECIMAL = 4 // figure: digits after the point
export const LETTERS = 5 // figure: how many, or 0 and the count
export const TIME = 6 // figure: spelling
export const CHOICE = 7
export const HEAP = 8 // figure: what is there

export const LONG = 15
/** Parts within parts; `joined` lays them flat, so that one level is what is written. */
export const JOIN_DEPTH_MAX = 2

export const UTF_8 = 0
export const UTF_16 = 1
export const OCTETS = 2

export type Letters = {
  readonly alphabet: Alphabet
  readonly rows: LetterRows
  /** As they are packed. */
  readonly bytes: number
}

/** Where columns are written: what is the same from block to block, what is not, and what zstd is to pack. */
export type Sheets = {
  /** Letters in the body: zstd may make nothing of them. */
  readonly letters: Letters[]
  readonly form: ByteWriter
  readonly body: ByteWriter
  readonly heap: ByteWriter
}

/** Writes a column; what its numbers may be the same as stands in `earlier`. */
export function writeDraft(sheets: Sheets, draft: Draft, earlier: Earlier): void {
  const { form, body } = sheets
  switch (draft.kind) {
    case 'constant':
      writeConstant(form, draft.piece)
      break
    case 'join':
      writeHead(form, JOIN, draft.parts.length)
      for (const part of draft.parts) writeDraft(sheets, part, earlier)
      break
    case 'suffix':
      form.u8(head(SUFFIX, draft.folded ? 1 : 0))
      break
    case 'number':
      form.u8(draft.decimals > 0 ? head(DECIMAL, draft.decimals) : head(NUMBER, draft.pad))
      writeNumbers(body, draft.values, draft.plan, earlier)
      break
    case 'letters':
      writeHead(form, LETTERS, draft.rows.length)
      writeAlphabet(form, draft.alphabet)
      writeLettersOf(sheets, draft)
      break
    case 'time':
      form.u8(head(TIME, draft.form.spelling))
      form.u8(draft.form.fractionDigits)
      form.piece(draft.form.zone)
      writeNumbers(body, draft.values, draft.plan, earlier)
      break
    case 'choice':
      form.u8(head(CHOICE, 0))
      writeChoices(body, draft, earlier)
      break
    case 'heap':
      writeHeap(sheets, draft.pieces, earlier)
      break
  }
}

/** Bytes of letters that zstd makes nothing of. */
export function randomBytesOf({ letters }: Sheets): number {
  let bytes = 0
  for (const it of letters) if (looksRandom(it.alphabet, it.rows)) bytes += it.bytes
  return bytes
}

/** A count as the figure where it fits, else behind the head. */
function writeHead(form: ByteWriter, kind: number, count: number): void {
  form.u8(head(kind, count < 16 ? count : 0))
  if (count >= 16) form.uint(count)
}

function head(kind: number, figure: number): number {
  return kind + figure * 16
}

function writeLettersOf(sheets: Sheets, draft: Extract<Draft, { kind: 'letters' }>): void {
  const from = sheets.body.length
  writeLetters(sheets.body, draft.alphabet, draft.rows)
  const { alphabet, rows } = draft
  sheets.letters.push({ alphabet, rows, bytes: sheets.body.length - from })
}

function writeConstant(form: ByteWriter, piece: string | Uint8Array): void {
  const short =
    typeof piece === 'string' && piece.length < LONG && Buffer.byteLength(piece) === piece.length
  form.u8(head(CONSTANT, short ? piece.length : LONG))
  if (short) form.ascii(piece)
  else form.piece(piece)
}

function writeChoices(
  body: ByteWriter,
  { choices, codes }: Extract<Draft, { kind: 'choice' }>,
  earlier: Earlier,
): void {
  const from = body.length
  for (const choice of choices) body.piece(choice)
  const pieces = new Uint8Array(body.view(from))
  body.cut(from)
  body.uint(choices.length)
  body.uint(pieces.length)
  body.raw(pieces)
  writeCodes(body, codes, earlier)
}

function writeHeap(
  { form, body, heap }: Sheets,
  pieces: readonly (string | Uint8Array)[],
  earlier: Earlier,
): void {
  const texts = pieces.every((piece) => typeof piece === 'string')
  const nature = !texts ? OCTETS : pieces.every((piece) => piece.isWellFormed()) ? UTF_8 : UTF_16
  form.u8(head(HEAP, nature))
  const lengths = new Float64Array(pieces.length)
  const from = heap.length
  for (const [i, piece] of pieces.entries()) {
    const before = heap.length
    if (typeof piece !== 'string') heap.raw(piece)
    else heap.raw(Buffer.from(piece, nature === UTF_8 ? 'utf8' : 'utf16le'))
    lengths[i] = heap.length - before
  }
  body.uint(from)
  writeNumbers(body, lengths, planNumbers(lengths), earlier)
}
