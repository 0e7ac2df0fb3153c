import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { authorOf } from '../access/caller.ts'
import { authorise, type Caller, mayDo } from '../access/permissions.ts'
import type { PlaceReads, ReadTally } from '../access/read-tally.ts'
import type { Documents } from '../documents/documents.ts'
import { sendAttachment } from './attachment.ts'
import { FILE_NAME_CHARS_MAX, FILES } from './collections.ts'
import { IMAGE_BYTES_MAX } from './image-header.ts'
import { receiveUpload } from './intake.ts'
import { FILE_BYTES_MAX, type FileShelf, noFile, type StoredFile } from './shelf.ts'

export type FilesDeps = {
  readonly documents: Documents
  readonly files: FileShelf
  readonly reads: ReadTally
}

const tags = ['files']
const Id = Type.String({ minLength: 1, maxLength: 128 })
const Params = Type.Object({ id: Id })
const LIMIT_MAX = 500

const FileReply = Type.Object({
  id: Type.String(),
  enterprise: Type.String(),
  name: Type.String(),
  mediaType: Type.String(),
  bytes: Type.Integer(),
  sha256: Type.String(),
  public: Type.Boolean(),
  createdAt: Type.String({ format: 'date-time' }),
})

/** Files that values of identifiers refer to. */
export function filesRoutes(app: App, deps: FilesDeps): void {
  uploadRoute(app, deps)
  listRoute(app, deps)
  readRoute(app, deps)
  deleteRoute(app, deps)
}

function uploadRoute(app: App, { files }: FilesDeps): void {
  const schema = {
    tags,
    operationId: 'uploadFile',
    summary: 'Keep a file; the body is the file, its content type says what it is',
    description: `PNG and JPEG (at most ${IMAGE_BYTES_MAX} bytes) are made anew from their pixels. PDF, ZIP, CSV and plain text (at most ${FILE_BYTES_MAX} bytes) are kept as they are. All are served as attachments only.`,
    querystring: Type.Object({
      enterprise: Id,
      name: Type.String({ minLength: 1, maxLength: FILE_NAME_CHARS_MAX }),
      public: Type.Boolean({ default: false, description: 'Whether everybody may read it' }),
    }),
    response: { 201: FileReply },
  }
  app.register((scope, _options, ready) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.post(
      '/api/v1/files',
      {
        bodyLimit: FILE_BYTES_MAX,
        schema,
        // Before the body is read.
        preValidation: async ({ caller }) => requireSomebody(caller),
      },
      async (request, reply) => {
        const { caller } = request
        const wish = request.query as { enterprise: string; name: string; public: boolean }
        authorise(caller, 'identifiers.write', wish.enterprise)
        await using received = await receiveUpload(files, request)
        const kept = { ...wish, kind: 'upload' } as const
        const stored = await files.putFile(received, kept, authorOf(caller))
        return reply.code(201).send(fileReply(stored))
      },
    )
    ready()
  })
}

function listRoute(app: App, { documents }: FilesDeps): void {
  const schema = {
    tags,
    operationId: 'listFiles',
    summary: 'Files of an enterprise',
    querystring: Type.Object({
      enterprise: Id,
      after: Type.Optional(Type.String({ maxLength: 8192 })),
      limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 100 }),
    }),
    response: {
      200: Type.Object({ items: Type.Array(FileReply), next: Type.Optional(Type.String()) }),
    },
  }
  app.get('/api/v1/files', { schema }, async ({ caller, query }) => {
    authorise(caller, 'identifiers.read', query.enterprise)
    const { items, next } = await documents.query(FILES, {
      where: { enterprise: query.enterprise, kind: 'upload' },
      limit: query.limit,
      ...(query.after !== undefined && { after: query.after }),
    })
    return { items: items.map(fileReply), ...(next !== undefined && { next }) }
  })
}

function readRoute(app: App, { files, reads }: FilesDeps): void {
  const schema = {
    tags,
    operationId: 'readFile',
    summary: 'The file, as an attachment; for everybody when it is public',
    params: Params,
  }
  app.get('/api/v1/files/:id', { schema }, async ({ caller, params }, reply) => {
    const stored = await files.getFile(params.id)
    if (stored === undefined || !mayRead(caller, stored)) throw noFile()
    if (!stored.body.public) await reads.record(caller, [readOf(stored)])
    const cache = stored.body.public ? 'public, max-age=3600' : 'private, no-store'
    return sendAttachment(reply, stored, { content: files.content(stored), cache })
  })
}

function readOf({ id, body }: StoredFile): PlaceReads {
  return { what: 'file', place: id, subject: body.name, enterprise: body.enterprise, count: 1 }
}

function deleteRoute(app: App, { files }: FilesDeps): void {
  const schema = {
    tags,
    operationId: 'deleteFile',
    summary: 'The file is gone for good',
    params: Params,
    response: { 204: Type.Null() },
  }
  app.delete('/api/v1/files/:id', { schema }, async ({ caller, params }, reply) => {
    requireSomebody(caller)
    const stored = await files.getFile(params.id)
    if (stored === undefined || !mayRead(caller, stored)) throw noFile()
    authorise(caller, 'identifiers.write', stored.body.enterprise)
    await files.remove(params.id, authorOf(caller))
    return reply.code(204).send(null)
  })
}

function mayRead(caller: Caller, { body }: StoredFile): boolean {
  return (
    body.kind === 'upload' && (body.public || mayDo(caller, 'identifiers.read', body.enterprise))
  )
}

function requireSomebody(caller: Caller): void {
  if (caller.kind === 'anonymous') authorise(caller, 'identifiers.write')
}

function fileReply({ id, createdAt, body }: StoredFile) {
  const { enterprise, name, mediaType, bytes, digest } = body
  return {
    id,
    enterprise,
    name,
    mediaType,
    bytes,
    sha256: digest,
    public: body.public,
    createdAt: new Date(createdAt).toISOString(),
  }
}
