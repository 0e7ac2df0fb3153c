import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import type { Documents, Query, Stored } from '../../kernel/documents/documents.ts'
import { csvLine } from '../../lib/csv-cell.ts'
import type { App } from '../../lib/http.ts'
import { parseDigits } from '../../lib/json-digits.ts'
import { formatYuan } from '../../lib/money.ts'
import { Problem } from '../../lib/problem.ts'
import { After, Id, Limit, namesOf, Params, timeOf } from '../cases/parts.ts'
import { ReasonReply, reasonTeller } from '../cases/reasons.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { bundleOf, entryOfAward } from './bundle.ts'
import { AWARD_STATES, type Award, POLICY_AWARDS, POLICY_DECISIONS } from './collections.ts'
import { AwardReply, titleOfMeasure } from './replies.ts'

const tags = ['policy']
const CSV_ROWS_MAX = 1_000

const AwardPage = Type.Object({
  ...AwardReply.properties,
  text: TextSchema,
  reasons: Type.Array(ReasonReply),
  steps: Type.Array(Type.Unknown(), { description: 'The explanation, step by step' }),
  facts: Type.Array(
    Type.Object({
      name: Type.String(),
      title: TextSchema,
      value: Type.String({ description: 'JSON' }),
    }),
    { description: 'Those alone that the result depends on' },
  ),
  readings: Type.Array(Type.Unknown(), { description: 'How words of the paper are taken' }),
  clause: TextSchema,
  rulesDigest: Type.String(),
  digests: Type.Object({
    rules: Type.String(),
    readings: Type.String(),
    facts: Type.String(),
    result: Type.String(),
  }),
  entry: Type.Optional(
    Type.Integer({
      description: 'Of the evidence log; absent for the moments until it is written',
    }),
  ),
})

const Filters = {
  measure: Type.Optional(Id),
  year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 9999 })),
  enterprise: Type.Optional(Id),
  state: Type.Optional(literals(AWARD_STATES)),
}

/** What was awarded, published for everybody, with what it takes to recompute it. */
export function awardRoutes(app: App, deps: PolicyDeps): void {
  listRoute(app, deps)
  csvRoute(app, deps)
  oneRoute(app, deps)
  bundleRoute(app, deps)
}

type Wanted = {
  readonly measure?: string
  readonly year?: number
  readonly enterprise?: string
  readonly state?: string
}

function queryOf({ measure, year, enterprise, state }: Wanted): Pick<Query, 'where' | 'order'> {
  return {
    where: {
      ...(measure !== undefined && { measure }),
      ...(year !== undefined && { year }),
      ...(enterprise !== undefined && { applicant: enterprise }),
      ...(state !== undefined && { state }),
    },
    order: { by: 'decidedAt', descending: true },
  }
}

function listRoute(app: App, { documents, rules }: PolicyDeps): void {
  app.get('/api/v1/policy/awards', {
    schema: {
      tags,
      operationId: 'listAwards',
      summary: 'What was awarded, the newest first',
      querystring: Type.Object({ ...Filters, after: After, limit: Limit }),
      response: {
        200: Type.Object({ items: Type.Array(AwardReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ query }) {
      const { after, limit, ...wanted } = query
      const page = await documents.query(POLICY_AWARDS, {
        ...queryOf(wanted),
        limit,
        ...(after !== undefined && { after }),
      })
      const items = await shownAwards(documents, await rules.open(), page.items)
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

async function shownAwards(
  documents: Documents,
  open: OpenRules,
  awards: readonly Stored<Award>[],
) {
  const names = await namesOf(
    documents,
    awards.map((it) => it.body.applicant),
  )
  return awards.map(({ id, body }) => ({
    id,
    enterprise: { id: body.applicant, name: names.get(body.applicant) ?? body.applicant },
    measure: titleOfMeasure(open, body.measure),
    ...{ amountFen: body.amountFen, basis: body.basis, year: body.year },
    ...(body.limitedBy !== undefined && { limitedBy: body.limitedBy }),
    ...{ decidedAt: timeOf(body.decidedAt), plan: body.plan, state: body.state },
  }))
}

const COLUMNS = [
  'id',
  'enterprise',
  'measure',
  'title',
  'amount_yuan',
  'basis',
  'year',
  'decided_at',
  'state',
]

function csvRoute(app: App, { documents, rules }: PolicyDeps): void {
  const text = { content: { 'text/csv': { schema: Type.String() } } }
  app.get('/api/v1/policy/awards.csv', {
    schema: {
      tags,
      operationId: 'exportAwards',
      summary: `The list of awards as CSV in UTF-8, the newest ${CSV_ROWS_MAX}`,
      querystring: Type.Object({ ...Filters, language: Type.Optional(literals(['zh', 'en'])) }),
      response: { 200: text },
    },
    async handler({ query }, reply) {
      const { language = 'zh', ...wanted } = query
      const page = await documents.query(POLICY_AWARDS, { ...queryOf(wanted), limit: CSV_ROWS_MAX })
      const awards = await shownAwards(documents, await rules.open(), page.items)
      const lines = awards.map((it) =>
        csvLine([
          ...[it.id, it.enterprise.name, it.measure.id, it.measure.title[language]],
          ...[formatYuan(BigInt(it.amountFen)), it.basis, it.year, it.decidedAt, it.state],
        ]),
      )
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="awards.csv"')
        .send(`\ufeff${csvLine(COLUMNS)}${lines.join('')}`)
    },
  })
}

function oneRoute(app: App, { documents, evidence, rules }: PolicyDeps): void {
  app.get('/api/v1/policy/awards/:id', {
    schema: {
      tags,
      operationId: 'getAward',
      summary: 'An award: amount, why, the facts it depends on, its place in the evidence log',
      params: Params,
      response: { 200: AwardPage },
    },
    async handler({ params: { id } }) {
      const [award, decision] = await Promise.all([
        documents.get(POLICY_AWARDS, id),
        documents.get(POLICY_DECISIONS, id),
      ])
      if (award === undefined || decision === undefined) throw noAward()
      const open = await rules.openAt(award.body.rulesDigest)
      const { measure, mode, facts, readings, digests } = decision.body
      const outcome = open.evaluate(open.rules, {
        ...{ measure, mode },
        facts: parseDigits(JSON.stringify(facts)),
      })
      const { resultText } = await import('../explain.ts')
      const { titleOf } = await import('../words.ts')
      const { withReasons } = await import('../reason-words.ts')
      const [shown] = await shownAwards(documents, open, [award])
      if (shown === undefined) throw noAward()
      const index = await entryOfAward(evidence, id)
      return {
        ...shown,
        text: resultText(outcome),
        reasons: (await reasonTeller(open))(outcome.reasons),
        steps: withReasons(open.explain(outcome, open.rules), open.rules),
        facts: Object.entries(facts).map(([name, value]) => ({
          ...{ name, title: titleOf(name, open.rules), value: JSON.stringify(value) },
        })),
        readings: [...readings],
        clause: open.rules.measures.get(measure)?.measure.clause ?? { en: measure, zh: measure },
        rulesDigest: award.body.rulesDigest,
        digests,
        ...(index !== undefined && { entry: index }),
      }
    },
  })
}

function bundleRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/awards/:id/bundle', {
    schema: {
      tags,
      operationId: 'getAwardBundle',
      summary:
        'Everything it takes to recompute an award offline, with the proof that it stands in the evidence log',
      params: Params,
      response: {
        200: Type.Unsafe<object>({
          type: 'object',
          additionalProperties: true,
          description: 'waymark-policy-bundle/1',
        }),
      },
    },
    async handler({ params: { id } }, reply) {
      const bundle = await bundleOf(deps, id)
      return reply
        .header('content-disposition', `attachment; filename="award-${id}.json"`)
        .header('access-control-allow-origin', '*')
        .send(bundle)
    },
  })
}

function noAward(): Problem {
  return new Problem('not-found', { en: 'There is no such award', zh: '没有该项决定' })
}
