import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise, type Caller, reaches } from '../../kernel/access/permissions.ts'
import {
  EnterpriseId,
  formatTime,
  PageQuery,
  TimeReply,
  unstored,
} from '../../kernel/access/route-parts.ts'
import { sendAttachment } from '../../kernel/files/attachment.ts'
import type { App } from '../../lib/http.ts'
import {
  DecimalSchema,
  DUTIES,
  DUTY_KINDS,
  DUTY_STATES,
  type Duty,
  FilesSchema,
  RECOVERIES,
  ReferenceSchema,
  TitleSchema,
  WordSchema,
} from './collections.ts'
import {
  authoriseOwner,
  doOnce,
  KeyWish,
  type MoneyDeps,
  moneyReach,
  notThere,
  PathId,
  withinReach,
} from './deeds.ts'
import {
  answerReport,
  endDuty,
  isMet,
  isOverdue,
  readDuty,
  reportOn,
  type StoredDuty,
  setDuty,
} from './duties.ts'
import { StampReply, shownStamp } from './shown.ts'

const tags = ['policy']
const PAGE = 100
const Params = Type.Object({ duty: PathId })

const Indicator = Type.Object(
  {
    name: TitleSchema,
    unit: Type.String({ minLength: 1, maxLength: 40 }),
    target: DecimalSchema,
    is: literals(['at-least', 'at-most']),
  },
  { additionalProperties: false },
)

const DutyReply = Type.Object({
  id: Type.String(),
  award: Type.String(),
  applicant: Type.String(),
  measure: Type.String(),
  kind: literals(DUTY_KINDS),
  title: Type.String(),
  source: Type.String(),
  dueAt: TimeReply,
  isOverdue: Type.Boolean(),
  indicator: Type.Optional(Indicator),
  state: literals(DUTY_STATES),
  reports: Type.Array(
    Type.Object({
      ...StampReply.properties,
      text: Type.String(),
      value: Type.Optional(Type.String()),
      isMet: Type.Optional(Type.Boolean()),
      files: Type.Array(Type.String()),
      answer: Type.Optional(
        Type.Object({
          ...StampReply.properties,
          outcome: literals(['accepted', 'returned']),
          note: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
  ended: Type.Optional(Type.Object({ ...StampReply.properties, reason: Type.String() })),
})

/** What awards oblige to, what was reported, and how indicators went. */
export function dutyRoutes(app: App, deps: MoneyDeps): void {
  listRoute(app, deps)
  setRoute(app, deps)
  reportRoute(app, deps)
  answerRoute(app, deps)
  endRoute(app, deps)
  fileRoute(app, deps)
}

function listRoute(app: App, { documents, clock }: MoneyDeps): void {
  app.get('/api/v1/policy/duties', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listDuties',
      summary: 'Duties after awards, what is due first at the head; to an enterprise its own',
      querystring: Type.Object({
        ...PageQuery,
        award: Type.Optional(PathId),
        enterprise: Type.Optional(EnterpriseId),
        kind: Type.Optional(literals(DUTY_KINDS)),
        state: Type.Optional(literals([...DUTY_STATES, 'overdue'])),
      }),
      response: {
        200: Type.Object({ items: Type.Array(DutyReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE, award, enterprise, kind, state } }) {
      const applicant = withinReach(moneyReach(caller), enterprise)
      const now = clock()
      const { items, next } = await documents.query(DUTIES, {
        where: {
          ...(applicant !== undefined && { applicant }),
          ...(award !== undefined && { award }),
          ...(kind !== undefined && { kind }),
          ...(state === 'overdue'
            ? { state: { in: ['open', 'returned'] }, dueAt: { to: hourOf(now) } }
            : state !== undefined && { state }),
        },
        order: { by: 'dueAt' },
        limit,
        ...(after !== undefined && { after }),
      })
      const found = state === 'overdue' ? items.filter((it) => isOverdue(it.body, now)) : items
      return {
        items: found.map((it) => shownDuty(caller, it, now)),
        ...(next !== undefined && { next }),
      }
    },
  })
}

const HOUR_MS = 3_600_000

/** The end of the hour: the pages of one list are of one query, which names the instant. */
function hourOf(now: number): number {
  return (Math.floor(now / HOUR_MS) + 1) * HOUR_MS
}

function setRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/duties', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'setDuty',
      summary: 'Say what an award obliges to, by which clause, and until when',
      body: Type.Object(
        {
          key: KeyWish,
          award: PathId,
          kind: literals(DUTY_KINDS),
          title: TitleSchema,
          source: ReferenceSchema,
          dueAt: TimeReply,
          indicator: Type.Optional(Indicator),
        },
        { additionalProperties: false },
      ),
      response: { 201: DutyReply },
    },
    async handler({ caller, body: { key, ...wish } }, reply) {
      authorise(caller, 'policy.review')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'set-duty', key, asked: wish },
        decide: (deed) => setDuty(deps, { wish, deed }),
      })
      return reply.code(201).send(await asItIs(deps, caller, id))
    },
  })
}

function reportRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/duties/:duty/reports', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'reportOnDuty',
      summary: 'The enterprise reports on a duty, with its own files',
      params: Params,
      body: Type.Object(
        {
          key: KeyWish,
          text: WordSchema,
          value: Type.Optional(DecimalSchema),
          files: Type.Optional(FilesSchema),
        },
        { additionalProperties: false },
      ),
      response: { 201: DutyReply },
    },
    async handler({ caller, params, body: { key, files = [], ...rest } }, reply) {
      const { duty } = params
      authoriseOwner(caller, (await readDuty(deps, duty)).body.applicant)
      const wish = { ...rest, files }
      const id = await doOnce(deps, caller, {
        asked: { deed: 'report', key, asked: [duty, wish] },
        decide: async (deed) => reportOn(deps, await readDuty(deps, duty), { wish, deed }),
      })
      return reply.code(201).send(await asItIs(deps, caller, id))
    },
  })
}

function answerRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/duties/:duty/answer', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'answerDutyReport',
      summary: 'Accept the report on a duty, or return it with what is missing',
      params: Params,
      body: Type.Object(
        {
          key: KeyWish,
          outcome: literals(['accepted', 'returned']),
          note: Type.Optional(WordSchema),
        },
        { additionalProperties: false },
      ),
      response: { 200: DutyReply },
    },
    async handler({ caller, params: { duty }, body: { key, outcome, note } }) {
      authorise(caller, 'policy.review')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'answer-report', key, asked: [duty, outcome, note] },
        decide: async (deed) => answerReport(await readDuty(deps, duty), { outcome, note, deed }),
      })
      return await asItIs(deps, caller, id)
    },
  })
}

function endRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/duties/:duty/end', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'endDuty',
      summary: 'A duty is waived, or was not kept; with a reason',
      params: Params,
      body: Type.Object(
        { key: KeyWish, state: literals(['waived', 'breached']), reason: WordSchema },
        { additionalProperties: false },
      ),
      response: { 200: DutyReply },
    },
    async handler({ caller, params: { duty }, body: { key, state, reason } }) {
      authorise(caller, 'policy.review')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'end-duty', key, asked: [duty, state, reason] },
        decide: async (deed) => endDuty(await readDuty(deps, duty), { state, reason, deed }),
      })
      return await asItIs(deps, caller, id)
    },
  })
}

/** The desk does not read an enterprise's files, but those that were handed to it. */
function fileRoute(app: App, deps: MoneyDeps): void {
  app.get('/api/v1/policy/after-care/:id/files/:file', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readAfterCareFile',
      summary: 'A file that was handed in on a duty or a recovery, as an attachment',
      params: Type.Object({ id: PathId, file: PathId }),
    },
    async handler({ caller, params: { id, file } }, reply) {
      const reach = moneyReach(caller)
      const [duty, recovery] = await Promise.all([
        deps.documents.get(DUTIES, id),
        deps.documents.get(RECOVERIES, id),
      ])
      const applicant = duty?.body.applicant ?? recovery?.body.applicant ?? ''
      const handedIn = [
        ...(duty?.body.reports.flatMap((it) => it.files) ?? []),
        ...(recovery?.body.answer?.files ?? []),
      ]
      const stored = handedIn.includes(file) ? await deps.files.getFile(file) : undefined
      if (stored === undefined || !reaches(reach, applicant)) throw notThere()
      const content = deps.files.content(stored)
      return sendAttachment(reply, stored, { content, cache: 'private, no-store' })
    },
  })
}

async function asItIs(
  deps: MoneyDeps,
  caller: Caller,
  id: string,
): Promise<Static<typeof DutyReply>> {
  return shownDuty(caller, await readDuty(deps, id), deps.clock())
}

function shownDuty(
  caller: Caller,
  { id, body }: StoredDuty,
  now: number,
): Static<typeof DutyReply> {
  const { dueAt, reports, ended, indicator, ...rest } = body
  return {
    id,
    ...rest,
    dueAt: formatTime(dueAt),
    isOverdue: isOverdue(body, now),
    ...(indicator !== undefined && { indicator }),
    reports: reports.map((it) => shownReport(caller, it, indicator)),
    ...(ended && { ended: { ...shownStamp(caller, ended), reason: ended.reason } }),
  }
}

function shownReport(
  caller: Caller,
  report: Duty['reports'][number],
  indicator: Duty['indicator'],
): Static<typeof DutyReply>['reports'][number] {
  const { text, value, files, answer } = report
  const met = indicator && isMet(indicator, value)
  return {
    ...shownStamp(caller, report),
    ...{ text, files },
    ...(value !== undefined && { value }),
    ...(met !== undefined && { isMet: met }),
    ...(answer && {
      answer: {
        ...shownStamp(caller, answer),
        outcome: answer.outcome,
        ...(answer.note !== undefined && { note: answer.note }),
      },
    }),
  }
}
