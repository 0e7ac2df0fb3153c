import { BITS_MAX, BitWriter, bitsAt, bitsFor, packedBytes } from './bits.ts'
import { BrokenBlock, type ByteReader, type ByteWriter } from './bytes.ts'

/** Whole numbers that a column takes: larger ones leave no room for differences. */
export const NUMBER_MAX = 2 ** 51 - 1

/** The number less the smallest of all. */
const FLAT = 0
/** The number less what a straight line says. */
const LINE = 1
/** The step from one number to the next. */
const STEP = 2
/** As LINE, with a new line at each break. */
const PIECES = 3
/** The same numbers as an earlier column of these rows. */
const SAME = 4
/** One of few numbers. */
const CHOICE = 5

/** FLAT to PIECES are written as kind and width in one byte; the others have no width. */
const WIDTHS = BITS_MAX + 1
const SAME_HEAD = SAME * WIDTHS
const CHOICE_HEAD = SAME_HEAD + 1
/** Steps of lines are kept in parts of this: enough for 128 rows to stay within half of one. */
const STEP_PARTS = 256
const STEP_PARTS_MAX = 2 ** 44
const PIECES_MAX = 8
const PIECE_BITS = 72
const CHOICES_MAX = 16
/** Random access to steps adds them up: they must be this much smaller. */
const STEP_BONUS = 0.9

type Line = {
  readonly from: number
  readonly to: number
  readonly base: number
  readonly stepParts: number
  readonly width: number
}

/** How a column of numbers is written, and at what price. */
export type NumberPlan = {
  readonly kind: number
  readonly width: number
  readonly bits: number
  readonly lines: readonly Line[]
  readonly choices: readonly number[]
  readonly codes?: Float64Array
}

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

/** The cheapest way to write these numbers (each at most `NUMBER_MAX` in size). */
export function planNumbers(values: Float64Array): NumberPlan {
  const { min, max, stepMin, stepMax, bends } = rangeOf(values)
  const count = values.length
  const flatWidth = bitsFor(max - min)
  const flat = planOf(FLAT, flatWidth, count, [
    { from: 0, to: count, base: min, stepParts: 0, width: flatWidth },
  ])
  if (min === max) return flat
  const line = lineOver(values, 0, count)
  let best = cheaper(flat, planOf(LINE, line.width, count, [line]))
  if (best.width === 0) return best
  if (bends <= count >> 3) best = cheaper(best, piecesPlan(values, runsOf(values), count))
  else if (best.width > 3) best = cheaper(best, piecesPlan(values, breaksOf(values), count))
  const stepWidth = bitsFor(stepMax - stepMin)
  const stepBits = (count - 1) * stepWidth + 40
  if (stepBits < best.bits * STEP_BONUS) {
    const from = { from: 0, to: count, base: values[0] as number, stepParts: stepMin, width: 0 }
    best = { kind: STEP, width: stepWidth, bits: stepBits, lines: [from], choices: [] }
  }
  return flatWidth > 6 && best.width > 2 ? cheaper(best, choicePlan(values)) : best
}

function planOf(kind: number, width: number, count: number, lines: readonly Line[]): NumberPlan {
  const head = kind === FLAT ? 8 : 24
  return { kind, width, bits: count * width + head + lines.length * 24, lines, choices: [] }
}

function cheaper(a: NumberPlan, b: NumberPlan | undefined): NumberPlan {
  return b !== undefined && b.bits < a.bits ? b : a
}

function rangeOf(values: Float64Array) {
  let last = values[0] as number
  let min = last
  let max = last
  let stepMin = Number.MAX_SAFE_INTEGER
  let stepMax = -Number.MAX_SAFE_INTEGER
  let stepBefore = 0
  let bends = 0
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number
    const step = value - last
    if (value < min) min = value
    if (value > max) max = value
    if (step < stepMin) stepMin = step
    if (step > stepMax) stepMax = step
    if (step !== stepBefore) bends++
    stepBefore = step
    last = value
  }
  return { min, max, stepMin, stepMax, bends }
}

/** The line through the middles of both halves, moved below every number. */
function lineOver(values: Float64Array, from: number, to: number): Line {
  const count = to - from
  const half = count >> 1
  let low = 0
  let high = 0
  for (let i = 0; i < half; i++) {
    low += values[from + i] as number
    high += values[to - 1 - i] as number
  }
  let stepParts = half === 0 ? 0 : Math.round(((high - low) / half / (count - half)) * STEP_PARTS)
  if (Math.abs(stepParts) > STEP_PARTS_MAX) stepParts = 0
  let base = values[from] as number
  let top = base
  for (let i = 1; i < count; i++) {
    const rest = (values[from + i] as number) - Math.floor((i * stepParts) / STEP_PARTS)
    if (rest < base) base = rest
    if (rest > top) top = rest
  }
  return { from, to, base, stepParts, width: bitsFor(top - base) }
}

function piecesPlan(
  values: Float64Array,
  starts: readonly number[] | undefined,
  count: number,
): NumberPlan | undefined {
  if (starts === undefined || starts.length < 2) return undefined
  const lines = starts.map((from, p) => lineOver(values, from, starts[p + 1] ?? count))
  const width = lines.reduce((most, line) => Math.max(most, line.width), 0)
  return {
    kind: PIECES,
    width,
    bits: count * width + 16 + lines.length * PIECE_BITS,
    lines,
    choices: [],
  }
}

/** Where a new exact line begins. */
function runsOf(values: Float64Array): number[] | undefined {
  const starts: number[] = []
  for (let from = 0; from < values.length; ) {
    if (starts.push(from) > PIECES_MAX * 2) return undefined
    let to = from + 2
    const step = (values[from + 1] as number) - (values[from] as number)
    while (to < values.length && (values[to] as number) - (values[to - 1] as number) === step) to++
    from = to
  }
  return starts
}

/** Where a step stands out from the usual ones. */
function breaksOf(values: Float64Array): number[] | undefined {
  if (values.length < 16) return undefined
  const stride = Math.max(1, Math.floor(values.length / 16))
  const sample: number[] = []
  for (let i = stride; i < values.length; i += stride) {
    sample.push((values[i] as number) - (values[i - 1] as number))
  }
  sample.sort((a, b) => a - b)
  const usual = sample[sample.length >> 1] as number
  const spread =
    (sample[(sample.length * 3) >> 2] as number) - (sample[sample.length >> 2] as number)
  const limit = 4 * spread + 4
  const starts = [0]
  for (let i = 1; i < values.length; i++) {
    const step = (values[i] as number) - (values[i - 1] as number)
    if (Math.abs(step - usual) > limit && starts.push(i) > PIECES_MAX) return undefined
  }
  return starts
}

function choicePlan(values: Float64Array): NumberPlan | undefined {
  const codeOf = new Map<number, number>()
  const codes = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    let code = codeOf.get(value)
    if (code === undefined) {
      if (codeOf.size === CHOICES_MAX) return undefined
      code = codeOf.size
      codeOf.set(value, code)
    }
    codes[i] = code
  }
  const choices = [...codeOf.keys()]
  let bits = 24 + values.length * bitsFor(choices.length - 1)
  let before = 0
  for (const choice of choices) {
    bits += 8 + bitsFor(Math.abs(choice - before))
    before = choice
  }
  return { kind: CHOICE, width: 0, bits, lines: [], choices, codes }
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
  if (plan.kind === CHOICE) {
    writeChoices(w, plan, earlier)
    return
  }
  writeLines(w, plan)
  if (plan.width === 0) return
  if (plan.kind === STEP) packSteps(w, values, plan)
  else packRests(w, values, plan)
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
  return step % 2 === 0 ? (step / 2) * STEP_PARTS : (step - 1) / 2
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
  /** PIECES: start, base, step of each. CHOICE: the numbers. */
  readonly table: readonly number[]
  readonly codes: NumberColumn | undefined
}

/** Reads the head of a column of `count` numbers and skips its packed bits. `earlier` then knows it too. */
export function readNumbers(r: ByteReader, count: number, earlier: NumberColumn[]): NumberColumn {
  const head = r.u8()
  if (head === CHOICE_HEAD) return readChoices(r, count, earlier)
  if (head === SAME_HEAD) return readSame(r, earlier)
  if (head > CHOICE_HEAD) throw new BrokenBlock('numbers of an unknown form')
  const kind = Math.floor(head / WIDTHS)
  const width = head - kind * WIDTHS
  const pieces = kind === PIECES ? readPieces(r, count) : NO_TABLE
  const base = kind === PIECES ? 0 : r.int()
  const stepParts = kind === LINE ? readStep(r) : kind === STEP ? r.int() : 0
  const offset = r.skip(packedBytes(kind === STEP ? count - 1 : count, width))
  const column = { kind, width, base, stepParts, offset, table: pieces, codes: undefined }
  earlier.push(column)
  return column
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

function choiceAt(bytes: Uint8Array, { table, codes }: NumberColumn, row: number): number {
  const value = codes === undefined ? undefined : table[numberAt(bytes, codes, row)]
  if (value === undefined) throw new BrokenBlock('a choice that is not there')
  return value
}

/** The row of a number, or -1; of a column in which each number stands once. */
export function rowOfNumber(
  bytes: Uint8Array,
  column: NumberColumn,
  wanted: { readonly count: number; readonly value: number },
): number {
  const { count, value } = wanted
  const { kind, width, base, stepParts } = column
  if (kind === LINE && width === 0 && stepParts > 0) {
    const row = Math.ceil(((value - base) * STEP_PARTS) / stepParts)
    return row >= 0 && row < count && numberAt(bytes, column, row) === value ? row : -1
  }
  if (kind === STEP) return rowBySteps(bytes, column, wanted)
  for (let row = 0; row < count; row++) if (numberAt(bytes, column, row) === value) return row
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
