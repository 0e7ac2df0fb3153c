import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'

/**
 * Unified social credit code 统一社会信用代码 (GB 32100-2015): 18 characters. 1 registering authority, 2 kind of
 * organisation, 3–8 administrative division (GB/T 2260), 9–17 organisation code (GB 11714), 18 check character.
 */
export type Uscc = string & { readonly __brand: 'Uscc' }

/** GB 32100-2015 table 1: digits and capitals without I, O, S, V, Z; the place is the value. */
const SYMBOLS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const ORGANISATION_SYMBOLS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** GB 11714-1997 §3.3. */
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
const LENGTH = 18
const INPUT_CHARS_MAX = 100

/** What a letter that never occurs was probably meant to be. */
const MISTAKEN: Readonly<Record<string, string>> = { I: '1', O: '0', S: '5', V: 'U', Z: '2' }

export const USCC_EXPECTED: Text = {
  en: '18 digits and capital letters without I, O, S, V, Z, e.g. 91350100M000100Y43',
  zh: '18 位数字或大写字母（不含 I、O、S、V、Z），例如 91350100M000100Y43',
}

/** Full width and lower case are taken for what they mean; spaces and hyphens between groups are left out. */
function normalise(text: string): string {
  return text.slice(0, INPUT_CHARS_MAX).normalize('NFKC').toUpperCase().replaceAll(/[\s-]/gu, '')
}

/** @throws Problem `invalid-input`, which says which character is wrong and what the check character would be */
export function parseUscc(text: string, path = '/uscc'): Uscc {
  const fields = judgeUscc(text, path)
  if (fields.length === 0) return normalise(text) as Uscc
  const reason = { en: 'Not a unified social credit code', zh: '不是有效的统一社会信用代码' }
  throw new Problem('invalid-input', reason, { fields })
}

/** What is wrong with it; nothing if it is right. Pure. */
export function judgeUscc(text: string, path = '/uscc'): readonly FieldProblem[] {
  const code = normalise(text)
  const length = [...code].length
  if (length !== LENGTH) {
    const en = `has ${length} characters instead of ${LENGTH}`
    return [wrong(path, { en, zh: `共 ${length} 位，应为 ${LENGTH} 位` })]
  }
  const strange = [...code].flatMap((symbol, at) =>
    SYMBOLS.includes(symbol) ? [] : [wrong(path, strangeSymbol(symbol, at + 1))],
  )
  if (strange.length > 0) return strange
  if (!/^.{2}\d{6}/.test(code)) {
    const en = 'characters 3 to 8, the division of the registering authority, must be digits'
    return [wrong(path, { en, zh: '第 3 至 8 位（登记机关行政区划码）必须为数字' })]
  }
  return judgeChecks(code, path)
}

function judgeChecks(code: string, path: string): readonly FieldProblem[] {
  const organisation = organisationCodeOf(code as Uscc)
  const inner = organisationCheck(organisation.slice(0, 8))
  const outer = usccCheck(code.slice(0, 17))
  const innerHolds = inner === organisation[8]
  const outerHolds = outer === code[17]
  if (innerHolds && outerHolds) return []
  if (!innerHolds && !outerHolds) {
    const en = 'neither of its check characters fits: a character is wrong, or two are swapped'
    return [wrong(path, { en, zh: '两个校验位均不符：某一位有误，或有两位颠倒' })]
  }
  if (innerHolds) return [wrong(path, misfit(LENGTH, code[17], outer))]
  return [wrong(path, misfit(17, organisation[8], inner))]
}

function wrong(path: string, reason: Text): FieldProblem {
  return { path, reason, expected: USCC_EXPECTED }
}

function strangeSymbol(symbol: string, place: number): Text {
  const meant = MISTAKEN[symbol]
  const shown = /\p{C}/u.test(symbol) ? '?' : symbol
  const en = `character ${place}, “${shown}”, never occurs in such a code`
  const zh = `第 ${place} 位“${shown}”不会出现在代码中`
  if (meant === undefined) return { en, zh }
  return { en: `${en}; perhaps “${meant}”`, zh: `${zh}，是否应为“${meant}”` }
}

function misfit(place: number, given: string | undefined, right: string): Text {
  return {
    en: `check character ${place} is “${given}”; the others call for “${right}”`,
    zh: `第 ${place} 位校验码为“${given}”，按其余各位应为“${right}”`,
  }
}

/** The check character for the first 17 (GB 32100-2015 §5.6): weights 3^(i-1) mod 31. */
export function usccCheck(first17: string): string {
  let sum = 0
  let weight = 1
  for (const symbol of first17) {
    sum += SYMBOLS.indexOf(symbol) * weight
    weight = (weight * 3) % 31
  }
  return SYMBOLS[(31 - (sum % 31)) % 31] ?? ''
}

/** The check character for the 8 characters of an organisation code (GB 11714-1997 §3.3). */
export function organisationCheck(first8: string): string {
  let sum = 0
  for (const [at, weight] of ORGANISATION_WEIGHTS.entries()) {
    sum += ORGANISATION_SYMBOLS.indexOf(first8[at] ?? '0') * weight
  }
  const rest = 11 - (sum % 11)
  return rest === 10 ? 'X' : rest === 11 ? '0' : String(rest)
}

/** Characters 9 to 17, without the hyphen before its check character. */
export function organisationCodeOf(code: Uscc): string {
  return code.slice(8, 17)
}

/** The division of the authority that registered it; it stays as it was when divisions change. */
export function regionOfUscc(code: Uscc): string {
  return code.slice(2, 8)
}

/** In groups as it is printed for reading: `91 350100 M000100Y4 3`. */
export function formatUscc(code: Uscc): string {
  return [code.slice(0, 2), code.slice(2, 8), code.slice(8, 17), code.slice(17)].join(' ')
}
