import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { FastifyRequest } from 'fastify'
import { type Static, type TUnsafe, Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import type { Stored } from '../documents/documents.ts'
import type { Passkey } from './collections.ts'
import {
  addPasskey,
  askPasskey,
  beginPasskey,
  removePasskey,
  renamePasskey,
  type Site,
  signInByPasskey,
} from './passkeys.ts'
import {
  formatTime,
  IdParams,
  PasskeyReply,
  PasswordWish,
  requireSession,
  TicketWish,
  unstored,
} from './route-parts.ts'
import {
  clientOf,
  MeReply,
  replySignedIn,
  requireSignInAllowed,
  type SignInDeps,
} from './session-routes.ts'

const tags = ['access']
const LabelWish = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

/** As the browsers' own JSON forms have it (WebAuthn level 3); judged by the library. */
function browserJson<T>(description: string): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'object', additionalProperties: true, description })
}

const asked = <T>(what: string) =>
  Type.Object({ options: browserJson<T>(what), state: Type.String({ description: 'Send back' }) })

export function showPasskey({ id, createdAt, body }: Stored<Passkey>): Static<typeof PasskeyReply> {
  const { label, host, lastUsedAt } = body
  return {
    id,
    label,
    host,
    createdAt: formatTime(createdAt),
    ...(lastUsedAt !== undefined && { lastUsedAt: formatTime(lastUsedAt) }),
  }
}

/** A passkey is bound to the host its page was opened at. */
function siteOf(request: FastifyRequest): Site {
  return { origin: `${request.protocol}://${request.host}`, host: request.hostname }
}

/** Sign-in by passkey, and one's own passkeys. */
export function passkeyRoutes(app: App, deps: SignInDeps): void {
  signInRoutes(app, deps)
  ownRoutes(app, deps)
  changeRoutes(app, deps)
}

function signInRoutes(app: App, deps: SignInDeps): void {
  const { access } = deps
  app.post('/api/v1/sign-in/passkey/options', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'askPasskey',
      summary: 'What the browser needs to ask for a passkey; with a ticket, for one of that person',
      body: Type.Object({ ticket: Type.Optional(TicketWish) }, { additionalProperties: false }),
      response: {
        200: asked<PublicKeyCredentialRequestOptionsJSON>('For `navigator.credentials.get`'),
      },
    },
    async handler(request) {
      requireSignInAllowed(deps, request)
      return await askPasskey(access, request.body.ticket, siteOf(request))
    },
  })
  app.post('/api/v1/sign-in/passkey', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'signInByPasskey',
      summary: 'Sign in by a passkey, with or instead of a password',
      body: Type.Object(
        {
          state: TicketWish,
          response: browserJson<AuthenticationResponseJSON>('What the browser answered'),
        },
        { additionalProperties: false },
      ),
      response: { 200: MeReply },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const shown = { ...request.body, site: siteOf(request) }
      const signedIn = await signInByPasskey(access, shown, clientOf(request))
      return replySignedIn(request, reply, signedIn)
    },
  })
}

function ownRoutes(app: App, deps: SignInDeps): void {
  const { access } = deps
  app.post('/api/v1/me/passkeys/options', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'beginPasskey',
      summary: 'What the browser needs to make a passkey',
      body: Type.Object({ password: PasswordWish }, { additionalProperties: false }),
      response: {
        200: asked<PublicKeyCredentialCreationOptionsJSON>('For `navigator.credentials.create`'),
      },
    },
    async handler(request) {
      requireSignInAllowed(deps, request)
      const { password } = request.body
      const given = { password, from: clientOf(request), site: siteOf(request) }
      return await beginPasskey(access, requireSession(request).user, given)
    },
  })
  app.post('/api/v1/me/passkeys', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'addPasskey',
      summary: 'Keep a passkey the browser has made; the first brings recovery codes',
      body: Type.Object(
        {
          state: TicketWish,
          label: LabelWish,
          response: browserJson<RegistrationResponseJSON>('What the browser answered'),
        },
        { additionalProperties: false },
      ),
      response: {
        201: Type.Object({ passkey: PasskeyReply, recovery: Type.Array(Type.String()) }),
      },
    },
    async handler(request, reply) {
      const wish = { ...request.body, site: siteOf(request) }
      const added = await addPasskey(access, requireSession(request).user, wish)
      reply.code(201)
      return { passkey: showPasskey(added.passkey), recovery: [...added.recovery] }
    },
  })
}

function changeRoutes(app: App, { access }: SignInDeps): void {
  app.patch('/api/v1/me/passkeys/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'renamePasskey',
      summary: 'Call a passkey something else',
      params: IdParams,
      body: Type.Object({ label: LabelWish }, { additionalProperties: false }),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      const wish = { id: request.params.id, label: request.body.label }
      await renamePasskey(access, requireSession(request).user, wish)
      return reply.code(204).send(null)
    },
  })
  app.delete('/api/v1/me/passkeys/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'removePasskey',
      summary: 'A passkey opens nothing any more',
      params: IdParams,
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      await removePasskey(access, requireSession(request).user, request.params.id)
      return reply.code(204).send(null)
    },
  })
}
