import { setTimeout as delay } from 'node:timers/promises'
import type { HandleKey } from '../handle.ts'
import { type PlannedCommit, planCommit } from './commit.ts'
import { readRecentSize } from './counters.ts'
import { type Looked, lookAhead } from './look-ahead.ts'
import { Packer, SLICE_AHEAD, SLICE_WITHIN } from './pack.ts'
import { PageFit } from './packing.ts'
import { LOOK_INTERVAL_MS, PackingDue, type RecentLimits } from './packing-due.ts'
import type { BatchDraft, CommitAnswer } from './store.ts'
import { lastSequence, type Tables } from './tables.ts'

export type CommitRequest = { readonly batch: BatchDraft; readonly atomic: boolean }
export type CommitOutcome = { readonly answer: CommitAnswer } | { readonly error: unknown }

const RECENT_LIMITS: RecentLimits = {
  recordsHigh: 260_000,
  recordsLow: 130_000,
  recordsMax: 400_000,
}
/**
 * So many writes are encoded before the write begins, so that others may write meanwhile; whether anybody did costs some
 * microseconds to ask.
 */
const BULK_WRITES_MIN = 512

/** What writes to the tables, in whichever thread it is. */
export class Writer {
  readonly #tables: Tables
  readonly #limits: RecentLimits
  readonly #due: PackingDue
  readonly #fit = new PageFit()
  readonly #packer: Packer
  /** Rows packed since the round began. */
  #inRound = 0
  #inSlice = 0

  constructor(tables: Tables, limits = RECENT_LIMITS) {
    this.#tables = tables
    this.#limits = limits
    this.#due = new PackingDue(limits)
    this.#packer = new Packer(tables, this.#fit)
  }

  /** What the names of a commit that is to come have; null where that cannot be known before. */
  look(keys: readonly HandleKey[]): Looked | null {
    this.#tables.engine.freshen()
    try {
      return lookAhead(this.#tables, keys) ?? null
    } catch {
      // It fails again within the write, where that is told.
      return null
    }
  }

  /** Stores several commits with one write to the disk; each has its own outcome. `looked`: of the first. */
  commit(group: readonly CommitRequest[], looked?: Looked | null): CommitOutcome[] {
    this.#makeRoom(group.reduce((sum, { batch }) => sum + batch.writes.length, 0))
    const ahead = this.#planAhead(group[0], looked)
    return this.#write(() =>
      group.map((request, i) => this.#commitOne(request, i === 0 ? ahead : undefined)),
    )
  }

  #planAhead(
    request: CommitRequest | undefined,
    known: Looked | null | undefined,
  ): PlannedCommit | undefined {
    if (request === undefined) return undefined
    const { batch, atomic } = request
    const { engine } = this.#tables
    const looked = known === undefined ? this.look(batch.writes.map(({ next }) => next.key)) : known
    if (looked === null && batch.writes.length < BULK_WRITES_MIN) return undefined
    try {
      if (looked !== null) {
        engine.freshen()
        return planCommit(this.#tables, batch, { atomic, fit: this.#fit, looked })
      }
      engine.freshenAgain()
      return planCommit(this.#tables, batch, { atomic, fit: this.#fit })
    } catch {
      return undefined
    }
  }

  /** Packs in writes of their own, between which others get their turn. */
  #makeRoom(writes: number): void {
    for (let packed = 0; packed < writes; packed += this.#inSlice) {
      if (this.#recentRecords() <= this.#limits.recordsMax || !this.pack()) return
    }
  }

  #recentRecords(): number {
    this.#tables.engine.freshen()
    return readRecentSize(this.#tables).records
  }

  #commitOne({ batch, atomic }: CommitRequest, ahead: PlannedCommit | undefined): CommitOutcome {
    let plan: PlannedCommit
    try {
      plan = ahead?.isStill() ? ahead : planCommit(this.#tables, batch, { atomic, fit: this.#fit })
    } catch (error) {
      return { error }
    }
    // A plan that cannot be stored undoes the whole group, by what the engine throws.
    plan.store()
    return { answer: plan.answer }
  }

  /** Packs one slice; answers whether there is more to pack. Rows whose block is broken stay where they are. */
  pack(): boolean {
    const tables = this.#tables
    tables.engine.freshenAgain()
    const planned = this.#packer.plan(SLICE_AHEAD)
    return this.#write(() => {
      const plan = planned.isStill() ? planned : this.#packer.plan(SLICE_WITHIN)
      plan.store()
      this.#inSlice = plan.rows
      this.#inRound += plan.rows
      const isStuck = plan.isLast && this.#inRound === 0
      if (plan.isLast) this.#inRound = 0
      return !isStuck && (tables.runs.isDropping || readRecentSize(tables).records > 0)
    })
  }

  #write<T>(body: () => T): T {
    try {
      return this.#tables.engine.write(body)
    } catch (error) {
      this.#tables.runs.forget()
      this.#packer.forget()
      throw error
    }
  }

  /** Packs in the background: where rows have gathered, and where none has come for a while. */
  async keepPacked(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(LOOK_INTERVAL_MS, undefined, { ref: false, signal }).catch(() => undefined)
      while (!signal.aborted && this.#isDue() && this.#tryPack()) await delay(0)
    }
  }

  /** Whatever hinders packing, a full disk above all, hinders nothing else: it is tried again at the next look. */
  #tryPack(): boolean {
    try {
      return this.pack()
    } catch {
      return false
    }
  }

  #isDue(): boolean {
    const tables = this.#tables
    const records = this.#recentRecords()
    tables.runs.look()
    const { last: run, isDropping } = tables.runs
    const seen = { sequence: lastSequence(tables), run, records, isDropping }
    return this.#due.isDue(seen, performance.now())
  }
}
