import type { Text } from '../../lib/text.ts'
import type { Case } from './collections.ts'
import { consultationClosed } from './consultation.ts'
import { type CaseContext, type CaseRefusal, refuse, type Turn } from './events.ts'
import { noticeClosed } from './notice.ts'
import { APPLICANT, type Need, type StepOutcome } from './procedure.ts'
import {
  currentPart,
  notAllowed,
  ownStep,
  passed,
  stepHere,
  visitOf,
  withVisit,
  wrongState,
} from './standing.ts'

/** Takes one of the outcomes of the step that the case is in. */
export const advance: Turn<'advance'> = (state, event, context) => {
  const { procedure, actor, at } = context
  const step = stepHere(state, procedure)
  const outcome = step.outcomes.find((it) => it.id === event.outcome)
  if (outcome === undefined) {
    return wrongState(
      `The case is in “${step.title.en}”, which has no outcome “${event.outcome}”`,
      `案件处于“${step.title.zh}”，没有结果“${event.outcome}”`,
    )
  }
  const forbidden = notAllowed(state, actor, outcome.by ?? step.by)
  if (forbidden !== undefined) return forbidden
  const reasons = (outcome.needs ?? [])
    .map((it) => unmet(it, state, context))
    .filter((it) => it !== undefined)
  if (reasons.length > 0) return { kind: 'refused', reasons }
  return {
    kind: 'done',
    next: moved(state, outcome, at),
    entry: {
      section: 'thread',
      more: { outcome: outcome.id, ...(outcome.to !== undefined && { to: outcome.to }) },
      ...(outcome.isDecision && { decision: outcome.id }),
    },
  }
}

function moved(state: Case, { id, to }: StepOutcome, at: number): Case {
  const { clock } = visitOf(state)
  const left = withVisit(state, { clock: { ...clock, endedAt: at }, outcome: id })
  if (to === undefined) return { ...left, state: 'ended', ended: id }
  const visit = { step: to, clock: { startedAt: at, stops: [] }, rounds: 0 }
  return { ...left, step: to, visits: [...left.visits, visit] }
}

/** Adds papers and remarks of the office: the applicant does not see them. */
export const attach: Turn<'attach'> = (state, event, context) => {
  const step = ownStep(state, context)
  if ('kind' in step) return step
  if ((event.files ?? []).length === 0 && event.note === undefined) {
    return refuse('incomplete', 'There is nothing to add', '没有可添加的内容')
  }
  return { kind: 'done', next: state, entry: { section: 'office' } }
}

export const withdraw: Turn<'withdraw'> = (state, _event, { actor, procedure, at }) => {
  const forbidden = notAllowed(state, actor, [APPLICANT])
  if (forbidden !== undefined) return forbidden
  const step = stepHere(state, procedure)
  if (step.isFinal) {
    return wrongState(
      `In “${step.title.en}” nothing can be withdrawn any more`,
      `“${step.title.zh}”阶段不能再撤回`,
    )
  }
  const { correction: _, ...rest } = withVisit(state, {
    clock: { ...visitOf(state).clock, endedAt: at },
  })
  return { kind: 'done', next: { ...rest, state: 'withdrawn' }, entry: { section: 'thread' } }
}

/** Why a need is not met; undefined: it is. */
function unmet(need: Need, state: Case, context: CaseContext): CaseRefusal | undefined {
  const so = isMet(need, state, context)
  if (typeof so === 'object') return so
  return so ? undefined : { code: 'not-met', text: NEED_TEXTS[need] }
}

function isMet(need: Need, state: Case, context: CaseContext): boolean | CaseRefusal {
  switch (need) {
    case 'panel-open':
      return tallyOf(state) !== undefined
    case 'panel-passed':
      return tallyOf(state)?.passes === true
    case 'panel-failed':
      return tallyOf(state)?.passes === false
    case 'consultation-closed':
      return consultationClosed(state, context)
    case 'consultation-agreed': {
      const closed = consultationClosed(state, context)
      const units = currentPart(state, state.consultation)?.units ?? []
      return closed === true ? units.every((it) => it.opinion !== 'objects') : closed
    }
    case 'notice-closed':
      return noticeClosed(state, context)
    case 'objections-dismissed': {
      const closed = noticeClosed(state, context)
      return closed === true ? !isUpheld(state) : closed
    }
    case 'objection-upheld':
      return isUpheld(state)
    case 'approved':
    case 'declined': {
      const approval = currentPart(state, state.approval)
      if (approval === undefined) return false
      const isDeclined = approval.declined === true
      return need === 'declined' ? isDeclined : !isDeclined && approval.chain.length === 0
    }
    case 'term-over': {
      const is = passed(visitOf(state).clock, stepHere(state, context.procedure).term, context)
      return typeof is === 'object' ? is : is === 'over'
    }
  }
}

function isUpheld(state: Case): boolean {
  const objections = currentPart(state, state.notice)?.objections ?? []
  return objections.some((it) => it.upheld === true)
}

function tallyOf(state: Case) {
  return currentPart(state, state.panel)?.opened?.tally
}

const NEED_TEXTS: Readonly<Record<Need, Text>> = {
  'panel-open': { en: 'The panel’s scores are not open yet', zh: '专家评分尚未开启' },
  'panel-passed': { en: 'The panel did not let it pass', zh: '专家评审未通过' },
  'panel-failed': { en: 'The panel did not turn it down', zh: '专家评审未否决' },
  'consultation-closed': { en: 'Units have still to be heard', zh: '会办单位意见尚未齐备' },
  'consultation-agreed': {
    en: 'Units have still to be heard, or one objects',
    zh: '会办单位意见尚未齐备，或有单位反对',
  },
  'objections-dismissed': {
    en: 'The notice is not over, or an objection is not answered or was upheld',
    zh: '公示未期满，或有异议未答复或成立',
  },
  'objection-upheld': { en: 'No objection was upheld', zh: '没有成立的异议' },
  'notice-closed': {
    en: 'The notice is not over, or an objection is not answered',
    zh: '公示未期满，或尚有异议未答复',
  },
  approved: { en: 'It is not approved by all who have to', zh: '尚未完成逐级审批' },
  declined: { en: 'Nobody declined it', zh: '无人否决' },
  'term-over': { en: 'The term is not over yet', zh: '期限未满' },
}
