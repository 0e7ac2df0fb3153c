import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { CASE_ENTRIES, CASES, type Case, NoteSchema } from '../../kernel/cases/collections.ts'
import { changesInMs } from '../../kernel/cases/deadlines.ts'
import { act, type CaseAnswer } from '../../kernel/cases/desk.ts'
import type { CaseEvent } from '../../kernel/cases/events.ts'
import { parseEvent } from '../../kernel/cases/parse-event.ts'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import { ORDERS } from '../../kernel/cases/runs.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import { AmountSchema } from '../../kernel/quotas/amount.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { actorFor } from '../cases/actors.ts'
import { caseDeskOf } from '../cases/desk.ts'
import { officeNaming } from '../cases/offices.ts'
import { After, Id, KeyHeaders, keyOf, Limit, namesOf, Params, timeOf } from '../cases/parts.ts'
import { reasonTeller } from '../cases/reasons.ts'
import { doneOr } from '../cases/refusals.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { CANDIDATES_PER_PLAN_MAX, POLICY_PLAN_LINES, POLICY_PLANS } from './collections.ts'
import type { PlanDesk } from './plan.ts'
import { PlanProcedureWish } from './procedure.ts'
import {
  budgetOf,
  caseOfPlan,
  headOf,
  LineReply,
  PlanHead,
  PlanReply,
  shownLine,
} from './replies.ts'

const tags = ['policy']
const closed = { additionalProperties: false }

const PlanBody = Type.Object(
  {
    title: TextSchema,
    call: Id,
    measure: Id,
    year: Type.Integer({ minimum: 1900, maximum: 9999 }),
    budget: Type.Optional(Id),
    order: Type.Array(literals(ORDERS), { minItems: 1, maxItems: 2, uniqueItems: true }),
    orderSource: NoteSchema,
    procedure: PlanProcedureWish,
  },
  closed,
)

const ChangeBody = Type.Object(
  {
    settle: Type.Optional(
      Type.Object(
        {
          order: Type.Array(Id, { minItems: 2, maxItems: CANDIDATES_PER_PLAN_MAX }),
          reason: NoteSchema,
        },
        closed,
      ),
    ),
    determine: Type.Optional(
      Type.Object(
        {
          case: Id,
          amountFen: AmountSchema,
          document: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
          reason: NoteSchema,
        },
        closed,
      ),
    ),
    refresh: Type.Optional(
      Type.Boolean({ description: 'Reads the facts of the applications again' }),
    ),
  },
  closed,
)

const DeedBody = Type.Object(
  {
    event: Type.Unknown({
      description:
        'What is done, by `do`: advance, attach, consult, give-opinion, publish-notice, answer-objection, put-forward, approve, decline. What is put forward is the plan’s sum, whatever `number` says',
    }),
    seen: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Entries one knew of; what went on since is refused',
      }),
    ),
  },
  closed,
)

/** Plans of awards: begun out of a call, computed, consulted on, published, approved and decided. */
export function planRoutes(app: App, deps: PolicyDeps): void {
  beginRoute(app, deps)
  listRoute(app, deps)
  oneRoute(app, deps)
  linesRoute(app, deps)
  changeRoute(app, deps)
  deedRoute(app, deps)
}

function beginRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/award-plans', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'beginAwardPlan',
      summary: 'Begin a plan of awards over the applications of a call that were recommended',
      headers: KeyHeaders,
      body: PlanBody,
      response: { 201: PlanReply },
    },
    async handler(request, reply) {
      const { caller, body } = request
      authorise(caller, 'policy.review')
      const { beginPlan } = await import('./plan.ts')
      const { budget, ...rest } = body
      const wish = { ...rest, key: keyOf(request), ...(budget !== undefined && { budget }) }
      const actor = await actorFor(deps.documents, caller, { deed: 'write' })
      const desk = await planDeskOf(deps, await deps.rules.open())
      const { case: id } = doneOr(await beginPlan(desk, actor, wish))
      reply.code(201)
      return await planReply(deps, caller, id)
    },
  })
}

/** Everything that plans stand on, with these rules. */
export async function planDeskOf(deps: PolicyDeps, rules: OpenRules): Promise<PlanDesk> {
  const [{ factsOfCase }, { measuredBy }] = await Promise.all([
    import('../cases/case-facts.ts'),
    import('../cases/measured-by.ts'),
  ])
  const measured = measuredBy(deps)
  return {
    ...(await caseDeskOf(deps)),
    rules,
    factsOf: async (id) => {
      const { facts } = await factsOfCase(deps.documents, id, { measured })
      return facts
    },
  }
}

function listRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/award-plans', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listAwardPlans',
      summary: 'Plans of awards, the newest first',
      querystring: Type.Object({ call: Type.Optional(Id), after: After, limit: Limit }),
      response: {
        200: Type.Object({ items: Type.Array(PlanHead), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      authorise(caller, 'policy.read')
      const { call, after, limit } = query
      const page = await deps.documents.query(POLICY_PLANS, {
        where: { ...(call !== undefined && { call }) },
        order: { by: 'computedAt', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const open = await deps.rules.open()
      const items = await Promise.all(page.items.map((it) => headOf(deps.documents, open, it)))
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

function oneRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/award-plans/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getAwardPlan',
      summary: 'A plan of awards: its sums, its budget, where it stands and what can be done',
      params: Params,
      response: { 200: PlanReply },
    },
    handler: async ({ caller, params }) => await planReply(deps, caller, params.id),
  })
}

async function planReply(
  deps: PolicyDeps,
  caller: Caller,
  id: string,
): Promise<Static<typeof PlanReply>> {
  authorise(caller, 'policy.read')
  const { documents } = deps
  const [stored, state] = await Promise.all([
    documents.get(POLICY_PLANS, id),
    documents.get(CASES, id),
  ])
  if (stored === undefined || state === undefined) throw noPlan()
  const actor = await actorFor(documents, caller, { deed: 'write' })
  const desk = await caseDeskOf(deps)
  const { body: plan } = stored
  const open = await deps.rules.open()
  const naming = await officeNaming(documents, open)
  const { shown, deadlines } = await caseOfPlan(desk, actor, { state: state.body, plan, naming })
  const wait = changesInMs(deadlines, deps.clock())
  return {
    ...(await headOf(documents, open, stored)),
    ...shown,
    ...(wait !== undefined && { changesInMs: wait }),
    ...(await budgetOf(documents, plan)),
    ...{ order: [...plan.order], orderSource: plan.orderSource, runs: plan.runs },
    ...(plan.quota !== undefined && { quota: plan.quota }),
    settled: plan.settled.map((it) => ({ order: [...it.order], reason: it.reason })),
    rulesDigest: plan.rulesDigest,
    ...(await noticeOf(documents, id, {
      state: state.body,
      endsAt: deadlines.find((it) => it.of === 'notice')?.due,
    })),
  }
}

async function noticeOf(
  documents: Documents,
  id: string,
  { state, endsAt }: { readonly state: Case; readonly endsAt: { kind: string } | undefined },
) {
  const { notice } = state
  if (notice === undefined) return {}
  const told = new Map<number, { objector?: string; text?: string; answer?: string }>()
  const of = { where: { case: id }, order: { by: 'number' } }
  for await (const { body } of walkDocuments(documents, CASE_ENTRIES, of)) {
    const more = body.more as { number?: number; objector?: string; text?: string } | undefined
    if (more?.number === undefined) continue
    if (body.deed === 'object') {
      told.set(more.number, {
        ...(more.objector && { objector: more.objector }),
        ...(more.text && { text: more.text }),
      })
    } else if (body.deed === 'answer-objection' && body.note !== undefined) {
      told.set(more.number, { ...told.get(more.number), answer: body.note })
    }
  }
  const due = endsAt as { kind: string; dueAt?: number } | undefined
  return {
    notice: {
      text: notice.text,
      publishedAt: timeOf(notice.clock.startedAt),
      ...(due?.dueAt !== undefined && { endsAt: timeOf(due.dueAt) }),
      objections: notice.objections.map(({ number, at, upheld }) => ({
        ...{ number, at: timeOf(at) },
        ...(upheld !== undefined && { upheld }),
        ...told.get(number),
      })),
    },
  }
}

function linesRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/award-plans/:id/candidates', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listPlanCandidates',
      summary: 'The candidates of a plan in its order: amount, binding limit, what is open',
      params: Params,
      querystring: Type.Object({ after: After, limit: Limit }),
      response: {
        200: Type.Object({ items: Type.Array(LineReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, params, query }) {
      const { documents, rules } = deps
      await planReply(deps, caller, params.id)
      const { blockOf } = await import('./compute.ts')
      const reasons = await reasonTeller(await rules.open())
      const { after, limit } = query
      const page = await documents.query(POLICY_PLAN_LINES, {
        where: { plan: params.id },
        order: { by: 'place' },
        limit,
        ...(after !== undefined && { after }),
      })
      const names = await namesOf(
        documents,
        page.items.map((it) => it.body.applicant),
      )
      const items = page.items.map(({ body }) =>
        shownLine(body, {
          name: names.get(body.applicant) ?? body.applicant,
          block: blockOf(body as never),
          reasons,
        }),
      )
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

function changeRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/award-plans/:id/compute', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'computeAwardPlan',
      summary:
        'Compute a draft anew: with a tie settled, an amount determined, or facts read again',
      params: Params,
      body: ChangeBody,
      response: { 200: PlanReply },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'policy.review')
      const plan = await planReply(deps, caller, params.id)
      if (!plan.roles.includes('officer')) throw notYours()
      const { changePlan } = await import('./plan.ts')
      const actor = await actorFor(deps.documents, caller, { deed: 'write' })
      const desk = await planDeskOf(deps, await deps.rules.open())
      const { settle, determine, refresh } = body
      await changePlan(desk, actor, params.id, {
        ...(settle && { settle }),
        ...(determine && { determine }),
        ...(refresh !== undefined && { refresh }),
      })
      return await planReply(deps, caller, params.id)
    },
  })
}

const DEEDS: ReadonlySet<string> = new Set([
  'advance',
  'attach',
  'consult',
  'give-opinion',
  'publish-notice',
  'answer-objection',
  'put-forward',
  'approve',
  'decline',
])

function deedRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/award-plans/:id/deeds', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'actOnAwardPlan',
      summary:
        'Do something to a plan; its outcome “decided” makes the awards. Answers with the plan as it is then',
      params: Params,
      headers: KeyHeaders,
      body: DeedBody,
      response: { 200: PlanReply },
    },
    async handler(request) {
      const { caller, params, body } = request
      const event = parseEvent(body.event)
      if (!DEEDS.has(event.do)) throw noDeed()
      const asked = { key: keyOf(request), ...(body.seen !== undefined && { seen: body.seen }) }
      doneOr(await doDeed(deps, caller, { id: params.id, event, asked }))
      return await planReply(deps, caller, params.id)
    },
  })
}

async function doDeed(
  deps: PolicyDeps,
  caller: Caller,
  of: {
    readonly id: string
    readonly event: CaseEvent
    readonly asked: { readonly key: string; readonly seen?: number }
  },
): Promise<CaseAnswer> {
  const { id, event, asked } = of
  const plan = await planReply(deps, caller, id)
  const actor = await actorFor(deps.documents, caller, { deed: 'write' })
  if (event.do === 'advance' && event.outcome === 'decided') {
    const { decidePlan } = await import('./decide.ts')
    const desk = await planDeskOf(deps, await deps.rules.openAt(plan.rulesDigest))
    const note = event.note === undefined ? {} : { note: event.note }
    return await decidePlan(desk, actor, id, { ...asked, ...note })
  }
  const whole = event.do === 'put-forward' ? { ...event, number: plan.totalFen } : event
  return await act(await caseDeskOf(deps), actor, id, { event: whole, ...asked })
}

function noPlan(): Problem {
  return new Problem('not-found', { en: 'There is no such plan', zh: '没有该方案' })
}

function notYours(): Problem {
  return new Problem('not-authorised', {
    en: 'Who belongs to a candidate takes no part in its plan',
    zh: '与候选企业有关联的人员不得参与该方案',
  })
}

function noDeed(): Problem {
  const reason = { en: 'is nothing that is done to a plan', zh: '不适用于扶持方案' }
  return new Problem('invalid-input', reason, { fields: [{ path: '/event/do', reason }] })
}
