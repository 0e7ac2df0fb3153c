import { authorise, type Caller, mayDo, type Permission } from '../../kernel/access/permissions.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { Problem } from '../../lib/problem.ts'
import { type PrefixKey, parsePrefix } from '../handle.ts'
import { noPrefix } from './allotment.ts'
import type { PrefixBook } from './book.ts'
import { PREFIXES } from './prefix.ts'

/** Enterprises asked about at once; people belong to fewer. */
const ENTERPRISES_MAX = 100
/** As many as a query takes at once. */
export const OWN_PREFIXES_MAX = 500

/** A prefix a caller may know of, and whose it is. */
export type EntitledPrefix = { readonly key: PrefixKey; readonly enterprise: string | undefined }

type PrefixQuestion = {
  readonly prefix: string
  readonly permission: Permission
  /** Who has this right may know that the prefix is there. */
  readonly known: Permission
  readonly absent?: () => Problem
}

/**
 * Untrusted text as a prefix that the caller may use for `permission`. A prefix that is not known and one of which the
 * caller may know nothing answer alike. @throws Problem `not-signed-in`, `not-found`, `not-authorised`
 */
export function entitledPrefix(
  caller: Caller,
  book: PrefixBook,
  { prefix, permission, known, absent = noPrefix }: PrefixQuestion,
): EntitledPrefix {
  checkSignedIn(caller)
  const key = parsePrefix(prefix)
  const enterprise = book.enterpriseOf(key)
  const may = (it: Permission) => mayDo(caller, it, enterprise)
  if (!book.isKnown(key) || !(may(known) || may(permission))) throw absent()
  authorise(caller, permission, enterprise)
  return { key, enterprise }
}

export function checkSignedIn(caller: Caller): void {
  if (caller.kind === 'anonymous') {
    throw new Problem('not-signed-in', { en: 'Sign in first', zh: '请先登录' })
  }
}

/** The enterprises for which a caller has a right; `all` for the node's staff and keys. */
export function enterprisesOf(caller: Caller, permission: Permission): 'all' | readonly string[] {
  if (mayDo(caller, permission, undefined)) return 'all'
  if (caller.kind === 'anonymous') return []
  const named =
    caller.kind === 'key' ? [caller.enterprise] : caller.memberships.map((it) => it.enterprise)
  return named
    .filter((it) => it !== undefined)
    .filter((it) => mayDo(caller, permission, it))
    .slice(0, ENTERPRISES_MAX)
}

/**
 * The prefixes of enterprises, for a list over all of them. Nothing is left out silently.
 * @throws Problem `too-large` when there are too many to be listed together
 */
export async function prefixesOf(
  documents: Pick<Documents, 'query'>,
  enterprises: readonly string[],
): Promise<readonly PrefixKey[]> {
  if (enterprises.length === 0) return []
  const where = { enterprise: { in: enterprises } }
  const { items, next } = await documents.query(PREFIXES, { where, limit: OWN_PREFIXES_MAX })
  if (next === undefined) return items.map((it) => it.id as PrefixKey)
  throw new Problem('too-large', {
    en: `There are more than ${OWN_PREFIXES_MAX} prefixes; ask for one of them`,
    zh: `前缀超过 ${OWN_PREFIXES_MAX} 个，请指定其中一个`,
  })
}
