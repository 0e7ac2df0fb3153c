import type { Authority } from '../../identifiers/authority/authority.ts'
import type { Identity } from '../../identifiers/authority/identity.ts'
import { RIGHT } from '../../identifiers/authority/rights.ts'
import {
  foldAscii,
  type HandleKey,
  type PrefixKey,
  prefixOf,
  suffixOf,
} from '../../identifiers/handle.ts'
import type { PrefixBook } from '../../identifiers/prefixes/book.ts'
import { PREFIX_RECORDS } from '../../identifiers/resolution/resolution.ts'
import type { RecordStore } from '../../identifiers/store/store.ts'
import { type Answer, codeAnswer } from './answers.ts'
import { quote } from './value-json.ts'

export type ListingParts = {
  readonly authority: Authority
  readonly store: Pick<RecordStore, 'scan' | 'counts'>
  readonly book: Pick<PrefixBook, 'all' | 'enterpriseOf' | 'lookup' | 'spelled'>
}

/** Numbers as they were asked for; without `pageSize` all names are wanted. */
export type PageWish = { readonly page?: number; readonly pageSize?: number }

const SCANNED_AT_ONCE = 1_000
/** Of one answer. */
export const NAMES_MAX = 100_000
/** Pages count from the beginning, so a page far behind costs what lies before it. */
export const SKIPPED_MAX = 1_000_000
const PREFIXES_MAX = 10_000

/** The names under a prefix, in the order of their bytes, for who may list them; retired ones are no names any more. */
export async function listNames(
  { store }: ListingParts,
  { prefix, wish }: { readonly prefix: string; readonly wish: PageWish },
): Promise<Answer> {
  const key = prefixNamed(prefix)
  const { registered } = await store.counts(key)
  const { page = 0, pageSize = -1 } = wish
  const isWhole = pageSize < 0
  const skipped = isWhole ? 0 : Math.max(0, page) * pageSize
  const wanted = isWhole ? registered : pageSize
  if (wanted > NAMES_MAX || skipped > SKIPPED_MAX) {
    return codeAnswer('protocolError', { message: `At most ${NAMES_MAX} names at once` })
  }
  const names: string[] = []
  if (wanted > 0) {
    for await (const name of namesUnder(store, key, skipped)) {
      names.push(name)
      if (names.length === wanted) break
    }
  }
  const numbers = [
    ...(wish.page === undefined ? [] : [`"page":${wish.page}`]),
    ...(wish.pageSize === undefined ? [] : [`"pageSize":${wish.pageSize}`]),
  ]
  const parts = [
    '"responseCode":1',
    `"prefix":${quote(prefix)}`,
    `"totalCount":"${registered}"`,
    ...numbers,
    `"handles":[${names.map(quote).join(',')}]`,
  ]
  return { status: 200, json: `{${parts.join(',')}}` }
}

/** A prefix as clients name it: by itself or by its record. */
export function prefixNamed(name: string): PrefixKey {
  return foldAscii(name.replace(/^0\.NA\//i, '')) as PrefixKey
}

/** Spelled as they were registered. */
export async function* namesUnder(
  store: Pick<RecordStore, 'scan'>,
  prefix: PrefixKey,
  skipped = 0,
): AsyncGenerator<string> {
  let left = skipped
  let after: HandleKey | undefined
  for (;;) {
    const range = { limit: SCANNED_AT_ONCE, ...(after !== undefined && { after }) }
    const records = await store.scan(prefix, range)
    for (const { state, spelled } of records) {
      if (state !== 'registered') continue
      if (left > 0) left--
      else yield spelled
    }
    after = records.at(-1)?.key
    if (records.length < SCANNED_AT_ONCE || after === undefined) return
    // Others are answered between two reads.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Whether somebody may list the names under a prefix. */
export async function mayList(
  authority: Authority,
  who: Identity,
  prefix: PrefixKey,
): Promise<boolean> {
  const rights = await authority.rightsUnder(who, `${prefix}/` as HandleKey)
  return (rights & RIGHT.listHandles) !== 0
}

/** The prefixes of whoever the identity belongs to, as far as it may list their names, by their records; in order. */
export async function prefixesOf(
  { authority, book }: ListingParts,
  who: Identity,
): Promise<readonly string[]> {
  const enterprise = book.enterpriseOf(homeOf(who))
  const found: string[] = []
  for (const it of book.all()) {
    if (it.enterprise !== enterprise || found.length === PREFIXES_MAX) continue
    if (book.lookup(it.key).kind === 'released') continue
    if (await mayList(authority, who, it.key))
      found.push(`${PREFIX_RECORDS}/${book.spelled(it.key)}`)
  }
  return found.sort()
}

export async function listPrefixes(parts: ListingParts, who: Identity): Promise<Answer> {
  const found = await prefixesOf(parts, who)
  if (found.length === 0) return codeAnswer('invalidAdmin')
  const list = found.map(quote).join(',')
  return {
    status: 200,
    json: `{"responseCode":1,"totalCount":"${found.length}","prefixes":[${list}]}`,
  }
}

/** The prefix an identity is of: its own where it is a prefix's record. */
export function homeOf({ handle: { key } }: Identity): PrefixKey {
  const prefix = prefixOf(key)
  return prefix === PREFIX_RECORDS ? (suffixOf(key) as PrefixKey) : prefix
}
