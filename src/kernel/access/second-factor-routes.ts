import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { showPasskey } from './passkey-routes.ts'
import { PasskeyReply, PasswordWish, requireSession, TicketWish, unstored } from './route-parts.ts'
import {
  beginTotp,
  completeSignIn,
  confirmTotp,
  readSecondFactor,
  removeTotp,
  renewRecovery,
} from './second-factor.ts'
import {
  clientOf,
  MeReply,
  replySignedIn,
  requireSignInAllowed,
  type SignInDeps,
} from './session-routes.ts'
import { formatBase32 } from './totp.ts'

const tags = ['access']
const CodeWish = Type.String({ minLength: 1, maxLength: 64 })
const Password = Type.Object({ password: PasswordWish }, { additionalProperties: false })
const RecoveryReply = Type.Object({
  recovery: Type.Array(Type.String(), { description: 'New codes, shown this once' }),
})

/** One's own second factor, and the second half of a sign-in. */
export function secondFactorRoutes(app: App, deps: SignInDeps): void {
  completeRoute(app, deps)
  readRoute(app, deps)
  totpRoutes(app, deps)
  recoveryRoute(app, deps)
}

function completeRoute(app: App, deps: SignInDeps): void {
  app.post('/api/v1/sign-in/second', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'completeSignIn',
      summary:
        'Give the second factor that sign-in asked for: a code of the app, or a recovery code',
      body: Type.Object({ ticket: TicketWish, code: CodeWish }, { additionalProperties: false }),
      response: { 200: MeReply },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const signedIn = await completeSignIn(deps.access, request.body, clientOf(request))
      return replySignedIn(request, reply, signedIn)
    },
  })
}

function readRoute(app: App, { access }: SignInDeps): void {
  app.get('/api/v1/me/second-factor', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readMySecondFactor',
      summary: 'What is asked for besides the password',
      response: {
        200: Type.Object({
          totp: Type.Boolean(),
          recoveryLeft: Type.Integer(),
          passkeys: Type.Array(PasskeyReply),
        }),
      },
    },
    async handler(request) {
      const { passkeys, ...rest } = await readSecondFactor(access, requireSession(request).user)
      return { ...rest, passkeys: passkeys.map(showPasskey) }
    },
  })
}

function totpRoutes(app: App, deps: SignInDeps): void {
  const { access } = deps
  app.post('/api/v1/me/second-factor/totp', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'beginTotp',
      summary: 'A secret for an authenticator app (RFC 6238); it counts once a code was given',
      body: Password,
      response: { 200: Type.Object({ secret: Type.String(), uri: Type.String() }) },
    },
    async handler(request) {
      requireSignInAllowed(deps, request)
      const given = { password: request.body.password, from: clientOf(request) }
      const { secret, uri } = await beginTotp(access, requireSession(request).user, given)
      return { secret: formatBase32(secret), uri }
    },
  })
  app.post('/api/v1/me/second-factor/totp/confirm', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'confirmTotp',
      summary: 'Give the first code of the app',
      body: Type.Object({ code: CodeWish }, { additionalProperties: false }),
      response: { 200: RecoveryReply },
    },
    async handler(request) {
      const codes = await confirmTotp(access, requireSession(request).user, request.body.code)
      return { recovery: [...codes] }
    },
  })
  app.post('/api/v1/me/second-factor/totp/remove', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'removeTotp',
      summary: 'No code of an app is asked for any more',
      body: Password,
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const given = { password: request.body.password, from: clientOf(request) }
      await removeTotp(access, requireSession(request).user, given)
      return reply.code(204).send(null)
    },
  })
}

function recoveryRoute(app: App, deps: SignInDeps): void {
  app.post('/api/v1/me/second-factor/recovery', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'renewRecoveryCodes',
      summary: 'Ten new codes for the loss of the second factor; earlier ones are void',
      body: Password,
      response: { 200: RecoveryReply },
    },
    async handler(request) {
      requireSignInAllowed(deps, request)
      const given = { password: request.body.password, from: clientOf(request) }
      const { user } = requireSession(request)
      return { recovery: [...(await renewRecovery(deps.access, user, given))] }
    },
  })
}
