import { constant, type Draft, draftBits, joined, numberDraft } from './draft.ts'
import { FIXED_CHARS_MAX, fixedDraft, NUMBER_DIGITS_MAX } from './fixed.ts'
import { planNumbers } from './number-plan.ts'
import { timeFormOf, timeNumbers } from './times.ts'

/** Different texts that a column of choices holds at most. */
const CHOICES_MAX = 64
/** Among this many rows of so few choices two are equal, but for one in a hundred columns. */
const ROWS_WITHOUT_REPEAT = 24
/** Times of so few bits each are not worth a look at other ways. */
const TIME_BITS_FINE = 8
/** Parts between separators that a text is taken apart into at most. */
const WORDS_MAX = 64

/** The names of the rows a column stands beside: what its texts may repeat. */
export type Names = { readonly spelled: readonly string[]; readonly folded: readonly string[] }

const NO_NAMES: Names = { spelled: [], folded: [] }

/** Finds how to write the rows' own names, each of which stands once. */
export function draftNames(names: readonly string[]): Draft {
  if (names.length === 1) return constant(names[0] as string)
  return cheapest([apartDraft(names), { kind: 'heap', pieces: names }])
}

/** Finds how to write a column of texts, one for each row. */
export function draftTexts(texts: readonly string[], names: Names = NO_NAMES): Draft {
  const first = texts[0] as string
  if (allEqual(texts)) return constant(first)
  const around =
    aroundName(texts, names.spelled, false) ??
    (names.folded === names.spelled ? undefined : aroundName(texts, names.folded, true))
  if (around !== undefined) return around
  const time = timeDraft(texts)
  if (time?.kind === 'time' && time.plan.width <= TIME_BITS_FINE) return time
  const choice = choiceDraft(texts)
  if (choice?.kind === 'choice' && choice.choices.length * 16 <= texts.length) return choice
  const apart = time ?? apartDraft(texts)
  return cheapest([apart, choice, { kind: 'heap', pieces: texts }])
}

function cheapest(drafts: readonly (Draft | undefined)[]): Draft {
  let best: Draft | undefined
  let bestBits = 0
  for (const draft of drafts) {
    if (draft === undefined) continue
    const bits = draftBits(draft)
    if (best !== undefined && bits >= bestBits) continue
    best = draft
    bestBits = bits
  }
  return best as Draft
}

function allEqual(texts: readonly string[]): boolean {
  const first = texts[0]
  for (let i = 1; i < texts.length; i++) if (texts[i] !== first) return false
  return true
}

function sameLength(texts: readonly string[]): boolean {
  const length = texts[0]?.length
  for (let i = 1; i < texts.length; i++) if (texts[i]?.length !== length) return false
  return true
}

/** Every text holds its row's name: what stands before and after it is drafted by itself. */
function aroundName(
  texts: readonly string[],
  names: readonly string[],
  folded: boolean,
): Draft | undefined {
  const firstName = names[0]
  if (firstName === undefined || firstName === '') return undefined
  const at = (texts[0] as string).indexOf(firstName)
  if (at < 0) return undefined
  const before = (texts[0] as string).slice(0, at)
  const name: Draft = { kind: 'suffix', folded }
  if (endWithNames(texts, names, before)) return joined([constant(before), name])
  let alike = true
  let after = false
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    const own = names[i] as string
    alike &&= text.startsWith(own, at) && (at === 0 || text.startsWith(before))
    after ||= text.length !== at + own.length
    if (!alike) return aroundNameAnywhere(texts, names, folded)
  }
  if (!after) return joined([constant(before), name])
  const rest = texts.map((text, i) => text.slice(at + (names[i] as string).length))
  return joined([constant(before), name, draftTexts(rest)])
}

/**
 * Whether each text is `before` and its row's name. Two texts of all of them are compared at once: with each text as long
 * as its parts, they are the same only where each is.
 */
function endWithNames(texts: readonly string[], names: readonly string[], before: string): boolean {
  for (let i = 0; i < texts.length; i++) {
    if ((texts[i] as string).length !== before.length + (names[i] as string).length) return false
  }
  const all = texts.join('')
  return all.startsWith(before) && all.slice(before.length) === names.join(before)
}

function aroundNameAnywhere(
  texts: readonly string[],
  names: readonly string[],
  folded: boolean,
): Draft | undefined {
  const before: string[] = []
  const after: string[] = []
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    const name = names[i] as string
    const at = name === '' ? -1 : text.indexOf(name)
    if (at < 0) return undefined
    before.push(text.slice(0, at))
    after.push(text.slice(at + name.length))
  }
  return joined([draftTexts(before), { kind: 'suffix', folded }, draftTexts(after)])
}

const marks = new Uint32Array(4_096)
let marked = 0

/** Whether the first rows all end in another way, and so repeat nothing; false where only a closer look can tell. */
function startsWithoutRepeat(texts: readonly string[]): boolean {
  if (texts.length <= ROWS_WITHOUT_REPEAT) return false
  marked = (marked + 1) >>> 0
  for (let i = 0; i <= ROWS_WITHOUT_REPEAT; i++) {
    const text = texts[i] as string
    let mark = text.length
    for (let at = Math.max(0, mark - 4); at < text.length; at++) {
      mark = (Math.imul(mark, 33) + text.charCodeAt(at)) | 0
    }
    mark &= marks.length - 1
    if (marks[mark] === marked) return false
    marks[mark] = marked
  }
  return true
}

function choiceDraft(texts: readonly string[]): Draft | undefined {
  if (startsWithoutRepeat(texts)) return undefined
  const codeOf = new Map<string, number>()
  const codes = new Float64Array(texts.length)
  const most = Math.min(CHOICES_MAX, (texts.length + 1) >> 1)
  let last: string | undefined
  let code: number | undefined
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    if (text !== last) {
      last = text
      code = codeOf.get(text)
    }
    if (code === undefined) {
      if (codeOf.size === most || (i === ROWS_WITHOUT_REPEAT && codeOf.size === i)) return undefined
      code = codeOf.size
      codeOf.set(text, code)
    }
    codes[i] = code
  }
  return { kind: 'choice', choices: [...codeOf.keys()], codes }
}

function timeDraft(texts: readonly string[]): Draft | undefined {
  const form = timeFormOf(texts[0] as string)
  if (form === undefined) return undefined
  const values = timeNumbers(texts, form)
  return values === undefined
    ? undefined
    : { kind: 'time', form, values, plan: planNumbers(values) }
}

function apartDraft(texts: readonly string[]): Draft | undefined {
  const decimal = decimalDraft(texts)
  if (decimal !== undefined) return decimal
  return sameLength(texts) ? fixedDraft(texts) : wordsDraft(texts)
}

const DECIMAL = /^-?(?:0|[1-9]\d{0,14})(?:\.(\d{1,7}))?$/

/** Numbers as people write them: a sign, no needless zeros, the same count of decimals in all. */
function decimalDraft(texts: readonly string[]): Draft | undefined {
  const found = DECIMAL.exec(texts[0] as string)
  if (found === null) return undefined
  const decimals = found[1]?.length ?? 0
  if (decimals === 0 && sameLength(texts)) return undefined
  const values = new Float64Array(texts.length)
  for (let i = 0; i < texts.length; i++) {
    const value = decimalOf(texts[i] as string, decimals)
    if (Number.isNaN(value)) return undefined
    values[i] = value
  }
  return numberDraft(values, 0, decimals)
}

/** The number without its point; NaN where it is not spelled as `numberText` would. */
function decimalOf(text: string, decimals: number): number {
  const sign = text.charCodeAt(0) === 45 ? 1 : 0
  const point = decimals === 0 ? text.length : text.length - decimals - 1
  const whole = point - sign
  if (whole < 1 || whole + decimals > NUMBER_DIGITS_MAX) return Number.NaN
  if (whole > 1 && text.charCodeAt(sign) === 48) return Number.NaN
  if (decimals > 0 && text[point] !== '.') return Number.NaN
  const value =
    digitsOf(text, sign, point) * 10 ** decimals + digitsOf(text, point + 1, text.length)
  if (sign === 0) return value
  return value === 0 ? Number.NaN : -value
}

function digitsOf(text: string, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Digits of a number: padded with zeros, or as people write them. */
export function numberText(value: number, pad: number, decimals: number): string {
  if (decimals === 0 && value >= 0) {
    return pad > 0 && value < 10 ** pad ? paddedText(value, pad) : `${value}`
  }
  const text = `${Math.abs(value)}`.padStart(Math.max(pad, decimals + 1), '0')
  const point = text.length - decimals
  const unsigned = decimals === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`
  return value < 0 ? `-${unsigned}` : unsigned
}

/** All numbers of one, two and three digits. */
const DIGITS = [0, 1, 2, 3].map((width) =>
  Array.from({ length: 10 ** width }, (_, n) => String(n).padStart(width, '0')),
)

/** Three digits at a time from tables: half the time of spelling the number and padding it. */
function paddedText(value: number, pad: number): string {
  if (pad <= 3) return DIGITS[pad]?.[value] as string
  const high = Math.floor(value / 1_000)
  return paddedText(high, pad - 3) + (DIGITS[3]?.[value - high * 1_000] as string)
}

/** Texts of different lengths with the same separators between their words. */
function wordsDraft(texts: readonly string[]): Draft | undefined {
  const separators = (texts[0] as string).split(/[0-9A-Za-z]+/)
  if (separators.length < 2 || separators.length > WORDS_MAX) return undefined
  const words: string[][] = separators.slice(1).map(() => [])
  for (const text of texts) {
    if (text.length > FIXED_CHARS_MAX || !takeWords(text, separators, words)) return undefined
  }
  const parts: Draft[] = [constant(separators[0] as string)]
  for (let k = 0; k < words.length; k++) {
    parts.push(wordDraft(words[k] as string[]), constant(separators[k + 1] as string))
  }
  return joined(parts)
}

function takeWords(text: string, separators: readonly string[], words: string[][]): boolean {
  let at = (separators[0] as string).length
  if (!text.startsWith(separators[0] as string)) return false
  for (let k = 0; k < words.length; k++) {
    let end = at
    while (end < text.length && isWordChar(text.charCodeAt(end))) end++
    const separator = separators[k + 1] as string
    if (end === at || !text.startsWith(separator, end)) return false
    words[k]?.push(text.slice(at, end))
    at = end + separator.length
  }
  return at === text.length
}

function isWordChar(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

function wordDraft(words: readonly string[]): Draft {
  if (allEqual(words)) return constant(words[0] as string)
  const apart = sameLength(words)
    ? fixedDraft(words)
    : (decimalDraft(words) ?? numberedDraft(words))
  return cheapest([apart, choiceDraft(words), { kind: 'heap', pieces: words }])
}

/** Constant letters before a counter of growing length. */
function numberedDraft(words: readonly string[]): Draft | undefined {
  const letters = /^\d*[A-Za-z]+(?=\d+$)/.exec(words[0] as string)?.[0]
  if (letters === undefined) return undefined
  if (!words.every((word) => word.startsWith(letters))) return undefined
  const counter = decimalDraft(words.map((word) => word.slice(letters.length)))
  return counter === undefined ? undefined : joined([constant(letters), counter])
}
