import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { Access } from './access.ts'
import { clientKind } from './client-kind.ts'
import {
  EnterpriseRoleSchema,
  literals,
  NodeRoleSchema,
  PermissionSchema,
  USERS,
  type User,
} from './collections.ts'
import { clearSessionCookie, readCookie, setSessionCookies } from './cookies.ts'
import { isCrossSite } from './identify.ts'
import { type Caller, permissionsOf } from './permissions.ts'
import {
  DisplayNameWish,
  formatTime,
  IdParams,
  NameWish,
  PasswordWish,
  requireSession,
  TimeReply,
  unstored,
} from './route-parts.ts'
import { secondFactorWanted, type Wanted } from './second-factor.ts'
import { endOtherSessions, endSession, liveSessionsOf } from './sessions.ts'
import { type Client, changePassword, type SignedInUser, signIn, signOut } from './sign-in.ts'
import { csrfTokenOf } from './token.ts'
import { callerOfUser, noSuchUser, renameSelf } from './users.ts'

export type SignInDeps = {
  readonly access: Access
  /** Why nobody may sign in over this request's connection; undefined when they may. */
  readonly signInAllowed: (request: FastifyRequest) => Text | undefined
}

export const MeReply = Type.Object({
  kind: literals(['user', 'key']),
  id: Type.String(),
  name: Type.Optional(Type.String()),
  displayName: Type.Optional(Type.String()),
  nodeRoles: Type.Array(NodeRoleSchema),
  permissions: Type.Array(PermissionSchema, { description: 'On the node as a whole' }),
  memberships: Type.Array(
    Type.Object({
      enterprise: Type.String(),
      role: Type.Optional(EnterpriseRoleSchema),
      permissions: Type.Array(PermissionSchema),
    }),
  ),
  csrf: Type.Optional(
    Type.String({ description: 'Send as `x-waymark-csrf` on writes from anywhere but our pages' }),
  ),
})

/** The password was right, and more is wanted. */
export const WantedReply = Type.Object({
  secondFactor: Type.Object({
    ticket: Type.String({ description: 'Send with the second factor, within five minutes' }),
    ways: Type.Array(literals(['code', 'passkey'])),
  }),
})

export function showWanted({ ticket, ways }: Wanted): Static<typeof WantedReply> {
  return { secondFactor: { ticket, ways: [...ways] } }
}

const tags = ['access']

/** Throws `sign-in-refused` where passwords must not travel, and for pages of other sites. */
export function requireSignInAllowed({ signInAllowed }: SignInDeps, request: FastifyRequest): void {
  const reason = signInAllowed(request)
  if (reason !== undefined) throw new Problem('sign-in-refused', reason)
  if (!isCrossSite(request)) return
  throw new Problem('sign-in-refused', {
    en: 'Sign-in from pages of other sites is not possible',
    zh: '不允许从其他网站的页面登录',
  })
}

/** Where a sign-in comes from, as far as it can be told. */
export function clientOf(request: FastifyRequest): Client {
  return {
    address: request.ip,
    client: clientKind(request.headers['user-agent']),
    device: readCookie(request, 'waymark-device'),
    session: readCookie(request, 'waymark'),
  }
}

/** The reply to everything that ends in being signed in. */
export function replySignedIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { user, session, device }: SignedInUser,
): Static<typeof MeReply> {
  setSessionCookies(request, reply, { session: session.token, device })
  return showMe(callerOfUser(user), user.body, csrfTokenOf(session.token))
}

function showMe(caller: Caller, user: User | undefined, csrf?: string): Static<typeof MeReply> {
  if (caller.kind === 'anonymous') {
    throw new Problem('not-signed-in', { en: 'Nobody is signed in', zh: '未登录' })
  }
  const places =
    caller.kind === 'user'
      ? caller.memberships
      : caller.enterprise === undefined
        ? []
        : [{ enterprise: caller.enterprise }]
  return {
    kind: caller.kind,
    id: caller.id,
    ...(user === undefined ? {} : { name: user.name, displayName: user.displayName }),
    nodeRoles: caller.kind === 'user' ? [...caller.nodeRoles] : [],
    permissions: [...permissionsOf(caller)],
    memberships: places.map((it) => ({
      ...it,
      permissions: [...permissionsOf(caller, it.enterprise)],
    })),
    ...(csrf === undefined ? {} : { csrf }),
  }
}

export function sessionRoutes(app: App, deps: SignInDeps): void {
  const { access } = deps
  app.post('/api/v1/sign-in', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'signIn',
      summary: 'Sign in; the session is a cookie. 202: a second factor is wanted',
      body: Type.Object(
        { name: NameWish, password: PasswordWish },
        { additionalProperties: false },
      ),
      response: { 200: MeReply, 202: WantedReply },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const answer = await signIn(access, request.body, clientOf(request), (user) =>
        secondFactorWanted(access, user),
      )
      if ('ways' in answer) return reply.code(202).send(showWanted(answer))
      return replySignedIn(request, reply, answer)
    },
  })
  app.post('/api/v1/sign-out', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'signOut',
      summary: 'End this session',
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      const { signedIn } = request
      if (signedIn !== undefined) await signOut(access, signedIn.user, signedIn.session)
      clearSessionCookie(request, reply)
      return reply.code(204).send(null)
    },
  })
  meRoutes(app, access)
  ownSessionRoutes(app, access)
  passwordRoute(app, deps)
}

function meRoutes(app: App, access: Access): void {
  app.get('/api/v1/me', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readMe',
      summary: 'Who is asking, and what they may do',
      response: { 200: MeReply },
    },
    async handler({ caller, signedIn }) {
      const user = caller.kind === 'user' ? await access.documents.get(USERS, caller.id) : undefined
      return showMe(caller, user?.body, signedIn?.csrf)
    },
  })
  app.patch('/api/v1/me', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'changeMe',
      summary: 'Change how one is called',
      body: Type.Object({ displayName: DisplayNameWish }, { additionalProperties: false }),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      await renameSelf(access, requireSession(request).user, request.body.displayName)
      return reply.code(204).send(null)
    },
  })
}

const SessionReply = Type.Object({
  id: Type.String(),
  client: Type.String(),
  createdAt: TimeReply,
  lastSeenAt: TimeReply,
  expiresAt: TimeReply,
  current: Type.Boolean(),
})

function ownSessionRoutes(app: App, access: Access): void {
  app.get('/api/v1/me/sessions', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listMySessions',
      summary: 'Where one is signed in',
      response: { 200: Type.Object({ items: Type.Array(SessionReply) }) },
    },
    async handler(request) {
      const { user: id, session } = requireSession(request)
      const user = await access.documents.get(USERS, id)
      if (user === undefined) throw noSuchUser()
      const live = await liveSessionsOf(access, user)
      return {
        items: live.map((it) => ({
          id: it.id,
          client: it.body.client,
          createdAt: formatTime(it.createdAt),
          lastSeenAt: formatTime(it.body.lastSeenAt),
          expiresAt: formatTime(it.body.expiresAt),
          current: it.id === session,
        })),
      }
    },
  })
  app.delete('/api/v1/me/sessions', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'endMyOtherSessions',
      summary: 'Sign out everywhere else',
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      const { user, session } = requireSession(request)
      await endOtherSessions(access, user, session)
      return reply.code(204).send(null)
    },
  })
  app.delete('/api/v1/me/sessions/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'endMySession',
      summary: 'Sign out in one place',
      params: IdParams,
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      await endSession(access, requireSession(request).user, request.params.id)
      return reply.code(204).send(null)
    },
  })
}

function passwordRoute(app: App, deps: SignInDeps): void {
  app.post('/api/v1/me/password', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'changeMyPassword',
      summary: 'Change the password; all other sessions end, this one gets a new cookie',
      body: Type.Object(
        { current: PasswordWish, password: PasswordWish },
        { additionalProperties: false },
      ),
      response: { 200: MeReply },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const { user } = requireSession(request)
      const signedIn = await changePassword(deps.access, user, request.body, clientOf(request))
      return replySignedIn(request, reply, signedIn)
    },
  })
}
