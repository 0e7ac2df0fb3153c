import { compareKeys } from './ordering.ts'
import { runRows } from './run-rows.ts'
import type { RunRow, Runs } from './runs.ts'

/**
 * The rows that one round of packing takes from runs, in the order of their names. They are merged once for all slices of
 * the round: to begin anew with each would cost a search of every run.
 */
export class RoundRows {
  readonly upTo: number
  /** Runs of which a piece was found to be broken. */
  readonly broken: number[] = []
  readonly #runs: Runs
  /** While the round goes on, its runs stay. */
  readonly #count: number
  readonly #merged: Generator<RunRow>
  /** Merged and not yet packed. */
  #ahead: RunRow[] = []
  #hand: string | undefined

  constructor(runs: Runs, { upTo, hand }: { readonly upTo: number; readonly hand: string }) {
    this.upTo = upTo
    this.#runs = runs
    this.#hand = hand
    this.#count = this.#counted()
    const onBroken = (sequence: number) => this.broken.push(sequence)
    this.#merged = runRows(runs, { from: hand, upTo, onBroken })
  }

  /** The name that the next slice begins with. */
  get hand(): string {
    return this.#hand ?? ''
  }

  isAt(upTo: number, hand: string): boolean {
    return this.upTo === upTo && this.#hand === hand && this.#count === this.#counted()
  }

  #counted(): number {
    return this.#runs.list.filter(({ sequence }) => sequence <= this.upTo).length
  }

  /** So many of the rows from `hand` on, or all there are. */
  ahead(count: number): readonly RunRow[] {
    while (this.#ahead.length < count) {
      const { done, value } = this.#merged.next()
      if (done) break
      this.#ahead.push(value)
    }
    return this.#ahead.slice(0, count)
  }

  /** Rows up to a name have been packed; without one all have. */
  pass(hand: string | undefined): void {
    this.#hand = hand
    const next =
      hand === undefined ? -1 : this.#ahead.findIndex(({ key }) => compareKeys(key, hand) >= 0)
    this.#ahead = next < 0 ? [] : this.#ahead.slice(next)
  }
}
