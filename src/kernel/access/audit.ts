import { Problem } from '../../lib/problem.ts'
import type { DocumentChange } from '../documents/documents.ts'
import { type AuditFeed, FeedReader } from './audit-feed.ts'
import {
  ACCESS_AUDITED,
  type AuditAction,
  type AuditEntry,
  type AuditedCollection,
  type AuditViewer,
  viewChange,
} from './audit-view.ts'

export type AuditQuery = {
  readonly author?: string
  readonly collection?: string
  readonly id?: string
  readonly action?: AuditAction
  readonly version?: number
  /** Of reads: the kind of data. */
  readonly what?: string
  /** Milliseconds since 1970, both ends included. */
  readonly from?: number
  readonly to?: number
  readonly after?: string
  readonly limit: number
}

export type AuditPage = { readonly items: readonly AuditEntry[]; readonly next?: string }

/** The newest entry of a feed that was not told yet, and where the feed goes on behind it. */
type Head = { readonly entry?: AuditEntry; readonly below: number }

/**
 * Reads the audit trail, newest first. It is nothing of its own: it is the feed of document changes, in which reads of
 * personal data are documents too, and the feeds of what other rooms write elsewhere, told as one.
 */
export class AuditTrail {
  readonly #readers: readonly FeedReader[]
  /** How each collection appears, by its name. */
  readonly audited: ReadonlyMap<string, AuditedCollection>

  constructor(feeds: readonly AuditFeed[], audited: readonly AuditedCollection[]) {
    this.#readers = feeds.map((it) => new FeedReader(it))
    const all = [...ACCESS_AUDITED, ...audited]
    this.audited = new Map(all.map((it) => [it.collection.name, it]))
  }

  /** A page may hold fewer than `limit`, even none, and still have a `next`. */
  async page(query: AuditQuery, viewer: AuditViewer): Promise<AuditPage> {
    const items: AuditEntry[] = []
    const places = await this.#places(query)
    const walks = this.#readers.map((it, index) =>
      this.#heads(it, places[index] ?? 0, { query, viewer }),
    )
    const heads = await Promise.all(walks.map(nextHead))
    while (items.length < query.limit && !heads.some(isPaused)) {
      const index = newestOf(heads)
      const [head, walk] = [heads[index], walks[index]]
      if (head?.entry === undefined || walk === undefined) return { items }
      items.push(head.entry)
      heads[index] = await nextHead(walk)
    }
    // An entry that is still to be told lies just below where its feed goes on.
    return heads.every((it) => it.below === 0) ? { items } : { items, next: formatCursor(heads) }
  }

  async #places({ after, to }: AuditQuery): Promise<readonly number[]> {
    if (after !== undefined) return parseCursor(after, this.#readers.length)
    return await Promise.all(this.#readers.map((it) => it.behind(to)))
  }

  /** What the viewer may see of a feed; the last head has no entry. */
  async *#heads(
    reader: FeedReader,
    start: number,
    { query, viewer }: { readonly query: AuditQuery; readonly viewer: AuditViewer },
  ): AsyncGenerator<Head, Head> {
    const changes = reader.newestFirst(start, query)
    let read = await changes.next()
    for (; read.done !== true; read = await changes.next()) {
      const change = read.value
      if (this.#entry(change, query, viewer) === undefined) continue
      const entry = this.#entry(await reader.complete(change), query, viewer)
      if (entry !== undefined && isAsked(entry, query)) yield { entry, below: change.sequence + 1 }
    }
    return { below: read.value }
  }

  #entry(
    change: DocumentChange,
    { author, from, to }: AuditQuery,
    viewer: AuditViewer,
  ): AuditEntry | undefined {
    const inTime = change.at >= (from ?? 0) && change.at <= (to ?? Number.MAX_SAFE_INTEGER)
    if (!inTime || (author !== undefined && change.author.id !== author)) return undefined
    return viewChange(change, this.audited.get(change.collection), viewer)
  }
}

/** Of a whole entry: what a feed tells at first may have neither its version nor whether the thing was new. */
function isAsked(entry: AuditEntry, { action, version, what }: AuditQuery): boolean {
  if (what !== undefined && readOf(entry) !== what) return false
  if (action !== undefined && entry.action !== action) return false
  return version === undefined || entry.version === version
}

/** What was read; undefined for what is no reading. */
function readOf({ action, after }: AuditEntry): unknown {
  return action === 'read' ? (after as { readonly what?: unknown } | undefined)?.what : undefined
}

async function nextHead(walk: AsyncGenerator<Head, Head>): Promise<Head> {
  return (await walk.next()).value
}

/** There may be more in the feed, newer than what the others still have: the page ends here. */
function isPaused({ entry, below }: Head): boolean {
  return entry === undefined && below > 0
}

function newestOf(heads: readonly Head[]): number {
  const at = ({ entry }: Head): number => entry?.at ?? -Infinity
  let newest = 0
  for (const [index, head] of heads.entries()) {
    if (at(head) > at(heads[newest] ?? head)) newest = index
  }
  return newest
}

function formatCursor(heads: readonly Head[]): string {
  const places = heads.map((it) => it.below).join(' ')
  return Buffer.from(`audit ${places}`).toString('base64url')
}

function parseCursor(text: string, feeds: number): readonly number[] {
  const [, places] =
    /^audit ((?: ?\d{1,16})+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  const found = places?.split(' ').map(Number)
  if (found?.length === feeds) return found
  const reason = { en: 'is not a place in this list', zh: '不是本列表的位置' }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/after', reason }] })
}
