import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { languageOf } from '../../lib/text.ts'
import type { Access } from './access.ts'
import { EnterpriseRoleSchema, literals, NodeRoleSchema, PermissionSchema } from './collections.ts'
import { lookAtInvitation } from './invitations.ts'
import { lookAtReset } from './links.ts'
import { judgePassword } from './password.ts'
import { ENTERPRISE_ROLES, NODE_ROLES, permissionsOfRole } from './permissions.ts'
import {
  formatTime,
  NameWish,
  PasswordWish,
  TimeReply,
  TokenWish,
  unstored,
} from './route-parts.ts'

export type LookDeps = {
  readonly access: Access
  /** As it may be told to whoever holds an invitation to it. */
  readonly enterpriseName: (id: string) => Promise<string | undefined>
}

const tags = ['access']

/** What a person wants to know before they give a password or use up a link. */
export function lookRoutes(app: App, deps: LookDeps): void {
  passwordCheckRoute(app)
  linkRoutes(app, deps)
  rolesRoute(app)
}

function passwordCheckRoute(app: App): void {
  app.post('/api/v1/passwords/check', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'checkPassword',
      summary: 'What is wrong with a password that is being chosen; nothing is kept',
      body: Type.Object(
        { name: Type.Optional(NameWish), password: PasswordWish },
        { additionalProperties: false },
      ),
      response: {
        200: Type.Object({
          errors: Type.Array(
            Type.Object({
              path: Type.String(),
              detail: Type.String(),
              expected: Type.Optional(Type.String()),
            }),
          ),
        }),
      },
    },
    async handler({ body, headers }) {
      const language = languageOf(headers['accept-language'])
      const found = judgePassword(body.password, body.name ?? '')
      return {
        errors: found.map(({ path, reason, expected }) => ({
          path,
          detail: reason[language],
          ...(expected !== undefined && { expected: expected[language] }),
        })),
      }
    },
  })
}

function linkRoutes(app: App, { access, enterpriseName }: LookDeps): void {
  const body = Type.Object({ token: TokenWish }, { additionalProperties: false })
  app.post('/api/v1/invitations/look', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'lookAtInvitation',
      summary: 'What an invitation is to, without accepting it',
      body,
      response: {
        200: Type.Object({
          enterprise: Type.Optional(Type.String()),
          enterpriseName: Type.Optional(Type.String()),
          role: Type.Optional(EnterpriseRoleSchema),
          nodeRole: Type.Optional(NodeRoleSchema),
          expiresAt: TimeReply,
        }),
      },
    },
    async handler({ body: { token } }) {
      const { enterprise, role, nodeRole, expiresAt } = await lookAtInvitation(access, token)
      const name = enterprise === undefined ? undefined : await enterpriseName(enterprise)
      return {
        ...(enterprise !== undefined && { enterprise }),
        ...(name !== undefined && { enterpriseName: name }),
        ...(role !== undefined && { role }),
        ...(nodeRole !== undefined && { nodeRole }),
        expiresAt: formatTime(expiresAt),
      }
    },
  })
  app.post('/api/v1/reset/look', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'lookAtReset',
      summary: 'Whose password a one-time link is for, without using it up',
      body,
      response: { 200: Type.Object({ name: Type.String(), expiresAt: TimeReply }) },
    },
    async handler({ body: { token } }) {
      const { name, expiresAt } = await lookAtReset(access, token)
      return { name, expiresAt: formatTime(expiresAt) }
    },
  })
}

function rolesRoute(app: App): void {
  app.get('/api/v1/roles', {
    schema: {
      tags: ['users'],
      operationId: 'listRoles',
      summary: 'What each role may do',
      response: {
        200: Type.Object({
          permissions: Type.Array(PermissionSchema),
          items: Type.Array(
            Type.Object({
              role: literals([...NODE_ROLES, ...ENTERPRISE_ROLES]),
              place: literals(['node', 'enterprise']),
              permissions: Type.Array(PermissionSchema),
            }),
          ),
        }),
      },
    },
    async handler() {
      const rows = [
        ...NODE_ROLES.map((role) => ({ role, place: 'node' as const })),
        ...ENTERPRISE_ROLES.map((role) => ({ role, place: 'enterprise' as const })),
      ]
      return {
        permissions: [...permissionsOfRole('operator')],
        items: rows.map((it) => ({ ...it, permissions: [...permissionsOfRole(it.role)] })),
      }
    },
  })
}
