import { Type } from 'typebox'
import type { Calendar } from '../../kernel/cases/calendar.ts'
import type { CaseEvent } from '../../kernel/cases/events.ts'
import { stepOf, TextSchema } from '../../kernel/cases/procedure.ts'
import { ONLY_TRIED, turn } from '../../kernel/cases/turn.ts'
import type { Text } from '../../lib/text.ts'
import type { Met } from './reading.ts'

export const PossibleReply = Type.Object({
  do: Type.String(),
  outcome: Type.Optional(Type.String()),
  title: Type.Optional(TextSchema),
  ends: Type.Optional(Type.Boolean({ description: 'The case ends with it' })),
  hindered: Type.Optional(Type.Array(TextSchema, { description: 'Why it cannot be done yet' })),
})

type Possible = {
  readonly do: string
  readonly outcome?: string
  readonly title?: Text
  readonly ends?: boolean
  readonly hindered?: Text[]
}

/** What a caller can do to a case now: every deed is tried on it by the kernel's own rules, and nothing is kept. */
export function possibleDeeds(
  { state, procedure, actor }: Pick<Met, 'state' | 'procedure' | 'actor'>,
  { at, calendars }: { readonly at: number; readonly calendars: ReadonlyMap<string, Calendar> },
): Possible[] {
  const context = { at, actor, procedure, calendars, ...ONLY_TRIED }
  const tried = (event: CaseEvent) => turn(state, event, context)
  const step = stepOf(procedure, state.step)
  const outcomes = step.outcomes.flatMap(({ id, title, to }): Possible[] => {
    const answer = tried({ do: 'advance', outcome: id })
    const known = { do: 'advance', outcome: id, title, ends: to === undefined }
    if (answer.kind === 'done') return [known]
    const isHindered = answer.reasons.every((it) => it.code === 'not-met')
    return isHindered ? [{ ...known, hindered: answer.reasons.map((it) => it.text) }] : []
  })
  const word = 'x'
  const points = state.correction?.points ?? []
  const others: readonly CaseEvent[] = [
    { do: 'request-correction', points: [{ path: word, reason: word }] },
    { do: 'answer-correction', answers: points.map(() => word) },
    { do: 'lapse-correction' },
    { do: 'attach', note: word },
    { do: 'begin-draw' },
    { do: 'draw' },
    { do: 'declare-interest', related: true, note: word },
    { do: 'withdraw', note: word },
  ]
  const possible = others
    .filter((it) => tried(it).kind === 'done')
    .map((it): Possible => ({ do: it.do }))
  return [...outcomes, ...possible]
}
