import type { Access } from '../access/access.ts'
import type { DocumentWrite } from '../documents/documents.ts'
import { letterWrite } from '../mail/outbox.ts'
import { type Case, ENTERPRISE_CASES, type StoredEnterprise } from './enterprise.ts'

/**
 * The letter that tells an enterprise's contact what `writes` decide about it, to be committed with them; none where no mail
 * is sent. It goes to the contact as it stood before the decision.
 */
export function noticeOf(
  { mails, clock }: Access,
  { id, body }: StoredEnterprise,
  writes: readonly DocumentWrite[],
): readonly DocumentWrite[] {
  const told = writes.find((it) => it.collection === ENTERPRISE_CASES)
  if (!mails || told === undefined || !('put' in told)) return []
  const { kind } = told.put as Case
  const { email: to } = body.entry.contact
  const language = body.language ?? 'zh'
  return [letterWrite(clock(), { kind: 'decision', to, language, enterprise: id, decision: kind })]
}
