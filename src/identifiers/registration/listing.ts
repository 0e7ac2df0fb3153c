import type { Documents } from '../../kernel/documents/documents.ts'
import { Problem } from '../../lib/problem.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import { prefixOf } from '../handle.ts'
import { PREFIXES } from '../prefixes/prefix.ts'
import type { IdRecord } from '../record.ts'
import type { PrefixCounts, RecordStore } from '../store/store.ts'
import { parseTemplateName } from '../templates/stored-template.ts'
import { identifierTotals, isOwnPrefix } from './totals.ts'

/** Records one request looks at; a page may be short, or empty, and still have a `next`. */
export const SCANNED_MAX = 5000
const CHUNK = 500
const PREFIXES_MAX = 1000
/** How often counts are read again to catch a moment between two commits. */
const COUNT_TRIES = 4

export type Filters = {
  /** `product` for every version, or `product@2`. */
  readonly template?: string | undefined
  readonly state?: 'registered' | 'retired' | 'held' | undefined
  /** Changed at or after `from` and before `to`, milliseconds since 1970. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Whose identifiers: all on the node, or those of some prefixes in key order. */
export type Scope = 'all' | readonly PrefixKey[]

export type ListWish = Filters & {
  readonly scope: Scope
  readonly after?: string | undefined
  readonly limit: number
}

export type Listed = { readonly items: readonly IdRecord[]; readonly next?: string }

/** Exact as of a commit. */
export type ScopeCounts = PrefixCounts & {
  readonly asOf: { readonly sequence: number; readonly at?: number }
}

/** Records in key order, prefix after prefix. @throws Problem `invalid-input` for a cursor that is none */
export async function listRecords(store: RecordStore, wish: ListWish): Promise<Listed> {
  const holds = filterOf(wish)
  const items: IdRecord[] = []
  let scanned = 0
  for await (const { records, end } of chunks(store, wish.scope, cursorOf(wish.after))) {
    for (const record of records.filter(holds)) {
      items.push(record)
      if (items.length === wish.limit) return { items, next: formatCursor(record.key) }
    }
    // A prefix costs a little too, though it may hold nothing.
    scanned += records.length + 1
    if (scanned >= SCANNED_MAX) return { items, next: formatCursor(end) }
  }
  return { items }
}

type Chunk = { readonly records: readonly IdRecord[]; readonly end: HandleKey | PrefixKey }

/** All records of a scope after a place; `end` is the place after each chunk. */
async function* chunks(
  store: RecordStore,
  scope: Scope,
  start: Cursor | undefined,
): AsyncGenerator<Chunk> {
  const isMidway = start?.key !== undefined
  let prefix = isMidway ? start.prefix : await nextPrefix(store, scope, start?.prefix)
  let after = start?.key
  while (prefix !== undefined) {
    const records: readonly IdRecord[] = await store.scan(prefix, {
      limit: CHUNK,
      ...(after !== undefined && { after }),
    })
    after = records.length < CHUNK ? undefined : records.at(-1)?.key
    yield { records, end: after ?? prefix }
    if (after === undefined) prefix = await nextPrefix(store, scope, prefix)
  }
}

/** @throws Problem `invalid-input` for what cannot name a template */
export function filterOf({ template, state, from = -Infinity, to = Infinity }: Filters) {
  const wanted = template === undefined ? undefined : parseTemplateName(template)
  if (template !== undefined && wanted === undefined) {
    throw wrong('/template', { en: 'NAME or NAME@VERSION', zh: '名称，或“名称@版本”' })
  }
  return (record: IdRecord): boolean => {
    if (record.updatedAt < from || record.updatedAt >= to) return false
    if (state === 'held' ? !record.held : state !== undefined && record.state !== state)
      return false
    if (wanted === undefined) return true
    return wanted.version === undefined
      ? record.template?.startsWith(`${wanted.name}@`) === true
      : record.template === template
  }
}

async function nextPrefix(
  store: RecordStore,
  scope: Scope,
  after: PrefixKey | undefined,
): Promise<PrefixKey | undefined> {
  if (scope === 'all') {
    const found = await store.prefixes({ limit: 2, ...(after !== undefined && { after }) })
    return found.find((it) => !isOwnPrefix(it))
  }
  if (after === undefined) return scope[0]
  const place = scope.indexOf(after)
  return place < 0 ? undefined : scope[place + 1]
}

/** Behind a name, or behind a prefix that is finished. */
export type Cursor = { readonly prefix: PrefixKey; readonly key?: HandleKey }

/** The key of the last record looked at, or the last prefix that was finished. */
export function formatCursor(place: HandleKey | PrefixKey): string {
  return Buffer.from(place).toString('base64url')
}

export function cursorOf(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined
  const place = Buffer.from(text, 'base64url').toString()
  const isOurs = place !== '' && place.isWellFormed() && formatCursor(place as HandleKey) === text
  if (!isOurs || place.startsWith('/')) {
    throw wrong('/after', { en: 'The `next` of the page before', zh: '上一页返回的 next' })
  }
  if (!place.includes('/')) return { prefix: place as PrefixKey }
  return { prefix: prefixOf(place as HandleKey), key: place as HandleKey }
}

/** A cursor must not lead out of the scope it was given for. @throws Problem `invalid-input` */
export function checkCursor(after: string | undefined, scope: Scope): void {
  const prefix = cursorOf(after)?.prefix
  if (prefix === undefined || scope === 'all' || scope.includes(prefix)) return
  throw wrong('/after', { en: 'The `next` of the page before', zh: '上一页返回的 next' })
}

function wrong(path: string, expected: { en: string; zh: string }): Problem {
  const reason = { en: 'Not understood', zh: '无法识别' }
  return new Problem('invalid-input', reason, { fields: [{ path, reason, expected }] })
}

/** The prefixes of some enterprises, in key order; beyond a thousand they have to be named one at a time. */
export async function prefixesOf(
  documents: Documents,
  enterprises: readonly string[],
): Promise<readonly PrefixKey[]> {
  if (enterprises.length === 0) return []
  const where = { enterprise: { in: enterprises } }
  const page = await documents.query(PREFIXES, { where, limit: PREFIXES_MAX })
  return page.items.map((it) => it.id as PrefixKey)
}

/** Numbers, and the newest commit they are exact as of. */
export class Counter {
  readonly #store: RecordStore
  #newest = 0

  constructor(store: RecordStore) {
    this.#store = store
  }

  async counts(scope: Scope): Promise<ScopeCounts> {
    for (let tries = 1; ; tries++) {
      const sequence = await this.#sequence()
      const counts = await this.#sum(scope)
      // Where commits never pause, the numbers are those of this commit or a later one.
      if (tries < COUNT_TRIES && (await this.#sequence()) !== sequence) continue
      const at = sequence === 0 ? undefined : (await this.#store.batch(sequence))?.at
      return { ...counts, asOf: { sequence, ...(at !== undefined && { at }) } }
    }
  }

  async #sum(scope: Scope): Promise<PrefixCounts> {
    if (scope === 'all') return await identifierTotals(this.#store)
    const sum = { total: 0, registered: 0, retired: 0, held: 0 }
    for (const prefix of scope) {
      const { total, registered, retired, held } = await this.#store.counts(prefix)
      sum.total += total
      sum.registered += registered
      sum.retired += retired
      sum.held += held
    }
    return sum
  }

  /** Sequences are dense, so the newest is found by doubling steps from the last one known. */
  async #sequence(): Promise<number> {
    const exists = async (sequence: number) => (await this.#store.batch(sequence)) !== undefined
    let step = 1
    while (await exists(this.#newest + step)) {
      this.#newest += step
      step *= 2
    }
    for (; step >= 1; step = Math.floor(step / 2)) {
      if (await exists(this.#newest + step)) this.#newest += step
    }
    return this.#newest
  }
}
