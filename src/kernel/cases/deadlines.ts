import type { Calendar } from './calendar.ts'
import type { Case } from './collections.ts'
import { APPLICANT, type Procedure, type Step } from './procedure.ts'
import { currentPart, dueHere, stepHere, visitOf } from './standing.ts'
import type { Due, Term, TermClock } from './terms.ts'

/** Something that somebody has to do by a time. */
export type Deadline = {
  readonly of: 'step' | 'correction' | 'consultation' | 'notice'
  /** Whose turn it is: roles of the procedure, `applicant`, or units as `unit:…`; nobody's while a notice is out. */
  readonly by: readonly string[]
  readonly term: Term
  readonly due: Due | { readonly kind: 'no-calendar' }
}

type Rules = { readonly procedure: Procedure; readonly calendars: ReadonlyMap<string, Calendar> }

/** All terms that run, or stand still, in a case now. None in one that is closed. */
export function deadlinesOf(state: Case, { procedure, calendars }: Rules): readonly Deadline[] {
  if (state.state === 'ended' || state.state === 'withdrawn') return []
  const step = stepHere(state, procedure)
  return clocksOf(state, step).flatMap(({ term, clock, ...rest }) => {
    const due = dueHere(clock, term, calendars)
    return term === undefined || due === undefined ? [] : [{ ...rest, term, due }]
  })
}

/** The earliest that is due of what runs: milliseconds since 1970. */
export function nextDue(state: Case, rules: Rules): number | undefined {
  const due = deadlinesOf(state, rules)
    .map((it) => it.due)
    .filter((it) => it.kind === 'running')
    .map((it) => it.dueAt)
  return due.length === 0 ? undefined : Math.min(...due)
}

/** How long it takes until a term that runs is over, so that what can be done is another; undefined: time alone changes nothing. */
export function changesInMs(deadlines: readonly Deadline[], at: number): number | undefined {
  const left = deadlines
    .map(({ due }) => (due.kind === 'running' ? due.dueAt - at : 0))
    .filter((it) => it > 0)
  return left.length === 0 ? undefined : Math.min(...left)
}

type Running = Pick<Deadline, 'of' | 'by'> & {
  readonly term: Term | undefined
  readonly clock: TermClock
}

function clocksOf(state: Case, step: Step): readonly Running[] {
  const consultation = currentPart(state, state.consultation)
  const notice = currentPart(state, state.notice)
  const waiting = (consultation?.units ?? []).filter((it) => it.opinion === undefined)
  const running: (Running | false | undefined)[] = [
    { of: 'step', by: step.by, term: step.term, clock: visitOf(state).clock },
    state.correction && {
      of: 'correction',
      by: [APPLICANT],
      term: step.correction?.term,
      clock: state.correction.clock,
    },
    consultation !== undefined &&
      waiting.length > 0 && {
        of: 'consultation',
        by: waiting.map((it) => `unit:${it.unit}`),
        term: step.consultation?.term,
        clock: consultation.clock,
      },
    notice && { of: 'notice', by: [], term: step.notice?.term, clock: notice.clock },
  ]
  return running.filter((it) => it !== undefined && it !== false)
}
