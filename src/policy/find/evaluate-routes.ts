import type { FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { noEnterprise } from '../../kernel/parties/enterprise.ts'
import { isDay } from '../../lib/day.ts'
import type { App } from '../../lib/http.ts'
import type { JsonDigits } from '../../lib/json-digits.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { dayHere } from './day.ts'
import { digitsScope } from './digits-body.ts'
import { openMeasures } from './open-calls.ts'
import { EvaluateBody, EvaluateReply, ExplainReply, FitsBody, FitsReply } from './schemas.ts'

const tags = ['policy']
const KEPT_NOT = 'Open to everybody; nothing of it is kept.'

/** What the rules make of facts. */
export function evaluateRoutes(app: App, deps: PolicyDeps): void {
  digitsScope(app, (scope) => {
    evaluateRoute(scope, deps)
    explainRoute(scope, deps)
    fitsRoute(scope, deps)
  })
}

type Asked = Static<typeof EvaluateBody> & { readonly facts: Readonly<Record<string, JsonDigits>> }

function evaluateRoute(app: App, { rules }: PolicyDeps): void {
  app.post('/api/v1/policy/evaluate', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'evaluatePolicy',
      summary: 'What a measure (or several joined by `+`) comes to for these facts',
      description: `Exactly the fields of a vector’s result. ${KEPT_NOT}`,
      body: EvaluateBody,
      response: { 200: EvaluateReply },
    },
    async handler({ body }, reply) {
      const [open, { evaluateAnswer }] = await Promise.all([rules.open(), import('./answers.ts')])
      return written(reply, evaluateAnswer(open, body as Asked))
    },
  })
}

function explainRoute(app: App, { rules }: PolicyDeps): void {
  app.post('/api/v1/policy/explain', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'explainPolicy',
      summary:
        'The same with the tree: each test with what it saw and from where, each limit with what it would have allowed',
      description: KEPT_NOT,
      body: EvaluateBody,
      response: { 200: ExplainReply },
    },
    async handler({ body }, reply) {
      const [open, { explainAnswer }] = await Promise.all([rules.open(), import('./answers.ts')])
      return written(reply, explainAnswer(open, body as Asked))
    },
  })
}

function fitsRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/fits', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'policyFits',
      summary:
        'All measures at once: what fits, what does not and why, what is open; the nearest change, and what to ask next',
      description: `Each measure by itself. Without a day of application today counts. ${KEPT_NOT}`,
      body: FitsBody,
      response: { 200: FitsReply },
    },
    async handler({ body, caller }, reply) {
      const { facts, mode = 'live', region: place, enterprise } = body as Static<typeof FitsBody>
      const now = deps.clock()
      const { application_date: asked } = facts
      const day = typeof asked === 'string' && isDay(asked) ? asked : dayHere(now)
      const [open, { fitsAnswer }, openCalls] = await Promise.all([
        deps.rules.open(),
        import('./answers.ts'),
        openMeasures(deps.documents, now),
      ])
      const known = enterprise === undefined ? [] : await knownOf(deps, caller, { enterprise, day })
      const own = facts as Asked['facts']
      return written(reply, fitsAnswer(open, { facts: own, mode, place, day, known, openCalls }))
    },
  })
}

/** What the node measured, for those who may see it. @throws Problem `not-found` for others, as where there is none */
async function knownOf(
  deps: PolicyDeps,
  caller: Caller,
  { enterprise, day }: { readonly enterprise: string; readonly day: string },
) {
  if (!mayDo(caller, 'applications.read', enterprise)) throw noEnterprise()
  const [{ measuredFacts }, { catalogueOf }, open] = await Promise.all([
    import('./measured.ts'),
    import('./catalogue.ts'),
    deps.rules.open(),
  ])
  return (await measuredFacts(deps, catalogueOf(open), { enterprise, day })).facts
}

/** JSON that was written digit by digit. */
function written(reply: FastifyReply, json: string): never {
  return reply.type('application/json; charset=utf-8').send(json) as never
}
