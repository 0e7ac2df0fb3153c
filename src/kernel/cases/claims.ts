import type { DocumentChange } from '../documents/documents.ts'
import { decisionClaims } from '../evidence/claims.ts'
import type { Claim } from '../evidence/evidence.ts'
import { CASE_ENTRIES, type CaseEntry } from './collections.ts'

export const CASE_DECISION = 'case-decision'

/**
 * A decision on a case as claims for the evidence log; none for any other change. An entry of a thread is written once and never
 * again, so following the feed claims each decision once. What was handed in is told by its digest alone.
 */
export function caseClaims(change: DocumentChange): readonly Claim[] {
  const created = change.before === undefined && change.after !== undefined
  if (change.collection !== CASE_ENTRIES.name || !created) return []
  const { case: subject, at, step, decision } = change.after as CaseEntry
  if (decision === undefined) return []
  const { outcome, applicant, receipt, pins, content } = decision
  return decisionClaims({
    kind: CASE_DECISION,
    subject,
    of: { receipt, ...(applicant !== undefined && { enterprise: applicant }) },
    decision: outcome,
    by: change.author.id,
    at,
    more: { step, pins, content },
  })
}
