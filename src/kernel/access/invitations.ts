import { randomUUID } from 'node:crypto'
import type { Author } from '../../lib/author.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Language } from '../../lib/text.ts'
import type { DocumentWrite, Stored } from '../documents/documents.ts'
import { letterWrite, requireRoom } from '../mail/outbox.ts'
import { type Access, commitDecided } from './access.ts'
import { authorOf } from './caller.ts'
import { LINKS, type Link, MEMBERSHIPS_MAX, USERS, type User } from './collections.ts'
import {
  findLink,
  type IssuedLink,
  invalidLink,
  issueLink,
  mailedLink,
  standsStill,
  usingUp,
} from './links.ts'
import { addressWrite, countLetter, requireMail } from './mail-address.ts'
import { judgePassword } from './password.ts'
import {
  authorise,
  type Caller,
  type EnterpriseRole,
  mayGrant,
  type NodeRole,
  reaches,
  requireReach,
} from './permissions.ts'
import {
  enterprisesOf,
  findByName,
  judgeName,
  nameTaken,
  newUser,
  operatorWrites,
  throwFields,
} from './users.ts'

const DAY_MS = 86_400_000
export const INVITATION_MS_MAX = 7 * DAY_MS
/** Open ones at a time: of one enterprise, and of all together where the node's staff invites. */
const INVITATIONS_MAX = 200
const INVITATIONS_ALL_MAX = 100_000
/** Taken names one link may be tried with: more would make it a way to find out who is here. */
const CONFLICTS_MAX = 5
const PAGE_MAX = 1_000
const PAGE_DEFAULT = 100

/** A role in an enterprise, or one on the node: one of the two. */
export type InvitationWish = {
  readonly enterprise?: string
  readonly role?: EnterpriseRole
  readonly nodeRole?: NodeRole
  readonly note?: string
}

/** Where the link is mailed to, instead of being handed to who invites. */
export type InvitationLetter = { readonly address: string; readonly language: Language }

/** For parts that have judged the author themselves (an approved application invites its contact). */
export async function createInvitation(
  access: Access,
  wish: InvitationWish,
  author: Author,
): Promise<IssuedLink> {
  throwFields(judgeWish(wish))
  const expiresAt = access.clock() + INVITATION_MS_MAX
  const { link, write } = issueLink({ kind: 'invitation', createdBy: author, expiresAt, ...wish })
  await access.documents.commit([write], { author })
  return link
}

/** As `createInvitation`; the link goes to the address and to nobody else. */
async function mailInvitation(
  access: Access,
  wish: InvitationWish,
  { address, language, author }: InvitationLetter & { readonly author: Author },
): Promise<{ readonly id: string; readonly expiresAt: number }> {
  await requireRoom(access.documents)
  const now = access.clock()
  const expiresAt = now + INVITATION_MS_MAX
  const { id, write } = mailedLink({
    ...{ kind: 'invitation', createdBy: author, expiresAt, ...wish },
    ...{ mail: address, language },
  })
  const letter = letterWrite(now, {
    ...{ kind: 'invitation', to: address, language, link: id },
    ...(wish.enterprise !== undefined && { enterprise: wish.enterprise }),
  })
  await access.documents.commit([write, letter], { author })
  return { id, expiresAt }
}

function judgeWish({ enterprise, role, nodeRole }: InvitationWish): readonly FieldProblem[] {
  const within = enterprise !== undefined && role !== undefined && nodeRole === undefined
  const onNode = enterprise === undefined && role === undefined && nodeRole !== undefined
  if (within || onNode) return []
  return [
    {
      path: '',
      reason: { en: 'does not say to what', zh: '未说明邀请的角色' },
      expected: {
        en: '`enterprise` and `role`, or `nodeRole` alone',
        zh: '`enterprise` 与 `role`，或仅 `nodeRole`',
      },
    },
  ]
}

/** Throws `not-authorised` for a role the caller could not hand out, `invalid-input`, `too-large`. */
export async function invite(
  access: Access,
  caller: Caller,
  wish: InvitationWish,
  letter?: InvitationLetter,
): Promise<Omit<IssuedLink, 'token'> & { readonly token?: string }> {
  authorise(caller, 'users.write', wish.enterprise)
  throwFields(judgeWish(wish))
  if (!mayHandOut(caller, wish)) {
    throw new Problem('not-authorised', {
      en: 'Only what you may do yourself can be handed to others',
      zh: '只能授予自己拥有的权限',
    })
  }
  const open = await openInvitations(access, wish.enterprise)
  const max = wish.enterprise === undefined ? INVITATIONS_ALL_MAX : INVITATIONS_MAX
  if (open >= max) {
    throw new Problem('too-large', {
      en: `${max} invitations are open; withdraw some first`,
      zh: `已有 ${max} 个未接受的邀请，请先撤回一部分`,
    })
  }
  const author = authorOf(caller)
  if (letter === undefined) return await createInvitation(access, wish, author)
  requireMail(access)
  await countLetter(access, letter.address)
  return await mailInvitation(access, wish, { ...letter, author })
}

function mayHandOut(caller: Caller, { enterprise, role, nodeRole }: InvitationWish): boolean {
  if (nodeRole !== undefined) return mayGrant(caller, nodeRole)
  return role !== undefined && enterprise !== undefined && mayGrant(caller, role, enterprise)
}

async function openInvitations(access: Access, enterprise: string | undefined): Promise<number> {
  const where = {
    kind: 'invitation',
    expiresAt: { from: access.clock() + 1 },
    ...(enterprise === undefined ? {} : { enterprise }),
  }
  return await access.documents.count(LINKS, where)
}

export type InvitationShown = Omit<
  Link,
  'secretHash' | 'kind' | 'user' | 'keepsSecondFactor' | 'conflicts' | 'language'
> & {
  readonly id: string
}

/** Open invitations the caller may withdraw. */
export async function listInvitations(
  access: Access,
  caller: Caller,
  { after, limit = PAGE_DEFAULT }: { readonly after?: string; readonly limit?: number } = {},
): Promise<{ readonly items: readonly InvitationShown[]; readonly next?: string }> {
  const reach = requireReach(caller, 'users.write')
  const where = {
    kind: 'invitation',
    ...(reach === 'node' ? {} : { enterprise: { in: [...reach] } }),
  }
  const page = await access.documents.query(LINKS, {
    where,
    ...(after === undefined ? {} : { after }),
    limit: Math.min(limit, PAGE_MAX),
  })
  // Not asked of the store: a query that changes with the clock has no second page.
  const open = page.items.filter((it) => access.clock() < it.body.expiresAt)
  const items = open.map(({ id, body }) => {
    const { secretHash: _, kind: __, conflicts: ___, language: ____, ...shown } = body
    return { id, ...shown }
  })
  return { items, ...(page.next === undefined ? {} : { next: page.next }) }
}

/** Somebody else's is `not-found`, like one that never was. */
export async function withdrawInvitation(
  access: Access,
  caller: Caller,
  id: string,
): Promise<void> {
  const reach = requireReach(caller, 'users.write')
  const link = await access.documents.get(LINKS, id)
  const enterprise = link?.body.enterprise
  const mine = reach === 'node' || (enterprise !== undefined && reaches(reach, enterprise))
  if (link?.body.kind !== 'invitation' || !mine) throw invalidLink()
  await access.documents.commit([usingUp(link)], { author: authorOf(caller) })
}

/** What an open invitation is to. Throws `not-found` for a link that is none. */
export async function lookAtInvitation(
  access: Access,
  token: string,
): Promise<Pick<Link, 'enterprise' | 'role' | 'nodeRole' | 'expiresAt'>> {
  return (await readInvitation(access, token)).body
}

export type Acceptance = {
  readonly token: string
  readonly name: string
  readonly password: string
  readonly displayName?: string
}

/**
 * Somebody new takes their place. Throws `not-found` for a link that is none, `invalid-input`, `already-exists` when the
 * name is taken (so many times, then the link is void).
 */
export async function acceptInvitation(
  access: Access,
  wish: Acceptance,
): Promise<{ readonly id: string; readonly body: User }> {
  await readInvitation(access, wish.token)
  throwFields([...judgeName(wish.name), ...judgePassword(wish.password, wish.name)])
  await refuseTakenName(access, wish)
  const password = await access.passwords.hash(wish.password)
  const id = randomUUID()
  return await commitDecided(access.documents, { kind: 'user', id }, async () => {
    const link = await readInvitation(access, wish.token)
    await refuseTakenName(access, wish)
    const body = newUser({ ...wish, password, ...placeOf(link.body) })
    return {
      writes: [
        { collection: USERS, id, expected: 0, put: body },
        usingUp(link),
        ...(await addressOf(access, id, link.body)),
        ...(await operatorWrites(access, id, undefined, body)),
      ],
      answer: { id, body },
      note: 'invitation',
    }
  })
}

/** Who has come by a letter reads what comes there. */
async function addressOf(
  access: Access,
  user: string,
  { mail: address, language = 'zh' }: Link,
): Promise<readonly DocumentWrite[]> {
  return address === undefined ? [] : [await addressWrite(access, user, { address, language })]
}

async function refuseTakenName(access: Access, { token, name }: Acceptance): Promise<void> {
  if ((await findByName(access, name)) === undefined) return
  await commitDecided(access.documents, { kind: 'system', id: 'access' }, async () => {
    const link = await readInvitation(access, token)
    const conflicts = (link.body.conflicts ?? 0) + 1
    const write: DocumentWrite =
      conflicts >= CONFLICTS_MAX
        ? usingUp(link)
        : {
            collection: LINKS,
            id: link.id,
            expected: link.version,
            put: { ...link.body, conflicts },
          }
    return { writes: [write], answer: undefined }
  })
  throw nameTaken()
}

/** Somebody who has an account already takes one more role with it. */
export async function joinByInvitation(
  access: Access,
  userId: string,
  token: string,
): Promise<{ readonly id: string; readonly body: User }> {
  const answer = await commitDecided(access.documents, { kind: 'user', id: userId }, async () => {
    const link = await readInvitation(access, token)
    const user = await access.documents.get(USERS, userId)
    if (user === undefined) throw invalidLink()
    const body = joined(user.body, placeOf(link.body))
    return {
      writes: [
        { collection: USERS, id: userId, expected: user.version, put: body },
        usingUp(link),
        ...(await operatorWrites(access, userId, user.body, body)),
      ],
      answer: { id: userId, body },
      note: 'invitation',
    }
  })
  access.callers.forgetUser(userId)
  return answer
}

type Place = Pick<User, 'nodeRoles' | 'memberships'>

function placeOf({ enterprise, role, nodeRole }: Link): Place {
  return {
    nodeRoles: nodeRole === undefined ? [] : [nodeRole],
    memberships: enterprise === undefined || role === undefined ? [] : [{ enterprise, role }],
  }
}

function joined(user: User, place: Place): User {
  const fresh = new Set(place.memberships.map((it) => it.enterprise))
  const memberships = [
    ...user.memberships.filter((it) => !fresh.has(it.enterprise)),
    ...place.memberships,
  ]
  if (memberships.length > MEMBERSHIPS_MAX) {
    throw new Problem('too-large', {
      en: `One person can be in ${MEMBERSHIPS_MAX} enterprises at most`,
      zh: `一名用户最多可属于 ${MEMBERSHIPS_MAX} 家企业`,
    })
  }
  const nodeRoles = [...new Set([...user.nodeRoles, ...place.nodeRoles])]
  return { ...user, nodeRoles, memberships, enterprises: enterprisesOf(memberships) }
}

async function readInvitation(access: Access, token: string): Promise<Stored<Link>> {
  const link = await findLink(access, token, 'invitation')
  const stands = await standsStill(access, link.body.createdBy, (it) => mayHandOut(it, link.body))
  if (!stands) throw invalidLink()
  return link
}
