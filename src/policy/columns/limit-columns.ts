import { LIMIT_ORDER, type LimitName } from '../limits.ts'

/** Names of limits by the number that columns hold of them; 0: none. */
export const LIMIT_NAMES: readonly (LimitName | null)[] = [
  null,
  ...LIMIT_ORDER,
  'sum',
  'quota',
  'budget',
]

export function limitNumber(name: LimitName): number {
  return LIMIT_NAMES.indexOf(name)
}

/** Products below this are whole numbers that a double holds exactly. */
const PRODUCT_MAX = 2 ** 52

/**
 * What amounts may be, from `lo` to `hi` (Infinity: without end), in parts of a fen: whole numbers of `1 / scale` fen, so that every
 * share of the measure is exact. `lo` Infinity: no limit at all in this case.
 */
export type Spans = { readonly lo: Float64Array; readonly hi: Float64Array }

export function spansOf(count: number, lo: number, hi: number): Spans {
  return { lo: new Float64Array(count).fill(lo), hi: new Float64Array(count).fill(hi) }
}

/** The least of several limits, taken one by one in the order in which equal ones win. */
export class LeastColumns {
  readonly lo: Float64Array
  readonly hi: Float64Array
  /** The first limit that is a known number and is the least so far. */
  readonly #known: Uint8Array
  readonly #any: Uint8Array

  constructor(count: number) {
    this.lo = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
    this.hi = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
    this.#known = new Uint8Array(count)
    this.#any = new Uint8Array(count)
  }

  take(name: LimitName, { lo, hi }: Spans): void {
    const number = limitNumber(name)
    for (let row = 0; row < lo.length; row++) {
      const low = lo[row] as number
      const high = hi[row] as number
      if (low === Number.POSITIVE_INFINITY) continue
      if (high < (this.hi[row] as number)) this.hi[row] = high
      if (low > (this.lo[row] as number)) continue
      if (low < (this.lo[row] as number)) {
        this.lo[row] = low
        this.#any[row] = number
        this.#known[row] = 0
      }
      if ((this.#known[row] as number) === 0 && low === high) this.#known[row] = number
    }
  }

  isPoint(row: number): boolean {
    return (this.lo[row] as number) === (this.hi[row] as number)
  }

  /** What fixed the amount; 0 while it is not a known number. */
  by(row: number): number {
    if (!this.isPoint(row)) return 0
    return (this.#known[row] as number) || (this.#any[row] as number)
  }
}

/** A fraction in its lowest terms. */
export type Share = { readonly over: number; readonly under: number }

/** `30/100` is 3/10. */
export function shareIn(text: string): Share {
  const [over = 0, under = 1] = text.split('/').map(Number)
  const common = commonDivisor(over, under)
  return { over: over / common, under: under / common }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a || 1 : commonDivisor(b, a % b)
}

export function commonMultiple(a: number, b: number): number {
  return (a / commonDivisor(a, b)) * b
}

/** `value × share` in parts of a fen; the share's divisor goes into the scale. */
export function shareOf(value: number, share: Share, scale: number): number {
  return value * ((share.over * scale) / share.under)
}

/** The largest number of fen that the scale and the share leave exact. */
export function exactUpTo(scale: number, shares: readonly Share[]): number {
  const factors = shares.map(({ over, under }) => (over * scale) / under)
  return PRODUCT_MAX / Math.max(scale, ...factors)
}

/** Whole fen, rounded down. */
export function wholeFen(parts: number, scale: number): number {
  if (scale === 1) return parts
  const fen = Math.floor(parts / scale)
  return fen * scale > parts ? fen - 1 : fen
}
