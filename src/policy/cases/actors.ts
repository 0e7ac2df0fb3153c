import { authorOf } from '../../kernel/access/caller.ts'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { roleOfUnit } from '../../kernel/cases/consultation.ts'
import type { Actor } from '../../kernel/cases/events.ts'
import { APPLICANT } from '../../kernel/cases/procedure.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { POLICY_POSTS, type Post } from './collections.ts'

const NO_POST: Post = { units: [], approvals: [], fields: [], interests: [] }

/** The offices a caller fills; a key of the node fills none. */
export async function postOf(documents: Documents, caller: Caller): Promise<Post> {
  if (caller.kind !== 'user') return NO_POST
  return (await documents.get(POLICY_POSTS, caller.id))?.body ?? NO_POST
}

export type ActorWish = {
  /** Whose case it is: who may act for that enterprise is its applicant. */
  readonly applicant?: string | undefined
  /** The unit that runs the call: who has a post acts only for their own units. */
  readonly department?: string | undefined
  /** `write` for deeds. */
  readonly deed: 'read' | 'write'
}

/**
 * A caller as the procedure of a case knows them: its applicant by the right to apply for that enterprise, `officer` by
 * `policy.review`, `observer` by `policy.read`, `expert` by `policy.score`, further roles and units by their post. Enterprises in which
 * they have an interest count as their own, so that they do not act in those cases for the node.
 */
export async function actorFor(
  documents: Documents,
  caller: Caller,
  { applicant, department, deed }: ActorWish,
): Promise<Actor> {
  const post = await postOf(documents, caller)
  const right = deed === 'read' ? 'applications.read' : 'applications.write'
  const own = enterprisesOf(caller)
  const isApplicant =
    applicant !== undefined && own.includes(applicant) && mayDo(caller, right, applicant)
  const isOffice = mayDo(caller, 'policy.read') || mayDo(caller, 'policy.review')
  const isTheirs = actsFor(post, department)
  const roles = [
    ...(isApplicant ? [APPLICANT] : []),
    ...(isTheirs && mayDo(caller, 'policy.review') ? ['officer'] : []),
    ...(isTheirs && mayDo(caller, 'policy.read') ? ['observer'] : []),
    ...(mayDo(caller, 'policy.score') ? ['expert'] : []),
    ...(mayDo(caller, 'policy.decide') ? post.approvals : []),
    ...(isOffice ? post.units.map(roleOfUnit) : []),
  ]
  return { author: authorOf(caller), roles, enterprises: [...own, ...post.interests] }
}

/** Whether somebody acts for a department: all do who have no units. */
export function actsFor({ units }: Pick<Post, 'units'>, department: string | undefined): boolean {
  return units.length === 0 || department === undefined || units.includes(department)
}

/** Enterprises a caller belongs to, or whose key they hold. */
export function enterprisesOf(caller: Caller): readonly string[] {
  if (caller.kind === 'user') return caller.memberships.map((it) => it.enterprise)
  return caller.kind === 'key' && caller.enterprise !== undefined ? [caller.enterprise] : []
}
