import {
  type Facts,
  type FactValue,
  isList,
  itemScope,
  type Scope,
  scopeOf,
} from '../../kernel/facts/fact.ts'
import { NO, OPEN, type TruthColumn, YES } from './truth-column.ts'

/** Above this a quantity is no longer reckoned with in columns: sums and products of smaller ones stay exact in 53 bits. */
export const QUANTITY_EXACT_MAX = 2 ** 48

/** Codes of texts; the same text has the same code in every column of a population. */
export class Dictionary {
  readonly #codes = new Map<string, number>()
  readonly #texts: string[] = []

  codeOf(text: string): number {
    const known = this.#codes.get(text)
    if (known !== undefined) return known
    const code = this.#texts.length
    this.#codes.set(text, code)
    this.#texts.push(text)
    return code
  }

  get texts(): readonly string[] {
    return this.#texts
  }
}

/** The items of one list of a population, one row each, and where each case's items begin. */
export type ItemRows = {
  readonly columns: ColumnSet
  /** Items of case `row`: from `starts[row]` up to `starts[row + 1]`. */
  readonly starts: Int32Array
  /** 1 where the list is known, be it empty. */
  readonly isKnown: Uint8Array
  /** The item of each row, for what asks whether a field is its own. */
  readonly items: readonly FactValue[]
}

type RowScopes = (row: number) => Scope

/**
 * Facts of many cases as typed columns, each read when first asked for and then kept. Quantities are integers of their last decimal
 * (money: fen) in 53 bits; a case with a larger one is marked `wide` and left to the closures.
 */
export class ColumnSet {
  readonly count: number
  readonly dictionary: Dictionary
  /** 1 where some quantity that was read is too large to be reckoned with here. */
  readonly wide: Uint8Array
  readonly #scopeAt: RowScopes
  readonly #isGivenNull: (row: number, fact: string) => boolean
  readonly #kept = new Map<string, unknown>()

  constructor(
    count: number,
    scopeAt: RowScopes,
    {
      dictionary = new Dictionary(),
      isGivenNull = () => false,
    }: {
      readonly dictionary?: Dictionary
      readonly isGivenNull?: (row: number, fact: string) => boolean
    } = {},
  ) {
    this.count = count
    this.#scopeAt = scopeAt
    this.dictionary = dictionary
    this.#isGivenNull = isGivenNull
    this.wide = new Uint8Array(count)
  }

  /** Whether a case says outright that it does not know the fact. */
  isGivenNull(row: number, fact: string): boolean {
    return this.#isGivenNull(row, fact)
  }

  scopeAt(row: number): Scope {
    return this.#scopeAt(row)
  }

  /** Anything worked out of the cases once, by its name. */
  kept<Value>(name: string, make: () => Value): Value {
    if (!this.#kept.has(name)) this.#kept.set(name, make())
    return this.#kept.get(name) as Value
  }

  /** Quantities; NaN where they are not known. */
  numbers(path: string): Float64Array {
    return this.kept(`number ${path}`, () => {
      const column = new Float64Array(this.count)
      for (let row = 0; row < this.count; row++) {
        const value = this.#scopeAt(row)(path)
        if (typeof value !== 'bigint') column[row] = Number.NaN
        else if (value <= QUANTITY_EXACT_MAX) column[row] = Number(value)
        else {
          column[row] = Number.NaN
          this.wide[row] = 1
        }
      }
      return column
    })
  }

  /** Codes of words and places; -1 where they are not known. */
  texts(path: string): Int32Array {
    return this.kept(`text ${path}`, () => {
      const column = new Int32Array(this.count)
      for (let row = 0; row < this.count; row++) {
        const value = this.#scopeAt(row)(path)
        column[row] = value === null ? -1 : this.dictionary.codeOf(String(value))
      }
      return column
    })
  }

  flags(path: string): TruthColumn {
    return this.kept(`flag ${path}`, () =>
      this.truths((scope) => {
        const value = scope(path)
        return typeof value === 'boolean' ? (value ? YES : NO) : OPEN
      }),
    )
  }

  /** Days as the number YYYYMMDD; -1 where they are not known. `at`: which of a list of two days. */
  days(path: string, at?: number): Int32Array {
    return this.kept(`day ${path} ${at}`, () => {
      const column = new Int32Array(this.count)
      for (let row = 0; row < this.count; row++) {
        const value = this.#scopeAt(row)(path)
        column[row] = dayNumber(at === undefined ? value : dayOfPair(value, at))
      }
      return column
    })
  }

  /** 1 where the fact is known, 0 where not. */
  presence(path: string): Uint8Array {
    return this.kept(`known ${path}`, () => {
      const column = new Uint8Array(this.count)
      for (let row = 0; row < this.count; row++) {
        column[row] = this.#scopeAt(row)(path) === null ? 0 : 1
      }
      return column
    })
  }

  /** A truth of each case by itself. */
  truths(find: (scope: Scope) => number): TruthColumn {
    const column = new Uint8Array(this.count)
    for (let row = 0; row < this.count; row++) column[row] = find(this.#scopeAt(row))
    return column
  }

  /** Rows in which the fact is known. */
  rowsWith(path: string): Int32Array {
    return this.kept(`rows ${path}`, () => {
      const known = this.presence(path)
      return Int32Array.from([...known.keys()].filter((row) => known[row] === 1))
    })
  }

  /** The items of a list, each with its own fields before those of its case. */
  items(list: string): ItemRows {
    return this.kept(`items ${list}`, () => {
      const starts = new Int32Array(this.count + 1)
      const isKnown = new Uint8Array(this.count)
      const items: FactValue[] = []
      const parents: number[] = []
      for (const row of this.rowsWith(list)) {
        const value = this.#scopeAt(row)(list)
        if (!isList(value)) continue
        isKnown[row] = 1
        for (const item of value) {
          items.push(item)
          parents.push(row)
        }
        starts[row + 1] = value.length
      }
      for (let row = 0; row < this.count; row++)
        starts[row + 1] = at(starts, row) + at(starts, row + 1)
      const scopes = items.map((item, index) => itemScope(item, this.#scopeAt(at(parents, index))))
      const columns = new ColumnSet(items.length, (row) => at(scopes, row), {
        dictionary: this.dictionary,
      })
      return { columns, starts, isKnown, items }
    })
  }
}

/** The cases of a population as columns. */
export function columnsOf(cases: readonly Facts[]): ColumnSet {
  const scopes = cases.map(scopeOf)
  return new ColumnSet(cases.length, (row) => at(scopes, row), {
    isGivenNull: (row, fact) => at(cases, row).get(fact)?.value === null,
  })
}

/** The entry of a list or column that is known to be there. */
export function at<Value>(list: ArrayLike<Value>, index: number): Value {
  return list[index] as Value
}

function dayOfPair(value: FactValue | null, at: number): FactValue | null {
  return isList(value) && value.length === 2 ? (value[at] ?? null) : null
}

/** 2020-02-29 is 20200229; -1 for what is no day. */
export function dayNumber(day: FactValue | null): number {
  return typeof day === 'string'
    ? Number(`${day.slice(0, 4)}${day.slice(5, 7)}${day.slice(8, 10)}`)
    : -1
}
