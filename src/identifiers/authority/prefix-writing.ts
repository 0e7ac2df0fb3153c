import type { Author } from '../../lib/author.ts'
import { type PrefixKey, parseHandle } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import type { Registry } from '../registration/registry.ts'
import { prefixRecordName, prefixValues } from './prefix-values.ts'

export type PrefixWritingParts = {
  readonly registry: Registry
  readonly book: Pick<PrefixBook, 'spelled'>
}

/** Makes something else of the values of a prefix's record, or the first of one that has none. @throws Problem */
export async function rewritePrefixRecord(
  { registry, book }: PrefixWritingParts,
  prefix: PrefixKey,
  author: Author,
  change: (values: readonly HandleValue[]) => readonly HandleValue[],
): Promise<void> {
  const handle = parseHandle(prefixRecordName(book.spelled(prefix) as PrefixKey))
  const next = (current: IdRecord | undefined) =>
    change(prefixValues(prefix, current?.state === 'registered' ? current.values : []))
  await registry.administer(handle, next, { author })
}

export function inIndexOrder(values: readonly HandleValue[]): HandleValue[] {
  return [...values].sort((a, b) => a.index - b.index)
}
