import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Problem } from '../../lib/problem.ts'
import type { SignedIn } from './caller.ts'
import {
  DISPLAY_NAME_CHARS_MAX,
  EnterpriseRoleSchema,
  literals,
  NAME_CHARS_MAX,
  NodeRoleSchema,
} from './collections.ts'
import type { IssuedLink } from './links.ts'
import { PASSWORD_BYTES_MAX } from './password.ts'

/** RFC 3339, UTC. */
export const TimeReply = Type.String({ format: 'date-time' })

/** RFC 3339 in UTC, with milliseconds. */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

export const NameWish = Type.String({
  minLength: 1,
  maxLength: NAME_CHARS_MAX,
  description: 'What the person signs in by',
})
export const DisplayNameWish = Type.String({
  minLength: 1,
  maxLength: DISPLAY_NAME_CHARS_MAX,
  pattern: '\\S',
})
/** Judged in bytes and against its rules later; this bounds what is looked at. */
export const PasswordWish = Type.String({ minLength: 1, maxLength: PASSWORD_BYTES_MAX })
export const TokenWish = Type.String({ minLength: 1, maxLength: 200 })
/** Something this node sealed a moment ago. */
export const TicketWish = Type.String({ minLength: 1, maxLength: 1000 })
export const MailWish = Type.String({ format: 'email', maxLength: 254 })
export const EnterpriseId = Type.String({ maxLength: 128, pattern: '^[\\w.:-]+$' })

export const IdParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) })
/** What a page holds when nobody says. */
export const PAGE_DEFAULT = 100

export const PageQuery = {
  after: Type.Optional(Type.String({ maxLength: 8192, description: '`next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: PAGE_DEFAULT })),
}

export const MembershipReply = Type.Object({
  enterprise: Type.String(),
  role: EnterpriseRoleSchema,
  suspended: Type.Optional(Type.Boolean()),
})

export const UserReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  nodeRoles: Type.Array(NodeRoleSchema),
  memberships: Type.Array(MembershipReply),
  state: literals(['active', 'disabled']),
  createdAt: Type.Optional(TimeReply),
  version: Type.Optional(Type.Integer()),
})

export const PasskeyReply = Type.Object({
  id: Type.String(),
  label: Type.String(),
  host: Type.String({ description: 'Where it is good' }),
  createdAt: TimeReply,
  lastUsedAt: Type.Optional(TimeReply),
})

export const LinkReply = Type.Object({
  token: Type.String({ description: 'Shown this once' }),
  path: Type.String({ description: 'Page that takes it; the token stands in the fragment' }),
  expiresAt: TimeReply,
})

/** As the API hands it out; the token stands in a fragment, which no browser sends and no server logs. */
export function showLink(
  page: 'reset' | 'invitation',
  { token, expiresAt }: IssuedLink,
): Static<typeof LinkReply> {
  return { token, path: `/console/${page}#${token}`, expiresAt: formatTime(expiresAt) }
}

/** What only the caller may see is kept by nobody on the way. */
export function unstored(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.header('cache-control', 'no-store')
  done()
}

/** Throws `not-signed-in` for those without a session, holders of an API key included. */
export function requireSession(request: FastifyRequest): SignedIn {
  if (request.signedIn !== undefined) return request.signedIn
  throw new Problem('not-signed-in', { en: 'Sign in first', zh: '请先登录' })
}
