import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { KNOWERS } from '../fact-entry.ts'
import { dayHere } from './day.ts'
import { openMeasures } from './open-calls.ts'
import { Day, MeasureName, RegionReply, StateReply, TextReply } from './schemas.ts'

const tags = ['policy']
const LIMIT_MAX = 200
const Word = Type.String({ minLength: 1, maxLength: 200 })
const Period = Type.Object({ from: Type.String(), to: Type.String() })
const NamedText = Type.Object({ name: Type.String(), title: TextReply })

const LISTED = {
  id: Type.String(),
  title: TextReply,
  region: RegionReply,
  document: Type.String(),
  paper: Type.Optional(TextReply),
  article: Type.String(),
  state: StateReply,
  inForce: Type.Optional(Period),
  form: Type.String({ description: 'Form of the amount' }),
  determinacy: Type.String({
    description:
      'F fixed, R rate, M match, RC and MC the ceiling of one, C a ceiling alone, X tiers to come, N no amount',
  }),
  beneficiaries: Type.Array(NamedText),
  owner: Type.Array(
    Type.Object({
      role: Type.String(),
      title: TextReply,
      body: Type.Optional(
        Type.Object(TextReply.properties, { description: 'Who filled the role on the day' }),
      ),
    }),
  ),
  formula: TextReply,
  limits: Type.Array(TextReply),
}

const Leaf = { text: TextReply, refused: Type.Optional(TextReply) }
const conditions = (levels: number): ReturnType<typeof Type.Object> =>
  Type.Object({
    ...Leaf,
    parts: Type.Array(levels > 1 ? conditions(levels - 1) : Type.Object({ ...Leaf })),
  })
const Conditions = Type.Array(conditions(4))

const MeasureReply = Type.Object({
  ...LISTED,
  clause: TextReply,
  standing: Type.String(),
  regionOnly: Type.Boolean({ description: 'The applicant must be in the region' }),
  conditions: Conditions,
  each: Conditions,
  guide: Type.Optional(Type.Object({ clause: Type.String(), wider: Type.String() })),
  documents: Type.Optional(
    Type.Object({
      ask: Type.Array(Type.Object({ name: Type.String(), label: TextReply })),
      neverAsk: Type.Optional(TextReply),
      assumption: Type.Boolean(),
      source: TextReply,
    }),
  ),
  readings: Type.Array(
    Type.Object({
      id: Type.String(),
      words: TextReply,
      question: TextReply,
      treatment: literals(['assumption', 'undetermined_until'] as const),
      reading: TextReply,
      version: Type.Integer(),
      until: Type.Optional(TextReply),
    }),
  ),
  batches: Type.Array(
    Type.Object({ year: Type.Integer(), direction: TextReply, source: Type.String() }),
  ),
  lines: Type.Integer({ description: 'Amount lines' }),
  digest: Type.String({ description: 'SHA-256 of the measure as it is written' }),
  rulesDigest: Type.String(),
  versions: Type.Integer(),
})

/** What there is: regions, measures, facts, and how much of it the papers fix. */
export function catalogueRoutes(app: App, deps: PolicyDeps): void {
  regionsRoute(app, deps)
  listRoute(app, deps)
  readRoute(app, deps)
  determinacyRoute(app, deps)
  vocabularyRoute(app, deps)
}

async function catalogue({ rules }: PolicyDeps) {
  const [open, { catalogueOf }] = await Promise.all([rules.open(), import('./catalogue.ts')])
  return catalogueOf(open)
}

/** The day asked for, or today, with what calls take now. */
async function at(deps: PolicyDeps, day: string | undefined) {
  const now = deps.clock()
  return { day: day ?? dayHere(now), openCalls: await openMeasures(deps.documents, now) }
}

function regionsRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/regions', {
    schema: {
      tags,
      operationId: 'listPolicyRegions',
      summary: 'Regions whose measures this node computes',
      response: { 200: Type.Object({ items: Type.Array(RegionReply) }) },
    },
    async handler() {
      return { items: [...(await catalogue(deps)).regions] }
    },
  })
}

const ListQuery = Type.Object({
  region: Type.Optional(Word),
  state: Type.Optional(StateReply),
  beneficiary: Type.Optional(Word),
  form: Type.Optional(Word),
  owner: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'A role' })),
  q: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of id, title or clause' }),
  ),
  day: Type.Optional(Day),
  after: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the page before' })),
  limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 100 }),
})

function listRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/measures', {
    schema: {
      tags,
      operationId: 'listMeasures',
      summary: 'Measures by their ids, with how each stands on a day',
      querystring: ListQuery,
      response: {
        200: Type.Object({
          items: Type.Array(Type.Object(LISTED)),
          total: Type.Integer(),
          next: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ query }) {
      const [found, when, { pageOfMeasures }] = await Promise.all([
        catalogue(deps),
        at(deps, query.day),
        import('./measure-view.ts'),
      ])
      return pageOfMeasures(found, query, when)
    },
  })
}

function readRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/measures/:id', {
    schema: {
      tags,
      operationId: 'readMeasure',
      summary: 'A measure: clause, conditions, formula, limits, documents, readings, version',
      params: Type.Object({ id: MeasureName }),
      querystring: Type.Object({ day: Type.Optional(Day) }),
      response: { 200: MeasureReply },
    },
    async handler({ params: { id }, query }) {
      const [found, when, { shownWhole }] = await Promise.all([
        catalogue(deps),
        at(deps, query.day),
        import('./measure-view.ts'),
      ])
      const entry = found.find(id)
      if (entry !== undefined) return shownWhole(entry, found, when) as never
      throw new Problem('not-found', { en: 'There is no such measure', zh: '没有该措施' })
    },
  })
}

const Share = {
  lines: Type.Integer({ description: 'Amount lines of the papers' }),
  exact: Type.Integer({ description: 'Of these, fixed by the text alone' }),
}

function determinacyRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/determinacy', {
    schema: {
      tags,
      operationId: 'readDeterminacy',
      summary:
        'How much the papers fix: of their amount lines, and of the money decided at this node',
      response: {
        200: Type.Object({
          ...Share,
          documents: Type.Array(
            Type.Object({ document: Type.String(), paper: Type.Optional(TextReply), ...Share }),
          ),
          decidedFen: Type.String({ description: 'Of all awards that were counted' }),
          exactFen: Type.String({ description: 'Of these, what the text alone fixed' }),
          awards: Type.Integer(),
          isWhole: Type.Boolean({
            description: 'False where there are more awards than are counted',
          }),
        }),
      },
    },
    async handler() {
      const [found, { determinacyNow }] = await Promise.all([
        catalogue(deps),
        import('./determinacy-now.ts'),
      ])
      return await determinacyNow(deps, found)
    },
  })
}

function vocabularyRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/vocabulary', {
    schema: {
      tags,
      operationId: 'policyVocabulary',
      summary:
        'Facts that measures ask about: type, unit, how they are asked, who may know them; and kinds of applicant',
      response: {
        200: Type.Object({
          facts: Type.Array(
            Type.Object({
              name: Type.String(),
              title: TextReply,
              question: TextReply,
              type: Type.Unknown(),
              knownBy: literals(KNOWERS),
              isMeasured: Type.Boolean({ description: 'The node knows it by itself' }),
              fieldTitles: Type.Optional(Type.Record(Type.String(), TextReply)),
            }),
          ),
          applicantTypes: Type.Array(
            Type.Object({
              name: Type.String(),
              title: TextReply,
              under: Type.Array(Type.String()),
            }),
          ),
          words: Type.Array(Type.Object({ word: Type.String(), title: TextReply }), {
            description: 'What words, places, kinds of applicant and judgements are called',
          }),
        }),
      },
    },
    async handler() {
      const [{ facts, open, names }, { questionText }, { titleOf }] = await Promise.all([
        catalogue(deps),
        import('./ask.ts'),
        import('../words.ts'),
      ])
      return {
        facts: [...facts.values()].map((it) => ({
          name: it.name,
          title: it.title,
          question: questionText(it, it.name, it.title, it.type),
          type: it.type,
          knownBy: it.knownBy ?? ('applicant' as const),
          isMeasured: it.measured !== undefined,
          ...(it.fieldTitles !== undefined && { fieldTitles: it.fieldTitles }),
        })),
        applicantTypes: [...open.rules.types].map(([name, under]) => ({
          name,
          title: titleOf(name, names),
          under: [...under],
        })),
        words: [...names.titles]
          .filter(([name]) => !facts.has(name))
          .map(([name, title]) => ({ word: name.replace(/^word:/, ''), title })),
      }
    },
  })
}
