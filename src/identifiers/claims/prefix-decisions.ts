import { isDeepStrictEqual } from 'node:util'
import type { DocumentChange } from '../../kernel/documents/documents.ts'
import { type Decided, decisionClaims } from '../../kernel/evidence/claims.ts'
import type { Claim, ClaimValue } from '../../kernel/evidence/evidence.ts'
import { PREFIXES, type Prefix, type Site } from '../prefixes/prefix.ts'

export const PREFIX_DECISION = 'prefix-decision'

/**
 * What a change of a prefix decided, as claims for the evidence log; none for any other change. Open to the enterprise it
 * is allotted to; an order is named by its number and authority. Reasons stay with the prefix: they may speak of persons.
 */
export function prefixDecisionClaims(change: DocumentChange): readonly Claim[] {
  if (change.collection !== PREFIXES.name || change.after === undefined) return []
  const after = change.after as Prefix
  const made = decisionsBetween(change.before as Prefix | undefined, after)
  return made.flatMap((it) => decisionClaims({ ...decidedOf(change, after), ...it }))
}

type Made = Pick<Decided, 'decision'> & { readonly more?: Readonly<Record<string, ClaimValue>> }

function decidedOf({ id, at, author }: DocumentChange, { spelled, enterprise }: Prefix) {
  const whose = enterprise === undefined ? {} : { enterprise }
  return {
    kind: PREFIX_DECISION,
    subject: id,
    of: { prefix: spelled, ...whose },
    at,
    by: author.id,
  }
}

function decisionsBetween(before: Prefix | undefined, after: Prefix): readonly Made[] {
  // What was released comes back as new: nothing of what it was before still holds.
  const isNew =
    before === undefined || (before.release !== undefined && after.release === undefined)
  const was = isNew ? undefined : before
  return [
    ...(isNew ? [{ decision: 'allotted' }] : []),
    ...between(was?.suspension, after.suspension, ['suspended', 'resumed']),
    ...between(was?.hold, after.hold, ['held', 'lifted'], ({ order, authority }) => ({
      order,
      authority,
    })),
    ...hostingBetween(was?.hosting, after.hosting),
    ...between(was?.release, after.release, ['released']),
  ]
}

function between<T>(
  before: T | undefined,
  after: T | undefined,
  [begun, ended]: readonly [string, string?],
  moreOf?: (it: T) => Made['more'],
): readonly Made[] {
  if (before === undefined && after !== undefined) {
    const more = moreOf?.(after)
    return [{ decision: begun, ...(more !== undefined && { more }) }]
  }
  return before !== undefined && after === undefined && ended !== undefined
    ? [{ decision: ended }]
    : []
}

function hostingBetween(
  before: Prefix['hosting'] | undefined,
  after: Prefix['hosting'],
): readonly Made[] {
  if (after.kind === 'here') return before?.kind === 'delegated' ? [{ decision: 'taken-back' }] : []
  if (before?.kind === 'delegated' && isDeepStrictEqual(before.sites, after.sites)) return []
  return [{ decision: 'delegated', more: { sites: after.sites.map(siteOf) } }]
}

function siteOf({ address, port, protocol, url }: Site): ClaimValue {
  return {
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
    ...(protocol !== undefined && { protocol }),
    ...(url !== undefined && { url }),
  }
}
