/** An exact fraction; the divisor is above 0. Not reduced: compare with `compare`, never with `===`. */
export type Rational = { readonly over: bigint; readonly under: bigint }

/** The fraction `over / under`. Throws RangeError where `under` is not above 0. */
export function rational(over: bigint, under = 1n): Rational {
  if (under <= 0n) throw new RangeError('a fraction’s divisor is above 0')
  return { over, under }
}

export const ZERO: Rational = rational(0n)

export function add(a: Rational, b: Rational): Rational {
  return a.under === b.under
    ? { over: a.over + b.over, under: a.under }
    : { over: a.over * b.under + b.over * a.under, under: a.under * b.under }
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, { over: -b.over, under: b.under })
}

export function multiply(a: Rational, b: Rational): Rational {
  return { over: a.over * b.over, under: a.under * b.under }
}

/** Throws RangeError where `b` is not above 0. */
export function divide(a: Rational, b: Rational): Rational {
  return multiply(a, rational(b.under, b.over))
}

/** Below 0, 0 or above 0, as in sorting. */
export function compare(a: Rational, b: Rational): number {
  const left = a.over * b.under
  const right = b.over * a.under
  return left < right ? -1 : left > right ? 1 : 0
}

export function least(a: Rational, b: Rational): Rational {
  return compare(b, a) < 0 ? b : a
}

export function greatest(a: Rational, b: Rational): Rational {
  return compare(b, a) > 0 ? b : a
}

/** The largest whole number that is not above it. */
export function floor({ over, under }: Rational): bigint {
  const whole = over / under
  return over < 0n && whole * under !== over ? whole - 1n : whole
}

export function isWhole({ over, under }: Rational): boolean {
  return over % under === 0n
}

/** `2/5`: two integers, the second above 0. Undefined for anything else. */
export function parseRational(text: string): Rational | undefined {
  const match = /^(\d{1,18})\/([1-9]\d{0,17})$/.exec(text)
  return match === null ? undefined : rational(BigInt(match[1] ?? ''), BigInt(match[2] ?? ''))
}
