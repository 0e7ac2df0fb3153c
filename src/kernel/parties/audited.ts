import type { AuditedCollection } from '../access/audit-view.ts'
import type { DocumentChange } from '../documents/documents.ts'
import { enterpriseDecision } from '../evidence/claims.ts'
import type { Claim } from '../evidence/evidence.ts'
import {
  type Case,
  DECISIONS,
  ENTERPRISE_CASES,
  ENTERPRISE_CODES,
  ENTERPRISES,
  type Enterprise,
} from './enterprise.ts'

/** What the audit trail tells of enterprises and their threads. */
export const PARTIES_AUDITED: readonly AuditedCollection[] = [
  {
    collection: ENTERPRISES,
    // What it is found by is told by what that was made from.
    secret: ['nameGrams', 'nameKey', 'usccs', 'legalPersons', 'idNumbers', 'phones'],
    enterprisesOf: (it: Enterprise) => [it.enterprise],
    nameOf: (it: Enterprise) => it.entry.name,
    readAs: ['users', 'enterprise', 'application', 'licence'],
  },
  {
    collection: ENTERPRISE_CASES,
    enterprisesOf: (it: Case) => [it.enterprise],
    viewFor: viewOfCase,
    nameOf: (it: Case) => ({ of: ENTERPRISES.name, id: it.enterprise }),
  },
  { collection: ENTERPRISE_CODES, hidden: true },
]

/** As the enterprise's thread shows it: without who of the node's people it was. */
function viewOfCase({ author, ...rest }: Case): unknown {
  return rest.by === 'enterprise' ? { ...rest, author } : rest
}

/**
 * A reviewer's decision as claims for the evidence log; none for any other change. An entry of a thread is written once and
 * never again, so following the feed claims each decision once.
 */
export function reviewClaims(change: DocumentChange): readonly Claim[] {
  const created = change.before === undefined && change.after !== undefined
  if (change.collection !== ENTERPRISE_CASES.name || !created) return []
  const { enterprise, kind, at, reasons = [] } = change.after as Case
  if (!(DECISIONS as readonly string[]).includes(kind)) return []
  const returned = [...new Set(reasons.map((it) => it.path))]
  return enterpriseDecision({
    enterprise,
    decision: kind,
    reviewer: change.author.id,
    at,
    returned,
  })
}
