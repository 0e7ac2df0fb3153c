import { Type } from 'typebox'
import type { Collection, Documents } from '../../kernel/documents/documents.ts'
import type { Clock } from '../../lib/clock.ts'
import { type HandleKey, PREFIX_RECORDS, type PrefixKey, prefixOf } from '../handle.ts'
import { KEY_INDEX_MAX, KEY_INDEX_MIN, prefixRecordName } from './prefix-values.ts'

/** When a key of a prefix was last used, apart from its record so that use is not a change of it; and when that began. */
export const HANDLE_KEY_USES = {
  name: 'handle-key-uses',
  schema: Type.Object({ lastUsedAt: Type.Integer({ minimum: 0 }) }),
  indexes: {},
  quiet: 'always',
} as const satisfies Collection

/** A key that is used all the time is written down so often. */
const USED_EVERY_MS = 3_600_000
const NOTED_MAX = 100_000
const WRITES_AT_ONCE = 1_000
const AUTHOR = { kind: 'system', id: 'handle-key-uses' } as const
/** No name of a key: since when uses are written down. */
const BEGAN = 'began'

/** A key where it stands, and its mark, which is another's once it was replaced. */
export type UsedKey = { readonly handle: HandleKey; readonly index: number; readonly mark: string }

type Noted = { readonly mark: string; readonly at: number }

/** Remembers when keys of prefixes are used, and writes that down now and then, never for each use. */
export class HandleKeyUses implements AsyncDisposable {
  readonly #documents: Pick<Documents, 'get' | 'commit'>
  readonly #clock: Clock
  readonly #noted = new Map<string, Noted>()
  /** Noted and not written down yet. */
  readonly #due = new Map<string, number>()
  #flushing: Promise<void> = Promise.resolve()
  #hasBegun = false

  constructor(documents: Pick<Documents, 'get' | 'commit'>, clock: Clock) {
    this.#documents = documents
    this.#clock = clock
  }

  note({ handle, index, mark }: UsedKey): void {
    if (index < KEY_INDEX_MIN || index > KEY_INDEX_MAX || prefixOf(handle) !== PREFIX_RECORDS)
      return
    const id = idOf(handle, index)
    const now = this.#clock()
    const before = this.#noted.get(id)
    if (before?.mark === mark && now < before.at + USED_EVERY_MS) return
    if (this.#noted.size >= NOTED_MAX) this.#noted.clear()
    this.#noted.set(id, { mark, at: now })
    if (this.#due.size < NOTED_MAX) this.#due.set(id, now)
  }

  /** To the hour, in milliseconds since 1970; undefined where it was not used since `began`. */
  async lastUsedAt(prefix: PrefixKey, index: number): Promise<number | undefined> {
    const id = idOf(prefixRecordName(prefix), index)
    return this.#due.get(id) ?? (await this.#documents.get(HANDLE_KEY_USES, id))?.body.lastUsedAt
  }

  /** Since when uses are written down; keys that are older may have been used before. */
  async began(): Promise<number> {
    const known = await this.#documents.get(HANDLE_KEY_USES, BEGAN)
    return known?.body.lastUsedAt ?? this.#clock()
  }

  /** What cannot be written down is kept for the next time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => {}).then(() => this.#store())
    return this.#flushing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
  }

  async #store(): Promise<void> {
    if (!this.#hasBegun) await this.#begin()
    while (this.#due.size > 0) {
      const some = [...this.#due].slice(0, WRITES_AT_ONCE)
      const writes = some.map(([id, at]) => writeOf(id, at))
      await this.#documents.commit(writes, { author: AUTHOR })
      for (const [id, at] of some) if (this.#due.get(id) === at) this.#due.delete(id)
    }
  }

  /** Once, when a node first runs with this. */
  async #begin(): Promise<void> {
    const known = await this.#documents.get(HANDLE_KEY_USES, BEGAN)
    if (known === undefined) {
      await this.#documents.commit([writeOf(BEGAN, this.#clock())], { author: AUTHOR })
    }
    this.#hasBegun = true
  }
}

function writeOf(id: string, lastUsedAt: number) {
  return { collection: HANDLE_KEY_USES, id, put: { lastUsedAt } }
}

function idOf(handle: string, index: number): string {
  return `${index}:${handle}`
}
