import { Problem } from '../../lib/problem.ts'
import type { DocumentChange, Documents } from '../documents/documents.ts'
import {
  ACCESS_AUDITED,
  type AuditEntry,
  type AuditedCollection,
  type AuditViewer,
  viewChange,
} from './audit-view.ts'

const CHANGES_MAX = 1_000
/** Pieces of the feed read for one page; a page that found little says where to go on. */
const PIECES_MAX = 24
const PIECE_SEQUENCES_MAX = 2 ** 40

export type AuditQuery = {
  readonly author?: string
  readonly collection?: string
  readonly id?: string
  /** Milliseconds since 1970, both ends included. */
  readonly from?: number
  readonly to?: number
  readonly after?: string
  readonly limit: number
}

export type AuditPage = { readonly items: readonly AuditEntry[]; readonly next?: string }

/** Everything below a sequence number is still to be read, so many numbers at a time. */
type Place = { readonly below: number; readonly width: number }

/**
 * Reads the audit trail, newest first. It is nothing of its own: it is the feed of document changes, in which reads of
 * personal data are documents too. Times are taken to rise with the sequence, as the stores' clock gives them.
 */
export class AuditTrail {
  readonly #documents: Pick<Documents, 'changes'>
  readonly #audited: ReadonlyMap<string, AuditedCollection>
  /** A sequence number known to be taken: the end is looked for from there. */
  #taken = 0

  constructor(documents: Pick<Documents, 'changes'>, audited: readonly AuditedCollection[]) {
    this.#documents = documents
    const all = [...ACCESS_AUDITED, ...audited]
    this.#audited = new Map(all.map((it) => [it.collection.name, it]))
  }

  /** A page may hold fewer than `limit`, even none, and still have a `next`. */
  async page(query: AuditQuery, viewer: AuditViewer): Promise<AuditPage> {
    const items: AuditEntry[] = []
    let place: Place = { below: await this.#start(query), width: CHANGES_MAX }
    for (let pieces = 0; pieces < PIECES_MAX && place.below > 1; pieces++) {
      const piece = await this.#piece(place, query)
      for (const change of piece.changes) {
        if (change.at < (query.from ?? 0)) return { items }
        const entry = this.#entry(change, query, viewer)
        if (entry !== undefined) items.push(entry)
        if (items.length >= query.limit) return { items, next: formatCursor(change.sequence) }
      }
      place = piece.next
    }
    return place.below > 1 ? { items, next: formatCursor(place.below) } : { items }
  }

  /** The changes just below a place, newest first, and where to go on; none when they were too many to read at once. */
  async #piece(
    { below, width }: Place,
    { collection, id }: AuditQuery,
  ): Promise<{ readonly changes: readonly DocumentChange[]; readonly next: Place }> {
    const low = Math.max(0, below - 1 - width)
    const found = await this.#documents.changes(low, CHANGES_MAX, {
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

  #entry(
    change: DocumentChange,
    { author, from, to }: AuditQuery,
    viewer: AuditViewer,
  ): AuditEntry | undefined {
    const inTime = change.at >= (from ?? 0) && change.at <= (to ?? Number.MAX_SAFE_INTEGER)
    if (!inTime || (author !== undefined && change.author.id !== author)) return undefined
    return viewChange(change, this.#audited.get(change.collection), viewer)
  }

  /** The first sequence number behind what is asked for. */
  async #start({ after, to }: AuditQuery): Promise<number> {
    if (after !== undefined) return parseCursor(after)
    const end = (await this.#end()) + 1
    if (to === undefined) return end
    return await leastWhere(0, end, async (sequence) => {
      const [next] = await this.#documents.changes(sequence, 1)
      return next === undefined || next.at > to
    }).then((it) => it + 1)
  }

  /** The last sequence number that is taken: by doubling steps, then by halves. */
  async #end(): Promise<number> {
    const isEnd = async (sequence: number): Promise<boolean> => {
      const [next] = await this.#documents.changes(sequence, 1)
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

function formatCursor(below: number): string {
  return Buffer.from(`audit ${below}`).toString('base64url')
}

function parseCursor(text: string): number {
  const [, below] = /^audit (\d{1,16})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (below !== undefined) return Number(below)
  const reason = { en: 'is not a place in this list', zh: '不是本列表的位置' }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/after', reason }] })
}
