/** Money is integer fen, 100 to the yuan. */
export const FEN_PER_YUAN = 100n

/** Digits before the point of a decimal number that is taken for real. */
const WHOLE_DIGITS_MAX = 24
const EXPONENT_MAX = 24

/**
 * A decimal number by its digits, as an integer of its last decimal: `1.5` with 2 decimals is 150. Exponents are read as JSON
 * writes them. Undefined for what is no number, has more decimals than that, or more than 24 digits before the point.
 */
export function parseDecimal(text: string, decimals: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', part = '', power = '0'] = match
  const exponent = Number(power)
  if (whole.length > WHOLE_DIGITS_MAX || Math.abs(exponent) > EXPONENT_MAX) return undefined
  const digits = `${whole}${part}`
  const shift = decimals - part.length + exponent
  const kept = shift >= 0 ? digits.padEnd(digits.length + shift, '0') : digits.slice(0, shift)
  const lost = shift >= 0 ? '' : digits.slice(shift)
  if (/[1-9]/.test(lost)) return undefined
  const value = BigInt(kept === '' ? '0' : kept)
  return sign === '-' ? -value : value
}

/** Fen as yuan, with as many decimals as it needs: 150 is `1.5`. */
export function formatYuan(fen: bigint): string {
  const [sign, absolute] = fen < 0n ? ['-', -fen] : ['', fen]
  const cents = (absolute % FEN_PER_YUAN).toString().padStart(2, '0').replace(/0+$/, '')
  return `${sign}${absolute / FEN_PER_YUAN}${cents === '' ? '' : `.${cents}`}`
}
