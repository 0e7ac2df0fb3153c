/** Whether a character, by its code point, is one of a set. */
export type LetterTest = (code: number) => boolean

const between = (from: number, to: number): LetterTest => {
  return (code) => code >= from && code <= to
}
const digit = between(0x30, 0x39)
const lower = between(0x61, 0x7a)
const upper = between(0x41, 0x5a)
const oneOf = (text: string): LetterTest => {
  const codes = new Set(Array.from(text, (it) => it.codePointAt(0)))
  return (code) => codes.has(code)
}
const either = (...tests: readonly LetterTest[]): LetterTest => {
  return (code) => tests.some((it) => it(code))
}
const alpha = either(lower, upper)
const alnum = either(alpha, digit)
const space = oneOf(' \t\n\v\f\r')

export const LINE_END: LetterTest = oneOf('\n\r\u0085\u2028\u2029')

/** Sets by the letter that stands for them behind a backslash, as Java has them: ASCII alone. */
export const SHORT_SETS: Readonly<Record<string, LetterTest>> = {
  d: digit,
  s: space,
  w: either(alnum, oneOf('_')),
  h: oneOf(' \t\u00a0\u1680\u180e\u202f\u205f\u3000'),
  v: oneOf('\n\v\f\r\u0085\u2028\u2029'),
}

/** Sets of `\p{…}` that are ASCII alone. */
const NAMED_SETS: Readonly<Record<string, LetterTest>> = {
  ASCII: between(0, 0x7f),
  Alpha: alpha,
  Alnum: alnum,
  Blank: oneOf(' \t'),
  Cntrl: either(between(0, 0x1f), between(0x7f, 0x7f)),
  Digit: digit,
  Graph: between(0x21, 0x7e),
  Lower: lower,
  Print: between(0x20, 0x7e),
  Punct: (code) => code > 0x20 && code < 0x7f && !alnum(code),
  Space: space,
  Upper: upper,
  XDigit: either(digit, between(0x61, 0x66), between(0x41, 0x46)),
}

/** A set by its name in `\p{…}`: ASCII's, or one of Unicode (`L`, `IsHan`, `IsAlphabetic`). Undefined for none. */
export function namedLetters(name: string): LetterTest | undefined {
  if (Object.hasOwn(NAMED_SETS, name)) return NAMED_SETS[name]
  const bare = name.replace(/^Is(?=[A-Z])/, '')
  for (const written of [bare, `Script=${bare}`]) {
    const test = unicodeTest(written)
    if (test !== undefined) return test
  }
  return undefined
}

function unicodeTest(name: string): LetterTest | undefined {
  if (!/^[\w=]+$/.test(name)) return undefined
  try {
    const one = new RegExp(`^\\p{${name}}$`, 'u')
    return (code) => one.test(String.fromCodePoint(code))
  } catch {
    return undefined
  }
}

/** The same set whatever the case of its letters. */
export function caseless(test: LetterTest): LetterTest {
  return (code) => {
    if (test(code)) return true
    const letter = String.fromCodePoint(code)
    return [letter.toLowerCase(), letter.toUpperCase()].some((it) => {
      const other = it.codePointAt(0) ?? code
      return other !== code && test(other)
    })
  }
}
