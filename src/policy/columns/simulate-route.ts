import { type Static, Type } from 'typebox'
import { authorise } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import type { App } from '../../lib/http.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { dayHere } from '../find/day.ts'
import type { Measure } from '../measure-schema.ts'
import type { Bulk } from './bulk.ts'
import type { Asking } from './population.ts'
import { DayWish, ModeWish, SeedWish, SimulationReply } from './schemas.ts'
import type { CaseSource } from './work.ts'

const closed = { additionalProperties: false }
const SYNTHETIC_MAX = 50_000
const GIVEN_CHARS_MAX = 8_000_000
const BODY_BYTES_MAX = 12 * 1024 * 1024
const VARIANTS_MAX = 20
const CASES_NAMED_MAX = 1_000
const CASES_NAMED = 50
const COUNT = 5_000
const SEED = 1
const CODES_MAX = 50
/** Populations that are read out of the node's books at one time. */
const READING_MAX = 2

const Population = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('synthetic'),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: SYNTHETIC_MAX, default: COUNT })),
      seed: Type.Optional(SeedWish),
      day: Type.Optional(DayWish),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('given'),
      ndjson: Type.String({
        ...{ minLength: 2, maxLength: GIVEN_CHARS_MAX },
        description:
          'One object of facts a line, or `{"id": …, "sector": …, "facts": {…}}`, the sector a code of GB/T 4754; or CSV whose head names facts',
      }),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('register'),
      regions: Type.Optional(
        Type.Array(Type.String({ pattern: '^\\d{1,6}$' }), {
          ...{ maxItems: CODES_MAX },
          description: 'Only of these divisions: codes of GB/T 2260 or their beginnings',
        }),
      ),
      sectors: Type.Optional(
        Type.Array(Type.String({ pattern: '^([A-Z]|\\d{2,4})$' }), {
          ...{ maxItems: CODES_MAX },
          description: 'Only of these sectors: codes of GB/T 4754 or their beginnings',
        }),
      ),
      day: Type.Optional(DayWish),
    },
    {
      ...closed,
      description: 'Admitted enterprises with what the node has measured and its register says',
    },
  ),
  Type.Object(
    { kind: Type.Literal('call'), call: Type.String({ minLength: 1, maxLength: 128 }) },
    {
      ...closed,
      description: 'The cases of a call that the caller may see, with their facts of now',
    },
  ),
])

const Body = Type.Object(
  {
    population: Type.Optional(Population),
    measures: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), {
        ...{ minItems: 1, maxItems: 500 },
        description: 'By default all',
      }),
    ),
    variants: Type.Optional(
      Type.Array(
        Type.Object(
          {
            measure: Type.Unsafe<Readonly<Record<string, unknown>>>({
              type: 'object',
              additionalProperties: true,
              description: 'The measure as it would become, as a rule file holds it',
            }),
          },
          closed,
        ),
        { maxItems: VARIANTS_MAX },
      ),
    ),
    mode: Type.Optional(ModeWish),
    casesMax: Type.Optional(
      Type.Integer({ minimum: 0, maximum: CASES_NAMED_MAX, default: CASES_NAMED }),
    ),
  },
  closed,
)

type SimulateDeps = Pick<PolicyDeps, 'documents' | 'evidence' | 'clock' | 'rules'>

/** What rules would cost, and who would win or lose by others. */
export function simulateRoute(app: App, deps: SimulateDeps, bulk: Bulk): void {
  const { rules } = deps
  const sourceOf = sourcesOf(deps)
  app.post('/api/v1/policy/simulate', {
    onRequest: unstored,
    bodyLimit: BODY_BYTES_MAX,
    schema: {
      tags: ['policy'],
      operationId: 'simulatePolicy',
      summary:
        'What measures cost over a population, and what variants of them would change; nothing is kept',
      body: Body,
      response: { 200: SimulationReply },
    },
    async handler({ caller, body, raw }) {
      authorise(caller, 'policy.draft')
      const { population = { kind: 'synthetic' }, measures, variants = [] } = body
      const { mode = 'as_if_in_force', casesMax = CASES_NAMED } = body
      const open = await rules.open()
      const { digest, sources, packs } = open
      requireMeasures(open, measures ?? [])
      const [checked, { budgetsOf }, { simulationJson }] = await Promise.all([
        checkedVariants(
          open,
          variants.map((it) => it.measure),
        ),
        import('./budgets.ts'),
        import('./simulation-json.ts'),
      ])
      const goOn = () => {
        if (raw.socket?.destroyed) {
          throw new Problem('unavailable', { en: 'Nobody waits any more', zh: '请求方已断开' })
        }
      }
      const source = await sourceOf(population, { caller, open, goOn })
      const { simulation, names } = await bulk.ask('simulated', {
        ...{
          kind: 'simulate',
          digest,
          sources,
          source,
          mode,
          variants: checked,
        },
        ...{ budgets: measures === undefined ? budgetsOf(packs) : [], casesMax },
        ...(measures !== undefined && { measures }),
      })
      return { rules: digest, ...simulationJson(simulation, names, open.rules) }
    },
  })
}

/** Where the cases of a simulation come from; few read out of the node's books at one time. */
function sourcesOf(deps: SimulateDeps) {
  let reading = 0
  return async (population: Static<typeof Population>, asking: Asking): Promise<CaseSource> => {
    if (population.kind === 'given') return linesOf(population.ndjson.split('\n'))
    if (population.kind === 'synthetic') {
      const { count = COUNT, seed = SEED, day } = population
      const options = { count, seed, ...(day !== undefined && { day }) }
      return { kind: 'synthetic', from: 0, options }
    }
    if (reading >= READING_MAX) throw tooMany()
    reading++
    try {
      const { applied, registered } = await import('./population.ts')
      if (population.kind === 'call') return linesOf(await applied(deps, population.call, asking))
      const { day = dayHere(deps.clock()) } = population
      return linesOf(await registered(deps, { ...population, day }, asking))
    } finally {
      reading--
    }
  }
}

function linesOf(lines: readonly string[]): CaseSource {
  return { kind: 'lines', from: 0, lines }
}

function tooMany(): Problem {
  return new Problem('too-many-requests', {
    en: `${READING_MAX} simulations read the node's books already; try again later`,
    zh: `已有 ${READING_MAX} 项测算在读取节点数据，请稍后再试`,
  })
}

function requireMeasures({ rules }: OpenRules, ids: readonly string[]): void {
  const fields = ids.flatMap((id, at): FieldProblem[] => {
    const reason = { en: `There is no measure “${id}”`, zh: `没有措施“${id}”` }
    return rules.measures.has(id) ? [] : [{ path: `/measures/${at}`, reason }]
  })
  refuse(fields)
}

/** Variants are judged as drafts of those measures are. */
async function checkedVariants(open: OpenRules, bodies: readonly unknown[]): Promise<Measure[]> {
  if (bodies.length === 0) return []
  const { checkDraft } = await import('../editor/check-draft.ts')
  const fields = bodies.flatMap((body, at): FieldProblem[] => {
    const id = String((body as { id?: unknown }).id)
    const path = `/variants/${at}/measure`
    const place = open.rules.places.get(id)
    if (place === undefined) {
      return [
        {
          path: `${path}/id`,
          reason: { en: `There is no measure “${id}”`, zh: `没有措施“${id}”` },
        },
      ]
    }
    const { faults } = checkDraft(open, { place, body, supersedes: true })
    return faults.map((it) => ({ ...it, path: `${path}${it.path}` }))
  })
  refuse(fields)
  return bodies as Measure[]
}

function refuse(fields: readonly FieldProblem[]): void {
  if (fields.length === 0) return
  throw new Problem(
    'invalid-input',
    { en: 'The simulation cannot be made', zh: '无法测算' },
    { fields },
  )
}
