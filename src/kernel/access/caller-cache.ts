import type { Clock } from '../../lib/clock.ts'
import type { Caller } from './permissions.ts'

const ENTRIES_MAX = 10_000
const AGE_MS_MAX = 5_000

/** What a credential turned out to be. */
export type Identity = {
  readonly caller: Caller
  /** Id of the session or key. */
  readonly credential: string
  /** The person behind it: a change of theirs ends it. */
  readonly user: string
  /** Not good from then on, whatever is cached. */
  readonly endsAt: number
}

/**
 * Who presented a credential a moment ago, so that a page of forty requests reads the store once. Bounded in number and
 * age; what this process changes is forgotten at once, what another changed within `AGE_MS_MAX`.
 */
export class CallerCache {
  readonly #entries = new Map<string, { readonly identity: Identity; readonly until: number }>()
  readonly #clock: Clock
  #generation = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Answers from memory or by `load`, whose answer is not kept if something was forgotten while it ran. */
  async get(
    digest: string,
    load: () => Promise<Identity | undefined>,
  ): Promise<Identity | undefined> {
    const now = this.#clock()
    const entry = this.#entries.get(digest)
    if (entry !== undefined && now < entry.until) return entry.identity
    this.#entries.delete(digest)
    const generation = this.#generation
    const identity = await load()
    if (identity !== undefined && generation === this.#generation) {
      this.#keep(digest, identity, Math.min(now + AGE_MS_MAX, identity.endsAt))
    }
    return identity
  }

  forgetCredential(id: string): void {
    this.#forget((it) => it.credential === id)
  }

  forgetUser(id: string): void {
    this.#forget((it) => it.user === id)
  }

  get size(): number {
    return this.#entries.size
  }

  #keep(digest: string, identity: Identity, until: number): void {
    const oldest = this.#entries.keys().next()
    if (this.#entries.size >= ENTRIES_MAX && oldest.done !== true) {
      this.#entries.delete(oldest.value)
    }
    this.#entries.set(digest, { identity, until })
  }

  #forget(matches: (identity: Identity) => boolean): void {
    this.#generation++
    for (const [digest, { identity }] of this.#entries) {
      if (matches(identity)) this.#entries.delete(digest)
    }
  }
}
