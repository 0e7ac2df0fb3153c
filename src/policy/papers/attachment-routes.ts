import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { authorise, type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { recordRead } from '../../kernel/access/reads.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { sendAttachment } from '../../kernel/files/attachment.ts'
import { FILE_NAME_CHARS_MAX } from '../../kernel/files/collections.ts'
import { receiveUpload, type Upload } from '../../kernel/files/intake.ts'
import type { StoredFile } from '../../kernel/files/shelf.ts'
import type { App } from '../../lib/http.ts'
import {
  AttachmentReply,
  attachToComment,
  attachToLetter,
  attachToPaper,
  detachFromPaper,
  fileAmong,
} from './attachments.ts'
import {
  ATTACHMENT_BYTES_MAX,
  ATTACHMENTS_MAX,
  EntryId,
  PAPER_COMMENTS,
  type StoredPaper,
} from './collections.ts'
import { readDraft } from './drafts.ts'
import { readLetter } from './letters.ts'
import {
  countFrom,
  KeyWish,
  laneOf,
  notThere,
  type PapersDeps,
  ReceiptWish,
  requireOffice,
  tags,
} from './parts.ts'

const UPLOADS_FREE = 60
const Query = Type.Object({
  key: KeyWish,
  name: Type.String({ minLength: 1, maxLength: FILE_NAME_CHARS_MAX }),
})
/** In headers: an address is kept in logs. */
const HolderHeaders = Type.Object({
  'x-receipt': ReceiptWish.receipt,
  'x-secret': ReceiptWish.secret,
})
const DESCRIPTION = `The body is the file: PNG, JPEG, PDF, ZIP, CSV or plain text, at most ${ATTACHMENT_BYTES_MAX} bytes; at most ${ATTACHMENTS_MAX} files.`
const FileParams = Type.Object({ id: EntryId, file: EntryId })

/** Files of letters, comments and papers. All are served as attachments only. */
export function attachmentRoutes(app: App, deps: PapersDeps): void {
  holderRoutes(app, deps)
  paperRoutes(app, deps)
  officeRoutes(app, deps)
  publicRoute(app, deps)
}

type Sending = {
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly more: object
  /** Before the body is read. */
  readonly judge: (request: FastifyRequest) => Promise<void>
  readonly take: (
    request: FastifyRequest,
    sent: { readonly upload: Upload; readonly name: string; readonly key: string },
  ) => Promise<unknown>
}

function sendRoute(app: App, { files }: PapersDeps, of: Sending): void {
  const { path, operationId, summary, more, judge, take } = of
  const schema = {
    ...{ tags, operationId, summary, description: DESCRIPTION, querystring: Query },
    ...more,
    response: { 201: AttachmentReply },
  }
  app.register((scope, _options, ready) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.post(
      path,
      { bodyLimit: ATTACHMENT_BYTES_MAX, onRequest: unstored, preValidation: judge, schema },
      async (request, reply) => {
        const { key, name } = request.query as { key: string; name: string }
        await using upload = await receiveUpload(files, request)
        return reply.code(201).send((await take(request, { upload, name, key })) as never)
      },
    )
    ready()
  })
}

function holderRoutes(app: App, deps: PapersDeps): void {
  const lane = laneOf(UPLOADS_FREE)
  const judge = async ({ ip }: FastifyRequest) => countFrom(lane, ip, deps.clock)
  const more = { headers: HolderHeaders }
  sendRoute(app, deps, {
    ...{ path: '/api/v1/policy/letters/files', operationId: 'attachToLetter', judge, more },
    summary: 'Attach a file to a letter, by its receipt and secret, until it is answered',
    take: async (request, sent) => await attachToLetter(deps, holderOf(request), sent),
  })
  sendRoute(app, deps, {
    ...{ path: '/api/v1/policy/comments/files', operationId: 'attachToComment', judge, more },
    summary: 'Attach a file to a comment, by its receipt and secret, while its window is open',
    take: async (request, sent) => await attachToComment(deps, holderOf(request), sent),
  })
}

function holderOf({ headers }: FastifyRequest) {
  return { receipt: String(headers['x-receipt']), secret: String(headers['x-secret']) }
}

function paperRoutes(app: App, deps: PapersDeps): void {
  sendRoute(app, deps, {
    ...{ path: '/api/v1/policy/paper-drafts/:id/files', operationId: 'attachToPaper' },
    summary: 'Attach a file to a paper that is being written',
    more: { params: Type.Object({ id: EntryId }) },
    judge: async ({ caller }) => authorise(caller, 'policy.publish'),
    take: async (request, sent) => {
      const { id: paper } = request.params as { id: string }
      return await attachToPaper(deps, request.caller, { ...sent, paper })
    },
  })
  app.delete('/api/v1/policy/paper-drafts/:id/files/:file', {
    schema: {
      tags,
      operationId: 'detachFromPaper',
      summary: 'A file goes from a paper that is being written, for good',
      params: FileParams,
      response: { 204: Type.Null() },
    },
    async handler({ caller, params: { id, file } }, reply) {
      await detachFromPaper(deps, caller, { paper: id, file })
      return reply.code(204).send(null)
    },
  })
}

function sendFile({ files }: PapersDeps, reply: FastifyReply, stored: StoredFile, cache: string) {
  return sendAttachment(reply, stored, { content: files.content(stored), cache })
}

const PRIVATE = 'private, no-store'

function officeRoutes(app: App, deps: PapersDeps): void {
  app.get('/api/v1/policy/letters/:id/files/:file', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readLetterFile',
      summary:
        'A file of a letter, for the office that has it; what is in it is not masked, and reading it is recorded',
      params: FileParams,
    },
    async handler({ caller, params: { id, file } }, reply) {
      const letter = await readLetter(deps, caller, id)
      authorise(caller, 'policy.publish')
      const stored = await fileAmong(deps, letter.body.files, file)
      await recordRead(deps.access, caller, { what: 'letter', subject: id })
      return sendFile(deps, reply, stored, PRIVATE) as never
    },
  })
  app.get('/api/v1/policy/paper-drafts/:id/comments/:comment/files/:file', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readCommentFile',
      summary:
        'A file of a comment, for the office; what is in it is not masked, and reading it is recorded',
      params: Type.Object({ ...FileParams.properties, comment: EntryId }),
    },
    async handler({ caller, params: { id, comment, file } }, reply) {
      requireOffice(caller)
      authorise(caller, 'policy.publish')
      const found = (await deps.documents.get(PAPER_COMMENTS, comment))?.body
      const stored = await fileAmong(deps, found?.paper === id ? found.files : undefined, file)
      await recordRead(deps.access, caller, { what: 'comments', subject: id, count: 1 })
      return sendFile(deps, reply, stored, PRIVATE) as never
    },
  })
}

function publicRoute(app: App, deps: PapersDeps): void {
  app.get('/api/v1/policy/papers/:id/files/:file', {
    schema: {
      tags,
      operationId: 'readPaperFile',
      summary: 'A file of a paper: for everybody once it is published, for the office before',
      params: FileParams,
    },
    async handler({ caller, params: { id, file } }, reply) {
      const paper = await readDraft(deps, id)
      if (!mayRead(caller, paper)) throw notThere('draft', '草案')
      const stored = await fileAmong(deps, paper.body.files, file)
      const isPublic = paper.body.state === 'published'
      return sendFile(deps, reply, stored, isPublic ? 'public, max-age=3600' : PRIVATE) as never
    },
  })
}

function mayRead(caller: Caller, { body }: StoredPaper): boolean {
  return (
    body.state === 'published' || mayDo(caller, 'policy.publish') || mayDo(caller, 'policy.read')
  )
}
