import { BITS_MAX, BitWriter, bitsAt, packedBytes } from './bits.ts'
import { BrokenBlock, type ByteReader, type ByteWriter } from './bytes.ts'
import {
  CHOICE,
  FLAT,
  LINE,
  type Line,
  type NumberPlan,
  PATCHED,
  PIECES,
  planNumbers,
  SAME,
  STEP,
  STEP_PARTS,
} from './number-plan.ts'

/** FLAT to PIECES are written as kind and width in one byte; the others have no width. */
const WIDTHS = BITS_MAX + 1
const SAME_HEAD = SAME * WIDTHS
const CHOICE_HEAD = SAME_HEAD + 1
const PATCHED_HEAD = SAME_HEAD + 2

/** Columns written before this one over the same rows, so that equal ones are written once. */
export class Earlier {
  readonly #columns: ({ readonly values: Float64Array; readonly kind: number } | undefined)[] = []
  /** Codes that two columns share: the rows are of kinds that differ in more than one column. */
  linked: Float64Array | undefined

  find(values: Float64Array, codes: boolean): number {
    return this.#columns.findIndex(
      // Codes may be the same as others, but not as a column of choices: reading stays one level deep.
      (it) => it !== undefined && !(codes && it.kind === CHOICE) && equal(it.values, values),
    )
  }

  /** Constant columns, and those that are the same as another, keep their place only. */
  push(column?: { readonly values: Float64Array; readonly kind: number }): void {
    this.#columns.push(column)
  }
}

/** Writes the numbers as planned, or a reference to an equal earlier column; `earlier` then knows them too. */
export function writeNumbers(
  w: ByteWriter,
  values: Float64Array,
  plan: NumberPlan,
  earlier: Earlier,
): void {
  const constant = plan.kind === FLAT && plan.width === 0
  if (!constant && writtenAsSame(w, earlier, earlier.find(values, false))) return
  earlier.push(constant ? undefined : { values, kind: plan.kind })
  if (plan.kind === CHOICE) writeChoices(w, plan, earlier)
  else if (plan.kind === PATCHED) writePatched(w, values, plan)
  else writeLined(w, values, plan)
}

function writeLined(w: ByteWriter, values: Float64Array, plan: NumberPlan): void {
  writeLines(w, plan)
  if (plan.width === 0) return
  if (plan.kind === STEP) packSteps(w, values, plan)
  else packRests(w, values, plan)
}

function writePatched(w: ByteWriter, values: Float64Array, plan: NumberPlan): void {
  const { patches = [], mended } = plan
  w.u8(PATCHED_HEAD)
  w.uint(patches.length)
  let before = 0
  for (const row of patches) {
    w.uint(row)
    w.int((values[row] as number) - before)
    before = values[row] as number
  }
  if (mended !== undefined) writeLined(w, mended.values, mended.plan)
}

function writtenAsSame(w: ByteWriter, earlier: Earlier, same: number): boolean {
  if (same < 0) return false
  w.u8(SAME_HEAD)
  w.uint(same)
  earlier.push()
  return true
}

function writeLines(w: ByteWriter, { kind, width, lines }: NumberPlan): void {
  w.u8(kind * WIDTHS + width)
  if (kind === PIECES) w.uint(lines.length)
  let before = 0
  for (const line of lines) {
    if (kind === PIECES) w.uint(line.to - line.from)
    w.int(line.base - before)
    before = line.base
    if (kind === STEP) w.int(line.stepParts)
    else if (kind !== FLAT) writeStep(w, line.stepParts)
  }
}

function equal(a: Float64Array, b: Float64Array): boolean {
  const last = a.length - 1
  if (b.length !== a.length || a[last] !== b[last]) return false
  for (let i = 0; i < last; i++) if (a[i] !== b[i]) return false
  return true
}

/** Whole steps are written as such, in one byte where they are small. */
function writeStep(w: ByteWriter, stepParts: number): void {
  if (stepParts % STEP_PARTS === 0) w.int((stepParts / STEP_PARTS) * 2)
  else w.int(stepParts * 2 + 1)
}

function readStep(r: ByteReader): number {
  const step = r.int()
  const half = Math.floor(step / 2)
  return step === half * 2 ? half * STEP_PARTS : half
}

function writeChoices(w: ByteWriter, plan: NumberPlan, earlier: Earlier): void {
  w.u8(CHOICE_HEAD)
  w.uint(plan.choices.length)
  let before = 0
  for (const choice of plan.choices) {
    w.int(choice - before)
    before = choice
  }
  const codes = plan.codes as Float64Array
  writeCodes(w, codes, earlier)
}

/** Writes which choice each row is of; small numbers, in the order in which they first appear. */
export function writeCodes(w: ByteWriter, codes: Float64Array, earlier: Earlier): void {
  const same = earlier.find(codes, true)
  if (same >= 0) earlier.linked = codes
  if (!writtenAsSame(w, earlier, same)) writeNumbers(w, codes, planNumbers(codes), earlier)
}

function packSteps(w: ByteWriter, values: Float64Array, { lines, width }: NumberPlan): void {
  const stepMin = (lines[0] as Line).stepParts
  const bits = new BitWriter(w)
  for (let i = 1; i < values.length; i++) {
    bits.put((values[i] as number) - (values[i - 1] as number) - stepMin, width)
  }
  bits.end()
}

function packRests(w: ByteWriter, values: Float64Array, { lines, width }: NumberPlan): void {
  const bits = new BitWriter(w)
  for (const { from, to, base, stepParts } of lines) {
    for (let i = from; i < to; i++) {
      const expected = base + Math.floor(((i - from) * stepParts) / STEP_PARTS)
      bits.put((values[i] as number) - expected, width)
    }
  }
  bits.end()
}

/** A column of numbers as it lies in the bytes. */
export type NumberColumn = {
  readonly kind: number
  readonly width: number
  readonly base: number
  readonly stepParts: number
  /** Where the packed bits begin. */
  readonly offset: number
  /** PIECES: start, base, step of each. CHOICE: the numbers. PATCHED: row and number of each patch. */
  readonly table: readonly number[]
  /** CHOICE: which number each row has. PATCHED: the numbers of all other rows. */
  readonly codes: NumberColumn | undefined
}

/** Reads the head of a column of `count` numbers and skips its packed bits. `earlier` then knows it too. */
export function readNumbers(r: ByteReader, count: number, earlier: NumberColumn[]): NumberColumn {
  const head = r.u8()
  if (head === CHOICE_HEAD) return readChoices(r, count, earlier)
  if (head === SAME_HEAD) return readSame(r, earlier)
  if (head === PATCHED_HEAD) return readPatched(r, count, earlier)
  const column = readLined(r, count, head)
  earlier.push(column)
  return column
}

function readLined(r: ByteReader, count: number, head: number): NumberColumn {
  if (head >= SAME_HEAD) throw new BrokenBlock('numbers of an unknown form')
  const kind = Math.floor(head / WIDTHS)
  const width = head - kind * WIDTHS
  const pieces = kind === PIECES ? readPieces(r, count) : NO_TABLE
  const base = kind === PIECES ? 0 : r.int()
  const stepParts = kind === LINE ? readStep(r) : kind === STEP ? r.int() : 0
  const offset = r.skip(packedBytes(kind === STEP ? count - 1 : count, width))
  return { kind, width, base, stepParts, offset, table: pieces, codes: undefined }
}

const NO_TABLE: readonly number[] = []

function readPieces(r: ByteReader, count: number): number[] {
  const table: number[] = []
  const pieces = r.count(3)
  let start = 0
  let base = 0
  for (let p = 0; p < pieces; p++) {
    const length = r.uint()
    base += r.int()
    table.push(start, base, readStep(r))
    start += length
  }
  if (start !== count) throw new BrokenBlock('pieces do not cover their rows')
  return table
}

function readPatched(r: ByteReader, count: number, earlier: NumberColumn[]): NumberColumn {
  const patches = r.count(2)
  const table: number[] = []
  let value = 0
  for (let p = 0; p < patches; p++) {
    const row = r.uint()
    value += r.int()
    table.push(row, value)
  }
  const codes = readLined(r, count, r.u8())
  const column = { kind: PATCHED, width: 0, base: 0, stepParts: 0, offset: 0, table, codes }
  earlier.push(column)
  return column
}

function readSame(r: ByteReader, earlier: NumberColumn[]): NumberColumn {
  const same = earlier[r.uint()]
  if (same === undefined) throw new BrokenBlock('a column is the same as none')
  earlier.push(same)
  return same
}

function readChoices(r: ByteReader, count: number, earlier: NumberColumn[]): NumberColumn {
  const place = earlier.length
  const table: number[] = []
  const choices = r.count(1)
  let choice = 0
  for (let c = 0; c < choices; c++) {
    choice += r.int()
    table.push(choice)
  }
  const open = { kind: CHOICE, width: 0, base: 0, stepParts: 0, offset: 0, table }
  // The column stands before its codes; until they are read it is one that has none.
  earlier.push({ ...open, codes: undefined })
  const column = { ...open, codes: readCodes(r, count, earlier) }
  earlier[place] = column
  return column
}

export function readCodes(r: ByteReader, count: number, earlier: NumberColumn[]): NumberColumn {
  if (r.bytes[r.at] === CHOICE_HEAD) throw new BrokenBlock('choices of choices')
  const codes = readNumbers(r, count, earlier)
  if (codes.kind === CHOICE) throw new BrokenBlock('choices of choices')
  return codes
}

/** The number at a row. */
export function numberAt(bytes: Uint8Array, column: NumberColumn, row: number): number {
  const { kind, width, base, offset } = column
  switch (kind) {
    case FLAT:
      return width === 0 ? base : base + bitsAt(bytes, offset, row * width, width)
    case LINE: {
      const line = base + Math.floor((row * column.stepParts) / STEP_PARTS)
      return width === 0 ? line : line + bitsAt(bytes, offset, row * width, width)
    }
    case STEP: {
      let value = base + row * column.stepParts
      for (let i = 0; i < row; i++) value += bitsAt(bytes, offset, i * width, width)
      return value
    }
    case PIECES:
      return pieceAt(bytes, column, row)
    case PATCHED:
      return patchedAt(bytes, column, row)
    default:
      return choiceAt(bytes, column, row)
  }
}

function pieceAt(bytes: Uint8Array, column: NumberColumn, row: number): number {
  const { table, width, offset } = column
  let p = table.length - 3
  while (p > 0 && (table[p] as number) > row) p -= 3
  const start = table[p] as number
  const line =
    (table[p + 1] as number) + Math.floor(((row - start) * (table[p + 2] as number)) / STEP_PARTS)
  return width === 0 ? line : line + bitsAt(bytes, offset, row * width, width)
}

function patchedAt(bytes: Uint8Array, { table, codes }: NumberColumn, row: number): number {
  for (let p = 0; p < table.length; p += 2) if (table[p] === row) return table[p + 1] as number
  return numberAt(bytes, codes as NumberColumn, row)
}

function choiceAt(bytes: Uint8Array, { table, codes }: NumberColumn, row: number): number {
  const value = codes === undefined ? undefined : table[numberAt(bytes, codes, row)]
  if (value === undefined) throw new BrokenBlock('a choice that is not there')
  return value
}

/** The row of a number, or -1; of a column in which each number stands once, from the least on where they are rising. */
export function rowOfNumber(
  bytes: Uint8Array,
  column: NumberColumn,
  wanted: { readonly count: number; readonly value: number; readonly rising: boolean },
): number {
  const { count, value, rising } = wanted
  const { kind, width, base, stepParts } = column
  if (kind === LINE && width === 0 && stepParts > 0) {
    const row = Math.ceil(((value - base) * STEP_PARTS) / stepParts)
    return row >= 0 && row < count && numberAt(bytes, column, row) === value ? row : -1
  }
  if (kind === STEP) return rowBySteps(bytes, column, wanted)
  if (rising) return rowByHalves(bytes, column, wanted)
  for (let row = 0; row < count; row++) if (numberAt(bytes, column, row) === value) return row
  return -1
}

function rowByHalves(
  bytes: Uint8Array,
  column: NumberColumn,
  { count, value }: { readonly count: number; readonly value: number },
): number {
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = numberAt(bytes, column, middle) - value
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function rowBySteps(
  bytes: Uint8Array,
  { base, stepParts, width, offset }: NumberColumn,
  { count, value }: { readonly count: number; readonly value: number },
): number {
  let number = base
  for (let row = 0; row < count; row++) {
    if (number === value) return row
    number += stepParts + bitsAt(bytes, offset, row * width, width)
  }
  return -1
}
