import { Type } from 'typebox'
import type { Author } from '../../lib/author.ts'
import type { App } from '../../lib/http.ts'
import type { DocumentWrite } from '../documents/documents.ts'
import { acceptInvitation, joinByInvitation } from './invitations.ts'
import { redeemReset } from './links.ts'
import {
  DisplayNameWish,
  NameWish,
  PasswordWish,
  requireSession,
  TokenWish,
  unstored,
} from './route-parts.ts'
import { secondFactorWanted } from './second-factor.ts'
import {
  clientOf,
  MeReply,
  replySignedIn,
  requireSignInAllowed,
  type SignInDeps,
  showWanted,
  WantedReply,
} from './session-routes.ts'
import { redeemSetupCode } from './setup.ts'
import { beginSession } from './sign-in.ts'
import { operatorExists } from './users.ts'

/** What the first operator says about the node. */
export type NodeSettings = {
  /** Its prefix, `88.<node>`. */
  readonly nodePrefix: string
  readonly nodeName?: string
  /** GB/T 2260 code. */
  readonly region?: string
}

export type JoinDeps = SignInDeps & {
  /**
   * What is written with the first operator, in one commit. Throws `invalid-input` with paths as in the request
   * (`/nodePrefix`). Called before the code is looked at and again for the commit: it writes nothing itself.
   */
  readonly configureNode: (
    settings: NodeSettings,
    author: Author,
  ) => Promise<readonly DocumentWrite[]>
}

const tags = ['access']

/** For those who have no account yet, or cannot get into it. */
export function joinRoutes(app: App, deps: JoinDeps): void {
  setupRoutes(app, deps)
  resetRoute(app, deps)
  invitationRoute(app, deps)
}

function setupRoutes(app: App, deps: JoinDeps): void {
  const { access, configureNode } = deps
  app.get('/api/v1/setup', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readSetup',
      summary: 'Whether the node still wants its first operator',
      response: { 200: Type.Object({ needed: Type.Boolean() }) },
    },
    handler: async () => ({ needed: !(await operatorExists(access)) }),
  })
  app.post('/api/v1/setup', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'setUp',
      summary: 'Make the first operator and say which node this is, by the setup code',
      body: Type.Object(
        {
          code: TokenWish,
          name: NameWish,
          displayName: Type.Optional(DisplayNameWish),
          password: PasswordWish,
          nodePrefix: Type.String({ minLength: 1, maxLength: 255 }),
          nodeName: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
          region: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        },
        { additionalProperties: false },
      ),
      response: { 201: MeReply },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const { code, name, displayName, password, ...settings } = request.body
      const wish = { name, password, ...(displayName === undefined ? {} : { displayName }) }
      const user = await redeemSetupCode(access, code, wish, (author) =>
        configureNode(settings, author),
      )
      const signedIn = await beginSession(access, user.id, clientOf(request))
      reply.code(201)
      return replySignedIn(request, reply, signedIn)
    },
  })
}

function resetRoute(app: App, deps: JoinDeps): void {
  app.post('/api/v1/reset', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'resetPassword',
      summary: 'Give oneself a new password by a one-time link; all sessions end',
      body: Type.Object(
        { token: TokenWish, password: PasswordWish },
        { additionalProperties: false },
      ),
      response: { 200: MeReply, 202: WantedReply },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const { user } = await redeemReset(deps.access, request.body)
      const wanted = await secondFactorWanted(deps.access, user)
      if (wanted !== undefined) return reply.code(202).send(showWanted(wanted))
      const signedIn = await beginSession(deps.access, user.id, clientOf(request))
      return replySignedIn(request, reply, signedIn)
    },
  })
}

function invitationRoute(app: App, deps: JoinDeps): void {
  const { access } = deps
  app.post('/api/v1/invitations/accept', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'acceptInvitation',
      summary: 'Open an account by a one-time link',
      body: Type.Object(
        {
          token: TokenWish,
          name: NameWish,
          displayName: Type.Optional(DisplayNameWish),
          password: PasswordWish,
        },
        { additionalProperties: false },
      ),
      response: { 201: MeReply },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const user = await acceptInvitation(access, request.body)
      const signedIn = await beginSession(access, user.id, clientOf(request))
      reply.code(201)
      return replySignedIn(request, reply, signedIn)
    },
  })
  app.post('/api/v1/invitations/join', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'joinByInvitation',
      summary: 'Take one more role with the account one is signed in with',
      body: Type.Object({ token: TokenWish }, { additionalProperties: false }),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      await joinByInvitation(access, requireSession(request).user, request.body.token)
      return reply.code(204).send(null)
    },
  })
}
