import { caseless, type LetterTest, LINE_END, namedLetters, SHORT_SETS } from './letters-of.ts'

export const PATTERN_CHARS_MAX = 1_000
const DEPTH_MAX = 32
/** Of one repetition; what is longer is written otherwise. */
export const REPEAT_MAX = 1_000

export type Assertion = 'start' | 'end' | 'last-line' | 'word-edge' | 'no-word-edge'

export type PatternNode =
  | { readonly kind: 'letter'; readonly test: LetterTest }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly among: readonly PatternNode[] }
  | {
      readonly kind: 'repeat'
      readonly of: PatternNode
      readonly least: number
      /** Absent: without end. */
      readonly most?: number
      readonly isLazy: boolean
    }
  | { readonly kind: 'group'; readonly number: number; readonly of: PatternNode }
  | { readonly kind: 'assert'; readonly what: Assertion }

/** Why a pattern is none that can be used here, and where in it. */
export class WrongPattern extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(`${message}, at character ${at + 1}`)
    this.at = at
  }
}

/**
 * Reads the part of Java's regular expressions that takes time in proportion to the text: no references back, no looking
 * around, nothing that keeps all it has taken (`*+`, `(?>…)`). @throws WrongPattern
 */
export function readPattern(
  source: string,
  isCaseless: boolean,
): { readonly root: PatternNode; readonly groups: number } {
  if (source.length > PATTERN_CHARS_MAX) {
    throw new WrongPattern(`a pattern has at most ${PATTERN_CHARS_MAX} characters`, 0)
  }
  const reader = new PatternReader(source, isCaseless)
  return { root: reader.read(), groups: reader.groups }
}

class PatternReader {
  readonly #letters: readonly string[]
  #at = 0
  #depth = 0
  #isCaseless: boolean
  #dotTakesAll = false
  groups = 0

  constructor(source: string, isCaseless: boolean) {
    this.#letters = Array.from(source)
    this.#isCaseless = isCaseless
  }

  read(): PatternNode {
    const root = this.#choice()
    if (this.#at < this.#letters.length) this.#wrong('a closing bracket without an opening one')
    return root
  }

  #choice(): PatternNode {
    if (++this.#depth > DEPTH_MAX) this.#wrong(`groups lie at most ${DEPTH_MAX} deep`)
    const flags = { isCaseless: this.#isCaseless, dotTakesAll: this.#dotTakesAll }
    const among = [this.#sequence()]
    while (this.#took('|')) among.push(this.#sequence())
    // Flags hold to the end of the group they stand in.
    this.#isCaseless = flags.isCaseless
    this.#dotTakesAll = flags.dotTakesAll
    this.#depth--
    return among.length === 1 && among[0] !== undefined ? among[0] : { kind: 'choice', among }
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = []
    for (;;) {
      const next = this.#peek()
      if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', parts }
      const part = this.#part()
      if (part !== undefined) parts.push(this.#repeated(part))
    }
  }

  /** Undefined for what takes nothing: flags. */
  #part(): PatternNode | undefined {
    const letter = this.#take()
    switch (letter) {
      case '(':
        return this.#group()
      case '[':
        return this.#letter(this.#set())
      case '.':
        return this.#letter(this.#dotTakesAll ? () => true : (code) => !LINE_END(code))
      case '^':
        return { kind: 'assert', what: 'start' }
      case '$':
        return { kind: 'assert', what: 'last-line' }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#wrong(`nothing to repeat before ${letter}`, -1)
      default:
        return this.#letter(is(letter))
    }
  }

  #group(): PatternNode | undefined {
    if (!this.#took('?')) return this.#closed(++this.groups)
    if (this.#took(':')) return this.#closed()
    if (this.#took('<')) {
      if (this.#peek() === '=' || this.#peek() === '!') this.#wrong('looking around is not taken')
      this.#name('>')
      return this.#closed(++this.groups)
    }
    if (this.#peek() === '=' || this.#peek() === '!') this.#wrong('looking around is not taken')
    return this.#flags()
  }

  #flags(): PatternNode | undefined {
    const before = { isCaseless: this.#isCaseless, dotTakesAll: this.#dotTakesAll }
    let isOn = true
    for (;;) {
      const letter = this.#take()
      if (letter === ')') return undefined
      if (letter === ':') break
      if (letter === '-') isOn = false
      else if (letter === 'i') this.#isCaseless = isOn
      else if (letter === 's') this.#dotTakesAll = isOn
      else if (letter !== 'u') this.#wrong(`the flag ${letter} is not taken`, -1)
    }
    const group = this.#closed()
    this.#isCaseless = before.isCaseless
    this.#dotTakesAll = before.dotTakesAll
    return group
  }

  #closed(number?: number): PatternNode {
    const of = this.#choice()
    if (!this.#took(')')) this.#wrong('a group is not closed')
    return number === undefined ? of : { kind: 'group', number, of }
  }

  #repeated(of: PatternNode): PatternNode {
    const bounds = this.#bounds()
    if (bounds === undefined) return of
    const isLazy = this.#took('?')
    if (!isLazy && this.#peek() === '+')
      this.#wrong('a repetition that gives nothing back is not taken')
    const made: PatternNode = { kind: 'repeat', of, ...bounds, isLazy }
    if (/^[*+?{]$/.test(this.#peek() ?? '')) this.#wrong('a repetition of a repetition')
    return made
  }

  #bounds(): { least: number; most?: number } | undefined {
    if (this.#took('*')) return { least: 0 }
    if (this.#took('+')) return { least: 1 }
    if (this.#took('?')) return { least: 0, most: 1 }
    if (!this.#took('{')) return undefined
    const text = this.#name('}')
    const [, from = '', comma, to = ''] =
      /^(\d{1,4})(,)?(\d{0,4})$/.exec(text) ?? this.#wrong('a repetition is {2}, {2,} or {2,5}')
    const least = Number(from)
    const most = comma === undefined ? least : to === '' ? undefined : Number(to)
    if (Math.max(least, most ?? 0) > REPEAT_MAX || (most !== undefined && most < least)) {
      this.#wrong(`a repetition is of at most ${REPEAT_MAX} times`)
    }
    return most === undefined ? { least } : { least, most }
  }

  #escape(): PatternNode {
    const what = ASSERTIONS[this.#peek() ?? '']
    if (what !== undefined) {
      this.#at++
      return { kind: 'assert', what }
    }
    if (this.#took('Q')) return this.#quoted()
    return this.#letter(this.#escaped())
  }

  #quoted(): PatternNode {
    const parts: PatternNode[] = []
    while (
      this.#peek() !== undefined &&
      !(this.#peek() === '\\' && this.#letters[this.#at + 1] === 'E')
    ) {
      parts.push(this.#letter(is(this.#take())))
    }
    this.#at = Math.min(this.#at + 2, this.#letters.length)
    return { kind: 'sequence', parts }
  }

  /** What one escape stands for, outside a set and in one. */
  #escaped(): LetterTest {
    const letter = this.#take()
    const set = SHORT_SETS[letter.toLowerCase()]
    if (set !== undefined) return letter === letter.toLowerCase() ? set : not(set)
    if (letter === 'p' || letter === 'P') return this.#property(letter === 'P')
    const control = CONTROLS[letter]
    if (control !== undefined) return is(control)
    if (letter === 'x' || letter === 'u') return this.#numbered(letter)
    if (/[1-9k]/.test(letter)) this.#wrong('references back to a group are not taken', -1)
    if (/[A-Za-z0]/.test(letter)) this.#wrong(`\\${letter} is not known`, -1)
    return is(letter)
  }

  #property(isNot: boolean): LetterTest {
    const name = this.#took('{') ? this.#name('}') : this.#take()
    const test = namedLetters(name) ?? this.#wrong(`the set ${name} is not known`)
    return isNot ? not(test) : test
  }

  #numbered(kind: 'x' | 'u'): LetterTest {
    const isBraced = kind === 'x' && this.#took('{')
    const digits = isBraced ? this.#name('}') : this.#several(kind === 'x' ? 2 : 4)
    const code = /^[\da-f]{1,6}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN
    if (!(code <= CODE_MAX)) this.#wrong('the number of a character is hexadecimal')
    return (it) => it === code
  }

  /** Behind `[`: parts are joined, `&&` keeps what is in both. */
  #set(): LetterTest {
    if (++this.#depth > DEPTH_MAX) this.#wrong(`sets lie at most ${DEPTH_MAX} deep`)
    const isNot = this.#took('^')
    const wholes: LetterTest[] = []
    let parts: LetterTest[] = []
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      if (this.#peek() === undefined) this.#wrong('a set is not closed')
      if (this.#peek() === '&' && this.#letters[this.#at + 1] === '&') {
        this.#at += 2
        wholes.push(any(parts))
        parts = []
      } else parts.push(this.#member())
    }
    this.#at++
    this.#depth--
    wholes.push(any(parts))
    const test: LetterTest = (code) => wholes.every((it) => it(code))
    const cased = this.#isCaseless ? caseless(test) : test
    return isNot ? not(cased) : cased
  }

  #member(): LetterTest {
    if (this.#took('[')) return this.#set()
    const from = this.#peek()
    const first = this.#single()
    const isRange = this.#peek() === '-' && !/^[\][]?$/.test(this.#letters[this.#at + 1] ?? '')
    if (!isRange) return first
    this.#at++
    const to = this.#peek()
    if (from === '\\' || to === '\\') return this.#wrong('a range is between two plain characters')
    this.#at++
    const [low = 0, high = 0] = [from, to].map((it) => it?.codePointAt(0))
    if (low > high) this.#wrong('a range that begins behind its end')
    return (code) => code >= low && code <= high
  }

  #single(): LetterTest {
    const letter = this.#take()
    return letter === '\\' ? this.#escaped() : is(letter)
  }

  #letter(test: LetterTest): PatternNode {
    return { kind: 'letter', test: this.#isCaseless ? caseless(test) : test }
  }

  #name(end: string): string {
    const from = this.#at
    while (this.#peek() !== end) this.#take()
    this.#at++
    return this.#letters.slice(from, this.#at - 1).join('')
  }

  #several(count: number): string {
    return Array.from({ length: count }, () => this.#take()).join('')
  }

  #peek(): string | undefined {
    return this.#letters[this.#at]
  }

  #took(letter: string): boolean {
    if (this.#peek() !== letter) return false
    this.#at++
    return true
  }

  #take(): string {
    const letter = this.#letters[this.#at] ?? this.#wrong('the pattern ends too early')
    this.#at++
    return letter
  }

  #wrong(message: string, back = 0): never {
    throw new WrongPattern(message, this.#at + back)
  }
}

const CODE_MAX = 0x10ffff
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'start',
  b: 'word-edge',
  B: 'no-word-edge',
  z: 'end',
  Z: 'last-line',
}
const CONTROLS: Readonly<Record<string, string>> = {
  a: '\u0007',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function is(letter: string): LetterTest {
  const wanted = letter.codePointAt(0)
  return (code) => code === wanted
}

function not(test: LetterTest): LetterTest {
  return (code) => !test(code)
}

function any(tests: readonly LetterTest[]): LetterTest {
  return (code) => tests.some((it) => it(code))
}
