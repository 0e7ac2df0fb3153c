import { bitsFor } from './bits.ts'

/** Whole numbers that a column takes: larger ones leave no room for differences. */
export const NUMBER_MAX = 2 ** 51 - 1

/** The number less the smallest of all. */
export const FLAT = 0
/** The number less what a straight line says. */
export const LINE = 1
/** The step from one number to the next. */
export const STEP = 2
/** As LINE, with a new line at each break. */
export const PIECES = 3
/** The same numbers as an earlier column of these rows. */
export const SAME = 4
/** One of few numbers. */
export const CHOICE = 5

/** As most rows say, but for some that are told one by one. */
export const PATCHED = 6
/** Steps of lines are kept in parts of this: enough for 128 rows to stay within half of one. */
export const STEP_PARTS = 256
const STEP_PARTS_MAX = 2 ** 44
const PIECES_MAX = 8
const PIECE_BITS = 72
const CHOICES_MAX = 16
/** Random access to steps adds them up: they must be this much smaller. */
const STEP_BONUS = 0.9

export type Line = {
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
  /** PATCHED: rows that are told one by one, and the column without them. */
  readonly patches?: readonly number[]
  readonly mended?: { readonly values: Float64Array; readonly plan: NumberPlan }
}

/** The cheapest way to write these numbers (each at most `NUMBER_MAX` in size). */
export function planNumbers(values: Float64Array): NumberPlan {
  const best = linesPlan(values)
  if (best.width <= 6) return best
  const few = cheaper(best, choicePlan(values))
  return best.width > 8 ? cheaper(few, patchedPlan(values)) : few
}

/** The cheapest way by lines and steps alone. */
function linesPlan(values: Float64Array): NumberPlan {
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
  return best
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

/** A few numbers far above or below the others are told by themselves. */
function patchedPlan(values: Float64Array): NumberPlan | undefined {
  const sorted = values.toSorted()
  const { length } = sorted
  const middle = sorted[length >> 1] as number
  const spread = (sorted[(length * 13) >> 4] as number) - (sorted[(length * 3) >> 4] as number)
  const mended = new Float64Array(values)
  const patches: number[] = []
  let bits = 24
  let usual = middle
  for (let row = 0; row < length; row++) {
    const off = Math.abs((values[row] as number) - middle)
    if (off > 4 * spread + 16) {
      patches.push(row)
      mended[row] = usual
      bits += 24 + bitsFor(off)
    } else usual = values[row] as number
  }
  if (patches.length === 0 || patches.length > length >> 2) return undefined
  const plan = linesPlan(mended)
  return {
    ...plan,
    kind: PATCHED,
    bits: bits + plan.bits,
    patches,
    mended: { values: mended, plan },
  }
}
