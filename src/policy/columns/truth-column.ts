import type { Truth } from '../../kernel/facts/truth.ts'

/** One truth for each case: no, open, yes in this order, so that “all” is the least of several and “any” the greatest. */
export type TruthColumn = Uint8Array

export const NO = 0
export const OPEN = 1
export const YES = 2

export function truthOf(value: number | undefined): Truth {
  return value === NO ? false : value === YES ? true : null
}

export function numberOf(truth: Truth): number {
  return truth === null ? OPEN : truth ? YES : NO
}

/** Lowers `into` to `other` where that is lower: “all” of both. */
export function lower(into: TruthColumn, other: TruthColumn): void {
  for (let row = 0; row < into.length; row++) {
    const value = other[row] as number
    if (value < (into[row] as number)) into[row] = value
  }
}

/** Raises `into` to `other` where that is higher: “any” of both. */
export function raise(into: TruthColumn, other: TruthColumn): void {
  for (let row = 0; row < into.length; row++) {
    const value = other[row] as number
    if (value > (into[row] as number)) into[row] = value
  }
}

export function negated(column: TruthColumn): TruthColumn {
  return column.map((it) => YES - it)
}
