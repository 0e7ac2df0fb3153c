import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { PageQuery } from '../../kernel/access/route-parts.ts'
import type { App } from '../../lib/http.ts'
import {
  Day,
  EntryId,
  OPINIONS,
  PROPOSAL_KINDS,
  PROPOSAL_STATES,
  PROPOSALS,
  ProposalWish,
  PUBLICITY,
  type StoredProposal,
  Words,
} from './collections.ts'
import {
  dayAt,
  departmentsOf,
  KeyWish,
  notThere,
  type PapersDeps,
  TextReply,
  tags,
  VersionWish,
  whoIs,
} from './parts.ts'
import { actOnProposal, readProposal, takeProposal, writeProposal } from './proposals.ts'

const Params = Type.Object({ id: EntryId })
const strict = { additionalProperties: false }

const PROPOSAL_ROW = {
  id: Type.String(),
  region: Type.String(),
  kind: literals(PROPOSAL_KINDS),
  number: Type.String(),
  session: Type.String(),
  title: Type.String(),
  state: literals(PROPOSAL_STATES),
  publicity: literals(PUBLICITY),
  leadUnit: TextReply,
  receivedOn: Type.String(),
  dueOn: Type.Optional(Day),
  isOverdue: Type.Boolean(),
  answeredOn: Type.Optional(Type.String()),
}
const Unit = Type.Object({ id: Type.String(), name: TextReply })
const ProposalReply = Type.Object({
  ...PROPOSAL_ROW,
  version: Type.Integer(),
  signatories: Type.Integer(),
  jointUnits: Type.Array(Unit),
  points: Type.Array(
    Type.Object({
      question: Type.String(),
      unit: Type.Optional(Unit),
      answer: Type.Optional(Type.String()),
    }),
    { description: 'None where only a summary is public' },
  ),
  summary: Type.Optional(Type.String()),
  dueSource: Type.Optional(Type.String()),
  copiesTo: Type.Array(Type.String()),
  office: Type.Optional(
    Type.Object(
      {
        lead: Type.Optional(Type.String()),
        leadUnit: Type.String(),
        isMine: Type.Boolean({ description: 'You wrote at it and cannot sign it' }),
        opinions: Type.Array(
          Type.Object({
            unit: Type.String(),
            opinion: literals(OPINIONS),
            word: Type.Optional(Type.String()),
          }),
        ),
      },
      { description: 'For the office alone' },
    ),
  ),
})

/** Replies to proposals of the consultative conference and suggestions of the congress. */
export function proposalRoutes(app: App, deps: PapersDeps): void {
  listRoute(app, deps)
  readRoute(app, deps)
  takeRoute(app, deps)
  writeRoute(app, deps)
  deedRoute(app, deps)
}

function isOffice(caller: Caller): boolean {
  return mayDo(caller, 'policy.publish') || mayDo(caller, 'policy.read')
}

function isPublic({ body }: StoredProposal): boolean {
  return body.state === 'answered' && body.publicity !== 'internal'
}

function listRoute(app: App, deps: PapersDeps): void {
  app.get('/api/v1/policy/proposals', {
    schema: {
      tags,
      operationId: 'listProposals',
      summary: 'Replies to proposals that are public; for the office, every proposal',
      querystring: Type.Object({ state: Type.Optional(literals(PROPOSAL_STATES)), ...PageQuery }),
      response: {
        200: Type.Object({
          items: Type.Array(Type.Object(PROPOSAL_ROW)),
          next: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ caller, query }) {
      const everybody = { state: 'answered', publicity: { in: ['public', 'summary'] } }
      const office = query.state === undefined ? {} : { state: query.state }
      const { items, next } = await deps.documents.query(PROPOSALS, {
        where: isOffice(caller) ? office : everybody,
        order: { by: 'createdAt', descending: true },
        limit: query.limit ?? 100,
        ...(query.after !== undefined && { after: query.after }),
      })
      const rows = await Promise.all(items.map((it) => rowOf(deps, it)))
      return { items: rows, ...(next !== undefined && { next }) }
    },
  })
}

async function rowOf(deps: PapersDeps, { id, body }: StoredProposal) {
  const { region, kind, number, session, title, state, publicity, receivedOn, dueOn } = body
  const nameOf = await namesIn(deps, region)
  return {
    ...{ id, region, kind, number, session, title, state, publicity, receivedOn },
    leadUnit: nameOf(body.leadUnit),
    ...(dueOn !== undefined && { dueOn }),
    isOverdue: state !== 'answered' && dueOn !== undefined && dayAt(deps.clock()) > dueOn,
    ...(body.answered !== undefined && { answeredOn: body.answered.day }),
  }
}

async function namesIn({ rules }: PapersDeps, region: string) {
  const departments = departmentsOf(await rules.open(), region)
  const names = new Map(departments.map((it) => [it.id, it.name]))
  return (id: string) => names.get(id) ?? { en: id, zh: id }
}

async function shown(deps: PapersDeps, stored: StoredProposal, caller: Caller) {
  const { body, version } = stored
  const isWhole = isOffice(caller) || body.publicity === 'public'
  const nameOf = await namesIn(deps, body.region)
  const unitOf = (id: string) => ({ id, name: nameOf(id) })
  return {
    ...(await rowOf(deps, stored)),
    version,
    signatories: body.signatories,
    jointUnits: body.jointUnits.map(unitOf),
    points: isWhole
      ? body.points.map(({ unit, ...it }) => ({ ...it, ...(unit && { unit: unitOf(unit) }) }))
      : [],
    ...(body.summary !== undefined && { summary: body.summary }),
    ...(body.dueSource !== undefined && { dueSource: body.dueSource }),
    copiesTo: body.copiesTo,
    ...(isOffice(caller) && { office: officeOf(body, whoIs(caller)) }),
  }
}

function officeOf({ lead, leadUnit, drafters, opinions }: StoredProposal['body'], who: string) {
  return {
    ...(lead !== undefined && { lead }),
    leadUnit,
    isMine: drafters.includes(who),
    opinions: opinions.map(({ unit, opinion, word }) => {
      return { unit, opinion, ...(word !== undefined && { word }) }
    }),
  }
}

function readRoute(app: App, deps: PapersDeps): void {
  app.get('/api/v1/policy/proposals/:id', {
    schema: {
      tags,
      operationId: 'getProposal',
      summary: 'A proposal with its reply, as far as its publicity class allows',
      params: Params,
      response: { 200: ProposalReply },
    },
    async handler({ caller, params }) {
      const stored = await readProposal(deps, params.id)
      if (!isOffice(caller) && !isPublic(stored)) throw notThere('proposal', '建议提案')
      return await shown(deps, stored, caller)
    },
  })
}

function takeRoute(app: App, deps: PapersDeps): void {
  app.post('/api/v1/policy/proposals', {
    schema: {
      tags,
      operationId: 'takeProposal',
      summary: 'Take a proposal in, point by point, with its lead and joint offices',
      body: Type.Object({ key: KeyWish, ...ProposalWish.properties }, strict),
      response: { 201: ProposalReply },
    },
    async handler({ caller, body }, reply) {
      const { key, ...wish } = body
      const stored = await takeProposal(deps, caller, { key, wish })
      return reply.code(201).send(await shown(deps, stored, caller))
    },
  })
}

function writeRoute(app: App, deps: PapersDeps): void {
  app.put('/api/v1/policy/proposals/:id', {
    schema: {
      tags,
      operationId: 'writeProposal',
      summary: 'Write a proposal and the reply to its points anew, whole',
      params: Params,
      body: Type.Object({ version: VersionWish, ...ProposalWish.properties }, strict),
      response: { 200: ProposalReply },
    },
    async handler({ caller, params, body }) {
      const { version, ...wish } = body
      await writeProposal(deps, caller, { id: params.id, version, wish })
      return await shown(deps, await readProposal(deps, params.id), caller)
    },
  })
}

const deedOf = <D extends string>(deed: D) => ({ do: Type.Literal(deed), version: VersionWish })
const DeedBody = Type.Union([
  Type.Object(
    {
      ...deedOf('opinion'),
      unit: EntryId,
      opinion: literals(OPINIONS),
      word: Type.Optional(Words),
    },
    strict,
  ),
  Type.Object(deedOf('put-forward'), strict),
  Type.Object(deedOf('put-back'), strict),
  Type.Object(deedOf('answer'), strict),
])

function deedRoute(app: App, deps: PapersDeps): void {
  app.post('/api/v1/policy/proposals/:id/deeds', {
    schema: {
      tags,
      operationId: 'actOnProposal',
      summary:
        'A joint office’s opinion; the reply put forward, put back, or signed by somebody else',
      params: Params,
      body: DeedBody,
      response: { 200: ProposalReply },
    },
    async handler({ caller, params, body }) {
      const { version, ...deed } = body
      await actOnProposal(deps, caller, { id: params.id, version, deed })
      return await shown(deps, await readProposal(deps, params.id), caller)
    },
  })
}
