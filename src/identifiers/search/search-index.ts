import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import type { BulkSign } from '../../lib/bulk-sign.ts'
import { systemClock } from '../../lib/clock.ts'
import type { Found, SearchWish } from '../registration/list-routes.ts'
import { Answering, type Entitlement } from './answer.ts'
import { Counts, countName } from './counts.ts'
import { Deriver } from './derive.ts'
import { Merger } from './merge.ts'
import { newestSequence, PrefixList, type SearchedStore } from './reading.ts'
import { type IndexTables, openIndexTables } from './tables.ts'

export type SearchPosition = {
  /** The batch up to which the index is derived; 0 while it is built for the first time. */
  readonly sequence: number
  /** Milliseconds since 1970 of that batch. */
  readonly at?: number
  readonly isBuilding: boolean
}

export type SearchSizes = {
  readonly groups: number
  readonly runs: number
  readonly pairs: number
  readonly pairBytes: number
  readonly groupBytes: number
  readonly fileBytes: number
}

/**
 * How long what was committed may wait to be derived while an import runs: it takes the same cores, and what an import
 * brings is searched for later. A list tells how far behind it is.
 */
export const SEARCH_BEHIND_MS_MAX = 300_000
/** Pause between looks for new batches, milliseconds. */
const LOOK_MS = 200
/**
 * While somebody goes on writing the pause grows to this, milliseconds: a round costs as much for a few records of a group as for
 * many, and has a write to the disk of its own.
 */
const LOOK_MS_MAX = 1_000
/** Other turns come this often while there is work, milliseconds. */
const TURN_MS = 5

export type SearchIndexOptions = {
  /** Told what goes wrong in the background; default: it ends the program. */
  readonly onError?: (error: unknown) => void
  /** By which an answer takes its time, milliseconds since whenever; default: the monotonic clock. */
  readonly now?: () => number
}

/** The index over a store in this thread: answers questions, and derives when told to. */
export class SearchIndex implements AsyncDisposable {
  readonly #tables: IndexTables
  readonly #store: SearchedStore
  readonly #deriver: Deriver
  readonly #merger: Merger
  readonly #counts: Counts
  readonly #prefixes: PrefixList
  readonly #onError: (error: unknown) => void
  readonly #now: () => number
  /** When building was first put off for the bulk work under way. */
  #putOffAt: number | undefined

  private constructor(
    tables: IndexTables,
    store: SearchedStore,
    { onError = rethrow, now = () => performance.now() }: SearchIndexOptions,
  ) {
    this.#tables = tables
    this.#store = store
    this.#deriver = new Deriver(tables, store)
    this.#merger = new Merger(tables)
    this.#counts = new Counts({ onError, now })
    this.#prefixes = new PrefixList(store)
    this.#onError = onError
    this.#now = now
  }

  /**
   * Opens the index in a folder of its own; one that was derived from another store is begun anew.
   */
  static async open(
    path: string,
    store: SearchedStore,
    options: SearchIndexOptions = {},
  ): Promise<SearchIndex> {
    const tables = await openIndexTables(path)
    if (isOf(tables, store)) return new SearchIndex(tables, store, options)
    await tables.engine[Symbol.asyncDispose]()
    return new SearchIndex(await openIndexTables(path, { anew: true }), store, options)
  }

  /** @throws Problem `invalid-input` for a question that cannot be asked */
  answer(wish: SearchWish, entitlement: Entitlement): Found {
    const prefixes = () => this.#prefixes.all()
    const searching = { tables: this.#tables, store: this.#store, now: this.#now, prefixes }
    const answering = new Answering(searching, wish, entitlement)
    const page = answering.page()
    if (wish.q === undefined) return { ...page, isCurrent: answering.isCurrent }
    if (page.found === undefined || this.position().isBuilding) return page
    const name = countName(wish, entitlement)
    return { ...page, found: this.#counts.settle(name, answering, page.found) }
  }

  /** Resolves once no count is under way. */
  async counted(): Promise<void> {
    await this.#counts.idle()
  }

  /** Derives until all is derived that is stored now, and merges what is due; leaves the rest while the sign is raised. */
  async catchUp(signal?: AbortSignal, sign?: BulkSign): Promise<void> {
    while (!signal?.aborted && !this.#isPutOff(sign) && (await this.#work(signal, sign)));
  }

  /** Derives for as long as not told to stop; what goes wrong is told and tried again. */
  async keepUp(signal: AbortSignal, sign?: BulkSign): Promise<void> {
    let pauseMs = LOOK_MS
    while (!signal.aborted) {
      const { sequence } = this.#tables.state.position
      try {
        await this.catchUp(signal, sign)
      } catch (error) {
        this.#onError(error)
      }
      const hasDerived = this.#tables.state.position.sequence !== sequence
      pauseMs = hasDerived ? Math.min(2 * pauseMs, LOOK_MS_MAX) : LOOK_MS
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }

  #isPutOff(sign: BulkSign | undefined): boolean {
    if (!sign?.isRaised) {
      this.#putOffAt = undefined
      return false
    }
    const { position } = this.#tables.state
    if (position.kind === 'building') {
      const now = this.#now()
      this.#putOffAt ??= now
      return now - this.#putOffAt < SEARCH_BEHIND_MS_MAX
    }
    const [next] = this.#store.changes(position.sequence, 1)
    return next === undefined || systemClock() - next.at < SEARCH_BEHIND_MS_MAX
  }

  /** To build the index takes as long as all that follows: it stops where bulk work begins, and goes on where it stopped. */
  #isBuildingPutOff(sign: BulkSign | undefined): boolean {
    return this.#tables.state.position.kind === 'building' && this.#isPutOff(sign)
  }

  async #work(signal: AbortSignal | undefined, sign: BulkSign | undefined): Promise<boolean> {
    const round = this.#deriver.round()
    let from = performance.now()
    try {
      for (;;) {
        const step = round.next()
        if (step.done === true) return (await this.#merge(signal)) || step.value
        if (performance.now() - from < TURN_MS) continue
        await turn()
        if (signal?.aborted || this.#isBuildingPutOff(sign)) return false
        from = performance.now()
      }
    } finally {
      round.return(false)
    }
  }

  async #merge(signal: AbortSignal | undefined): Promise<boolean> {
    let any = false
    while (!signal?.aborted && this.#merger.slice()) {
      any = true
      await turn()
    }
    return any
  }

  position(): SearchPosition {
    const { position } = this.#tables.state
    if (position.kind === 'building') return { sequence: 0, isBuilding: true }
    const { sequence } = position
    const at = sequence === 0 ? undefined : this.#store.batch(sequence)?.at
    return { sequence, ...(at !== undefined && { at }), isBuilding: false }
  }

  sizes(): SearchSizes {
    const { engine, chunks, groups, fences, gone, state } = this.#tables
    engine.freshen()
    return {
      groups: groups.size().entries,
      runs: state.runs.length,
      pairs: state.runs.reduce((sum, { pairs }) => sum + pairs, 0),
      pairBytes: chunks.size().bytes,
      groupBytes: groups.size().bytes + fences.size().bytes + gone.size().bytes,
      fileBytes: engine.fileBytes(),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#counts.close()
    await this.#tables.engine[Symbol.asyncDispose]()
  }
}

/** Whether the index was derived from this store: the batch it ends with must be in it. */
function isOf({ state }: IndexTables, store: SearchedStore): boolean {
  const { position } = state
  if (position.sequence === 0) return true
  if (position.kind === 'building') return newestSequence(store, 0) >= position.sequence
  return store.batch(position.sequence)?.digest === position.digest
}

function rethrow(error: unknown): never {
  throw error
}
