import { POINTS_MAX } from './collections.ts'
import { refuse, type Turn } from './events.ts'
import { APPLICANT } from './procedure.ts'
import {
  dueHere,
  isBlank,
  notAllowed,
  ownStep,
  passed,
  startedClock,
  stepHere,
  visitOf,
  withVisit,
  wrongState,
} from './standing.ts'
import { resumed, stopped } from './terms.ts'

/** Asks for every correction at once (补正). The clock of the step stands still until it is answered. */
export const requestCorrection: Turn<'request-correction'> = (state, event, context) => {
  const step = ownStep(state, context)
  if ('kind' in step) return step
  const rule = step.correction
  const visit = visitOf(state)
  if (rule === undefined) {
    return wrongState('In this step no corrections are asked for', '该步骤不可要求补正')
  }
  if (visit.rounds >= rule.roundsMax) {
    return refuse(
      'too-many',
      `Corrections are asked for ${rule.roundsMax} times at most in this step, all points at once`,
      `该步骤最多可要求补正 ${rule.roundsMax} 次，每次须一次性告知`,
    )
  }
  const isWhole = event.points.every((it) => !isBlank(it.path) && !isBlank(it.reason))
  if (event.points.length === 0 || event.points.length > POINTS_MAX || !isWhole) {
    return refuse(
      'incomplete',
      `Name 1 to ${POINTS_MAX} points, each with its reason`,
      `请列出 1 至 ${POINTS_MAX} 项补正内容并说明理由`,
    )
  }
  const clock = startedClock(rule.term, context)
  if ('kind' in clock) return clock
  const points = event.points.map(({ path, reason }) => ({ path, reason }))
  const rest = withVisit(state, {
    clock: stopped(visit.clock, context.at),
    rounds: visit.rounds + 1,
  })
  return {
    kind: 'done',
    next: { ...rest, state: 'correcting', correction: { points, clock } },
    entry: { section: 'thread', more: { points } },
  }
}

/** The applicant answers every point; the clock of the step goes on. Late is late to the second. */
export const answerCorrection: Turn<'answer-correction'> = (state, event, context) => {
  const { actor, procedure, at } = context
  const forbidden = notAllowed(state, actor, [APPLICANT])
  if (forbidden !== undefined) return forbidden
  const { correction, ...rest } = state
  if (correction === undefined) return nothingAsked()
  const term = stepHere(state, procedure).correction?.term
  const is = passed(correction.clock, term, context)
  if (typeof is === 'object') return { kind: 'refused', reasons: [is] }
  if (is === 'over') {
    return refuse('late', 'The term for the correction is over', '补正期限已过')
  }
  const { points } = correction
  const isWhole = event.answers.length === points.length && !event.answers.some(isBlank)
  if (!isWhole) {
    return refuse(
      'incomplete',
      `There are ${points.length} points; each needs its answer`,
      `共 ${points.length} 项补正，须逐项答复`,
    )
  }
  const { clock } = visitOf(state)
  const isNew = event.form !== undefined || (event.files ?? []).length > 0
  return {
    kind: 'done',
    next: { ...withVisit(rest, { clock: resumed(clock, at) }), state: 'open' },
    entry: { section: 'thread', more: { answers: [...event.answers] } },
    ...(isNew && { content: { form: event.form, files: event.files ?? [] } }),
  }
}

/** Says that no answer came in time. The clock of the step goes on from the moment the term was over. */
export const lapseCorrection: Turn<'lapse-correction'> = (state, _event, context) => {
  const { calendars, at } = context
  const step = ownStep(state, context)
  if ('kind' in step) return step
  const { correction, ...rest } = state
  if (correction === undefined) return nothingAsked()
  const due = dueHere(correction.clock, step.correction?.term, calendars)
  if (due?.kind !== 'running' || at < due.dueAt) {
    return refuse('early', 'The applicant still has time for it', '申请人补正期限未满')
  }
  return {
    kind: 'done',
    next: {
      ...withVisit(rest, { clock: resumed(visitOf(state).clock, due.dueAt) }),
      state: 'open',
    },
    entry: { section: 'thread' },
  }
}

function nothingAsked() {
  return wrongState('No correction is out', '当前没有待补正事项')
}
