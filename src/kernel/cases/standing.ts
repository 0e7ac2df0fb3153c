import type { Day } from '../../lib/day.ts'
import type { Text } from '../../lib/text.ts'
import type { Calendar } from './calendar.ts'
import type { Case } from './collections.ts'
import { type Actor, type CaseContext, type CaseRefusal, type Refused, refuse } from './events.ts'
import { APPLICANT, type Procedure, type Step, stepOf } from './procedure.ts'
import { type Due, dueOf, type Term, type TermClock } from './terms.ts'

/** Why an actor may not do what these roles may; undefined: they may. */
export function notAllowed(
  state: Case,
  actor: Actor,
  roles: readonly string[],
): Refused | undefined {
  if (roles.includes(APPLICANT) && isApplicant(state, actor)) return undefined
  const held = actor.roles.filter((it) => it !== APPLICANT && roles.includes(it))
  if (held.length === 0) {
    return refuse('not-allowed', 'This is not yours to do', '您无权执行此操作')
  }
  return isParty(state, actor) ? refusedParty() : undefined
}

export function isApplicant({ applicant }: Case, { roles, enterprises }: Actor): boolean {
  return applicant !== undefined && roles.includes(APPLICANT) && enterprises.includes(applicant)
}

/** Belongs to somebody the case is about. */
export function isParty({ applicant, parties }: Case, { enterprises }: Actor): boolean {
  return enterprises.some((it) => it === applicant || parties.includes(it))
}

export function refusedParty(): Refused {
  return refuse(
    'own-case',
    'Who belongs to an enterprise the case is about does not act in it for the node',
    '与案件有关的企业人员不得以节点身份办理',
  )
}

export function wrongState(en: string, zh: string): Refused {
  return refuse('wrong-state', en, zh)
}

export type Visit = Case['visits'][number]

/** The stay in a step that is going on. */
export function visitOf({ visits }: Case): Visit {
  const visit = visits.at(-1)
  if (visit === undefined) throw new TypeError('a case is always in a step')
  return visit
}

export function withVisit(state: Case, change: Partial<Visit>): Case {
  const visits = [...state.visits.slice(0, -1), { ...visitOf(state), ...change }]
  return { ...state, visits }
}

/** Index of the visit that parts begun now belong to. */
export function visitIndex({ visits }: Case): number {
  return visits.length - 1
}

/** A part of the case, where it was begun in this stay of its step. */
export function currentPart<P extends { readonly visit: number }>(
  state: Case,
  part: P | undefined,
): P | undefined {
  return part?.visit === visitIndex(state) ? part : undefined
}

export function stepHere(state: Case, procedure: Procedure): Step {
  return stepOf(procedure, state.step)
}

/** The step that the case is in, where the actor is one of those who do it. */
export function ownStep(state: Case, { procedure, actor }: CaseContext): Step | Refused {
  const step = stepHere(state, procedure)
  return notAllowed(state, actor, step.by) ?? step
}

/** A clock for a term that begins now; refused where nobody could say when it ends. */
export function startedClock(term: Term | undefined, context: CaseContext): TermClock | Refused {
  const clock = { startedAt: context.at, stops: [] }
  const is = passed(clock, term, context)
  return typeof is === 'object' ? { kind: 'refused', reasons: [is] } : clock
}

/** When a clock of a term is over; undefined where there is no term, `unknown` where no calendar tells. */
export function dueHere(
  clock: TermClock,
  term: Term | undefined,
  calendars: ReadonlyMap<string, Calendar>,
): Due | { readonly kind: 'no-calendar' } | undefined {
  if (term === undefined) return undefined
  const calendar = calendars.get(term.calendar)
  return calendar === undefined ? { kind: 'no-calendar' } : dueOf(clock, term, calendar)
}

export type Passed = 'in-time' | 'over' | CaseRefusal

/** Whether a term is over. The second before `dueAt` is in time as a whole. Without a term it never is. */
export function passed(
  clock: TermClock,
  term: Term | undefined,
  { calendars, at }: Pick<CaseContext, 'calendars' | 'at'>,
): Passed {
  const due = dueHere(clock, term, calendars)
  if (due === undefined || due.kind === 'stopped') return 'in-time'
  if (due.kind === 'running') return at >= due.dueAt ? 'over' : 'in-time'
  const name = term?.calendar ?? ''
  return { code: 'calendar-missing', text: untold(name, calendars.get(name), due) }
}

/** Which day no calendar tells of, and what the calendar knows: somebody has to add the year. */
function untold(
  name: string,
  calendar: Calendar | undefined,
  due: { readonly kind: 'no-calendar' } | { readonly kind: 'unknown'; readonly day: Day },
): Text {
  if (calendar === undefined || due.kind === 'no-calendar') {
    return {
      en: `Nobody can say when this is due: there is no calendar “${name}”`,
      zh: `无法确定期限：没有日历“${name}”`,
    }
  }
  const { from, to } = calendar
  return {
    en: `Nobody can say when this is due: the calendar “${name}” knows ${from} to ${to}, not ${due.day}; the days of ${due.day.slice(0, 4)} have to be added to it first`,
    zh: `无法确定期限：日历“${name}”覆盖 ${from} 至 ${to}，不含 ${due.day}；须先补充 ${due.day.slice(0, 4)} 年的工作日安排`,
  }
}

export function needsNote(): Refused {
  return refuse('incomplete', 'Say why', '请说明理由')
}

export function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === ''
}
