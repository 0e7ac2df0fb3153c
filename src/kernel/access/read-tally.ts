import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Documents } from '../documents/documents.ts'
import { authorOf } from './caller.ts'
import { READ_NAMES_MAX } from './collections.ts'
import type { Caller } from './permissions.ts'
import { type PersonalRead, readWrite } from './reads.ts'

/** What one request reads of one place, a prefix for example: reads of one reader there are told together. */
export type PlaceReads = {
  /** Kind of thing, e.g. `identifiers`. */
  readonly what: string
  readonly place: string
  /** What is shown there, or some of it; none: the place is the thing itself. */
  readonly names?: readonly string[]
  /** What the thing is called, where the place is the thing itself. */
  readonly subject?: string
  readonly enterprise?: string
  /** So many things were shown. */
  readonly count: number
}

const WINDOW_MS = 60_000
const WINDOWS_MAX = 10_000
const ENTRIES_AT_ONCE = 1_000

/** Everything one reader does at one place, from the first entry until its minute is over. */
type Window = {
  readonly author: Author
  readonly reads: PlaceReads
  readonly endsAt: number
  /** Settled once the first entry is stored. */
  readonly told: Promise<void>
  /** Shown since the first entry: how often, some of it, and when. */
  more: number
  readonly names: Set<string>
  from: number
  until: number
}

/**
 * Writes reads that come in numbers into the access log: at most two entries for each reader, place and minute. The first
 * read is written down before its answer is sent; what the same reader reads there within the next minute is counted in
 * memory and written as one more entry, with the number, the place and the time, once the minute is over. A process that is
 * killed therefore forgets at most how often somebody went on reading who stands in the log already, never that they read.
 */
export class ReadTally implements AsyncDisposable {
  readonly #documents: Pick<Documents, 'commit'>
  readonly #clock: Clock
  readonly #windows = new Map<string, Window>()
  /** Windows whose further reads are still to be written. */
  #ended: Window[] = []
  #flushing: Promise<void> = Promise.resolve()

  constructor(documents: Pick<Documents, 'commit'>, clock: Clock) {
    this.#documents = documents
    this.#clock = clock
  }

  /** Returns once the reads may be shown; when this throws (a full disk), show nothing. */
  async record(caller: Caller | Author, places: readonly PlaceReads[]): Promise<void> {
    const author = authorOf(caller)
    const now = this.#clock()
    const told: Promise<void>[] = []
    const fresh: PlaceReads[] = []
    for (const reads of places.filter((it) => it.count > 0)) {
      const window = this.#windows.get(keyOf(author, reads))
      if (window === undefined || now >= window.endsAt) {
        fresh.push(reads)
        continue
      }
      addTo(window, reads, now)
      told.push(window.told)
    }
    if (this.#windows.size + fresh.length > WINDOWS_MAX) {
      this.#end(Number.POSITIVE_INFINITY)
      await this.flush()
    }
    if (fresh.length > 0) told.push(this.#begin(author, fresh, now))
    await Promise.all(told)
  }

  /** Writes what is known of minutes that are over. What could not be written is kept for the next time. */
  flush(): Promise<void> {
    this.#end(this.#clock())
    this.#flushing = this.#flushing.catch(() => {}).then(() => this.#store())
    return this.#flushing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(Number.POSITIVE_INFINITY)
    await this.flush()
  }

  #begin(author: Author, fresh: readonly PlaceReads[], now: number): Promise<void> {
    const told = this.#write(author, fresh.map(firstReads))
    for (const reads of fresh) {
      const key = keyOf(author, reads)
      const before = this.#windows.get(key)
      if (before !== undefined) this.#ended.push(before)
      const times = { endsAt: now + WINDOW_MS, from: now, until: now }
      const window = { author, reads, told, more: 0, names: new Set<string>(), ...times }
      this.#windows.set(key, window)
      told.catch(() => {
        // nothing was shown, and whoever asks next begins anew
        if (this.#windows.get(key) === window) this.#windows.delete(key)
      })
    }
    return told
  }

  #end(now: number): void {
    for (const [key, window] of this.#windows) {
      if (now < window.endsAt) continue
      this.#windows.delete(key)
      this.#ended.push(window)
    }
  }

  async #store(): Promise<void> {
    const due = this.#ended.filter((it) => it.more > 0)
    this.#ended = []
    try {
      while (due.length > 0) {
        const author = due[0]?.author as Author
        const some = due.filter((it) => isSame(it.author, author)).slice(0, ENTRIES_AT_ONCE)
        await this.#write(author, some.map(furtherReads))
        const written = new Set(some)
        due.splice(0, due.length, ...due.filter((it) => !written.has(it)))
      }
    } finally {
      this.#ended.push(...due)
    }
  }

  async #write(author: Author, entries: readonly PersonalRead[]): Promise<void> {
    await this.#documents.commit(entries.map(readWrite), { author })
  }
}

function addTo(window: Window, { count, names = [] }: PlaceReads, now: number): void {
  if (window.more === 0) window.from = now
  window.until = now
  window.more += count
  for (const it of names) if (window.names.size < READ_NAMES_MAX) window.names.add(it)
}

/** What was shown is named at once, and where it is with it. */
function firstReads({ what, place, names, subject, enterprise, count }: PlaceReads): PersonalRead {
  const owned = enterprise === undefined ? {} : { enterprise }
  if (names === undefined) return { what, subject: subject ?? place, ...owned, count }
  const [name = place] = names
  if (count === 1) return { what, subject: name, ...owned, place, count }
  return { what, subject: place, ...owned, place, names, count }
}

function furtherReads({ reads, more, names, from, until }: Window): PersonalRead {
  const { what, place, subject = place, enterprise } = reads
  const owned = enterprise === undefined ? {} : { enterprise }
  const all = { what, subject, ...owned, count: more, from, until }
  return reads.names === undefined ? all : { ...all, place, names: [...names] }
}

function keyOf({ kind, id }: Author, { what, place, enterprise = '' }: PlaceReads): string {
  return JSON.stringify([kind, id, what, place, enterprise])
}

function isSame(a: Author, b: Author): boolean {
  return a.kind === b.kind && a.id === b.id
}
