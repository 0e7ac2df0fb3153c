import type { Documents } from '../../kernel/documents/documents.ts'
import type { PrefixKey } from '../handle.ts'
import {
  type Hosting,
  PREFIXES,
  type Prefix,
  type PrefixState,
  parentOf,
  type Site,
} from './prefix.ts'
import { ancestorsOf } from './segments.ts'

/** What a name under a prefix can expect here, without waiting. `enterprise` is absent for the node's own prefixes. */
export type PrefixAnswer =
  | { readonly kind: 'hosted'; readonly enterprise?: string }
  | {
      readonly kind: 'delegated'
      readonly enterprise?: string
      readonly sites: readonly Site[]
      /** The identifier whose record has the sites, where they are looked up there. */
      readonly service?: string
      readonly description?: string
      /** The prefix that is delegated: this one or one it derives from. */
      readonly at: PrefixKey
    }
  | { readonly kind: 'suspended' | 'held' | 'released'; readonly enterprise?: string }
  | { readonly kind: 'unknown' }

/** As much as is known of a prefix without asking for its document. */
export type KnownPrefix = {
  readonly key: PrefixKey
  readonly enterprise?: string
  readonly state: PrefixState
}

const UNKNOWN: PrefixAnswer = { kind: 'unknown' }
const PAGE = 1000
const POLL_MS_DEFAULT = 1000

/** As much of a prefix as answering takes: fifty thousand of them fit any machine. */
type Page = Pick<Prefix, 'spelled' | 'enterprise' | 'state' | 'hosting'> & {
  readonly version: number
}

export type PrefixBookOptions = {
  readonly documents: Documents
  /** How often changes made elsewhere are looked for, in milliseconds; 0 never. */
  readonly pollMs?: number
  /** Told when looking for changes fails; the book goes on with what it has and tries again. */
  readonly onError?: (error: unknown) => void
}

/** All prefixes in memory, kept up to date from the change feed. Opens once everything is read. */
export async function openPrefixBook(options: PrefixBookOptions): Promise<PrefixBook> {
  const book = new PrefixBook(options)
  await book.load()
  return book
}

export class PrefixBook implements AsyncDisposable {
  readonly #documents: Documents
  readonly #onError: (error: unknown) => void
  readonly #pollMs: number
  readonly #pages = new Map<PrefixKey, Page>()
  /** Answers for known prefixes with what their ancestors add; emptied by every change. */
  readonly #answers = new Map<PrefixKey, PrefixAnswer>()
  #sequence = 0
  #timer: NodeJS.Timeout | undefined
  #refreshing: Promise<void> | undefined
  #following: Promise<void> | undefined
  #closed = false

  constructor({ documents, pollMs = POLL_MS_DEFAULT, onError = () => {} }: PrefixBookOptions) {
    this.#documents = documents
    this.#pollMs = pollMs
    this.#onError = onError
  }

  /** Reads every prefix; what the feed told before is in it, and is skipped by its version when it is told again. */
  async load(): Promise<void> {
    let after: string | undefined
    do {
      const page = await this.#documents.query(PREFIXES, {
        limit: PAGE,
        ...(after !== undefined && { after }),
      })
      for (const it of page.items) this.note(it.id as PrefixKey, it.version, it.body)
      after = page.next
    } while (after !== undefined)
    this.#schedule()
  }

  /** Any folded prefix; also one that was never heard of. */
  lookup(prefix: PrefixKey): PrefixAnswer {
    const known = this.#answers.get(prefix)
    if (known !== undefined) return known
    const page = this.#pages.get(prefix)
    // Names nobody registered are asked for in any number: only answers about known prefixes are kept.
    if (page === undefined) return this.#underAncestors(prefix)
    const answer = this.#withAncestors(prefix, page)
    this.#answers.set(prefix, answer)
    return answer
  }

  /** The enterprise that has the prefix; undefined when it is the node's own or not known here. */
  enterpriseOf(prefix: PrefixKey): string | undefined {
    return this.#pages.get(prefix)?.enterprise
  }

  isKnown(prefix: PrefixKey): boolean {
    return this.#pages.has(prefix)
  }

  /** Every prefix there is, in no order. */
  *all(): Generator<KnownPrefix> {
    for (const [key, { enterprise, state }] of this.#pages) {
      yield { key, state, ...(enterprise !== undefined && { enterprise }) }
    }
  }

  /** As it was first spelled; the key itself when it is not known. */
  spelled(prefix: PrefixKey): string {
    return this.#pages.get(prefix)?.spelled ?? prefix
  }

  /** Takes what this program itself just committed, so that the next lookup knows it. */
  note(prefix: PrefixKey, version: number, body: Prefix): void {
    if ((this.#pages.get(prefix)?.version ?? 0) >= version) return
    const { spelled, enterprise, state, hosting } = body
    this.#pages.set(prefix, {
      spelled,
      state,
      hosting,
      version,
      ...(enterprise !== undefined && { enterprise }),
    })
    this.#answers.clear()
  }

  /** Reads the change feed to its end; what was committed before the call is known when it resolves. */
  async refresh(): Promise<void> {
    if (this.#refreshing === undefined) return await this.#begin()
    // The one under way may have passed the place where a commit has come since.
    this.#following ??= this.#refreshing
      .catch(() => {})
      .then(() => {
        this.#following = undefined
        return this.#begin()
      })
    await this.#following
  }

  #begin(): Promise<void> {
    this.#refreshing ??= this.#follow().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#refreshing?.catch(() => {})
    await this.#following?.catch(() => {})
  }

  async #follow(): Promise<void> {
    for (;;) {
      if (this.#closed) return
      const filter = { collection: PREFIXES.name }
      const changes = await this.#documents.changes(this.#sequence, PAGE, filter)
      for (const { id, version, after, sequence } of changes) {
        if (after !== undefined) this.note(id as PrefixKey, version, after as Prefix)
        this.#sequence = sequence
      }
      if (changes.length < PAGE) return
    }
  }

  #schedule(): void {
    if (this.#pollMs === 0 || this.#closed) return
    this.#timer = setTimeout(() => {
      this.refresh()
        .catch(this.#onError)
        .finally(() => this.#schedule())
    }, this.#pollMs)
    this.#timer.unref()
  }

  /** A prefix we have no page for is answered by the server its nearest known ancestor is delegated to, if it is. */
  #underAncestors(prefix: PrefixKey): PrefixAnswer {
    for (const ancestor of ancestorsOf(prefix)) {
      const page = this.#pages.get(ancestor)
      if (page === undefined) continue
      const isElsewhere = page.hosting.kind === 'delegated' && page.state !== 'released'
      return isElsewhere ? this.lookup(ancestor) : UNKNOWN
    }
    return UNKNOWN
  }

  /** Orders and suspensions of a prefix hold for all that derive from it. */
  #withAncestors(prefix: PrefixKey, page: Page): PrefixAnswer {
    const { enterprise, state, hosting } = page
    const whose = enterprise === undefined ? {} : { enterprise }
    if (state === 'released') return { kind: 'released', ...whose }
    const states = new Set<string>([state])
    for (const ancestor of ancestorsOf(prefix)) {
      const above = this.#pages.get(ancestor)?.state
      if (above !== undefined && above !== 'released') states.add(above)
    }
    if (states.has('held')) return { kind: 'held', ...whose }
    if (states.has('suspended')) return { kind: 'suspended', ...whose }
    return { ...answerFor(hosting, prefix), ...whose }
  }
}

function answerFor(hosting: Hosting, prefix: PrefixKey): PrefixAnswer {
  if (hosting.kind === 'here') return { kind: 'hosted' }
  const { sites, service, description } = hosting
  return {
    kind: 'delegated',
    sites,
    at: prefix,
    ...(service !== undefined && { service }),
    ...(description !== undefined && { description }),
  }
}

/** The prefix and those above it that the same enterprise has, or the node itself, nearest first: whose templates it may use. */
export function* lineageOf(book: PrefixBook, prefix: PrefixKey): Generator<PrefixKey> {
  const enterprise = book.enterpriseOf(prefix)
  yield prefix
  for (let at = parentOf(prefix); at !== undefined; at = parentOf(at)) {
    if (!book.isKnown(at)) continue
    const above = book.enterpriseOf(at)
    if (above === undefined || above === enterprise) yield at
  }
}
