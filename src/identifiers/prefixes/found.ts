import type { Evidence } from '../../kernel/evidence/evidence.ts'
import type { PrefixKey } from '../handle.ts'
import type { PrefixDeps } from './allotment.ts'
import type { KnownPrefix, PrefixBook } from './book.ts'
import { PREFIXES, type PrefixState, parentOf, type StoredPrefix } from './prefix.ts'

/** What the routes need beside what allots. */
export type PrefixRoomDeps = PrefixDeps & {
  /** Claims what was registered by day. */
  readonly evidence: Pick<Evidence, 'about'>
  /** The name under which an enterprise is known to everybody. */
  readonly enterpriseName: (id: string) => Promise<string | undefined>
}

export type Looked = {
  /** Whose prefixes may be known of. */
  readonly whose: 'all' | readonly string[]
  /** Part of the prefix, whatever its letter case. */
  readonly q?: string
  /** Only those that derive from none the caller may know of: where a tree begins. */
  readonly top: boolean
  readonly state?: PrefixState
  /** The `next` of the page before. */
  readonly after?: string
  readonly limit: number
}

export type FoundPrefixes = {
  readonly items: readonly StoredPrefix[]
  readonly next?: string
  readonly total: number
}

/** Prefixes by a part of their names, or the tops of the tree, in order of their names: the book in memory knows all of them. */
export async function findPrefixes(
  { documents, book }: Pick<PrefixDeps, 'documents' | 'book'>,
  looked: Looked,
): Promise<FoundPrefixes> {
  const keys = keysOf(book, looked)
  const { after, limit } = looked
  const from = after === undefined ? 0 : keys.findIndex((it) => it > after)
  const shown = from < 0 ? [] : keys.slice(from, from + limit)
  const found = await Promise.all(shown.map((it) => documents.get(PREFIXES, it)))
  const last = shown.at(-1)
  const isMore = last !== undefined && from + limit < keys.length
  return {
    items: found.filter((it) => it !== undefined),
    total: keys.length,
    ...(isMore && { next: last }),
  }
}

function keysOf(book: PrefixBook, { whose, q, top, state }: Looked): readonly PrefixKey[] {
  const part = q === undefined ? undefined : folded(q.trim())
  const mayKnow = (it: KnownPrefix) =>
    whose === 'all' || (it.enterprise !== undefined && whose.includes(it.enterprise))
  const known = new Map<PrefixKey, KnownPrefix>()
  for (const it of book.all()) if (mayKnow(it)) known.set(it.key, it)
  const keys: PrefixKey[] = []
  for (const { key, state: is } of known.values()) {
    if (part !== undefined && !key.includes(part)) continue
    if (state !== undefined && is !== state) continue
    const parent = parentOf(key)
    if (top && parent !== undefined && known.has(parent)) continue
    keys.push(key)
  }
  return keys.sort()
}

/** As keys are folded: ASCII letters alone. */
function folded(text: string): string {
  return text.replace(/[a-z]+/g, (it) => it.toUpperCase())
}
