import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { formatTime, PageQuery, TimeReply, unstored } from '../../kernel/access/route-parts.ts'
import type { App } from '../../lib/http.ts'
import { POLICY_OFFICES } from '../cases/collections.ts'
import { AttachmentReply, shownFiles } from './attachments.ts'
import {
  Day,
  EntryId,
  Line,
  PAPER_COUNTS,
  PAPER_STATES,
  PAPERS,
  PaperWish,
  type StoredPaper,
  Words,
  WRITTEN,
} from './collections.ts'
import { actOnPaper, beginDraft, readDraft, writeDraft } from './drafts.ts'
import {
  departmentsOf,
  KeyWish,
  type PapersDeps,
  requireOffice,
  TextReply,
  tags,
  VersionWish,
  whoIs,
} from './parts.ts'

const Params = Type.Object({ id: EntryId })
const BODY_BYTES_MAX = 1024 * 1024

const WindowReply = Type.Object({
  opensAt: TimeReply,
  closesAt: TimeReply,
  source: Type.String(),
  isOpen: Type.Boolean(),
})

const DRAFT_ROW = {
  id: Type.String(),
  version: Type.Integer(),
  state: literals(PAPER_STATES),
  region: Type.String(),
  kind: Type.String(),
  title: Type.String(),
  updatedAt: TimeReply,
  window: Type.Optional(WindowReply),
}
const DraftReply = Type.Object({
  ...DRAFT_ROW,
  ...WRITTEN,
  comments: Type.Object({ received: Type.Integer(), answered: Type.Integer() }),
  isMine: Type.Boolean({ description: 'You wrote at it and cannot publish it' }),
  repealedFrom: Type.Optional(Type.String()),
  changesInMs: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Until comments can no longer come in' }),
  ),
  files: Type.Array(AttachmentReply),
})

/** Papers while they are written, for the office. */
export function draftRoutes(app: App, deps: PapersDeps): void {
  listRoute(app, deps)
  readRoute(app, deps)
  beginRoute(app, deps)
  writeRoute(app, deps)
  deedRoute(app, deps)
  departmentsRoute(app, deps)
}

function listRoute(app: App, { documents, clock }: PapersDeps): void {
  app.get('/api/v1/policy/paper-drafts', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listPaperDrafts',
      summary: 'Papers that are written here, in every state, for the office',
      querystring: Type.Object({ state: Type.Optional(literals(PAPER_STATES)), ...PageQuery }),
      response: {
        200: Type.Object({
          items: Type.Array(Type.Object(DRAFT_ROW)),
          next: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ caller, query }) {
      requireOffice(caller)
      const { items, next } = await documents.query(PAPERS, {
        ...(query.state !== undefined && { where: { state: query.state } }),
        order: { by: 'updatedAt', descending: true },
        limit: query.limit ?? 100,
        ...(query.after !== undefined && { after: query.after }),
      })
      return {
        items: items.map((it) => rowOf(it, clock())),
        ...(next !== undefined && { next }),
      }
    },
  })
}

function rowOf({ id, version, updatedAt, body }: StoredPaper, now: number) {
  const { state, region, kind, title, window } = body
  return {
    ...{ id, version, state, region, kind, title },
    updatedAt: formatTime(updatedAt),
    ...(window !== undefined && {
      window: {
        opensAt: formatTime(window.opensAt),
        closesAt: formatTime(window.closesAt),
        source: window.source,
        isOpen: now >= window.opensAt && now < window.closesAt,
      },
    }),
  }
}

async function shown(deps: PapersDeps, stored: StoredPaper, who: string) {
  const counts = (await deps.documents.get(PAPER_COUNTS, stored.id))?.body
  const { state: _, drafters, window: __, fingerprint: ___, ...rest } = stored.body
  const { putForward: _p, published: _d, dropped: _r, repeal, ...written } = rest
  const waitMs = (stored.body.window?.closesAt ?? 0) - deps.clock()
  return {
    ...written,
    ...rowOf(stored, deps.clock()),
    comments: { received: counts?.received ?? 0, answered: counts?.answered ?? 0 },
    isMine: drafters.includes(who),
    files: shownFiles(rest.files),
    ...(stored.body.state === 'comments' && waitMs > 0 && { changesInMs: waitMs }),
    ...(repeal !== undefined && { repealedFrom: repeal.from }),
  }
}

function readRoute(app: App, deps: PapersDeps): void {
  app.get('/api/v1/policy/paper-drafts/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getPaperDraft',
      summary: 'A paper as it is written, for the office',
      params: Params,
      response: { 200: DraftReply },
    },
    async handler({ caller, params }) {
      requireOffice(caller)
      return await shown(deps, await readDraft(deps, params.id), whoIs(caller))
    },
  })
}

function beginRoute(app: App, deps: PapersDeps): void {
  app.post('/api/v1/policy/paper-drafts', {
    bodyLimit: BODY_BYTES_MAX,
    schema: {
      tags,
      operationId: 'beginPaper',
      summary: 'Begin a paper; the same key again answers the same draft',
      body: Type.Object({ key: KeyWish, ...WRITTEN }, { additionalProperties: false }),
      response: { 201: DraftReply },
    },
    async handler({ caller, body }, reply) {
      const { key, ...wish } = body
      const stored = await beginDraft(deps, caller, { key, wish })
      return reply.code(201).send(await shown(deps, stored, whoIs(caller)))
    },
  })
}

function writeRoute(app: App, deps: PapersDeps): void {
  app.put('/api/v1/policy/paper-drafts/:id', {
    bodyLimit: BODY_BYTES_MAX,
    schema: {
      tags,
      operationId: 'writePaper',
      summary: 'Write a draft anew, whole; what was put to comment stays as it was',
      params: Params,
      body: Type.Object(
        { version: VersionWish, ...PaperWish.properties },
        { additionalProperties: false },
      ),
      response: { 200: DraftReply },
    },
    async handler({ caller, params, body }) {
      const { version, ...wish } = body
      await writeDraft(deps, caller, { id: params.id, version, wish })
      return await shown(deps, await readDraft(deps, params.id), whoIs(caller))
    },
  })
}

const deedOf = <D extends string>(deed: D) => ({ do: Type.Literal(deed), version: VersionWish })
const strict = { additionalProperties: false }
const Time = Type.String({ format: 'date-time' })
const DeedBody = Type.Union([
  Type.Object({ ...deedOf('open-comments'), opensAt: Time, closesAt: Time, source: Line }, strict),
  Type.Object(deedOf('put-forward'), strict),
  Type.Object(deedOf('put-back'), strict),
  Type.Object(deedOf('publish'), strict),
  Type.Object({ ...deedOf('drop'), reason: Words }, strict),
  Type.Object({ ...deedOf('repeal'), from: Day, reason: Words }, strict),
])

function deedRoute(app: App, deps: PapersDeps): void {
  app.post('/api/v1/policy/paper-drafts/:id/deeds', {
    schema: {
      tags,
      operationId: 'actOnPaper',
      summary: 'Open comments, put forward, put back, publish (by somebody else), drop or repeal',
      description:
        'A paper that was put to comment is put forward once its window is over and every comment is answered.',
      params: Params,
      body: DeedBody,
      response: { 200: DraftReply },
    },
    async handler({ caller, params, body }) {
      const { version, ...deed } = body
      await actOnPaper(deps, caller, { id: params.id, version, deed })
      return await shown(deps, await readDraft(deps, params.id), whoIs(caller))
    },
  })
}

const OTHERS_MAX = 1_000

function departmentsRoute(app: App, { documents, rules }: PapersDeps): void {
  app.get('/api/v1/policy/departments', {
    schema: {
      tags,
      operationId: 'listPolicyDepartments',
      summary: 'Offices of each region, by their role, with the body that fills it now',
      response: {
        200: Type.Object({
          others: Type.Array(Type.Object({ id: Type.String(), name: TextReply }), {
            description: 'Units that are no department of a region pack, as they are named here',
          }),
          regions: Type.Array(
            Type.Object({
              code: Type.String(),
              name: TextReply,
              departments: Type.Array(
                Type.Object({
                  id: Type.String(),
                  name: TextReply,
                  body: Type.Optional(TextReply),
                }),
              ),
            }),
          ),
        }),
      },
    },
    async handler() {
      const open = await rules.open()
      const where = { kind: 'unit' }
      const { items } = await documents.query(POLICY_OFFICES, { where, limit: OTHERS_MAX })
      return {
        others: items.map(({ body }) => ({ id: body.code, name: body.title })),
        regions: open.packs.map(({ region }) => ({
          code: region.code,
          name: region.name,
          departments: [...departmentsOf(open, region.code)],
        })),
      }
    },
  })
}
