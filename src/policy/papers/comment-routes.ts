import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import { recordRead } from '../../kernel/access/reads.ts'
import { formatTime, PageQuery, TimeReply, unstored } from '../../kernel/access/route-parts.ts'
import type { Stored } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { AttachmentReply, shownFiles } from './attachments.ts'
import {
  ANSWERED_AT_ONCE_MAX,
  AnswerWish,
  EntryId,
  Line,
  PAPER_ANSWERS,
  PAPER_COMMENTS,
  PAPERS,
  type PaperComment,
  type StoredPaper,
  VERDICTS,
  Words,
} from './collections.ts'
import { answerComments, followComment, takeComment } from './comments.ts'
import { readDraft } from './drafts.ts'
import {
  countFrom,
  KeyWish,
  laneOf,
  maskPerson,
  maskText,
  notThere,
  type PapersDeps,
  ReceiptWish,
  requireOffice,
  tags,
} from './parts.ts'

const Params = Type.Object({ id: EntryId })
const COMMENTS_FREE = 30
const FOLLOWS_FREE = 60
const WINDOW_STATES = ['not-yet', 'open', 'closed', 'answered', 'dropped'] as const

const CONSULTATION = {
  id: Type.String(),
  region: Type.String(),
  title: Type.String(),
  issuer: Type.String(),
  opensAt: TimeReply,
  closesAt: TimeReply,
  state: literals(WINDOW_STATES),
}

/** Drafts that are put to comment: for everybody to read and comment on, for the office to answer. */
export function commentRoutes(app: App, deps: PapersDeps): void {
  listRoute(app, deps)
  readRoute(app, deps)
  commentRoute(app, deps)
  followRoute(app, deps)
  commentsRoute(app, deps)
  answerRoute(app, deps)
}

function consultationOf({ id, body }: StoredPaper, now: number) {
  const { window, region, issuer } = body
  if (window === undefined) return undefined
  const { opensAt, closesAt, title } = window
  return {
    ...{ id, region, title, issuer },
    opensAt: formatTime(opensAt),
    closesAt: formatTime(closesAt),
    state: windowState(body, now),
  }
}

function windowState({ state, window }: StoredPaper['body'], now: number) {
  if (state === 'published') return 'answered' as const
  if (state === 'dropped') return 'dropped' as const
  if (now < (window?.opensAt ?? 0)) return 'not-yet' as const
  return now < (window?.closesAt ?? 0) && state === 'comments'
    ? ('open' as const)
    : ('closed' as const)
}

function listRoute(app: App, { documents, clock }: PapersDeps): void {
  app.get('/api/v1/policy/consultations', {
    schema: {
      tags,
      operationId: 'listConsultations',
      summary: 'Drafts that are or were put to comment, the newest first',
      description: 'A page may hold fewer than `limit`, even none, and still have a `next`.',
      querystring: Type.Object({ ...PageQuery }),
      response: {
        200: Type.Object({
          items: Type.Array(Type.Object(CONSULTATION)),
          next: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ query }) {
      const { items, next } = await documents.query(PAPERS, {
        where: { state: { in: ['comments', 'put-forward', 'published', 'dropped'] } },
        order: { by: 'createdAt', descending: true },
        limit: query.limit ?? 100,
        ...(query.after !== undefined && { after: query.after }),
      })
      const shown = items.map((it) => consultationOf(it, clock())).filter((it) => it !== undefined)
      return { items: shown, ...(next !== undefined && { next }) }
    },
  })
}

function readRoute(app: App, deps: PapersDeps): void {
  app.get('/api/v1/policy/consultations/:id', {
    schema: {
      tags,
      operationId: 'getConsultation',
      summary: 'A draft as it was put to comment, with its drafting note and window',
      params: Params,
      response: {
        200: Type.Object({
          ...CONSULTATION,
          source: Type.String({ description: 'What the length of the window rests on' }),
          text: Type.String(),
          note: Type.String(),
        }),
      },
    },
    async handler({ params }) {
      const stored = await readDraft(deps, params.id)
      const shown = consultationOf(stored, deps.clock())
      const { window } = stored.body
      if (shown === undefined || window === undefined) throw notThere('draft', '草案')
      return { ...shown, source: window.source, text: window.text, note: window.note }
    },
  })
}

function commentRoute(app: App, deps: PapersDeps): void {
  const lane = laneOf(COMMENTS_FREE)
  app.post('/api/v1/policy/consultations/:id/comments', {
    onRequest: [async ({ ip }) => countFrom(lane, ip, deps.clock), unstored],
    schema: {
      tags,
      operationId: 'commentOnDraft',
      summary: 'Comment on a draft while its window is open; by anybody',
      description: 'Name and contact are optional, masked for the office and never published.',
      params: Params,
      body: Type.Object(
        {
          key: KeyWish,
          text: Words,
          place: Type.Optional(Line),
          name: Type.Optional(Line),
          contact: Type.Optional(Line),
        },
        { additionalProperties: false },
      ),
      response: {
        201: Type.Object({
          receipt: Type.String(),
          secret: Type.String({ description: 'Follows the comment together with the receipt' }),
        }),
      },
    },
    async handler({ params, body }, reply) {
      const { key, ...wish } = body
      return reply.code(201).send(await takeComment(deps, { paper: params.id, key, wish }))
    },
  })
}

function followRoute(app: App, deps: PapersDeps): void {
  const lane = laneOf(FOLLOWS_FREE)
  app.post('/api/v1/policy/comments/follow', {
    onRequest: [async ({ ip }) => countFrom(lane, ip, deps.clock), unstored],
    schema: {
      tags,
      operationId: 'followComment',
      summary: 'What became of a comment, by its receipt and secret',
      body: Type.Object(ReceiptWish, { additionalProperties: false }),
      response: {
        200: Type.Object({
          paper: Type.String(),
          text: Type.String(),
          at: TimeReply,
          verdict: Type.Optional(literals(VERDICTS)),
          reason: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ body }) {
      const followed = await followComment(deps, body)
      return { ...followed, at: formatTime(followed.at) }
    },
  })
}

const CommentReply = Type.Object({
  id: Type.String(),
  receipt: Type.String(),
  at: TimeReply,
  name: Type.Optional(Type.String()),
  contact: Type.Optional(Type.String()),
  place: Type.Optional(Type.String()),
  text: Type.String(),
  answer: Type.Optional(AnswerWish),
  files: Type.Array(AttachmentReply),
})

function commentsRoute(app: App, deps: PapersDeps): void {
  const { documents, access } = deps
  app.get('/api/v1/policy/paper-drafts/:id/comments', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listComments',
      summary:
        'Comments on a draft; personal data is masked unless asked for, and that is recorded',
      params: Params,
      querystring: Type.Object({ personal: Type.Boolean({ default: false }), ...PageQuery }),
      response: {
        200: Type.Object({
          items: Type.Array(CommentReply),
          next: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ caller, params, query }) {
      requireOffice(caller)
      if (query.personal) authorise(caller, 'policy.publish')
      await readDraft(deps, params.id)
      const page = await documents.query(PAPER_COMMENTS, {
        where: { paper: params.id },
        order: { by: 'createdAt' },
        limit: query.limit ?? 100,
        ...(query.after !== undefined && { after: query.after }),
      })
      if (query.personal && page.items.length > 0) {
        const count = page.items.length
        await recordRead(access, caller, { what: 'comments', subject: params.id, count })
      }
      const items = await Promise.all(page.items.map((it) => shown(deps, it, query.personal)))
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

async function shown({ documents }: PapersDeps, stored: Stored<PaperComment>, isWhole: boolean) {
  const { id, createdAt, body } = stored
  const { receipt, place, text, name, contact } = body
  const person = { ...(name && { name }), ...(contact && { contact }) }
  const answered =
    body.answer === undefined ? undefined : (await documents.get(PAPER_ANSWERS, body.answer))?.body
  return {
    ...{ id, receipt, at: formatTime(createdAt) },
    ...(isWhole ? person : maskPerson(person)),
    ...(place !== undefined && { place }),
    text: isWhole ? text : maskText(text),
    files: shownFiles(body.files),
    ...(answered !== undefined && {
      answer: { gist: answered.gist, verdict: answered.verdict, reason: answered.reason },
    }),
  }
}

function answerRoute(app: App, deps: PapersDeps): void {
  app.post('/api/v1/policy/paper-drafts/:id/answers', {
    schema: {
      tags,
      operationId: 'answerComments',
      summary:
        'Answer one comment, or several that say the same: adopted, in part, or not, and why',
      description: 'The gist is published with the paper in place of the comment itself.',
      params: Params,
      body: Type.Object(
        {
          key: KeyWish,
          comments: Type.Array(EntryId, {
            minItems: 1,
            maxItems: ANSWERED_AT_ONCE_MAX,
            uniqueItems: true,
          }),
          ...AnswerWish.properties,
        },
        { additionalProperties: false },
      ),
      response: { 201: Type.Object({ id: Type.String() }) },
    },
    async handler({ caller, params, body }, reply) {
      const { key, ...wish } = body
      const id = await answerComments(deps, caller, { paper: params.id, key, wish })
      return reply.code(201).send({ id })
    },
  })
}
