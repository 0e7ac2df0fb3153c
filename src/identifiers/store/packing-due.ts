/** What there is when it is looked at. */
export type StoreSeen = {
  /** Of the last commit. */
  readonly sequence: number
  /** Of the last run of rows. */
  readonly run: number
  /** Rows in the recent area. */
  readonly records: number
  /** Runs whose rows are all packed still wait to be dropped: whoever reads the area passes over them again and again. */
  readonly isDropping: boolean
}

export type RecentLimits = {
  /**
   * From so many rows on the recent area is packed while it grows. Late, because a block is written anew for one row as for
   * fifty: the more rows wait, the more come into each block; and who fills it needs the processor, and may stop soon.
   */
  readonly recordsHigh: number
  /** Down to here, then. */
  readonly recordsLow: number
  /** Beyond this a commit first packs as many rows as it may bring, so that the area cannot outgrow the packing. */
  readonly recordsMax: number
}

/** Between two looks at whether anybody writes, and whether rows come. */
export const LOOK_INTERVAL_MS = 500

/** Says when the recent area is packed in the background: where rows have gathered, and where none has come for a while. */
export class PackingDue {
  readonly #limits: RecentLimits
  #lookedMs = Number.NEGATIVE_INFINITY
  #before: StoreSeen = { sequence: -1, run: -1, records: 0, isDropping: false }
  #isQuiet = false
  #isGrowing = false
  /** Was above `recordsHigh`, and is not down at `recordsLow` yet. */
  #isReducing = false

  constructor(limits: RecentLimits) {
    this.#limits = limits
  }

  isDue(seen: StoreSeen, nowMs: number): boolean {
    if (nowMs - this.#lookedMs >= LOOK_INTERVAL_MS) {
      const before = this.#before
      this.#isQuiet = seen.sequence === before.sequence
      this.#isGrowing = seen.run !== before.run || seen.records > before.records
      this.#before = seen
      this.#lookedMs = nowMs
    }
    const { recordsHigh, recordsLow } = this.#limits
    this.#isReducing = seen.records > (this.#isReducing ? recordsLow : recordsHigh)
    if (seen.isDropping) return true
    if (seen.records === 0) return false
    return this.#isQuiet || !this.#isGrowing || this.#isReducing
  }
}
