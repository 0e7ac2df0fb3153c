import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import type { Case, StoredCase } from '../../kernel/cases/collections.ts'
import { CASES } from '../../kernel/cases/collections.ts'
import { type CaseDesk, noCase, readProcedure } from '../../kernel/cases/desk.ts'
import type { Actor } from '../../kernel/cases/events.ts'
import type { Procedure, Section } from '../../kernel/cases/procedure.ts'
import { heldRoles, sectionsFor } from '../../kernel/cases/view.ts'
import { type ActorWish, actorFor } from './actors.ts'
import { POLICY_CALLS, type SupportCall } from './collections.ts'

/** A case of the policy desk as somebody met it. */
export type Met = {
  readonly id: string
  readonly state: Case
  readonly procedure: Procedure
  readonly actor: Actor
  readonly support: SupportCall
  readonly held: ReadonlySet<string>
  readonly sees: ReadonlySet<Section>
}

/**
 * The case, where the caller has a role in it. Whoever has none meets the same as where there is no such case.
 * @throws Problem `not-found`, `not-signed-in`
 */
export async function meetCase(
  { documents }: Pick<CaseDesk, 'documents'>,
  caller: Caller,
  id: string,
  deed: ActorWish['deed'] = 'read',
): Promise<Met> {
  if (caller.kind === 'anonymous') authorise(caller, 'applications.read')
  const stored = await documents.get(CASES, id)
  const call = stored?.body.call
  const support = call === undefined ? undefined : await documents.get(POLICY_CALLS, call)
  if (stored === undefined || support === undefined) throw noCase()
  return await met({ documents }, caller, { stored, support: support.body, deed })
}

async function met(
  { documents }: Pick<CaseDesk, 'documents'>,
  caller: Caller,
  given: {
    readonly stored: StoredCase
    readonly support: SupportCall
    readonly deed: ActorWish['deed']
  },
): Promise<Met> {
  const { id, body: state } = given.stored
  const { support, deed } = given
  const { applicant } = state
  const wish = { applicant, department: support.department, deed }
  const actor = await actorFor(documents, caller, wish)
  const procedure = await readProcedure(documents, state.pins.procedure)
  const held = heldRoles(state, actor, procedure)
  if (held.size === 0) throw noCase()
  return { id, state, procedure, actor, support, held, sees: sectionsFor(state, actor, procedure) }
}

/** Whether somebody looks at a case for the node: what the office found out is shown to them. */
export function isOffice({ held }: Pick<Met, 'held'>): boolean {
  return held.has('officer') || held.has('observer')
}
