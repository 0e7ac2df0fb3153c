import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { languageOf } from '../../lib/text.ts'
import { placesOf } from '../access/address.ts'
import { literals } from '../access/collections.ts'
import {
  DisplayNameWish,
  NameWish,
  PasswordWish,
  TokenWish,
  unstored,
} from '../access/route-parts.ts'
import { requireSignInAllowed } from '../access/session-routes.ts'
import { FailureLane, type LaneLimits } from '../access/throttle.ts'
import { IMAGE_BYTES_MAX, readImageHeader } from '../files/image-header.ts'
import { type AccountWish, apply, enterpriseByStatus, judgeAccount } from './application.ts'
import type { PartiesDeps } from './deps.ts'
import { STATES } from './enterprise.ts'
import { CaseReply, readThread, timeOf } from './shown.ts'
import { EntryWish, requireSound } from './wish.ts'

const tags = ['enterprises']
/** Base64 takes four characters for three bytes. */
export const IMAGE_CHARS_MAX = Math.ceil(IMAGE_BYTES_MAX / 3) * 4 + 64
/** The image, and what else an application says. */
export const APPLICATION_BYTES_MAX = IMAGE_CHARS_MAX + 256 * 1024
const APPLICATIONS_FREE_MAX = 20
const MINUTE_MS = 60_000
const LANE: Omit<LaneLimits, 'free'> = {
  waitMsMin: MINUTE_MS,
  waitMsMax: 60 * MINUTE_MS,
  forgetMs: 60 * MINUTE_MS,
  entriesMax: 50_000,
}

/** In base64, with or without `data:…;base64,` before it. */
export const LicenceImage = Type.String({
  maxLength: IMAGE_CHARS_MAX,
  description: `PNG or JPEG in base64, at most ${IMAGE_BYTES_MAX} bytes`,
})

const ApplicationBody = Type.Object(
  {
    ...EntryWish.properties,
    licenceImage: Type.Optional(LicenceImage),
    account: Type.Optional(
      Type.Object(
        {
          name: NameWish,
          password: PasswordWish,
          displayName: Type.Optional(DisplayNameWish),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

/** How somebody who has nothing here yet asks to be let in, and hears what became of it. */
export function applicationRoutes(app: App, deps: PartiesDeps): void {
  applyRoute(app, deps)
  statusRoute(app, deps)
}

function applyRoute(app: App, deps: PartiesDeps): void {
  const { access, applicationsFreeMax: free = APPLICATIONS_FREE_MAX } = deps
  const lane = new FailureLane({ ...LANE, free })
  app.post('/api/v1/applications', {
    bodyLimit: APPLICATION_BYTES_MAX,
    attachValidation: true,
    // Before megabytes of body are read.
    onRequest: [async ({ ip }) => countApplication(lane, ip, access.clock()), unstored],
    schema: {
      tags,
      operationId: 'applyAsEnterprise',
      summary: 'Apply as an enterprise, and open the account of the person who acts for it',
      body: ApplicationBody,
      response: {
        201: Type.Object({
          enterprise: Type.String(),
          state: literals(STATES),
          statusToken: Type.String({
            description: 'Shows what became of the application without signing in; shown this once',
          }),
        }),
      },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const { caller, body } = request
      const account = memberOf(body, 'account')
      requireSound(ApplicationBody, body, [
        ...judgeAccount(caller, account),
        ...(await judgeWish(deps, body)),
        ...judgeImage(body),
      ])
      const { licenceImage, account: wished, ...entry } = body
      const applied = await apply(deps, caller, {
        entry,
        language: languageOf(request.headers['accept-language']),
        ...(wished !== undefined && { account: wished satisfies AccountWish }),
        ...(licenceImage !== undefined && { licence: imageBytes(licenceImage) }),
      })
      return reply.code(201).send({ ...applied, state: 'applied' })
    },
  })
}

function countApplication(lane: FailureLane, ip: string, now: number): void {
  const { address } = placesOf(ip)
  const waitMs = lane.waitMs(address, now)
  if (waitMs === 0) {
    lane.add(address, now)
    return
  }
  const retryAfterS = Math.ceil(waitMs / 1000)
  throw new Problem(
    'too-many-requests',
    {
      en: `Too many applications from this address; try again in ${retryAfterS} s`,
      zh: `该地址提交的申请过多，请在 ${retryAfterS} 秒后重试`,
    },
    { retryAfterS },
  )
}

/** What only those who allot prefixes can say of the wish. */
export async function judgeWish(
  { judgePrefixWish }: PartiesDeps,
  body: unknown,
): Promise<readonly FieldProblem[]> {
  const wish = memberOf(body, 'prefixWish')
  if (judgePrefixWish === undefined || typeof wish !== 'string') return []
  return await judgePrefixWish(wish, '/prefixWish')
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** Whether it is an image by what it says of itself, so that it is told with the other fields; its pixels are read later. */
export function judgeImage(body: unknown): readonly FieldProblem[] {
  const image = memberOf(body, 'licenceImage')
  if (typeof image !== 'string' || image.length > IMAGE_CHARS_MAX) return []
  const path = '/licenceImage'
  if (!BASE64.test(withoutScheme(image))) {
    return [{ path, reason: { en: 'is not base64', zh: '不是有效的 base64 编码' } }]
  }
  try {
    readImageHeader(imageBytes(image))
    return []
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    return [{ path, reason: problem.text }]
  }
}

export function imageBytes(image: string): Buffer {
  return Buffer.from(withoutScheme(image), 'base64')
}

function withoutScheme(image: string): string {
  const [scheme] = /^data:[\w/+.-]{0,60};base64,/.exec(image.slice(0, 100)) ?? ['']
  return image.slice(scheme.length)
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined
}

function statusRoute(app: App, { access }: PartiesDeps): void {
  app.get('/api/v1/applications/status', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getApplicationStatus',
      summary: 'What became of an application, by the token its answer gave',
      querystring: Type.Object({ token: TokenWish }),
      response: {
        200: Type.Object({
          enterprise: Type.String(),
          state: literals(STATES),
          name: Type.String(),
          appliedAt: Type.String({ format: 'date-time' }),
          updatedAt: Type.String({ format: 'date-time' }),
          thread: Type.Array(CaseReply),
        }),
      },
    },
    async handler({ query }: FastifyRequest<{ Querystring: { token: string } }>) {
      const { id, createdAt, updatedAt, body } = await enterpriseByStatus(access, query.token)
      return {
        enterprise: id,
        state: body.state,
        name: body.entry.name,
        appliedAt: timeOf(createdAt),
        updatedAt: timeOf(updatedAt),
        thread: await readThread(access.documents, id, false),
      }
    },
  })
}
