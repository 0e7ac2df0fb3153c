import type { DocumentChange, Documents } from '../documents/documents.ts'

const CHANGES_MAX = 1_000
/** Pieces of a feed read for one page; a page that found little says where to go on. */
const PIECES_MAX = 24
const PIECE_SEQUENCES_MAX = 2 ** 40

/** Changes in the order they happened, each with its sequence number; numbers may be missing. */
export type AuditFeed = Pick<Documents, 'changes'> & {
  /** A change with the rest of it: of those that are shown alone, where the rest is dear. */
  readonly complete?: (change: DocumentChange) => Promise<DocumentChange>
}

export type FeedQuery = {
  readonly collection?: string
  readonly id?: string
  /** Milliseconds since 1970. */
  readonly from?: number
}

/** Everything below a sequence number is still to be read, so many numbers at a time. */
type Place = { readonly below: number; readonly width: number }

/** Reads a feed from its end. Times are taken to rise with the sequence, as the stores' clock gives them. */
export class FeedReader {
  readonly #feed: AuditFeed
  /** A sequence number known to be taken: the end is looked for from there. */
  #taken = 0

  constructor(feed: AuditFeed) {
    this.#feed = feed
  }

  /** Answers where it stopped: everything below is still to be read; 0 when that is nothing. */
  async *newestFirst(start: number, query: FeedQuery): AsyncGenerator<DocumentChange, number> {
    let place: Place = { below: start, width: CHANGES_MAX }
    for (let pieces = 0; pieces < PIECES_MAX && place.below > 1; pieces++) {
      const piece = await this.#piece(place, query)
      for (const change of piece.changes) {
        if (change.at < (query.from ?? 0)) return 0
        yield change
      }
      place = piece.next
    }
    return place.below > 1 ? place.below : 0
  }

  async complete(change: DocumentChange): Promise<DocumentChange> {
    return (await this.#feed.complete?.(change)) ?? change
  }

  /** The changes just below a place, newest first, and where to go on; none when they were too many to read at once. */
  async #piece(
    { below, width }: Place,
    { collection, id }: FeedQuery,
  ): Promise<{ readonly changes: readonly DocumentChange[]; readonly next: Place }> {
    const low = Math.max(0, below - 1 - width)
    const found = await this.#feed.changes(low, CHANGES_MAX, {
      ...(collection === undefined ? {} : { collection }),
      ...(id === undefined ? {} : { id }),
    })
    const last = found.at(-1)?.sequence ?? 0
    if (width > CHANGES_MAX && found.length === CHANGES_MAX && last < below - 1) {
      const narrower = Math.max(CHANGES_MAX, Math.floor(width / 8))
      return { changes: [], next: { below, width: narrower } }
    }
    const changes = found.filter((it) => it.sequence < below).toReversed()
    const sparse = changes.length < CHANGES_MAX / 8
    const wider = sparse ? Math.min(width * 4, PIECE_SEQUENCES_MAX) : width
    return { changes, next: { below: low + 1, width: wider } }
  }

  /** The first sequence number behind what happened up to a moment, in milliseconds since 1970. */
  async behind(to?: number): Promise<number> {
    const end = (await this.#end()) + 1
    if (to === undefined) return end
    return await leastWhere(0, end, async (sequence) => {
      const [next] = await this.#feed.changes(sequence, 1)
      return next === undefined || next.at > to
    }).then((it) => it + 1)
  }

  /** The last sequence number that is taken: by doubling steps, then by halves. */
  async #end(): Promise<number> {
    const isEnd = async (sequence: number): Promise<boolean> => {
      const [next] = await this.#feed.changes(sequence, 1)
      if (next !== undefined) this.#taken = Math.max(this.#taken, next.sequence)
      return next === undefined
    }
    let step = 1
    while (!(await isEnd(this.#taken + step))) step *= 2
    return await leastWhere(this.#taken, this.#taken + step, isEnd)
  }
}

/** The least number in [low, high] for which `holds`, which holds from some number on and for `high`. */
async function leastWhere(
  low: number,
  high: number,
  holds: (at: number) => Promise<boolean>,
): Promise<number> {
  let [from, to] = [low, high]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    if (await holds(middle)) to = middle
    else from = middle + 1
  }
  return from
}
