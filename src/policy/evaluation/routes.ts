import { createHash, randomUUID } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, mayDo } from '../../kernel/access/permissions.ts'
import {
  formatTime,
  IdParams,
  PAGE_DEFAULT,
  PageQuery,
  TimeReply,
  unstored,
} from '../../kernel/access/route-parts.ts'
import type { Stored } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { EVALUATIONS, type Evaluation, type Figures, FiguresSchema } from './collections.ts'

export type EvaluationDeps = Pick<PolicyDeps, 'documents' | 'evidence' | 'clock' | 'rules'>

const tags = ['policy']
const BASE = '/api/v1/policy/evaluations'
const VALUES_MAX = 200
const WORDS_CHARS_MAX = 10_000
const Measure = Type.String({ minLength: 1, maxLength: 200 })
const Year = Type.Integer({ minimum: 1900, maximum: 9999 })
const Values = Type.Record(
  Type.String({ maxLength: 64 }),
  Type.String({ pattern: '^\\d{1,15}(\\.\\d{1,6})?$' }),
  { maxProperties: VALUES_MAX, description: 'Of targets by their ids, in decimal text' },
)
const Wish = { measure: Measure, year: Type.Optional(Year), values: Type.Optional(Values) }

const EvaluationReply = Type.Object({
  id: Type.String(),
  measure: Type.String(),
  year: Type.Optional(Type.Integer()),
  at: TimeReply,
  conclusion: Type.String(),
  figures: FiguresSchema,
})

/** Effect evaluation: drawn from the books for the desk, public once it is stated. */
export function evaluationRoutes(app: App, deps: EvaluationDeps): void {
  app.post('/api/v1/policy/evaluation-figures', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readEvaluationFigures',
      summary:
        'Money in, outputs and their cost, targets, thresholds and shares of a measure; nothing is kept',
      body: Type.Object(Wish, { additionalProperties: false }),
      response: { 200: FiguresSchema },
    },
    async handler({ caller, body }) {
      authorise(caller, 'policy.read')
      return (await gathered(deps, body)).figures
    },
  })
  stateRoute(app, deps)
  readRoutes(app, deps)
}

type Asked = {
  readonly measure: string
  readonly year?: number
  readonly values?: Record<string, string>
}

async function gathered(deps: EvaluationDeps, asked: Asked) {
  const [open, { figuresOf }, { measuredBy }] = await Promise.all([
    deps.rules.open(),
    import('./gather.ts'),
    import('../cases/measured-by.ts'),
  ])
  const day = new Date(deps.clock()).toISOString().slice(0, 10)
  const given = { ...asked, day, measured: measuredBy(deps) }
  return { digest: open.digest, figures: await figuresOf(deps.documents, open, given) }
}

function stateRoute(app: App, deps: EvaluationDeps): void {
  app.post(BASE, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'stateEvaluation',
      summary: 'State an evaluation: its figures of now with a conclusion, public from then on',
      headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String({ maxLength: 255 })) }),
      body: Type.Object(
        {
          ...Wish,
          conclusion: Type.String({ minLength: 1, maxLength: WORDS_CHARS_MAX, pattern: '\\S' }),
        },
        { additionalProperties: false },
      ),
      response: { 201: EvaluationReply },
    },
    async handler({ caller, body, headers }, reply) {
      authorise(caller, 'policy.draft')
      const author = authorOf(caller)
      const key = headers['idempotency-key']
      const id =
        key === undefined
          ? randomUUID()
          : createHash('sha256').update(`${author.id}:${key}`).digest('hex').slice(0, 32)
      const known = await deps.documents.get(EVALUATIONS, id)
      if (known === undefined) {
        const { conclusion, ...asked } = body
        const { figures, digest } = await gathered(deps, asked)
        const put: Evaluation = {
          measure: body.measure,
          ...(body.year !== undefined && { year: body.year }),
          ...{ at: deps.clock(), author, rulesDigest: digest, figures, conclusion },
        }
        await deps.documents.commit([{ collection: EVALUATIONS, id, expected: 0, put }], { author })
      }
      reply.code(201)
      return shown(await readEvaluation(deps, id), true)
    },
  })
}

async function readEvaluation({ documents }: EvaluationDeps, id: string) {
  const stored = await documents.get(EVALUATIONS, id)
  if (stored !== undefined) return stored
  throw new Problem('not-found', { en: 'There is no such evaluation', zh: '没有这份评估' })
}

/** Evaluations that were stated before sizes were told apart have kinds of applicants in their place. */
function withKinds(figures: Figures): Figures {
  return figures.byKind === undefined ? { ...figures, bySize: [], byKind: figures.bySize } : figures
}

/** In public without who stands near a threshold and by which group: these are for the desk. */
function shown({ id, body }: Stored<Evaluation>, isDesk: boolean): Static<typeof EvaluationReply> {
  const { measure, year, at, conclusion, figures } = body
  return {
    ...{ id, measure, at: formatTime(at), conclusion },
    figures: { ...withKinds(figures), ...(!isDesk && { near: [] }) },
    ...(year !== undefined && { year }),
  }
}

function readRoutes(app: App, deps: EvaluationDeps): void {
  app.get(BASE, {
    schema: {
      tags,
      operationId: 'listEvaluations',
      summary: 'Evaluations that were stated, the newest first',
      querystring: Type.Object({ measure: Type.Optional(Measure), ...PageQuery }),
      response: {
        200: Type.Object({
          items: Type.Array(EvaluationReply),
          next: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE_DEFAULT, ...where } }) {
      const page = await deps.documents.query(EVALUATIONS, {
        where,
        order: { by: 'at', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const isDesk = mayDo(caller, 'policy.read')
      const items = page.items.map((it) => shown(it, isDesk))
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
  app.get(`${BASE}/:id`, {
    schema: {
      tags,
      operationId: 'readEvaluation',
      summary: 'One evaluation that was stated',
      params: IdParams,
      response: { 200: EvaluationReply },
    },
    handler: async ({ caller, params }) =>
      shown(await readEvaluation(deps, params.id), mayDo(caller, 'policy.read')),
  })
}
