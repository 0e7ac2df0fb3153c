import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { languageOf } from '../../lib/text.ts'
import {
  askAddress,
  askFactorLoss,
  askForgotten,
  confirmAddress,
  lookAtFactorLoss,
  readOwnAddress,
  redeemFactorLoss,
  removeAddress,
} from './mail-address.ts'
import {
  formatTime,
  MailWish,
  PasswordWish,
  requireSession,
  TicketWish,
  TimeReply,
  TokenWish,
  unstored,
} from './route-parts.ts'
import { clientOf, requireSignInAllowed, type SignInDeps } from './session-routes.ts'

const tags = ['access']
const strict = { additionalProperties: false }

/** What people who cannot get in are helped by, where the node sends mail. */
export function mailRoutes(app: App, deps: SignInDeps): void {
  forgottenRoutes(app, deps)
  factorRoutes(app, deps)
  addressRoutes(app, deps)
}

function forgottenRoutes(app: App, deps: SignInDeps): void {
  const { access } = deps
  app.get('/api/v1/mail', {
    schema: {
      tags,
      operationId: 'readMail',
      summary: 'Whether this node sends mail',
      response: { 200: Type.Object({ sends: Type.Boolean() }) },
    },
    handler: async () => ({ sends: access.mails }),
  })
  app.post('/api/v1/forgotten', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'askForgotten',
      summary:
        'Have a link for a new password mailed; the answer is the same whoever has the address',
      body: Type.Object({ address: MailWish }, strict),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const language = languageOf(request.headers['accept-language'])
      await askForgotten(access, { ...request.body, language }, clientOf(request))
      return reply.code(204).send(null)
    },
  })
}

function factorRoutes(app: App, deps: SignInDeps): void {
  const { access } = deps
  app.post('/api/v1/sign-in/second/lost', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'askFactorLoss',
      summary: 'Have a link mailed that takes off the second factor, with the ticket of a sign-in',
      body: Type.Object({ ticket: TicketWish }, strict),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      await askFactorLoss(access, request.body.ticket, clientOf(request))
      return reply.code(204).send(null)
    },
  })
  app.post('/api/v1/second-factor-loss/look', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'lookAtFactorLoss',
      summary: 'Whose second factor a mailed link takes off, without using it up',
      body: Type.Object({ token: TokenWish }, strict),
      response: { 200: Type.Object({ name: Type.String(), expiresAt: TimeReply }) },
    },
    async handler({ body }) {
      const { name, expiresAt } = await lookAtFactorLoss(access, body.token)
      return { name, expiresAt: formatTime(expiresAt) }
    },
  })
  app.post('/api/v1/second-factor-loss', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'redeemFactorLoss',
      summary: 'Take off the second factor by a mailed link and the password; all sessions end',
      body: Type.Object({ token: TokenWish, password: PasswordWish }, strict),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      await redeemFactorLoss(access, request.body, clientOf(request))
      return reply.code(204).send(null)
    },
  })
}

function addressRoutes(app: App, deps: SignInDeps): void {
  const { access } = deps
  app.get('/api/v1/me/mail-address', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readMyMailAddress',
      summary: 'Where one gets back in from',
      response: {
        200: Type.Object({
          sends: Type.Boolean({ description: 'Whether this node sends mail' }),
          address: Type.Optional(Type.String()),
          asked: Type.Optional(Type.String({ description: 'Not confirmed yet' })),
        }),
      },
    },
    async handler(request) {
      const { user } = requireSession(request)
      return { sends: access.mails, ...(await readOwnAddress(access, user)) }
    },
  })
  app.put('/api/v1/me/mail-address', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'askMyMailAddress',
      summary: 'Have a link mailed that makes an address one’s own',
      body: Type.Object({ address: MailWish, current: PasswordWish }, strict),
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      requireSignInAllowed(deps, request)
      const { user } = requireSession(request)
      const language = languageOf(request.headers['accept-language'])
      await askAddress(access, user, { ...request.body, language, from: clientOf(request) })
      return reply.code(204).send(null)
    },
  })
  app.delete('/api/v1/me/mail-address', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'removeMyMailAddress',
      summary: 'Have nothing mailed any more; mailed links that were not used end',
      response: { 204: Type.Null() },
    },
    async handler(request, reply) {
      await removeAddress(access, requireSession(request).user)
      return reply.code(204).send(null)
    },
  })
  app.post('/api/v1/mail-address/confirm', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'confirmMailAddress',
      summary: 'Make an address one’s own by the link that was mailed there',
      body: Type.Object({ token: TokenWish }, strict),
      response: { 200: Type.Object({ name: Type.String(), address: Type.String() }) },
    },
    handler: async ({ body }) => await confirmAddress(access, body.token),
  })
}
