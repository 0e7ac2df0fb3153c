import type { DocumentChange } from '../../kernel/documents/documents.ts'
import { DECISION_MAKER } from '../../kernel/evidence/claims.ts'
import type { Claim } from '../../kernel/evidence/evidence.ts'
import type { POLICY_DECISION } from '../checker/bundle.ts'
import { type Decision, POLICY_DECISIONS } from './collections.ts'

/** As the checker asks for it; written here so that a node that only resolves never loads the checker. */
export const DECISION_KIND: typeof POLICY_DECISION = 'policy-decision'

/**
 * A decision of record as claims for the evidence log; none for any other change. Public are the digests of what it rests on and the
 * amount, as the list of awards is: `digests.facts` of the facts as published, `given` of those it was decided on, salted so that nobody
 * guesses at them. Who decided is for staff alone.
 */
export function awardClaims(change: DocumentChange): readonly Claim[] {
  const isNew = change.before === undefined && change.after !== undefined
  if (change.collection !== POLICY_DECISIONS.name || !isNew) return []
  const made = change.after as Decision
  const { award, enterprise, plan, measure, mode, digests, given, amountFen, year, at } = made
  const basis = { digests, given: given.digest }
  const fields = { enterprise, plan, measure, mode, ...basis, amountFen, year }
  return [
    { kind: DECISION_KIND, subject: award, at, fields, open: 'public' },
    {
      kind: DECISION_MAKER,
      subject: award,
      at,
      fields: { of: DECISION_KIND, decision: 'awarded', by: change.author.id },
      open: 'staff',
    },
  ]
}
