import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { formatTime, TimeReply, unstored } from '../../kernel/access/route-parts.ts'
import { noEnterprise } from '../../kernel/parties/enterprise.ts'
import type { App } from '../../lib/http.ts'
import { formatDigits, parseDigits } from '../../lib/json-digits.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { dayHere } from './day.ts'
import { openMeasures } from './open-calls.ts'
import { Day, FitReply, KnownFactReply, Mode, TextReply } from './schemas.ts'

const tags = ['policy']
const Year = Type.Integer({ minimum: 1970, maximum: 9999, description: 'Year of yearly figures' })
const EnterpriseId = Type.String({ minLength: 1, maxLength: 128 })

const FactsReply = Type.Object({
  enterprise: Type.String(),
  day: Day,
  year: Year,
  items: Type.Array(KnownFactReply),
  register: Type.Object({
    name: Type.String(),
    region: TextReply,
    sector: TextReply,
    admittedAt: Type.Optional(TimeReply),
  }),
})

const ProposalsReply = Type.Object({
  day: Day,
  mode: Mode,
  rulesDigest: Type.String(),
  items: Type.Array(FitReply),
  evidence: Type.Array(KnownFactReply, { description: 'What the proposals rest on' }),
})

/** What the node knows of an enterprise by itself, and what that alone entitles it to. */
export function enterpriseRoutes(app: App, deps: PolicyDeps): void {
  factsRoute(app, deps)
  proposalsRoute(app, deps)
}

function factsRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/enterprises/:enterprise/facts', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listMeasuredFacts',
      summary:
        'Facts that the node counted in its evidence log or its register confirms: nobody is asked for them',
      params: Type.Object({ enterprise: EnterpriseId }),
      querystring: Type.Object({ day: Type.Optional(Day), year: Type.Optional(Year) }),
      response: { 200: FactsReply },
    },
    async handler({ caller, params: { enterprise }, query }, reply) {
      const day = query.day ?? dayHere(deps.clock())
      const { known, catalogue } = await knownFor(deps, caller, {
        ...{ enterprise, day },
        ...(query.year !== undefined && { year: query.year }),
      })
      const { shownKnown } = await import('./answers.ts')
      const { name, region, sector, admittedAt } = known.register
      const register = {
        ...{ name, region, sector },
        ...(admittedAt !== undefined && { admittedAt: formatTime(admittedAt) }),
      }
      const rest = { enterprise, day, year: known.year, register }
      return written(reply, rest, { items: shownKnown(known.facts, catalogue) })
    },
  })
}

function proposalsRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/enterprises/:enterprise/proposals', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listOwnProposals',
      summary:
        'Measures that fit by what the node knows alone, with their amounts: to be granted without an application',
      params: Type.Object({ enterprise: EnterpriseId }),
      querystring: Type.Object({
        day: Type.Optional(Day),
        year: Type.Optional(Year),
        mode: Type.Optional(Mode),
      }),
      response: { 200: ProposalsReply },
    },
    async handler({ caller, params: { enterprise }, query }, reply) {
      const { mode = 'live', year } = query
      const now = deps.clock()
      const day = query.day ?? dayHere(now)
      const asked = { enterprise, day, ...(year !== undefined && { year }) }
      const [{ known, catalogue }, openCalls] = await Promise.all([
        knownFor(deps, caller, asked),
        openMeasures(deps.documents, now),
      ])
      const [{ proposalsOf }, { shownFit, shownKnown }] = await Promise.all([
        import('./proposals.ts'),
        import('./answers.ts'),
      ])
      const items = proposalsOf(catalogue, known, mode).map((it) =>
        shownFit(it, { day, openCalls }),
      )
      const rest = { day, mode, rulesDigest: catalogue.open.digest }
      return written(reply, rest, { items, evidence: shownKnown(known.facts, catalogue) })
    },
  })
}

type KnownAsked = { readonly enterprise: string; readonly day: string; readonly year?: number }

/** @throws Problem `not-found` for those who may not see it, as where there is none */
async function knownFor(deps: PolicyDeps, caller: Caller, asked: KnownAsked) {
  if (!mayDo(caller, 'applications.read', asked.enterprise)) throw noEnterprise()
  const [{ measuredFacts }, { catalogueOf }, open] = await Promise.all([
    import('./measured.ts'),
    import('./catalogue.ts'),
    deps.rules.open(),
  ])
  const catalogue = catalogueOf(open)
  return { catalogue, known: await measuredFacts(deps, catalogue, asked) }
}

/** JSON whose facts are written digit by digit. */
function written(
  reply: FastifyReply,
  rest: object,
  digits: Parameters<typeof formatDigits>[0] & object,
): never {
  const json = formatDigits({ ...(parseDigits(JSON.stringify(rest)) as object), ...digits })
  return reply.type('application/json; charset=utf-8').send(json) as never
}
