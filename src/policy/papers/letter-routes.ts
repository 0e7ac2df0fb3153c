import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import { recordRead } from '../../kernel/access/reads.ts'
import { formatTime, PageQuery, TimeReply, unstored } from '../../kernel/access/route-parts.ts'
import { showThread } from '../../kernel/cases/read.ts'
import { TermSchema } from '../../kernel/cases/terms.ts'
import type { App } from '../../lib/http.ts'
import { caseDeskOf } from '../cases/desk.ts'
import { AttachmentReply, shownFiles } from './attachments.ts'
import {
  EntryId,
  LETTER_KINDS,
  LETTER_STATES,
  LETTER_TERMS,
  LETTERS,
  LetterTermsWish,
  Line,
  type StoredLetter,
  Words,
} from './collections.ts'
import {
  actOnLetter,
  followLetter,
  formOfLetter,
  officer,
  rateLetter,
  readLetter,
  stateTerms,
  takeLetter,
  unitsOf,
} from './letters.ts'
import {
  countFrom,
  departmentsOf,
  KeyWish,
  laneOf,
  maskPerson,
  maskText,
  type PapersDeps,
  ReceiptWish,
  requireOffice,
  TextReply,
  tags,
} from './parts.ts'

const Params = Type.Object({ id: EntryId })
const LETTERS_FREE = 20
const FOLLOWS_FREE = 60
const THREAD_MAX = 200
const strict = { additionalProperties: false }
const Grade = Type.Integer({ minimum: 1, maximum: 5 })

/** Letters and complaints: written and followed by anybody, answered by the office. */
export function letterRoutes(app: App, deps: PapersDeps): void {
  writeRoute(app, deps)
  followRoute(app, deps)
  rateRoute(app, deps)
  listRoute(app, deps)
  readRoute(app, deps)
  deedRoute(app, deps)
  termRoutes(app, deps)
}

function writeRoute(app: App, deps: PapersDeps): void {
  const lane = laneOf(LETTERS_FREE)
  app.post('/api/v1/policy/letters', {
    onRequest: [async ({ ip }) => countFrom(lane, ip, deps.clock), unstored],
    schema: {
      tags,
      operationId: 'writeLetter',
      summary: 'Write a letter or a complaint; by anybody',
      description: 'Followed by its receipt and secret. Name and contact are optional.',
      body: Type.Object(
        {
          key: KeyWish,
          kind: literals(LETTER_KINDS),
          region: EntryId,
          subject: Line,
          text: Words,
          name: Type.Optional(Line),
          contact: Type.Optional(Line),
        },
        strict,
      ),
      response: {
        201: Type.Object({
          receipt: Type.String(),
          secret: Type.String(),
          dueAt: Type.Optional(TimeReply),
          byCalendarDays: Type.Boolean({
            description: 'No calendar of working days reaches so far: calendar days are counted',
          }),
        }),
      },
    },
    async handler({ body }, reply) {
      const { key, ...form } = body
      const { dueAt, ...taken } = await takeLetter(deps, { key, form })
      const due = dueAt === undefined ? {} : { dueAt: formatTime(dueAt) }
      return reply.code(201).send({ ...taken, ...due })
    },
  })
}

const FollowReply = Type.Object({
  receipt: Type.String(),
  kind: literals(LETTER_KINDS),
  subject: Type.String(),
  state: literals(LETTER_STATES),
  receivedAt: TimeReply,
  dueAt: Type.Optional(TimeReply),
  byCalendarDays: Type.Boolean(),
  unit: Type.Optional(TextReply),
  answer: Type.Optional(Type.Object({ text: Type.String(), at: TimeReply })),
  grade: Type.Optional(Type.Integer()),
  files: Type.Array(AttachmentReply),
})

async function followed({ rules }: PapersDeps, { body }: StoredLetter) {
  const { receipt, kind, subject, state, receivedAt, dueAt, answer, satisfaction } = body
  const units = body.unit === undefined ? [] : departmentsOf(await rules.open(), body.region)
  const unit = units.find((it) => it.id === body.unit)?.name
  return {
    ...{ receipt, kind, subject, state },
    receivedAt: formatTime(receivedAt),
    ...(dueAt !== undefined && { dueAt: formatTime(dueAt) }),
    byCalendarDays: body.byCalendarDays === true,
    ...(unit !== undefined && { unit }),
    ...(answer !== undefined && { answer: { text: answer.text, at: formatTime(answer.at) } }),
    ...(satisfaction !== undefined && { grade: satisfaction.grade }),
    files: shownFiles(body.files),
  }
}

function followRoute(app: App, deps: PapersDeps): void {
  const lane = laneOf(FOLLOWS_FREE)
  app.post('/api/v1/policy/letters/follow', {
    onRequest: [async ({ ip }) => countFrom(lane, ip, deps.clock), unstored],
    schema: {
      tags,
      operationId: 'followLetter',
      summary: 'What became of a letter, by its receipt and secret',
      body: Type.Object(ReceiptWish, strict),
      response: { 200: FollowReply },
    },
    handler: async ({ body }) => followed(deps, await followLetter(deps, body)),
  })
}

function rateRoute(app: App, deps: PapersDeps): void {
  const lane = laneOf(FOLLOWS_FREE)
  app.post('/api/v1/policy/letters/rate', {
    onRequest: [async ({ ip }) => countFrom(lane, ip, deps.clock), unstored],
    schema: {
      tags,
      operationId: 'rateLetter',
      summary: 'How satisfied its writer is with the answer, 1 to 5; once',
      body: Type.Object({ ...ReceiptWish, grade: Grade, word: Type.Optional(Words) }, strict),
      response: { 200: FollowReply },
    },
    async handler({ body }) {
      const { receipt, secret, ...rating } = body
      await rateLetter(deps, { receipt, secret }, rating)
      return await followed(deps, await followLetter(deps, { receipt, secret }))
    },
  })
}

const LETTER_ROW = {
  id: Type.String(),
  receipt: Type.String(),
  kind: literals(LETTER_KINDS),
  region: Type.String(),
  subject: Type.String(),
  state: literals(LETTER_STATES),
  unit: Type.Optional(Type.String()),
  receivedAt: TimeReply,
  dueAt: Type.Optional(TimeReply),
  byCalendarDays: Type.Boolean(),
  isOverdue: Type.Boolean(),
  forwards: Type.Integer(),
  grade: Type.Optional(Type.Integer()),
}

function rowOf({ id, body }: StoredLetter, now: number) {
  const { receipt, kind, region, subject, state, unit, receivedAt, dueAt, forwards } = body
  return {
    ...{ id, receipt, kind, region, state, forwards },
    subject: maskText(subject),
    ...(unit !== undefined && { unit }),
    receivedAt: formatTime(receivedAt),
    ...(dueAt !== undefined && { dueAt: formatTime(dueAt) }),
    byCalendarDays: body.byCalendarDays === true,
    isOverdue: dueAt !== undefined && now >= dueAt,
    ...(body.satisfaction !== undefined && { grade: body.satisfaction.grade }),
  }
}

function listRoute(app: App, deps: PapersDeps): void {
  const { documents, clock } = deps
  app.get('/api/v1/policy/letters', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listLetters',
      summary: 'Letters for the office: those of one’s units, all for whoever has no unit',
      querystring: Type.Object({
        state: Type.Optional(literals(LETTER_STATES)),
        overdue: Type.Boolean({ default: false, description: 'Those that are late alone' }),
        ...PageQuery,
      }),
      response: {
        200: Type.Object({
          items: Type.Array(Type.Object(LETTER_ROW)),
          next: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ caller, query }) {
      const units = await unitsOf(deps, caller)
      const now = clock()
      const { items, next } = await documents.query(LETTERS, {
        where: {
          ...(units !== undefined && { unit: { in: units } }),
          ...(query.state !== undefined && { state: query.state }),
          ...(query.overdue && { dueAt: { to: now } }),
        },
        order: query.overdue ? { by: 'dueAt' } : { by: 'receivedAt', descending: true },
        limit: query.limit ?? 100,
        ...(query.after !== undefined && { after: query.after }),
      })
      return { items: items.map((it) => rowOf(it, now)), ...(next !== undefined && { next }) }
    },
  })
}

const LetterReply = Type.Object({
  ...LETTER_ROW,
  text: Type.String(),
  name: Type.Optional(Type.String()),
  contact: Type.Optional(Type.String()),
  answer: Type.Optional(Type.Object({ text: Type.String(), at: TimeReply })),
  word: Type.Optional(Type.String({ description: 'What its writer said of the answer' })),
  files: Type.Array(AttachmentReply),
  thread: Type.Array(
    Type.Object({
      number: Type.Integer(),
      at: TimeReply,
      deed: Type.String(),
      note: Type.Optional(Type.String()),
      author: Type.Optional(Type.String()),
    }),
  ),
})

function readRoute(app: App, deps: PapersDeps): void {
  app.get('/api/v1/policy/letters/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getLetter',
      summary:
        'A letter for the office; personal data is masked unless asked for, and that is recorded',
      params: Params,
      querystring: Type.Object({ personal: Type.Boolean({ default: false }) }),
      response: { 200: LetterReply },
    },
    async handler({ caller, params, query }) {
      const stored = await readLetter(deps, caller, params.id)
      if (query.personal) {
        authorise(caller, 'policy.publish')
        await recordRead(deps.access, caller, { what: 'letter', subject: params.id })
      }
      const desk = await caseDeskOf(deps)
      const limit = THREAD_MAX
      const { items } = await showThread(desk, officer(caller), params.id, { limit })
      const { text, name, contact } = await formOfLetter(deps, params.id)
      const person = { ...(name && { name }), ...(contact && { contact }) }
      const { answer, satisfaction, subject } = stored.body
      return {
        ...rowOf(stored, deps.clock()),
        ...(query.personal ? { ...person, text, subject } : maskPerson(person)),
        text: query.personal ? text : maskText(text),
        ...(answer !== undefined && { answer: { text: answer.text, at: formatTime(answer.at) } }),
        ...(satisfaction?.word !== undefined && { word: maskText(satisfaction.word) }),
        files: shownFiles(stored.body.files),
        thread: items.map(({ number, at, deed, decision, note, author }) => ({
          number,
          at: formatTime(at),
          deed: decision ?? deed,
          ...(note !== undefined && { note: maskText(note) }),
          ...(author !== undefined && { author: `${author.kind}:${author.id}` }),
        })),
      }
    },
  })
}

const DeedBody = Type.Union([
  Type.Object({ do: Type.Literal('accept'), key: KeyWish }, strict),
  Type.Object({ do: Type.Literal('not-ours'), key: KeyWish, text: Words }, strict),
  Type.Object(
    { do: Type.Literal('forward'), key: KeyWish, unit: Type.Optional(EntryId), reason: Line },
    strict,
  ),
  Type.Object({ do: Type.Literal('answer'), key: KeyWish, text: Words }, strict),
])

function deedRoute(app: App, deps: PapersDeps): void {
  app.post('/api/v1/policy/letters/:id/deeds', {
    schema: {
      tags,
      operationId: 'actOnLetter',
      summary:
        'Accept a letter, forward it to a unit, answer it, or say that it is not for this office',
      params: Params,
      body: DeedBody,
      response: { 204: Type.Null() },
    },
    async handler({ caller, params, body }, reply) {
      const { key, ...deed } = body
      await actOnLetter(deps, caller, { id: params.id, key, deed })
      return reply.code(204).send(null)
    },
  })
}

function termRoutes(app: App, deps: PapersDeps): void {
  const { documents } = deps
  const Terms = { accept: Type.Optional(TermSchema), answer: Type.Optional(TermSchema) }
  app.get('/api/v1/policy/letter-terms/:region', {
    schema: {
      tags,
      operationId: 'getLetterTerms',
      summary:
        'How long an office has for letters, with the source of each term; none has a default',
      params: Type.Object({ region: EntryId }),
      response: { 200: Type.Object({ version: Type.Integer(), ...Terms }) },
    },
    async handler({ params }) {
      const stored = await documents.get(LETTER_TERMS, params.region)
      return { version: stored?.version ?? 0, ...stored?.body }
    },
  })
  app.put('/api/v1/policy/letter-terms/:region', {
    schema: {
      tags,
      operationId: 'stateLetterTerms',
      summary: 'State the terms of a region for letters that come from now on',
      params: Type.Object({ region: EntryId }),
      body: Type.Object(
        { version: Type.Integer({ minimum: 0 }), ...LetterTermsWish.properties },
        strict,
      ),
      response: { 204: Type.Null() },
    },
    async handler({ caller, params, body }, reply) {
      requireOffice(caller)
      const { version, ...terms } = body
      await stateTerms(deps, caller, { region: params.region, version, terms })
      return reply.code(204).send(null)
    },
  })
}
