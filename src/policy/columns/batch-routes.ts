import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import { AuthorSchema, literals } from '../../kernel/access/collections.ts'
import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import {
  formatTime,
  IdParams,
  PAGE_DEFAULT,
  PageQuery,
  TimeReply,
  unstored,
} from '../../kernel/access/route-parts.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { dayHere } from '../find/day.ts'
import type { BatchDeps, BatchRuns, StoredBatch } from './batches.ts'
import {
  BATCH_STATES,
  type Batch,
  PART_CASES,
  POLICY_BATCH_PARTS,
  POLICY_BATCHES,
  PopulationSchema,
  partId,
} from './collections.ts'
import { packLines, unpackLines } from './packed.ts'
import {
  CountReply,
  DayWish,
  KeyWish,
  ModeWish,
  SeedWish,
  SumsReply,
  TextReply,
} from './schemas.ts'

const tags = ['policy']
const BASE = '/api/v1/policy/batches'
const closed = { additionalProperties: false }
const GIVEN_CHARS_MAX = 16_000_000
const BODY_BYTES_MAX = 24 * 1024 * 1024
const CASES_MAX = 200_000

const BatchReply = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  state: literals(BATCH_STATES),
  mode: ModeWish,
  population: PopulationSchema,
  rules: Type.String({ description: 'Digest of the rules that it computes by' }),
  total: Type.Integer({ description: 'Cases; of the register as it was counted last' }),
  done: CountReply,
  sums: SumsReply,
  author: AuthorSchema,
  fault: Type.Optional(TextReply),
  createdAt: TimeReply,
  updatedAt: TimeReply,
})

const BatchWish = Type.Object(
  {
    key: KeyWish,
    mode: Type.Optional(ModeWish),
    population: Type.Union([
      Type.Object({ kind: Type.Literal('register'), day: Type.Optional(DayWish) }, closed),
      Type.Object(
        {
          kind: Type.Literal('given'),
          ndjson: Type.String({
            ...{ minLength: 2, maxLength: GIVEN_CHARS_MAX },
            description: 'One object of facts a line, or `{"id": …, "facts": {…}}`',
          }),
        },
        closed,
      ),
      Type.Object(
        {
          kind: Type.Literal('synthetic'),
          count: Type.Integer({ minimum: 1, maximum: CASES_MAX }),
          seed: Type.Optional(SeedWish),
          day: Type.Optional(DayWish),
        },
        closed,
      ),
    ]),
  },
  closed,
)

/** Batches: all measures over the register, over given cases, or over made-up ones. */
export function batchRoutes(app: App, deps: BatchDeps, runs: BatchRuns): void {
  listRoute(app, deps)
  createRoute(app, deps, runs)
  readRoute(app, deps)
  changeRoute(app, deps, runs)
  resultRoute(app, deps)
  caseRoute(app, deps)
}

function shown({ id, version, createdAt, updatedAt, body }: StoredBatch) {
  const { fingerprint: _, cursor: __, ...told } = body
  return {
    id,
    version,
    ...told,
    sums: [...body.sums],
    createdAt: formatTime(createdAt),
    updatedAt: formatTime(updatedAt),
  }
}

async function readBatch({ documents }: BatchDeps, id: string): Promise<StoredBatch> {
  const stored = await documents.get(POLICY_BATCHES, id)
  if (stored !== undefined) return stored
  throw new Problem('not-found', { en: 'There is no such batch', zh: '没有该批量测算' })
}

function listRoute(app: App, { documents }: BatchDeps): void {
  app.get(BASE, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listPolicyBatches',
      summary: 'Batches, the newest first',
      querystring: Type.Object(PageQuery),
      response: {
        200: Type.Object({ items: Type.Array(BatchReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE_DEFAULT } }) {
      authorise(caller, 'policy.read')
      const order = { by: 'createdAt', descending: true }
      const { items, next } = await documents.query(POLICY_BATCHES, {
        order,
        limit,
        ...(after !== undefined && { after }),
      })
      return { items: items.map(shown), ...(next !== undefined && { next }) }
    },
  })
}

function createRoute(app: App, deps: BatchDeps, runs: BatchRuns): void {
  app.post(BASE, {
    onRequest: unstored,
    bodyLimit: BODY_BYTES_MAX,
    schema: {
      tags,
      operationId: 'startPolicyBatch',
      summary: 'Compute all measures for many cases, in the background',
      body: BatchWish,
      response: { 201: BatchReply },
    },
    async handler({ caller, body }, reply) {
      authorise(caller, 'policy.draft')
      const { key, ...asked } = body
      const author = authorOf(caller)
      const id = digestOf([author.kind, author.id, key]).slice(0, 32)
      const fingerprint = digestOf(asked)
      const known = await deps.documents.get(POLICY_BATCHES, id)
      if (known !== undefined && known.body.fingerprint !== fingerprint) throw otherRequest()
      if (known === undefined) await create(deps, caller, { id, fingerprint, asked })
      runs.kick()
      return reply.code(201).send(shown(await readBatch(deps, id)))
    },
  })
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

function otherRequest(): Problem {
  const reason = { en: 'This key was used for another request', zh: '该键已用于另一请求' }
  return new Problem('invalid-input', reason, { fields: [{ path: '/key', reason }] })
}

type Asked = Omit<Static<typeof BatchWish>, 'key'>

async function create(
  deps: BatchDeps,
  caller: Caller,
  {
    id,
    fingerprint,
    asked,
  }: { readonly id: string; readonly fingerprint: string; readonly asked: Asked },
): Promise<void> {
  const { documents, clock, rules } = deps
  const { digest } = await rules.open()
  const { population, mode = 'as_if_in_force' } = asked
  const lines = population.kind === 'given' ? linesOf(population.ndjson) : []
  const author = authorOf(caller)
  const body: Batch = {
    ...{ state: 'running', mode, rules: digest, done: 0, sums: [], author, fingerprint },
    population: keptPopulation(population, dayHere(clock())),
    total: population.kind === 'synthetic' ? population.count : lines.length,
  }
  const parts = []
  for (let from = 0; from < lines.length; from += PART_CASES) {
    const of = lines.slice(from, from + PART_CASES)
    const number = from / PART_CASES
    const put = { batch: id, kind: 'given', number, lines: of.length, packed: await packLines(of) }
    parts.push({ collection: POLICY_BATCH_PARTS, id: partId(id, 'given', number), put })
  }
  await documents.commit([{ collection: POLICY_BATCHES, id, expected: 0, put: body }, ...parts], {
    author,
  })
}

function keptPopulation(population: Asked['population'], today: string): Batch['population'] {
  switch (population.kind) {
    case 'register':
      return { kind: 'register', day: population.day ?? today }
    case 'given':
      return { kind: 'given' }
    case 'synthetic':
      return { ...population, seed: population.seed ?? 1 }
  }
}

function linesOf(ndjson: string): string[] {
  const lines = ndjson.split('\n').filter((it) => it.trim() !== '')
  if (lines.length <= CASES_MAX) return lines
  throw new Problem('too-large', {
    en: `a batch has at most ${CASES_MAX} cases`,
    zh: `一次批量测算至多 ${CASES_MAX} 个案例`,
  })
}

function readRoute(app: App, deps: BatchDeps): void {
  app.get(`${BASE}/:id`, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readPolicyBatch',
      summary: 'How far a batch has come, and the sums so far',
      params: IdParams,
      response: { 200: BatchReply },
    },
    async handler({ caller, params }) {
      authorise(caller, 'policy.read')
      return shown(await readBatch(deps, params.id))
    },
  })
}

function changeRoute(app: App, deps: BatchDeps, runs: BatchRuns): void {
  app.patch(`${BASE}/:id`, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'changePolicyBatch',
      summary: 'Stop a batch, or let it go on where it stopped',
      params: IdParams,
      body: Type.Object({ do: literals(['stop', 'resume']) }, closed),
      response: { 200: BatchReply },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'policy.draft')
      const state = body.do === 'stop' ? 'stopped' : 'running'
      await turn(deps, caller, { id: params.id, state })
      runs.kick()
      return shown(await readBatch(deps, params.id))
    },
  })
}

const ROUNDS_MAX = 32

/** The batch moves on meanwhile: tried anew until it is met between two parts. */
async function turn(
  deps: BatchDeps,
  caller: Caller,
  { id, state }: { readonly id: string; readonly state: 'stopped' | 'running' },
): Promise<void> {
  for (let round = 1; ; round++) {
    const batch = await readBatch(deps, id)
    if (batch.body.state === state) return
    if (batch.body.state === 'done' || (state === 'stopped' && batch.body.state === 'failed'))
      throw isOver()
    const { fault: _, ...body } = batch.body
    const write = {
      collection: POLICY_BATCHES,
      id,
      expected: batch.version,
      put: { ...body, state },
    }
    try {
      await deps.documents.commit([write], { author: authorOf(caller) })
      return
    } catch (error) {
      const isStale = error instanceof Problem && error.code === 'stale-version'
      if (!isStale || round === ROUNDS_MAX) throw error
    }
  }
}

function isOver(): Problem {
  return new Problem('wrong-state', { en: 'The batch is over', zh: '批量测算已结束' })
}

function resultRoute(app: App, deps: BatchDeps): void {
  app.get(`${BASE}/:id/result`, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readPolicyBatchResult',
      summary: 'What is computed so far, a line of NDJSON for each case with its facts',
      params: IdParams,
      produces: ['application/x-ndjson'],
    },
    async handler({ caller, params }, reply) {
      authorise(caller, 'policy.draft')
      const batch = await readBatch(deps, params.id)
      const name = `batch-${batch.id.slice(0, 8)}.ndjson`
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Readable.from(resultOf(deps, batch)))
    },
  })
}

async function* resultOf(
  { documents }: BatchDeps,
  { id, body }: StoredBatch,
): AsyncGenerator<string> {
  const { rules, mode, population, done } = body
  yield `${JSON.stringify({ batch: id, rules, mode, population, done })}\n`
  for (let number = 0; number * PART_CASES < done; number++) {
    const part = await documents.get(POLICY_BATCH_PARTS, partId(id, 'result', number))
    if (part !== undefined) yield `${(await unpackLines(part.body.packed)).join('\n')}\n`
  }
}

function caseRoute(app: App, deps: BatchDeps): void {
  app.get(`${BASE}/:id/cases/:line`, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readPolicyBatchCase',
      summary:
        'One line of the result: what the case gets, and its facts, as `POST /policy/explain` takes them',
      params: Type.Object({
        ...IdParams.properties,
        line: Type.Integer({ minimum: 1, maximum: CASES_MAX }),
      }),
      produces: ['application/json'],
    },
    async handler({ caller, params: { id, line } }, reply) {
      authorise(caller, 'policy.draft')
      const batch = await readBatch(deps, id)
      const number = Math.floor((line - 1) / PART_CASES)
      const part = await deps.documents.get(POLICY_BATCH_PARTS, partId(batch.id, 'result', number))
      const text =
        part === undefined
          ? undefined
          : (await unpackLines(part.body.packed))[(line - 1) % PART_CASES]
      if (text === undefined) {
        throw new Problem('not-found', {
          en: 'The batch has no such line yet',
          zh: '结果中尚无该行',
        })
      }
      return reply.type('application/json; charset=utf-8').send(text)
    },
  })
}
