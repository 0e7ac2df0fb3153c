import { type Static, Type } from 'typebox'
import type { Caller } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { CASES, type Case } from '../../kernel/cases/collections.ts'
import { deadlinesOf } from '../../kernel/cases/deadlines.ts'
import { act, type CaseDesk, readProcedure } from '../../kernel/cases/desk.ts'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import { currentPart } from '../../kernel/cases/standing.ts'
import type { Documents, Stored } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { actorFor } from '../cases/actors.ts'
import { caseDeskOf } from '../cases/desk.ts'
import { KeyHeaders, keyOf, namesOf, Params, Time, timeOf } from '../cases/parts.ts'
import { doneOr } from '../cases/refusals.ts'
import type { Outcome } from '../checker/outcome.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { type Plan, type PlanLine, POLICY_PLAN_LINES, POLICY_PLANS } from './collections.ts'
import { AmountText, titleOfMeasure } from './replies.ts'

const tags = ['policy']
const NOTICES_MAX = 200

const NoticeHead = Type.Object({
  id: Type.String(),
  title: TextSchema,
  measure: Type.Object({ id: Type.String(), title: TextSchema }),
  year: Type.Integer(),
  text: Type.String(),
  publishedAt: Time,
  endsAt: Type.Optional(Time),
  selected: Type.Integer(),
  totalFen: AmountText,
})

const NoticeReply = Type.Object({
  ...NoticeHead.properties,
  items: Type.Array(
    Type.Object({
      enterprise: Type.String(),
      amountFen: Type.Union([AmountText, Type.Null()]),
    }),
  ),
})

/** What is published before it is decided (公示), and objections to it. */
export function noticeRoutes(app: App, deps: PolicyDeps): void {
  listRoute(app, deps)
  oneRoute(app, deps)
  objectRoute(app, deps)
}

type Published = {
  readonly id: string
  readonly plan: Plan
  readonly state: Case
  readonly notice: NonNullable<Case['notice']>
}

/** A plan whose notice is out now. */
async function publishedOf(
  documents: Documents,
  { id, body }: Stored<Case>,
): Promise<Published | undefined> {
  const notice = body.state === 'open' ? currentPart(body, body.notice) : undefined
  const plan = notice && (await documents.get(POLICY_PLANS, id))
  return plan && { id, plan: plan.body, state: body, notice }
}

function listRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/notices', {
    schema: {
      tags,
      operationId: 'listPlanNotices',
      summary: 'Plans of awards that are published now, so that anybody may object',
      response: { 200: Type.Object({ items: Type.Array(NoticeHead) }) },
    },
    async handler() {
      const { documents } = deps
      const [desk, open] = [await caseDeskOf(deps), await deps.rules.open()]
      const items: Static<typeof NoticeHead>[] = []
      const where = { state: 'open', step: 'notice' }
      for await (const it of walkDocuments(documents, CASES, { where })) {
        const published = await publishedOf(documents, it)
        if (published !== undefined) items.push(await headOf(desk, open, published))
        if (items.length >= NOTICES_MAX) break
      }
      return { items }
    },
  })
}

async function headOf(desk: CaseDesk, open: OpenRules, { id, plan, state, notice }: Published) {
  const procedure = await readProcedure(desk.documents, state.pins.procedure)
  const deadlines = deadlinesOf(state, { procedure, calendars: desk.calendars() })
  const due = deadlines.find((it) => it.of === 'notice')?.due
  return {
    ...{ id, title: plan.title, measure: titleOfMeasure(open, plan.measure), year: plan.year },
    ...{ text: notice.text, publishedAt: timeOf(notice.clock.startedAt) },
    ...(due?.kind === 'running' && { endsAt: timeOf(due.dueAt) }),
    ...{ selected: plan.selected, totalFen: plan.totalFen },
  }
}

function oneRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/notices/:id', {
    schema: {
      tags,
      operationId: 'getPlanNotice',
      summary: 'A plan that is published now: who is to get what',
      params: Params,
      response: { 200: NoticeReply },
    },
    async handler({ params }) {
      const { documents } = deps
      const stored = await documents.get(CASES, params.id)
      const published = stored && (await publishedOf(documents, stored))
      if (published === undefined) throw noNotice()
      const where = { plan: params.id, standing: 'selected' }
      const lines: PlanLine[] = []
      for await (const { body } of walkDocuments(documents, POLICY_PLAN_LINES, {
        where: { plan: where.plan },
        order: { by: 'place' },
      })) {
        if (body.standing === where.standing) lines.push(body)
      }
      const names = await namesOf(
        documents,
        lines.map((it) => it.applicant),
      )
      return {
        ...(await headOf(await caseDeskOf(deps), await deps.rules.open(), published)),
        items: lines.map((it) => ({
          enterprise: names.get(it.applicant) ?? it.applicant,
          amountFen: amountOf(it),
        })),
      }
    },
  })
}

function amountOf({ result }: PlanLine): string | null {
  const { amount_fen } = result as unknown as Outcome
  return amount_fen === null ? null : String(amount_fen)
}

function objectRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/notices/:id/objections', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'objectToPlan',
      summary: 'Object, under one’s name, to what is published; whoever is signed in may',
      params: Params,
      headers: KeyHeaders,
      body: Type.Object(
        { text: Type.String({ minLength: 1, maxLength: 4_000, pattern: '\\S' }) },
        { additionalProperties: false },
      ),
      response: { 201: Type.Object({ at: Time }) },
    },
    async handler(request, reply) {
      const { caller, params, body } = request
      const objector = await nameOf(deps.documents, caller)
      const stored = await deps.documents.get(CASES, params.id)
      if (!stored || !(await publishedOf(deps.documents, stored))) throw noNotice()
      const actor = await actorFor(deps.documents, caller, { deed: 'write' })
      const { at } = doneOr(
        await act(await caseDeskOf(deps), actor, params.id, {
          event: { do: 'object', objector, text: body.text },
          key: keyOf(request),
        }),
      )
      reply.code(201)
      return { at: timeOf(at) }
    },
  })
}

/** Named objections alone are taken: of a person who is signed in, with the enterprises they belong to. */
async function nameOf(documents: Documents, caller: Caller): Promise<string> {
  if (caller.kind !== 'user') {
    throw new Problem('not-signed-in', {
      en: 'Sign in to object under your name',
      zh: '请登录后实名提出异议',
    })
  }
  const own = caller.memberships.map((it) => it.enterprise)
  const names = await namesOf(documents, own)
  const all = own.map((it) => names.get(it) ?? it).join(', ')
  return (all === '' ? caller.name : `${caller.name} (${all})`).slice(0, 200)
}

function noNotice(): Problem {
  return new Problem('not-found', { en: 'Nothing is published here now', zh: '目前没有该公示' })
}
