/** An exact number: numerator and denominator, the second above 0. Not reduced: sizes here stay small. */
export type Fraction = readonly [bigint, bigint]

export const ZERO: Fraction = [0n, 1n]

export function whole(value: number | bigint): Fraction {
  return [BigInt(value), 1n]
}

/** `30/100`. */
export function ratioOf(text: string): Fraction {
  const [above = '0', below = '1'] = text.split('/')
  return [BigInt(above), BigInt(below)]
}

/** The digits of a JSON number as they were written; undefined for what is no plain decimal. */
export function decimalOf(value: unknown): Fraction | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  const [, sign = '', before = '', after = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? []
  if (before === '') return undefined
  const digits = BigInt(`${before}${after}`)
  return [sign === '-' ? -digits : digits, 10n ** BigInt(after.length)]
}

export function add(a: Fraction, b: Fraction): Fraction {
  return [a[0] * b[1] + b[0] * a[1], a[1] * b[1]]
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return [a[0] * b[1] - b[0] * a[1], a[1] * b[1]]
}

export function times(a: Fraction, b: Fraction): Fraction {
  return [a[0] * b[0], a[1] * b[1]]
}

/** Below 0, 0 or above 0 as `a` is less than, equal to or more than `b`. */
export function compare(a: Fraction, b: Fraction): number {
  const left = a[0] * b[1]
  const right = b[0] * a[1]
  return left < right ? -1 : Number(left > right)
}

export function least(a: Fraction, b: Fraction): Fraction {
  return compare(b, a) < 0 ? b : a
}

export function most(a: Fraction, b: Fraction): Fraction {
  return compare(b, a) > 0 ? b : a
}

export function sumOf(all: readonly Fraction[]): Fraction {
  return all.reduce(add, ZERO)
}

/** Yuan, rounded down to the fen; `lost` says whether anything was cut. */
export function toFen([above, below]: Fraction): { readonly fen: bigint; readonly lost: boolean } {
  const scaled = above * 100n
  return { fen: scaled / below, lost: scaled % below !== 0n }
}

export function fenToYuan(fen: bigint): Fraction {
  return [fen, 100n]
}
