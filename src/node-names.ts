import { type Caller, mayDo } from './kernel/access/permissions.ts'
import { CASE_DECISION } from './kernel/cases/claims.ts'
import { CASES } from './kernel/cases/collections.ts'
import type { Documents } from './kernel/documents/documents.ts'
import { DECISION_MAKER, ENTERPRISE_DECISION } from './kernel/evidence/claims.ts'
import type { Claim } from './kernel/evidence/evidence.ts'
import { ENTERPRISES } from './kernel/parties/enterprise.ts'
import { DECISION_KIND } from './policy/awards/claims.ts'
import { POLICY_AWARDS } from './policy/awards/collections.ts'

type Subject = Pick<Claim, 'kind' | 'subject' | 'fields'>

/**
 * What an opened entry of the evidence log is about, by name: an enterprise, to who may read it; a case by its number. What is
 * known by its name already, as a prefix is, has none.
 */
export function evidenceNames(
  documents: Pick<Documents, 'get'>,
): (claim: Subject, caller: Caller) => Promise<string | undefined> {
  const enterpriseName = async (id: unknown, caller: Caller) => {
    if (typeof id !== 'string' || !mayDo(caller, 'enterprises.read', id)) return undefined
    return (await documents.get(ENTERPRISES, id))?.body.entry.name
  }
  const applicantOf = async (award: string) =>
    (await documents.get(POLICY_AWARDS, award))?.body.applicant
  return async ({ kind, subject, fields }, caller) => {
    switch (kind === DECISION_MAKER ? fields.of : kind) {
      case ENTERPRISE_DECISION:
        return await enterpriseName(subject, caller)
      case DECISION_KIND:
        // who decided is told without the enterprise
        return await enterpriseName(fields.enterprise ?? (await applicantOf(subject)), caller)
      case CASE_DECISION:
        return (await documents.get(CASES, subject))?.body.receipt
      default:
        return undefined
    }
  }
}
