import { type Static, Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { languageOf } from '../../lib/text.ts'
import type { Access } from './access.ts'
import {
  EnterpriseRoleSchema,
  literals,
  MEMBERSHIPS_MAX,
  NOTE_CHARS_MAX,
  NodeRoleSchema,
} from './collections.ts'
import { invite, listInvitations, withdrawInvitation } from './invitations.ts'
import { authorise, reachOf } from './permissions.ts'
import { recordRead } from './reads.ts'
import {
  DisplayNameWish,
  EnterpriseId,
  formatTime,
  IdParams,
  LinkReply,
  MailWish,
  MembershipReply,
  NameWish,
  PageQuery,
  showLink,
  TimeReply,
  UserReply,
  unstored,
} from './route-parts.ts'
import {
  changeUser,
  createUser,
  listUsers,
  readUser,
  resetLinkBy,
  type UserShown,
} from './user-admin.ts'

export type UserDeps = {
  readonly access: Access
  /** Asked only for those who may see all enterprises. */
  readonly enterpriseExists: (id: string) => Promise<boolean>
}

const tags = ['users']
const MembershipsWish = Type.Array(
  Type.Object(
    { enterprise: EnterpriseId, role: EnterpriseRoleSchema },
    { additionalProperties: false },
  ),
  { maxItems: MEMBERSHIPS_MAX },
)
const NodeRolesWish = Type.Array(NodeRoleSchema, { maxItems: 3 })

export function userRoutes(app: App, deps: UserDeps): void {
  listRoutes(app, deps)
  changeRoutes(app, deps)
  invitationRoutes(app, deps)
}

function showTimes(user: UserShown): Static<typeof UserReply> {
  const { createdAt, nodeRoles, memberships, ...rest } = user
  return {
    ...rest,
    nodeRoles: [...nodeRoles],
    memberships: [...memberships],
    ...(createdAt === undefined ? {} : { createdAt: formatTime(createdAt) }),
  }
}

function listRoutes(app: App, { access }: UserDeps): void {
  app.get('/api/v1/users', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listUsers',
      summary: 'People of the node, or of one’s enterprise; the reading is recorded',
      querystring: Type.Object({
        enterprise: Type.Optional(EnterpriseId),
        q: Type.Optional(Type.String({ maxLength: 100, description: 'Part of a name' })),
        ...PageQuery,
      }),
      response: {
        200: Type.Object({ items: Type.Array(UserReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      const page = await listUsers(access, caller, query)
      await recordRead(access, caller, {
        what: 'users',
        subject: query.enterprise ?? 'all',
        ...ownedBy(query.enterprise ?? page.items[0]?.memberships[0]?.enterprise, caller),
      })
      return { ...page, items: page.items.map(showTimes) }
    },
  })
  app.get('/api/v1/users/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readUser',
      summary: 'One person; the reading is recorded',
      params: IdParams,
      response: { 200: UserReply },
    },
    async handler({ caller, params }) {
      const user = await readUser(access, caller, params.id)
      const self = caller.kind === 'user' && caller.id === user.id
      if (!self) {
        const owned = ownedBy(user.memberships[0]?.enterprise, caller)
        await recordRead(access, caller, { what: 'user', subject: user.id, ...owned })
      }
      return showTimes(user)
    },
  })
}

/** What an enterprise's own people read is in its own trail; what the node's staff reads is in the node's. */
function ownedBy(
  enterprise: string | undefined,
  caller: Parameters<typeof reachOf>[0],
): { enterprise?: string } {
  const onNode = reachOf(caller, 'users.read') === 'node'
  return onNode || enterprise === undefined ? {} : { enterprise }
}

function changeRoutes(app: App, deps: UserDeps): void {
  const { access } = deps
  app.post('/api/v1/users', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'createUser',
      summary: 'Make an account; the reply holds the link by which its owner sets the password',
      body: Type.Object(
        {
          name: NameWish,
          displayName: Type.Optional(DisplayNameWish),
          nodeRoles: Type.Optional(NodeRolesWish),
          memberships: Type.Optional(MembershipsWish),
        },
        { additionalProperties: false },
      ),
      response: { 201: Type.Object({ user: UserReply, link: LinkReply }) },
    },
    async handler({ caller, body }, reply) {
      await requireEnterprises(deps, caller, body.memberships ?? [])
      const { user, link } = await createUser(access, caller, body)
      reply.code(201)
      return { user: showTimes(user), link: showLink('reset', link) }
    },
  })
  app.patch('/api/v1/users/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'changeUser',
      summary: 'Change roles or state; of an enterprise’s administrators, within the enterprise',
      params: IdParams,
      body: Type.Object(
        {
          displayName: Type.Optional(DisplayNameWish),
          nodeRoles: Type.Optional(NodeRolesWish),
          memberships: Type.Optional(
            Type.Array(Type.Object(MembershipReply.properties, { additionalProperties: false }), {
              maxItems: MEMBERSHIPS_MAX,
            }),
          ),
          state: Type.Optional(literals(['active', 'disabled'])),
          version: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        { additionalProperties: false },
      ),
      response: { 200: UserReply },
    },
    async handler({ caller, params, body }) {
      await requireEnterprises(deps, caller, body.memberships ?? [])
      return showTimes(await changeUser(access, caller, params.id, body))
    },
  })
  app.post('/api/v1/users/:id/reset-link', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'createResetLink',
      summary: 'A one-time link for a new password, good for 24 h',
      params: IdParams,
      response: { 201: LinkReply },
    },
    async handler({ caller, params }, reply) {
      const link = await resetLinkBy(access, caller, params.id)
      reply.code(201)
      return showLink('reset', link)
    },
  })
}

/** Nobody learns from this whether another's enterprise exists: rights come first. */
async function requireEnterprises(
  { enterpriseExists }: UserDeps,
  caller: Parameters<typeof reachOf>[0],
  places: readonly { readonly enterprise: string }[],
): Promise<void> {
  for (const [at, { enterprise }] of places.entries()) {
    authorise(caller, 'users.write', enterprise)
    if (await enterpriseExists(enterprise)) continue
    const reason = { en: 'There is no such enterprise', zh: '没有该企业' }
    const fields = [{ path: `/memberships/${at}/enterprise`, reason }]
    throw new Problem('invalid-input', reason, { fields })
  }
}

const InvitationReply = Type.Object({
  id: Type.String(),
  enterprise: Type.Optional(Type.String()),
  role: Type.Optional(EnterpriseRoleSchema),
  nodeRole: Type.Optional(NodeRoleSchema),
  note: Type.Optional(Type.String()),
  mail: Type.Optional(Type.String({ description: 'Where the link was mailed to' })),
  expiresAt: TimeReply,
})

function invitationRoutes(app: App, deps: UserDeps): void {
  const { access } = deps
  app.post('/api/v1/invitations', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'invite',
      summary:
        'A one-time link for somebody new, good for seven days; mailed to them where `mail` says to',
      body: Type.Object(
        {
          enterprise: Type.Optional(EnterpriseId),
          role: Type.Optional(EnterpriseRoleSchema),
          nodeRole: Type.Optional(NodeRoleSchema),
          note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
          mail: Type.Optional(MailWish),
        },
        { additionalProperties: false },
      ),
      response: {
        201: Type.Object({
          id: Type.String(),
          token: Type.Optional(LinkReply.properties.token),
          path: Type.Optional(LinkReply.properties.path),
          expiresAt: TimeReply,
        }),
      },
    },
    async handler({ caller, body: { mail, ...body }, headers }, reply) {
      const { enterprise } = body
      await requireEnterprises(deps, caller, enterprise === undefined ? [] : [{ enterprise }])
      const language = languageOf(headers['accept-language'])
      const letter = mail === undefined ? undefined : { address: mail, language }
      const { id, expiresAt, token } = await invite(access, caller, body, letter)
      reply.code(201)
      if (token === undefined) return { id, expiresAt: formatTime(expiresAt) }
      return { id, ...showLink('invitation', { id, expiresAt, token }) }
    },
  })
  app.get('/api/v1/invitations', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listInvitations',
      summary: 'Invitations nobody has accepted yet',
      querystring: Type.Object(PageQuery),
      response: {
        200: Type.Object({
          items: Type.Array(InvitationReply),
          next: Type.Optional(Type.String()),
        }),
      },
    },
    async handler({ caller, query }) {
      const page = await listInvitations(access, caller, query)
      return {
        ...page,
        items: page.items.map((it) => ({ ...it, expiresAt: formatTime(it.expiresAt) })),
      }
    },
  })
  app.delete('/api/v1/invitations/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'withdrawInvitation',
      summary: 'Make an invitation void',
      params: IdParams,
      response: { 204: Type.Null() },
    },
    async handler({ caller, params }, reply) {
      await withdrawInvitation(access, caller, params.id)
      return reply.code(204).send(null)
    },
  })
}
