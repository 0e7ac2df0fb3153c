import { chainFor } from '../../kernel/cases/approval.ts'
import type { Case } from '../../kernel/cases/collections.ts'
import { roleOfUnit } from '../../kernel/cases/consultation.ts'
import type { Procedure, Step } from '../../kernel/cases/procedure.ts'
import { currentPart } from '../../kernel/cases/standing.ts'
import type { Text } from '../../lib/text.ts'
import type { OfficeKind } from '../cases/collections.ts'

/** An office that a plan waits for, or will before it is decided. */
export type Needed = {
  readonly kind: OfficeKind
  readonly id: string
  readonly title: Text
  /** It is its turn. */
  readonly isNow: boolean
  /** Who has approved before or put the plan forward: each approval is another person's. */
  readonly persons: readonly string[]
}

/** The offices that a plan still needs, in the order in which it comes to them; none where it is over. */
export function officesNeeded(
  state: Case,
  procedure: Procedure,
  totalFen: string,
): readonly Needed[] {
  if (state.state !== 'open') return []
  const here = procedure.steps.findIndex((it) => it.id === state.step)
  return procedure.steps.slice(Math.max(0, here)).flatMap((step) => {
    const of = { state, procedure, isHere: step.id === state.step }
    return [...unitsNeeded(step, of), ...approvalsNeeded(step, { ...of, totalFen })]
  })
}

type Where = { readonly state: Case; readonly procedure: Procedure; readonly isHere: boolean }

function unitsNeeded({ consultation }: Step, { state, procedure, isHere }: Where): Needed[] {
  if (consultation === undefined) return []
  const asked = isHere ? currentPart(state, state.consultation)?.units : undefined
  const silent = asked?.filter((it) => it.opinion === undefined).map((it) => it.unit)
  const units = silent ?? unitsOf(procedure)
  return units.map((id) => ({
    ...{ kind: 'unit', id, title: titleOf(procedure, roleOfUnit(id), id) },
    ...{ isNow: asked !== undefined, persons: [] },
  }))
}

function unitsOf({ roles }: Procedure): string[] {
  const prefix = roleOfUnit('')
  return roles.filter((it) => it.id.startsWith(prefix)).map((it) => it.id.slice(prefix.length))
}

function approvalsNeeded(
  { approval }: Step,
  { state, procedure, isHere, totalFen }: Where & { readonly totalFen: string },
): Needed[] {
  if (approval === undefined) return []
  const now = isHere ? currentPart(state, state.approval) : undefined
  const chain = now?.chain ?? chainFor(approval, BigInt(totalFen)) ?? []
  return chain.map((id, index) => ({
    ...{ kind: 'approval', id, title: titleOf(procedure, id, id) },
    ...{ isNow: now !== undefined && index === 0, persons: now?.persons ?? [] },
  }))
}

function titleOf({ roles }: Procedure, role: string, id: string): Text {
  return roles.find((it) => it.id === role)?.title ?? { en: id, zh: id }
}
