import { isAmount } from '../quotas/amount.ts'
import type { Approval, Case } from './collections.ts'
import { type CaseContext, refuse, type Turn, type Turned } from './events.ts'
import type { Step } from './procedure.ts'
import {
  currentPart,
  isBlank,
  needsNote,
  notAllowed,
  ownStep,
  visitIndex,
  wrongState,
} from './standing.ts'

/** Puts a case forward; a number decides by the thresholds of the procedure who has to approve, in order. */
export const putForward: Turn<'put-forward'> = (state, event, context) => {
  const step = ownStep(state, context)
  if ('kind' in step) return step
  if (step.approval === undefined || currentPart(state, state.approval) !== undefined) {
    return wrongState('Nothing is to be put forward in this step now', '该步骤目前无需报批')
  }
  const number = wholeOf(event.number)
  const chain = number === undefined ? undefined : chainFor(step.approval, number)
  if (chain === undefined) {
    return refuse(
      'incomplete',
      'No row of the thresholds says who approves this number',
      '审批权限表未规定该数额由谁审批',
    )
  }
  const persons = [context.actor.author.id]
  const approval = { visit: visitIndex(state), number: event.number, chain: [...chain], persons }
  return {
    kind: 'done',
    next: { ...state, approval },
    entry: { section: 'approval', more: { number: event.number, chain } },
  }
}

/** The next of the chain approves: nobody who put it forward or approved it before. */
export const approve: Turn<'approve'> = (state, _event, context) => {
  const found = nextOf(state, context)
  if ('kind' in found) return found
  const { approval, person } = found
  const next = {
    ...approval,
    chain: approval.chain.slice(1),
    persons: [...approval.persons, person],
  }
  return done(state, next)
}

export const decline: Turn<'decline'> = (state, event, context) => {
  const found = nextOf(state, context)
  if ('kind' in found) return found
  if (isBlank(event.note)) return needsNote()
  const { approval, person } = found
  const persons = [...approval.persons, person]
  return done(state, { ...approval, chain: [], persons, declined: true })
}

function nextOf(
  state: Case,
  { actor }: CaseContext,
): { readonly approval: Approval; readonly person: string } | Turned {
  const approval = currentPart(state, state.approval)
  const [role] = approval?.chain ?? []
  if (approval === undefined || role === undefined) {
    return wrongState('Nothing waits to be approved', '没有待审批事项')
  }
  const forbidden = notAllowed(state, actor, [role])
  if (forbidden !== undefined) return forbidden
  const person = actor.author.id
  if (approval.persons.includes(person)) {
    return refuse(
      'not-allowed',
      'Each approval is another person’s, and not of who put it forward',
      '各级审批须由不同人员进行，报批人不得审批',
    )
  }
  return { approval, person }
}

function done(state: Case, approval: Approval): Turned {
  return { kind: 'done', next: { ...state, approval }, entry: { section: 'approval' } }
}

/** The last row whose `from` the number reaches. */
export function chainFor(
  { levels }: NonNullable<Step['approval']>,
  number: bigint,
): readonly string[] | undefined {
  return levels.findLast((it) => BigInt(it.from) <= number)?.roles
}

function wholeOf(text: string): bigint | undefined {
  if (!/^(0|[1-9]\d{0,24})$/.test(text)) return undefined
  const number = BigInt(text)
  return number === 0n || isAmount(number) ? number : undefined
}
