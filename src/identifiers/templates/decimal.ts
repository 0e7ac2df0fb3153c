/** Digits of a number before and after the point together; more is no measurement, and exponents are bounded by it. */
export const DECIMAL_DIGITS_MAX = 400
/** Decimals of at most this many characters have 15 digits or fewer: a double holds them exactly enough to compare. */
const EXACT_CHARS_MAX = 15

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/
/** What needs no work: no sign but minus, no leading zero, no trailing zero behind the point. */
const ALREADY_CANONICAL = /^(?:0|-?(?:[1-9]\d*|(?:0|[1-9]\d*)\.\d*[1-9]))$/

/**
 * The one spelling of a decimal number, whatever its precision: no exponent, no plus, no needless zero, no `-0`.
 * Undefined when the text is not a decimal number or would have more than `DECIMAL_DIGITS_MAX` digits.
 */
export function canonicalDecimal(text: string): string | undefined {
  if (text.length <= DECIMAL_DIGITS_MAX && ALREADY_CANONICAL.test(text)) return text
  if (text.length > DECIMAL_DIGITS_MAX + 10) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? []
  if (sign === undefined || whole.length + fraction.length === 0) return undefined
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (/^0*$/.test(digits)) return '0'
  if (point > DECIMAL_DIGITS_MAX || point < -DECIMAL_DIGITS_MAX) return undefined
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0')
  const at = Math.max(point, 1)
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, '')
  const after = padded.slice(at).replace(/0+$/, '')
  if (before.length + after.length > DECIMAL_DIGITS_MAX) return undefined
  return `${sign === '-' ? '-' : ''}${before}${after === '' ? '' : `.${after}`}`
}

/** Compares two canonical decimals exactly: negative, 0 or positive. */
export function compareDecimals(a: string, b: string): number {
  if (a.length <= EXACT_CHARS_MAX && b.length <= EXACT_CHARS_MAX) return Number(a) - Number(b)
  const negative = a.startsWith('-')
  if (negative !== b.startsWith('-')) return negative ? -1 : 1
  return negative ? compareMagnitudes(b.slice(1), a.slice(1)) : compareMagnitudes(a, b)
}

function compareMagnitudes(a: string, b: string): number {
  const [wholeA = '', fractionA = ''] = a.split('.')
  const [wholeB = '', fractionB = ''] = b.split('.')
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1
  // Without trailing zeros a longer fraction that starts with the shorter is greater, as text order has it.
  if (fractionA === fractionB) return 0
  return fractionA < fractionB ? -1 : 1
}
