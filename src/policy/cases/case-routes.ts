import { type Static, Type } from 'typebox'
import type { Caller } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { CASE_STATES, FILES_MAX } from '../../kernel/cases/collections.ts'
import { readContent } from '../../kernel/cases/content.ts'
import { changesInMs, type Deadline } from '../../kernel/cases/deadlines.ts'
import { noCase } from '../../kernel/cases/desk.ts'
import { stepOf, TextSchema } from '../../kernel/cases/procedure.ts'
import { showThread } from '../../kernel/cases/read.ts'
import { viewCase } from '../../kernel/cases/view.ts'
import { sendAttachment } from '../../kernel/files/attachment.ts'
import { FILES } from '../../kernel/files/collections.ts'
import { noFile } from '../../kernel/files/shelf.ts'
import type { App } from '../../lib/http.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { actorFor } from './actors.ts'
import { ApplicationForm } from './collections.ts'
import { caseDeskOf } from './desk.ts'
import { isHandedIn, keptFileId } from './handing-in.ts'
import { officeNaming, unfilledOf } from './offices.ts'
import { readSupportCall } from './opening.ts'
import {
  After,
  ChangesInMs,
  Id,
  Limit,
  namesOf,
  Params,
  showUnfilled,
  Time,
  timeOf,
  UnfilledReply,
} from './parts.ts'
import { PossibleReply, possibleDeeds } from './possible.ts'
import { type Met, meetCase } from './reading.ts'

const tags = ['policy']

const DeadlineReply = Type.Object({
  of: Type.Enum(['step', 'correction', 'consultation', 'notice']),
  by: Type.Array(Type.String(), { description: 'Roles whose turn it is' }),
  dueAt: Type.Optional(Time),
  stands: Type.Optional(Type.Boolean({ description: 'The clock stands still' })),
  unknown: Type.Optional(Type.Boolean({ description: 'No calendar tells' })),
})

const FileReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mediaType: Type.String(),
  bytes: Type.Integer(),
})

export const CaseReply = Type.Object({
  id: Type.String(),
  receipt: Type.String(),
  receivedAt: Time,
  state: Type.Enum([...CASE_STATES]),
  step: Type.String(),
  ended: Type.Optional(Type.String()),
  call: Type.Object({
    id: Type.String(),
    title: TextSchema,
    mode: Type.Enum(['live', 'pilot']),
    measures: Type.Array(Type.Object({ id: Type.String(), title: TextSchema })),
  }),
  as: Type.Array(Type.String(), { description: 'Roles that the caller has in it' }),
  applicant: Type.Optional(Type.Object({ id: Type.String(), name: Type.Optional(Type.String()) })),
  form: Type.Optional(ApplicationForm),
  formVersion: Type.String(),
  contentVersion: Type.Optional(Type.Integer()),
  files: Type.Optional(Type.Array(FileReply)),
  entries: Type.Optional(Type.Integer({ description: 'For `seen` of a deed' })),
  correction: Type.Optional(
    Type.Object({
      points: Type.Array(Type.Object({ path: Type.String(), reason: Type.String() })),
    }),
  ),
  deadlines: Type.Array(DeadlineReply),
  panel: Type.Optional(Type.Unknown()),
  steps: Type.Array(
    Type.Object({
      id: Type.String(),
      title: TextSchema,
      is: Type.Enum(['done', 'here', 'coming']),
      outcome: Type.Optional(TextSchema),
    }),
  ),
  may: Type.Array(PossibleReply),
  unfilled: Type.Optional(
    Type.Array(UnfilledReply, {
      description: 'The unit that runs the call, where nobody is of it',
    }),
  ),
  changesInMs: ChangesInMs,
})

/** One case, its thread and its files; by role. */
export function caseRoutes(app: App, deps: PolicyDeps): void {
  readRoute(app, deps)
  threadRoute(app, deps)
  fileRoute(app, deps)
}

function readRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/cases/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readSupportCase',
      summary:
        'A case as the caller may see it: status, next step with its date, and what they can do',
      params: Params,
      response: { 200: CaseReply },
    },
    handler: async ({ caller, params }) => await shownCase(deps, caller, params.id),
  })
}

/** A case as a caller may see it, with what was handed in where they see that. @throws Problem `not-found` */
export async function shownCase(
  deps: PolicyDeps,
  caller: Caller,
  caseId: string,
): Promise<Static<typeof CaseReply>> {
  const { documents, clock } = deps
  const met = await meetCase(deps, caller, caseId)
  const { id, state, procedure, actor, held, sees } = met
  const { calendars } = await caseDeskOf(deps)
  const view = viewCase(state, { actor, procedure, calendars: calendars() })
  if (view === undefined) throw noCase()
  const found = await readSupportCall(documents, state.call ?? '')
  const content = sees.has('content')
    ? await readContent(documents, id, state.content.version)
    : undefined
  const name = (await namesOf(documents, [view.applicant])).get(view.applicant ?? '')
  const { applicant } = state
  const { department } = met.support
  const wait = changesInMs(view.deadlines ?? [], clock())
  const writer = await actorFor(documents, caller, { applicant, department, deed: 'write' })
  return {
    id,
    receipt: view.receipt,
    receivedAt: timeOf(view.receivedAt),
    state: view.state,
    step: view.step,
    as: [...held],
    call: {
      id: found.id,
      title: found.call.title,
      mode: found.support.mode,
      measures: found.support.measures.map((it) => ({
        id: it,
        title: found.support.titles[it] ?? { en: it, zh: it },
      })),
    },
    formVersion: state.pins.form.version,
    deadlines: (view.deadlines ?? []).map(showDeadline),
    ...(wait !== undefined && { changesInMs: wait }),
    steps: stepsOf(met),
    may: possibleDeeds({ ...met, actor: writer }, { at: clock(), calendars: calendars() }),
    ...(view.ended !== undefined && { ended: view.ended }),
    ...(view.applicant !== undefined && {
      applicant: { id: view.applicant, ...(name !== undefined && { name }) },
    }),
    ...(content !== undefined && {
      form: content.form as Static<typeof ApplicationForm>,
      contentVersion: content.version,
      files: await filesShown(deps, content.files),
    }),
    ...(view.entries !== undefined && { entries: view.entries }),
    ...(view.correction !== undefined && { correction: { points: view.correction.points } }),
    ...(view.panel !== undefined && { panel: view.panel }),
    ...(await missingUnit(deps, met)),
  }
}

/** Told to the office alone, while the case waits for it. */
async function missingUnit({ documents, rules }: PolicyDeps, { state, held, support }: Met) {
  const { department: id } = support
  const isOffice = held.has('officer') || held.has('observer')
  const isPending = state.state === 'open' || state.state === 'correcting'
  if (id === undefined || !isOffice || !isPending) return {}
  const title = { en: id, zh: id }
  const asked = { kind: 'unit', id, title, isNow: state.state === 'open', persons: [] } as const
  const found = await unfilledOf(documents, [asked])
  if (found.length === 0) return {}
  const naming = await officeNaming(documents, await rules.open())
  return { unfilled: found.map((it) => showUnfilled(it, naming)) }
}

function showDeadline({ of, by, due }: Deadline) {
  return {
    of,
    by: [...by],
    ...(due.kind === 'running' && { dueAt: timeOf(due.dueAt) }),
    ...(due.kind === 'stopped' && { stands: true }),
    ...(due.kind === 'unknown' || due.kind === 'no-calendar' ? { unknown: true } : {}),
  }
}

function stepsOf({ state, procedure }: Met): Static<typeof CaseReply>['steps'] {
  const isOver = state.state === 'ended' || state.state === 'withdrawn'
  return procedure.steps.map(({ id, title }) => {
    const visit = state.visits.findLast((it) => it.step === id)
    const outcome =
      visit?.outcome === undefined
        ? undefined
        : stepOf(procedure, id).outcomes.find((it) => it.id === visit.outcome)?.title
    const is = id === state.step && !isOver ? 'here' : visit === undefined ? 'coming' : 'done'
    return { id, title, is, ...(outcome !== undefined && { outcome }) }
  })
}

async function filesShown({ documents }: PolicyDeps, ids: readonly string[]) {
  const found = await Promise.all(
    ids.slice(0, FILES_MAX).map(async (id) => {
      const kept = (await documents.get(FILES, keptFileId(id))) ?? (await documents.get(FILES, id))
      if (kept === undefined) return []
      const { name, mediaType, bytes } = kept.body
      return [{ id, name, mediaType, bytes }]
    }),
  )
  return found.flat()
}

const EntryReply = Type.Object({
  number: Type.Integer(),
  at: Time,
  deed: Type.String(),
  step: Type.String(),
  note: Type.Optional(Type.String()),
  files: Type.Optional(Type.Array(Type.String())),
  more: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  decision: Type.Optional(Type.String()),
  author: Type.Optional(Type.Object({ kind: Type.String(), id: Type.String() })),
})

function threadRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/cases/:id/thread', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readSupportCaseThread',
      summary: 'Every step with who, when and why, as the caller may see it; the oldest first',
      description: 'A page may hold fewer than asked for, even none, and still have a `next`.',
      params: Params,
      querystring: Type.Object({ after: After, limit: Limit }),
      response: {
        200: Type.Object({ items: Type.Array(EntryReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, params, query }) {
      const { actor } = await meetCase(deps, caller, params.id)
      const { limit, after } = query
      const place = { limit, ...(after !== undefined && { after }) }
      const page = await showThread(await caseDeskOf(deps), actor, params.id, place)
      const items = page.items.map(({ case: _, at, files, more, ...rest }) => ({
        ...rest,
        at: timeOf(at),
        ...(files !== undefined && { files: [...files] }),
        ...(more !== undefined && { more: { ...more } }),
      }))
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

function fileRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/cases/:id/files/:file', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readSupportCaseFile',
      summary: 'A file that was handed in with a case, as an attachment',
      params: Type.Object({ id: Id, file: Id }),
    },
    async handler({ caller, params }, reply) {
      const met = await meetCase(deps, caller, params.id)
      const isTheirs =
        met.sees.has('content') && (await isHandedIn(deps.documents, met, params.file))
      if (!isTheirs) throw noFile()
      const kept = await deps.files.getFile(keptFileId(params.file))
      const stored = kept ?? (await deps.files.getFile(params.file))
      if (stored === undefined) throw noFile()
      const content = deps.files.content(stored)
      return sendAttachment(reply, stored, { content, cache: 'private, no-store' })
    },
  })
}
