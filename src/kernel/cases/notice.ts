import { type Case, OBJECTIONS_MAX } from './collections.ts'
import { type CaseContext, type CaseRefusal, refuse, type Turn } from './events.ts'
import {
  currentPart,
  isBlank,
  needsNote,
  ownStep,
  passed,
  startedClock,
  stepHere,
  visitIndex,
  wrongState,
} from './standing.ts'

/** Publishes what is meant to be decided, so that anybody may object (公示). */
export const publishNotice: Turn<'publish-notice'> = (state, event, context) => {
  const step = ownStep(state, context)
  if ('kind' in step) return step
  if (step.notice === undefined || currentPart(state, state.notice) !== undefined) {
    return wrongState('Nothing is to be published in this step now', '该步骤目前无需公示')
  }
  if (isBlank(event.text)) return refuse('incomplete', 'A notice has a text', '公示须有正文')
  const clock = startedClock(step.notice.term, context)
  if ('kind' in clock) return clock
  const notice = { visit: visitIndex(state), text: event.text, clock, objections: [] }
  return {
    kind: 'done',
    next: { ...state, notice },
    entry: { section: 'notice', more: { text: event.text } },
  }
}

/** Anybody objects, under their name, while the notice is out (异议). The room sees to it that they are who they say. */
export const object: Turn<'object'> = (state, event, context) => {
  const notice = currentPart(state, state.notice)
  const rule = stepHere(state, context.procedure).notice
  if (notice === undefined || rule === undefined) {
    return wrongState('Nothing is published now', '目前没有公示')
  }
  const is = passed(notice.clock, rule.term, context)
  if (typeof is === 'object') return { kind: 'refused', reasons: [is] }
  if (is === 'over') return refuse('late', 'The notice is over', '公示期已满')
  if (isBlank(event.objector) || isBlank(event.text)) {
    return refuse(
      'incomplete',
      'An objection has a name and says what it is against',
      '异议须署名并说明内容',
    )
  }
  const number = notice.objections.length + 1
  if (number > OBJECTIONS_MAX) {
    return refuse(
      'too-many',
      `At most ${OBJECTIONS_MAX} objections to one notice`,
      `一次公示最多受理 ${OBJECTIONS_MAX} 件异议`,
    )
  }
  const objections = [...notice.objections, { number, at: context.at }]
  return {
    kind: 'done',
    next: { ...state, notice: { ...notice, objections } },
    entry: {
      section: 'notice',
      more: { number, objector: event.objector, text: event.text },
    },
  }
}

export const answerObjection: Turn<'answer-objection'> = (state, event, context) => {
  const step = ownStep(state, context)
  if ('kind' in step) return step
  const notice = currentPart(state, state.notice)
  const objection = notice?.objections.find((it) => it.number === event.number)
  if (notice === undefined || objection === undefined) {
    return wrongState('There is no such objection', '没有该异议')
  }
  if (objection.upheld !== undefined) {
    return wrongState('This objection is answered already', '该异议已答复')
  }
  if (isBlank(event.note)) return needsNote()
  const { number, upheld } = event
  const answered = { ...objection, upheld, answeredAt: context.at }
  const objections = notice.objections.map((it) => (it.number === number ? answered : it))
  return {
    kind: 'done',
    next: { ...state, notice: { ...notice, objections } },
    entry: { section: 'notice', more: { number, upheld } },
  }
}

/** Whether its whole term is over and every objection answered. */
export function noticeClosed(state: Case, context: CaseContext): boolean | CaseRefusal {
  const notice = currentPart(state, state.notice)
  if (notice === undefined) return false
  const term = stepHere(state, context.procedure).notice?.term
  const is = passed(notice.clock, term, context)
  if (typeof is === 'object') return is
  return is === 'over' && notice.objections.every((it) => it.upheld !== undefined)
}
