import { Type } from 'typebox'
import { authorise, type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { CALLS, CASE_PROCEDURES, CASE_STATES, CASES } from '../../kernel/cases/collections.ts'
import { procedureId } from '../../kernel/cases/desk.ts'
import { CodeSchema } from '../../kernel/cases/procedure.ts'
import type { Documents, Query } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { actsFor, enterprisesOf, postOf } from './actors.ts'
import { POLICY_CALLS } from './collections.ts'
import { After, Id, Limit } from './parts.ts'
import { SummaryReply, summariesOf } from './summaries.ts'

const tags = ['policy']
/** Calls whose cases one queue shows: the newest. */
const CALLS_MAX = 1_000
const STEPS_MAX = 40
const ORDERS = ['receivedAt', 'dueAt'] as const

/** The cases that wait for the office. */
export function queueRoutes(app: App, deps: PolicyDeps): void {
  queueRoute(app, deps)
  countsRoute(app, deps)
}

function queueRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/cases', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listSupportCases',
      summary: 'Cases of the caller’s units, the oldest or the most urgent first',
      querystring: Type.Object({
        call: Type.Optional(Id),
        step: Type.Optional(CodeSchema),
        state: Type.Optional(Type.Enum([...CASE_STATES])),
        overdue: Type.Boolean({ default: false, description: 'Only those whose time is over' }),
        order: Type.Enum([...ORDERS], { default: 'receivedAt' }),
        after: After,
        limit: Limit,
      }),
      response: {
        200: Type.Object({ items: Type.Array(SummaryReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      authoriseOffice(caller)
      const { documents, clock } = deps
      const calls = await callsOf(documents, caller, query.call)
      if (calls.length === 0) return { items: [] }
      const { state, step, overdue, order, after, limit } = query
      const page = await documents.query(CASES, {
        where: {
          call: { in: calls },
          ...(state !== undefined && { state }),
          ...(step !== undefined && { step }),
          ...(order === 'dueAt' || overdue
            ? { dueAt: overdue ? { to: clock() } : { from: 0 } }
            : {}),
        },
        order: { by: order },
        limit,
        ...(after !== undefined && { after }),
      })
      const own = await ownOf(documents, caller)
      const cases = page.items.filter(({ body }) => !own.some((it) => isAbout(body, it)))
      const items = await summariesOf(deps, cases)
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

function authoriseOffice(caller: Caller): void {
  if (!mayDo(caller, 'policy.review')) authorise(caller, 'policy.read')
}

function isAbout(
  { applicant, parties }: { readonly applicant?: string; readonly parties: readonly string[] },
  enterprise: string,
): boolean {
  return applicant === enterprise || parties.includes(enterprise)
}

/** Enterprises whose cases somebody keeps out of. */
async function ownOf(documents: Documents, caller: Caller): Promise<readonly string[]> {
  const { interests } = await postOf(documents, caller)
  return [...new Set([...enterprisesOf(caller), ...interests])]
}

/** Calls whose cases a caller may see, or the one they ask for if it is among them. */
async function callsOf(
  documents: Documents,
  caller: Caller,
  call: string | undefined,
): Promise<readonly string[]> {
  const post = await postOf(documents, caller)
  if (call !== undefined) {
    const stored = await documents.get(POLICY_CALLS, call)
    return stored !== undefined && actsFor(post, stored.body.department) ? [call] : []
  }
  const { items } = await documents.query(POLICY_CALLS, {
    order: { by: 'closesAt', descending: true },
    limit: CALLS_MAX,
  })
  return items.filter(({ body }) => actsFor(post, body.department)).map((it) => it.id)
}

const Count = Type.Integer({ minimum: 0 })

function countsRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/cases/counts', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'countSupportCases',
      summary:
        'How many cases of the caller’s units are in each step, wait for a correction, or are late',
      querystring: Type.Object({ call: Type.Optional(Id) }),
      response: {
        200: Type.Object({
          steps: Type.Array(Type.Object({ step: Type.String(), open: Count })),
          correcting: Count,
          late: Count,
          ended: Count,
        }),
      },
    },
    async handler({ caller, query }) {
      authoriseOffice(caller)
      const { documents, clock } = deps
      const calls = await callsOf(documents, caller, query.call)
      const count = await counterFor(documents, caller, calls)
      const steps = await stepsOf(documents, calls)
      const counted = steps.map(async (step) => ({
        step,
        open: await count({ step, state: 'open' }),
      }))
      return {
        steps: await Promise.all(counted),
        correcting: await count({ state: 'correcting' }),
        late: await count({ dueAt: { to: clock() } }),
        ended: await count({ state: 'ended' }),
      }
    },
  })
}

/** Counts what a caller may see: what is about an enterprise of theirs is taken off. */
async function counterFor(documents: Documents, caller: Caller, calls: readonly string[]) {
  const own = await ownOf(documents, caller)
  return async (where: NonNullable<Query['where']>): Promise<number> => {
    if (calls.length === 0) return 0
    const all = { ...where, call: { in: calls } }
    const theirs =
      own.length === 0 ? 0 : await documents.count(CASES, { ...all, applicant: { in: own } })
    return (await documents.count(CASES, all)) - theirs
  }
}

async function stepsOf(documents: Documents, calls: readonly string[]): Promise<readonly string[]> {
  const stored = await Promise.all(calls.map((it) => documents.get(CALLS, it)))
  const ids = new Set(stored.flatMap((it) => (it ? [procedureId(it.body.pins.procedure)] : [])))
  const procedures = await Promise.all([...ids].map((it) => documents.get(CASE_PROCEDURES, it)))
  const steps = procedures.flatMap((it) => it?.body.steps.map((step) => step.id) ?? [])
  return [...new Set(steps)].slice(0, STEPS_MAX)
}
