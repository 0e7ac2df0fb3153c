import { authorOf } from '../../kernel/access/caller.ts'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import type { Author } from '../../lib/author.ts'
import type { Text } from '../../lib/text.ts'
import { type HandleKey, type PrefixKey, suffixOf } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { whyNotWritable } from '../registration/names.ts'
import { PREFIX_RECORDS } from '../resolution/resolution.ts'
import { KEYS_OF_ENTERPRISE, NOT_YOURS } from './import-problems.ts'

type Book = Pick<PrefixBook, 'isKnown' | 'enterpriseOf' | 'lookup'>

export type GrantParts = {
  readonly book: Book
  /** Makes a prefix this node's own: what is moved here from another server brings its prefixes along. */
  readonly host?: (prefix: PrefixKey, author: Author) => Promise<void>
}

/** Prefixes of others and prefixes that are not here answer alike. */
export function grantOf(caller: Caller, book: Book, of: PrefixKey | HandleKey): Text | undefined {
  const prefix = of as PrefixKey
  if (!mayDo(caller, 'identifiers.write', book.enterpriseOf(prefix))) return NOT_YOURS
  return book.isKnown(prefix) ? whyNotWritable(book.lookup(prefix)) : NOT_YOURS
}

/**
 * Of records of another server: they bring prefixes along that nobody has here yet, and the records of these with the keys of
 * their administrators, for whoever may allot any prefix. The keys of an enterprise's prefix are for the enterprise to change.
 */
export async function grantMove(
  { book, host }: GrantParts,
  { caller, isDryRun }: { readonly caller: Caller; readonly isDryRun: boolean },
  of: PrefixKey | HandleKey,
): Promise<Text | undefined> {
  const mayHost = mayDo(caller, 'prefixes.manage') && mayDo(caller, 'identifiers.write')
  if (!mayHost || host === undefined) return grantOf(caller, book, of)
  const isRecord = of.startsWith(`${PREFIX_RECORDS}/`)
  const prefix = (isRecord ? suffixOf(of) : of) as PrefixKey
  if (prefix === PREFIX_RECORDS || prefix === '') return NOT_YOURS
  if (isRecord && book.enterpriseOf(prefix) !== undefined) return KEYS_OF_ENTERPRISE
  if (!book.isKnown(prefix)) {
    if (isDryRun) return undefined
    await host(prefix, authorOf(caller))
  }
  return grantOf(caller, book, prefix)
}
