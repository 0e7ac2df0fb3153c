import { type HandleKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { CommitAnswer, RecordStore, RecordWrite } from '../store/store.ts'
import { REHEARSED_RECORDS_MAX } from './limits.ts'

/**
 * What a dry run would have stored so far, kept instead of storing it: later lines meet it as they would meet it in the
 * store. Bounded: records beyond the limit are judged by what was remembered before them, and by the store.
 */
export class Rehearsal {
  readonly #store: Pick<RecordStore, 'claimant'>
  readonly #records = new Map<HandleKey, IdRecord>()
  /** Who has a claim now; undefined where it was released. */
  readonly #claims = new Map<string, HandleKey | undefined>()

  constructor(store: Pick<RecordStore, 'claimant'>) {
    this.#store = store
  }

  /** The record as an earlier line would have left it. */
  find(key: HandleKey): IdRecord | undefined {
    return this.#records.get(key)
  }

  /** Judges the writes one after the other, as a commit does; answers those whose claim another record has. */
  async commit(writes: readonly RecordWrite[], at: number): Promise<CommitAnswer['taken']> {
    const taken: CommitAnswer['taken'][number][] = []
    for (const [position, write] of writes.entries()) {
      const lost = await this.#lost(write)
      if (lost !== undefined) taken.push({ write: position, ...lost })
      else this.#remember(write, at)
    }
    return taken
  }

  async #lost({ next, claims = [] }: RecordWrite) {
    for (const claim of claims) {
      const by = await this.#claimant(next.key, claim)
      if (by !== undefined && by !== next.key) return { claim, by }
    }
    return undefined
  }

  #claimant(key: HandleKey, claim: string) {
    const name = nameOf(key, claim)
    if (this.#claims.has(name)) return this.#claims.get(name)
    return this.#store.claimant(prefixOf(key), claim)
  }

  #remember({ next, expected, claims = [], releases = [] }: RecordWrite, at: number): void {
    const { key } = next
    const before = this.#records.get(key)
    if (before === undefined && this.#records.size >= REHEARSED_RECORDS_MAX) return
    const { createdAt } = before ?? { createdAt: at }
    this.#records.set(key, { ...next, version: expected + 1, createdAt, updatedAt: at, batch: 0 })
    for (const claim of releases) this.#claims.set(nameOf(key, claim), undefined)
    for (const claim of claims) this.#claims.set(nameOf(key, claim), key)
  }
}

function nameOf(key: HandleKey, claim: string): string {
  return `${prefixOf(key)}/${claim}`
}
