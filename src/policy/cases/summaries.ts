import { type Static, Type } from 'typebox'
import { CASE_PROCEDURES, CASE_STATES, type StoredCase } from '../../kernel/cases/collections.ts'
import { procedureId } from '../../kernel/cases/desk.ts'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { POLICY_CALLS, POLICY_MARKS } from './collections.ts'
import { namesOf, Time, timeOf } from './parts.ts'

export const SummaryReply = Type.Object({
  id: Type.String(),
  receipt: Type.String(),
  receivedAt: Time,
  state: Type.Enum([...CASE_STATES]),
  step: Type.String(),
  stepTitle: TextSchema,
  ended: Type.Optional(Type.String({ description: 'The outcome it ended with' })),
  dueAt: Type.Optional(Time),
  call: Type.Optional(Type.String()),
  project: Type.Optional(Type.String()),
  measures: Type.Array(Type.Object({ id: Type.String(), title: TextSchema })),
  applicant: Type.Optional(Type.Object({ id: Type.String(), name: Type.Optional(Type.String()) })),
})

export type Summary = Static<typeof SummaryReply>

/** Cases in a few words each, for lists. Those that answer no call of the policy desk are left out. */
export async function summariesOf(
  { documents }: { readonly documents: Documents },
  cases: readonly StoredCase[],
): Promise<Summary[]> {
  const names = await namesOf(
    documents,
    cases.map((it) => it.body.applicant),
  )
  const shown = await Promise.all(cases.map((it) => summaryOf(documents, it, names)))
  return shown.filter((it) => it !== undefined)
}

async function summaryOf(
  documents: Documents,
  { id, body }: StoredCase,
  names: ReadonlyMap<string, string>,
): Promise<Summary | undefined> {
  const { call, applicant, pins, step, ended, dueAt } = body
  const [support, marks, procedure] = await Promise.all([
    call === undefined ? undefined : documents.get(POLICY_CALLS, call),
    documents.get(POLICY_MARKS, id),
    documents.get(CASE_PROCEDURES, procedureId(pins.procedure)),
  ])
  if (support === undefined || call === undefined) return undefined
  const title = procedure?.body.steps.find((it) => it.id === step)?.title
  const name = applicant === undefined ? undefined : names.get(applicant)
  return {
    id,
    receipt: body.receipt,
    receivedAt: timeOf(body.receivedAt),
    state: body.state,
    step,
    stepTitle: title ?? { en: step, zh: step },
    call,
    measures: support.body.measures.map((it) => ({
      id: it,
      title: support.body.titles[it] ?? { en: it, zh: it },
    })),
    ...(ended !== undefined && { ended }),
    ...(dueAt !== undefined && { dueAt: timeOf(dueAt) }),
    ...(marks !== undefined && { project: marks.body.project }),
    ...(applicant !== undefined && {
      applicant: { id: applicant, ...(name !== undefined && { name }) },
    }),
  }
}
