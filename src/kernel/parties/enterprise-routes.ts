import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { authorise, type Caller, mayDo } from '../access/permissions.ts'
import { recordRead } from '../access/reads.ts'
import { unstored } from '../access/route-parts.ts'
import { sendAttachment } from '../files/attachment.ts'
import { IMAGE_BYTES_MAX } from '../files/image-header.ts'
import {
  APPLICATION_BYTES_MAX,
  imageBytes,
  judgeImage,
  judgeWish,
  LicenceImage,
} from './application-routes.ts'
import { correct } from './corrections.ts'
import type { PartiesDeps } from './deps.ts'
import {
  NOTE_CHARS_MAX,
  noEnterprise,
  readEnterprise,
  type StoredEnterprise,
} from './enterprise.ts'
import { licenceOf, putLicence } from './licence.ts'
import {
  CaseReply,
  CheckReply,
  checksOf,
  EnterpriseReply,
  readThread,
  showEnterprise,
} from './shown.ts'
import { EntryWish, requireSound } from './wish.ts'

const tags = ['enterprises']
export const EnterpriseParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) })

/** One enterprise, for itself and for the node's staff. */
export function enterpriseRoutes(app: App, deps: PartiesDeps): void {
  readRoute(app, deps)
  threadRoute(app, deps)
  correctRoute(app, deps)
  licenceRoutes(app, deps)
}

/** The enterprise, if the caller may know that there is one. @throws Problem `not-found`, `not-signed-in` */
export async function readFor(
  { access }: PartiesDeps,
  caller: Caller,
  id: string,
): Promise<StoredEnterprise> {
  if (caller.kind === 'anonymous') authorise(caller, 'enterprises.read')
  // Judged before it is looked for: what is not theirs answers as what is not there, and as fast.
  const own = mayDo(caller, 'enterprises.read', id) || mayDo(caller, 'enterprises.write', id)
  if (!own) throw noEnterprise()
  return await readEnterprise(access.documents, id)
}

/** Who reviews it or acts for it sees personal data as it is, and it is written down that they did. */
function requirePersonal(caller: Caller, id: string): void {
  if (mayDo(caller, 'enterprises.review')) return
  authorise(caller, 'enterprises.write', id)
}

function isStaff(caller: Caller): boolean {
  return mayDo(caller, 'enterprises.read')
}

function readRoute(app: App, deps: PartiesDeps): void {
  app.get('/api/v1/enterprises/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getEnterprise',
      summary: 'An enterprise; personal data is masked unless asked for, and that is recorded',
      params: EnterpriseParams,
      querystring: Type.Object({ personal: Type.Boolean({ default: false }) }),
      response: {
        200: Type.Object({
          ...EnterpriseReply.properties,
          checks: Type.Optional(
            Type.Array(CheckReply, { description: 'What a reviewer should look at twice' }),
          ),
        }),
      },
    },
    async handler({ caller, params, query }) {
      const stored = await readFor(deps, caller, params.id)
      if (query.personal) {
        requirePersonal(caller, params.id)
        const read = { what: 'enterprise', subject: params.id, enterprise: params.id }
        await recordRead(deps.access, caller, read)
      }
      const shown = showEnterprise(stored, !query.personal)
      if (!mayDo(caller, 'enterprises.review')) return shown
      return { ...shown, checks: checksOf(stored) }
    },
  })
}

function threadRoute(app: App, deps: PartiesDeps): void {
  app.get('/api/v1/enterprises/:id/thread', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getEnterpriseThread',
      summary: 'Every submission and decision, oldest first; both sides see the same',
      params: EnterpriseParams,
      response: { 200: Type.Object({ items: Type.Array(CaseReply) }) },
    },
    async handler({ caller, params }) {
      await readFor(deps, caller, params.id)
      return { items: await readThread(deps.access.documents, params.id, isStaff(caller)) }
    },
  })
}

const CorrectionBody = Type.Object(
  {
    ...EntryWish.properties,
    licenceImage: Type.Optional(LicenceImage),
    note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
    version: Type.Integer({ minimum: 1, description: 'The version it was read at' }),
  },
  { additionalProperties: false },
)

function correctRoute(app: App, deps: PartiesDeps): void {
  app.put('/api/v1/enterprises/:id', {
    bodyLimit: APPLICATION_BYTES_MAX,
    attachValidation: true,
    onRequest: unstored,
    preParsing: entitledFirst,
    schema: {
      tags,
      operationId: 'correctEnterprise',
      summary: 'Correct and resubmit; after admission a change of key fields waits for a review',
      description:
        'The whole entry is replaced. Key fields are `uscc`, `name`, `legalPerson` and the licence.',
      params: EnterpriseParams,
      body: CorrectionBody,
      response: { 200: EnterpriseReply },
    },
    async handler(request) {
      const { caller, params, body } = request
      await readFor(deps, caller, params.id)
      authorise(caller, 'enterprises.write', params.id)
      requireSound(CorrectionBody, body, [...(await judgeWish(deps, body)), ...judgeImage(body)])
      const { licenceImage, note, version, ...entry } = body
      await correct(deps, caller, params.id, {
        entry,
        version,
        ...(note !== undefined && { note }),
        ...(licenceImage !== undefined && { licence: imageBytes(licenceImage) }),
      })
      return showEnterprise(await readEnterprise(deps.access.documents, params.id), true)
    },
  })
}

/** Megabytes are read only from those who may send them. */
async function entitledFirst(request: FastifyRequest): Promise<void> {
  const { id } = request.params as { readonly id: string }
  const { caller } = request
  if (caller.kind === 'anonymous') authorise(caller, 'enterprises.write')
  if (!mayDo(caller, 'enterprises.read', id) && !mayDo(caller, 'enterprises.write', id)) {
    throw noEnterprise()
  }
  authorise(caller, 'enterprises.write', id)
}

function licenceRoutes(app: App, deps: PartiesDeps): void {
  app.register((scope, _options, ready) => {
    scope.removeAllContentTypeParsers()
    // What the bytes are is told by themselves.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    scope.put(
      '/api/v1/enterprises/:id/licence',
      {
        bodyLimit: IMAGE_BYTES_MAX,
        onRequest: unstored,
        preParsing: entitledFirst,
        schema: {
          tags,
          operationId: 'putLicence',
          summary: `Image of the business licence: PNG or JPEG, at most ${IMAGE_BYTES_MAX} bytes`,
          params: EnterpriseParams,
          response: { 204: Type.Null() },
        },
      },
      (request, reply) => takeLicence(deps, request, reply),
    )
    ready()
  })
  app.get('/api/v1/enterprises/:id/licence', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getLicence',
      summary: 'Image of the business licence, as an attachment; the reading is recorded',
      params: EnterpriseParams,
    },
    async handler({ caller, params }, reply) {
      const stored = await readFor(deps, caller, params.id)
      requirePersonal(caller, params.id)
      const file = await licenceOf(deps.files, stored)
      const read = { what: 'licence', subject: params.id, enterprise: params.id }
      await recordRead(deps.access, caller, read)
      const content = deps.files.content(file)
      return sendAttachment(reply, file, { content, cache: 'private, no-store' })
    },
  })
}

async function takeLicence(
  deps: PartiesDeps,
  { caller, params, body }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { id } = params as { readonly id: string }
  await readFor(deps, caller, id)
  if (!Buffer.isBuffer(body)) {
    throw new Problem('unreadable-input', { en: 'The body is the image', zh: '请求体应为图片' })
  }
  await putLicence(deps, caller, { id, bytes: body })
  return reply.code(204).send(null)
}
