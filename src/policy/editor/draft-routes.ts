import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import { IdParams, PAGE_DEFAULT, PageQuery, unstored } from '../../kernel/access/route-parts.ts'
import type { App } from '../../lib/http.ts'
import { DRAFT_STATES, DraftWish, MEASURE_DRAFTS } from './collections.ts'
import { copyOf } from './copy.ts'
import type { EditorDeps } from './drafts.ts'
import {
  adoptDraft,
  changeDraft,
  createDraft,
  proposeDraft,
  readDraft,
  rejectDraft,
  withdrawDraft,
} from './drafts.ts'
import {
  ChangeReply,
  DraftReply,
  DraftRow,
  FaultReply,
  peopleOf,
  showDraft,
  showRow,
  TextReply,
} from './replies.ts'

const tags = ['policy']
const closed = { additionalProperties: false }
const BASE = '/api/v1/policy/drafts'
const REASON_CHARS_MAX = 2_000
const Reason = Type.String({ minLength: 1, maxLength: REASON_CHARS_MAX, pattern: '\\S' })
const Expected = Type.Integer({ minimum: 1, description: 'The version that was looked at' })

/** Drafts of measures: for those who draft and those who adopt. */
export function draftRoutes(app: App, deps: EditorDeps): void {
  listRoute(app, deps)
  createRoute(app, deps)
  oneRoutes(app, deps)
  checkRoute(app, deps)
  yamlRoute(app)
  decisionRoutes(app, deps)
}

function listRoute(app: App, { documents }: EditorDeps): void {
  app.get(BASE, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listMeasureDrafts',
      summary: 'Drafts of measures, the last changed first',
      querystring: Type.Object({
        state: Type.Optional(literals(DRAFT_STATES)),
        measure: Type.Optional(Type.String({ maxLength: 200 })),
        ...PageQuery,
      }),
      response: {
        200: Type.Object({ items: Type.Array(DraftRow), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE_DEFAULT, ...where } }) {
      authorise(caller, 'policy.read')
      const page = await documents.query(MEASURE_DRAFTS, {
        where,
        order: { by: 'updatedAt', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const person = await peopleOf(
        documents,
        page.items.map((it) => it.body.author),
      )
      const items = page.items.map((it) => showRow(it, person))
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

function createRoute(app: App, deps: EditorDeps): void {
  app.post(BASE, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'createMeasureDraft',
      summary: 'A new draft: as given, or as a copy of a measure with its vectors',
      headers: Type.Object({
        'idempotency-key': Type.Optional(
          Type.String({ maxLength: 255, description: 'The same again is the same once' }),
        ),
      }),
      body: Type.Union([
        Type.Object(DraftWish, closed),
        Type.Object(
          {
            copy: Type.String({
              maxLength: 200,
              description: 'Id of a measure, or of one of its versions: `MEASURE~N`',
            }),
          },
          closed,
        ),
      ]),
      response: { 201: DraftReply },
    },
    async handler({ caller, body, headers }, reply) {
      authorise(caller, 'policy.draft')
      const wish = 'copy' in body ? await copyOf(deps, body.copy) : body
      const key = headers['idempotency-key']
      const stored = await createDraft(deps, caller, { ...wish, ...(key !== undefined && { key }) })
      reply.code(201)
      return await showDraft(deps.documents, stored)
    },
  })
}

function oneRoutes(app: App, deps: EditorDeps): void {
  const response = { 200: DraftReply }
  app.get(`${BASE}/:id`, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readMeasureDraft',
      summary: 'One draft of a measure',
      params: IdParams,
      response,
    },
    async handler({ caller, params }) {
      authorise(caller, 'policy.read')
      return await showDraft(deps.documents, await readDraft(deps, params.id))
    },
  })
  app.put(`${BASE}/:id`, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'changeMeasureDraft',
      summary: 'Replace what a draft says; who comes second is told',
      params: IdParams,
      body: Type.Object({ ...DraftWish, expected: Expected }, closed),
      response,
    },
    async handler({ caller, params, body }) {
      return await showDraft(
        deps.documents,
        await changeDraft(deps, caller, { ...params, ...body }),
      )
    },
  })
}

const VectorReply = Type.Object({
  id: Type.String(),
  ok: Type.Boolean(),
  differs: Type.Array(
    Type.Object({ field: Type.String(), expected: Type.String(), got: Type.String() }),
  ),
})

function checkRoute(app: App, deps: EditorDeps): void {
  const { place, body, vectors, supersedes } = DraftWish
  app.post('/api/v1/policy/draft-check', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'checkMeasureDraft',
      summary:
        'Check a measure as a rule file is checked, run its vectors, compare it with what holds',
      body: Type.Object({ place, body, vectors, supersedes }, closed),
      response: {
        200: Type.Object({
          faults: Type.Array(FaultReply),
          determinacy: Type.Optional(Type.String()),
          changes: Type.Optional(Type.Array(ChangeReply)),
          vectors: Type.Array(VectorReply),
          vectorsFault: Type.Optional(TextReply),
          cases: Type.Optional(
            Type.Object(
              { total: Type.Integer(), changed: Type.Array(Type.String()) },
              {
                description:
                  'Of the cases of the vectors, those that come out differently than by the versions that hold',
              },
            ),
          ),
          yaml: Type.String({ description: 'As a file of the region’s folder holds it' }),
        }),
      },
    },
    async handler({ caller, body: given }) {
      authorise(caller, 'policy.read')
      const [{ checkDraft }, { formatYaml }, open] = await Promise.all([
        import('./check-draft.ts'),
        import('../../kernel/packs/yaml-write.ts'),
        deps.rules.open(),
      ])
      const { faults, vectors: results, changes, ...rest } = checkDraft(open, given)
      return {
        ...rest,
        faults: [...faults],
        vectors: results.map((it) => ({ ...it, differs: [...it.differs] })),
        ...(changes !== undefined && { changes: [...changes] }),
        yaml: formatYaml([given.body]),
      }
    },
  })
}

const YAML_CHARS_MAX = 262_144

function yamlRoute(app: App): void {
  app.post('/api/v1/policy/draft-yaml', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readMeasureYaml',
      summary: 'Read a measure out of YAML; each fault of the text at its line and column',
      body: Type.Object({ yaml: Type.String({ maxLength: YAML_CHARS_MAX }) }, closed),
      response: {
        200: Type.Object({
          body: Type.Optional(Type.Unknown()),
          faults: Type.Array(
            Type.Object({ line: Type.Integer(), column: Type.Integer(), reason: TextReply }),
          ),
        }),
      },
    },
    async handler({ caller, body }) {
      authorise(caller, 'policy.draft')
      const { readYaml } = await import('../../kernel/packs/yaml-text.ts')
      const { value, faults } = readYaml(body.yaml)
      const [only, ...more] = Array.isArray(value) ? value : [value]
      const isOne = typeof only === 'object' && only !== null && more.length === 0
      if (faults.length > 0) return { faults: [...faults] }
      if (isOne) return { body: only, faults: [] }
      const reason = { en: 'one measure is asked for', zh: '须恰好为一项措施' }
      return { faults: [{ line: 1, column: 1, reason }] }
    },
  })
}

function decisionRoutes(app: App, deps: EditorDeps): void {
  const response = { 200: DraftReply }
  const params = IdParams
  const looked = Type.Object({ expected: Expected }, closed)
  app.post(`${BASE}/:id/propose`, {
    onRequest: unstored,
    schema: {
      ...{ tags, params, response, body: looked },
      operationId: 'proposeMeasureDraft',
      summary: 'Propose a draft without faults, all its vectors passing',
    },
    handler: async ({ caller, params: { id }, body }) =>
      await showDraft(deps.documents, await proposeDraft(deps, caller, { id, ...body })),
  })
  app.post(`${BASE}/:id/adopt`, {
    onRequest: unstored,
    schema: {
      ...{ tags, params, response },
      body: Type.Object({ expected: Expected, reason: Type.Optional(Reason) }, closed),
      operationId: 'adoptMeasureDraft',
      summary: 'Make a rule of what somebody else drafted: it holds from then on',
    },
    handler: async ({ caller, params: { id }, body }) =>
      await showDraft(deps.documents, await adoptDraft(deps, caller, { id, ...body })),
  })
  app.post(`${BASE}/:id/reject`, {
    onRequest: unstored,
    schema: {
      ...{ tags, params, response },
      body: Type.Object({ expected: Expected, reason: Reason }, closed),
      operationId: 'rejectMeasureDraft',
      summary: 'Give a proposal back with what is to be changed',
    },
    handler: async ({ caller, params: { id }, body }) =>
      await showDraft(deps.documents, await rejectDraft(deps, caller, { id, ...body })),
  })
  app.post(`${BASE}/:id/withdraw`, {
    onRequest: unstored,
    schema: {
      ...{ tags, params, response, body: looked },
      operationId: 'withdrawMeasureDraft',
      summary: 'Lay a draft aside; it stays to be read',
    },
    handler: async ({ caller, params: { id }, body }) =>
      await showDraft(deps.documents, await withdrawDraft(deps, caller, { id, ...body })),
  })
}
