import { constant, type Draft, joined, numberDraft } from './draft.ts'
import { flatten } from './flat.ts'
import { alphabetFor } from './letters.ts'

/** Longest text that is looked at letter by letter. */
export const FIXED_CHARS_MAX = 1_024
/** Decimal digits of one number: below 2^51. */
export const NUMBER_DIGITS_MAX = 15
/** Constant digits from here on are a number, so that the form of a block stays when the digits move on. */
const CONSTANT_DIGITS_MIN = 4
/** A short run of digits beside varying letters is taken to be some of them. */
const DIGITS_APART_MIN = 6

const DIGIT = 1
const LETTER = 2
const OTHER = 4
const WIDE = 8

const classes = Uint8Array.from({ length: 128 }, (_, char) => {
  const letter = String.fromCharCode(char)
  return /[0-9]/.test(letter) ? DIGIT : /[A-Za-z]/.test(letter) ? LETTER : OTHER
})

/**
 * Texts of one length as a matrix: what stands at each place (if ASCII), of which class, and whether it is the same in
 * all.
 */
type Matrix = {
  readonly rows: number
  readonly length: number
  readonly codes: Uint8Array
  readonly seen: Uint8Array
  readonly varies: Uint8Array
}

/** A stretch of places of one nature. */
type Run = {
  readonly from: number
  to: number
  kind: 'text' | 'digits' | 'letters'
  varies: boolean
}

/** Parts for texts that all have the same length; undefined where they are better kept whole. */
export function fixedDraft(texts: readonly string[]): Draft | undefined {
  const length = (texts[0] as string).length
  if (length === 0 || length > FIXED_CHARS_MAX) return undefined
  const matrix = matrixOf(texts, length)
  for (let place = 0; place < length; place++) {
    if (matrix.varies[place] === 1 && ((matrix.seen[place] as number) & WIDE) !== 0)
      return undefined
  }
  const parts: Draft[] = []
  for (let from = 0; from < length; ) {
    const to = wordEnd(matrix, from)
    if (to === from) {
      parts.push(constant((texts[0] as string)[from] as string))
      from++
    } else {
      for (const run of runsOf(matrix, from, to)) {
        parts.push(...partsOf(matrix, run, texts[0] as string))
      }
      from = to
    }
  }
  return joined(parts)
}

function matrixOf(texts: readonly string[], length: number): Matrix {
  const codes = flatten(texts)
  return codes === undefined ? wideMatrix(texts, length) : asciiMatrix(codes, texts.length, length)
}

function asciiMatrix(codes: Uint8Array, rows: number, length: number): Matrix {
  const seen = new Uint8Array(length)
  const varies = new Uint8Array(length)
  const end = rows * length
  for (let at = length; at < end; at += length) {
    for (let place = 0; place < length; place++) {
      const change = (codes[at + place] as number) ^ (codes[place] as number)
      varies[place] = (varies[place] as number) | change
    }
  }
  for (let place = 0; place < length; place++) {
    let classesSeen = classes[codes[place] as number] as number
    if (varies[place] !== 0) {
      varies[place] = 1
      for (let at = place + length; at < end; at += length) {
        classesSeen |= classes[codes[at] as number] as number
      }
    }
    seen[place] = classesSeen
  }
  return { rows, length, codes, seen, varies }
}

function wideMatrix(texts: readonly string[], length: number): Matrix {
  const first = texts[0] as string
  const codes = new Uint8Array(texts.length * length)
  const seen = new Uint8Array(length)
  const varies = new Uint8Array(length)
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row] as string
    const at = row * length
    for (let place = 0; place < length; place++) {
      const code = text.charCodeAt(place)
      codes[at + place] = code
      if (code !== first.charCodeAt(place)) varies[place] = 1
      seen[place] = (seen[place] as number) | (code < 128 ? (classes[code] as number) : WIDE)
    }
  }
  return { rows: texts.length, length, codes, seen, varies }
}

/** A word goes on over everything that varies and over constant letters and digits. */
function wordEnd({ length, seen, varies }: Matrix, from: number): number {
  let to = from
  while (to < length && (varies[to] === 1 || ((seen[to] as number) & (OTHER | WIDE)) === 0)) to++
  return to
}

function runsOf(matrix: Matrix, from: number, to: number): Run[] {
  const runs: Run[] = []
  for (let place = from; place < to; place++) {
    const varies = matrix.varies[place] === 1
    const kind = matrix.seen[place] === DIGIT ? 'digits' : varies ? 'letters' : 'text'
    const last = runs.at(-1)
    if (last?.kind === kind) {
      last.to = place + 1
      last.varies ||= varies
    } else runs.push({ from: place, to: place + 1, kind, varies })
  }
  return runs.some((run) => run.kind === 'letters') ? withLetters(runs) : runs
}

/** Beside varying letters, few digits and constant letters that lead to them are letters too. */
function withLetters(runs: readonly Run[]): Run[] {
  const kept: Run[] = []
  for (const run of runs.toReversed()) {
    const next = kept.at(-1)
    const apart = run.kind === 'digits' && run.varies && run.to - run.from >= DIGITS_APART_MIN
    const short = run.kind === 'digits' && run.varies && !apart
    if (short) run.kind = 'letters'
    if (next?.kind === 'letters' && !apart) {
      kept[kept.length - 1] = { from: run.from, to: next.to, kind: 'letters', varies: true }
    } else kept.push(run)
  }
  return kept.reverse()
}

function partsOf(matrix: Matrix, run: Run, first: string): Draft[] {
  const text = first.slice(run.from, run.to)
  switch (run.kind) {
    case 'text':
      return [constant(text)]
    case 'digits':
      return run.varies || text.length >= CONSTANT_DIGITS_MIN
        ? numbersOf(matrix, run)
        : [constant(text)]
    case 'letters':
      return [lettersOf(matrix, run)]
  }
}

/** More digits than a number takes are cut from the end. */
function numbersOf(matrix: Matrix, { from, to }: Run): Draft[] {
  const parts: Draft[] = []
  for (let end = to; end > from; end -= NUMBER_DIGITS_MAX) {
    const start = Math.max(from, end - NUMBER_DIGITS_MAX)
    const values = new Float64Array(matrix.rows)
    readDigits(matrix, start, end, values)
    parts.unshift(numberDraft(values, end - start))
  }
  return parts
}

/** Nine digits are whole numbers of the machine; what stands before them is added at the end. */
function readDigits(matrix: Matrix, start: number, end: number, values: Float64Array): void {
  const { codes, length } = matrix
  const middle = Math.max(start, end - 9)
  const scale = 10 ** (end - middle)
  for (let row = 0; row < values.length; row++) {
    const at = row * length
    let high = 0
    for (let i = at + start; i < at + middle; i++)
      high = (high * 10 + (codes[i] as number) - 48) | 0
    let low = 0
    for (let i = at + middle; i < at + end; i++) low = (low * 10 + (codes[i] as number) - 48) | 0
    values[row] = high * scale + low
  }
}

function lettersOf(matrix: Matrix, { from, to }: Run): Draft {
  const length = to - from
  const chars = new Uint8Array(matrix.rows * length)
  const seen = new Uint8Array(128)
  let lead = 0
  while (lead < length && matrix.varies[from + lead] === 0) lead++
  for (let row = 0; row < matrix.rows; row++) {
    const at = row * matrix.length + from
    for (let i = 0; i < length; i++) {
      const char = matrix.codes[at + i] as number
      chars[row * length + i] = char
      if (i >= lead) seen[char] = 1
    }
  }
  const alphabet = alphabetFor(seen, matrix.rows * (length - lead))
  return { kind: 'letters', alphabet, rows: { chars, length, lead } }
}
