import { type Case, UNITS_MAX } from './collections.ts'
import { type CaseContext, type CaseRefusal, refuse, type Turn } from './events.ts'
import {
  currentPart,
  isBlank,
  needsNote,
  notAllowed,
  ownStep,
  passed,
  startedClock,
  stepHere,
  visitIndex,
  wrongState,
} from './standing.ts'

/** Role of whoever speaks for a unit. */
export function roleOfUnit(unit: string): string {
  return `unit:${unit}`
}

/** Asks other units for their opinion (会办). */
export const consult: Turn<'consult'> = (state, event, context) => {
  const step = ownStep(state, context)
  if ('kind' in step) return step
  if (step.consultation === undefined || currentPart(state, state.consultation) !== undefined) {
    return wrongState('Nobody is to be asked in this step now', '该步骤目前无需会办')
  }
  const units = [...new Set(event.units)]
  if (units.length === 0 || units.length > UNITS_MAX || units.length < event.units.length) {
    return refuse(
      'incomplete',
      `Name 1 to ${UNITS_MAX} units, each once`,
      `请列出 1 至 ${UNITS_MAX} 个会办单位，不得重复`,
    )
  }
  const clock = startedClock(step.consultation.term, context)
  if ('kind' in clock) return clock
  const consultation = { visit: visitIndex(state), clock, units: units.map((unit) => ({ unit })) }
  return {
    kind: 'done',
    next: { ...state, consultation },
    entry: { section: 'consultation', more: { units } },
  }
}

export const giveOpinion: Turn<'give-opinion'> = (state, event, context) => {
  const { actor, procedure, at } = context
  const { unit, opinion, note } = event
  const forbidden = notAllowed(state, actor, [roleOfUnit(unit)])
  if (forbidden !== undefined) return forbidden
  const consultation = currentPart(state, state.consultation)
  const asked = consultation?.units.find((it) => it.unit === unit)
  if (consultation === undefined || asked === undefined) {
    return wrongState('This unit is not asked', '未征求该单位意见')
  }
  if (asked.opinion !== undefined) {
    return wrongState('This unit gave its opinion already', '该单位已反馈意见')
  }
  if (opinion !== 'agrees' && isBlank(note)) return needsNote()
  const rule = stepHere(state, procedure).consultation
  const is = passed(consultation.clock, rule?.term, context)
  if (typeof is === 'object') return { kind: 'refused', reasons: [is] }
  if (is === 'over' && rule?.silence === 'agrees') {
    return refuse(
      'late',
      'The term is over, and silence was taken for agreement',
      '会办期限已过，逾期视为同意',
    )
  }
  const said = { unit, opinion, at, ...(note !== undefined && { text: note }) }
  const units = consultation.units.map((it) => (it.unit === unit ? said : it))
  return {
    kind: 'done',
    next: { ...state, consultation: { ...consultation, units } },
    entry: { section: 'consultation', more: { unit, opinion } },
  }
}

/** Whether all were heard, or are taken to agree as their term is over. */
export function consultationClosed(state: Case, context: CaseContext): boolean | CaseRefusal {
  const consultation = currentPart(state, state.consultation)
  if (consultation === undefined) return false
  if (consultation.units.every((it) => it.opinion !== undefined)) return true
  const rule = stepHere(state, context.procedure).consultation
  if (rule?.silence !== 'agrees') return false
  const is = passed(consultation.clock, rule.term, context)
  return typeof is === 'object' ? is : is === 'over'
}
