import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { Problem } from '../../lib/problem.ts'
import type { DocumentWrite, Page, Query, Stored } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import { authorOf } from './caller.ts'
import { USERS, type User, type UserMembership } from './collections.ts'
import { createResetLinkFor, type IssuedLink, resetLinkOf } from './links.ts'
import {
  authorise,
  type Caller,
  mayGrant,
  type NodeRole,
  type Reach,
  requireReach,
} from './permissions.ts'
import { endingAllSessions } from './sessions.ts'
import { tooMany } from './throttle.ts'
import {
  enterprisesOf,
  findByName,
  judgeName,
  keyOfName,
  nameTaken,
  newUser,
  noSuchUser,
  operatorWrites,
  outranks,
  throwFields,
} from './users.ts'

const PAGE_MAX = 1_000
const PAGE_DEFAULT = 100
const SEARCHED_MAX = 10_000
/** Accounts one enterprise may have; its administrators make them themselves. */
const USERS_PER_ENTERPRISE_MAX = 10_000

/**
 * A person as an administrator sees them. To an enterprise's administrators only what they are in that enterprise is
 * shown: neither other roles nor anything that moves when those change.
 */
export type UserShown = {
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly nodeRoles: readonly NodeRole[]
  readonly memberships: readonly UserMembership[]
  readonly state: User['state']
  /** Milliseconds since 1970; shown to the node's staff alone, like `version`. */
  readonly createdAt?: number
  readonly version?: number
}

/** What somebody with this reach sees of a person: of other enterprises, and of the node’s own affairs, nothing. */
export function showUser({ id, version, createdAt, body }: Stored<User>, reach: Reach): UserShown {
  const { name, displayName, nodeRoles, memberships, state } = body
  if (reach === 'node') {
    return { id, name, displayName, nodeRoles, memberships, state, createdAt, version }
  }
  const seen = memberships.filter((it) => reach.has(it.enterprise))
  const suspended = seen.every((it) => it.suspended === true)
  return {
    id,
    name,
    displayName,
    nodeRoles: [],
    memberships: seen,
    state: suspended ? 'disabled' : state,
  }
}

function sees(reach: Reach, user: User): boolean {
  return reach === 'node' || user.enterprises.some((it) => reach.has(it))
}

export type UserQuery = {
  readonly enterprise?: string
  /** Part of a name, as it is spelled or not. */
  readonly q?: string
  readonly after?: string
  /** 1 … 1,000; 100 when not said. */
  readonly limit?: number
}

/**
 * People the caller may see, by id. Throws `not-signed-in`, `not-authorised`; `invalid-input` for an `after` of another
 * list.
 */
export async function listUsers(
  access: Access,
  caller: Caller,
  { enterprise, q = '', after, limit = PAGE_DEFAULT }: UserQuery,
): Promise<{ items: readonly UserShown[]; next?: string }> {
  if (enterprise !== undefined) authorise(caller, 'users.read', enterprise)
  const reach = requireReach(caller, 'users.read')
  const where =
    enterprise !== undefined
      ? { enterprises: enterprise }
      : reach === 'node'
        ? undefined
        : { enterprises: { in: [...reach] } }
  const query = {
    ...(where === undefined ? {} : { where }),
    ...(after === undefined ? {} : { after }),
    limit: Math.min(limit, PAGE_MAX),
  }
  const words = keyOfName(q)
  const page =
    words === '' ? await access.documents.query(USERS, query) : await search(access, query, words)
  const items = page.items.map((it) => showUser(it, reach))
  return { items, ...(page.next === undefined ? {} : { next: page.next }) }
}

/** Names are indexed whole; parts of them are looked for among so many people at a time, and `next` goes on from there. */
async function search(
  access: Access,
  query: Query & { readonly limit: number },
  words: string,
): Promise<Page<User>> {
  const found: Stored<User>[] = []
  let { after } = query
  for (let seen = 0; seen < SEARCHED_MAX && found.length < query.limit; seen += query.limit) {
    const from = after === undefined ? {} : { after }
    const page = await access.documents.query(USERS, { ...query, ...from })
    const fits = page.items.filter(
      ({ body }) => body.nameKey.includes(words) || keyOfName(body.displayName).includes(words),
    )
    found.push(...fits)
    after = page.next
    if (after === undefined) break
  }
  return { items: found, ...(after === undefined ? {} : { next: after }) }
}

/** Throws `not-found`, the same for somebody the caller may not see as for nobody. */
export async function readUser(access: Access, caller: Caller, id: string): Promise<UserShown> {
  const reach = requireReach(caller, 'users.read')
  return showUser(await findSeen(access, reach, id), reach)
}

async function findSeen(access: Access, reach: Reach, id: string): Promise<Stored<User>> {
  const user = await access.documents.get(USERS, id)
  if (user === undefined || !sees(reach, user.body)) throw noSuchUser()
  return user
}

export type UserWish = {
  readonly name: string
  readonly displayName?: string
  readonly nodeRoles?: readonly NodeRole[]
  readonly memberships?: readonly Omit<UserMembership, 'suspended'>[]
}

/** Makes an account without a password, and the link by which its owner gives it one. */
export async function createUser(
  access: Access,
  caller: Caller,
  wish: UserWish,
): Promise<{ readonly user: UserShown; readonly link: IssuedLink }> {
  const reach = requireReach(caller, 'users.write')
  throwFields(judgeName(wish.name))
  const body = newUser(wish)
  requireGrants(caller, body)
  if (reach !== 'node' && body.memberships.length === 0) authorise(caller, 'users.write')
  await refuseTakenName(access, caller, reach, wish.name)
  await requireRoom(access, body)
  const id = randomUUID()
  const author = authorOf(caller)
  const { link, write } = resetLinkOf(access, id, author)
  await commitDecided(access.documents, author, async () => ({
    writes: [
      { collection: USERS, id, expected: 0, put: body },
      write,
      ...(await operatorWrites(access, id, undefined, body)),
    ],
    answer: undefined,
  }))
  const now = access.clock()
  return { user: showUser({ id, version: 1, createdAt: now, updatedAt: now, body }, reach), link }
}

/** One can be told often enough that a name is taken to notice a mistake, and not often enough to list the others'. */
async function refuseTakenName(
  access: Access,
  caller: Caller,
  reach: Reach,
  name: string,
): Promise<void> {
  const who = caller.kind === 'anonymous' ? '' : caller.id
  const now = access.clock()
  const waitMs = reach === 'node' ? 0 : access.nameProbes.waitMs(who, now)
  if (waitMs > 0) throw tooMany(waitMs)
  if ((await findByName(access, name)) === undefined) return
  if (reach !== 'node') access.nameProbes.add(who, now)
  throw nameTaken()
}

async function requireRoom(access: Access, { enterprises }: User): Promise<void> {
  for (const it of enterprises) {
    const users = await access.documents.count(USERS, { enterprises: it })
    if (users < USERS_PER_ENTERPRISE_MAX) continue
    throw new Problem('too-large', {
      en: `An enterprise has ${USERS_PER_ENTERPRISE_MAX} accounts at most`,
      zh: `一家企业最多 ${USERS_PER_ENTERPRISE_MAX} 个账号`,
    })
  }
}

function requireGrants(caller: Caller, user: Pick<User, 'nodeRoles' | 'memberships'>): void {
  const may =
    user.nodeRoles.every((it) => mayGrant(caller, it)) &&
    user.memberships.every((it) => mayGrant(caller, it.role, it.enterprise))
  if (may) return
  throw new Problem('not-authorised', {
    en: 'Only what you may do yourself can be given to others or taken from them',
    zh: '只能授予或收回自己拥有的权限',
  })
}

export type UserPatch = {
  readonly displayName?: string
  readonly nodeRoles?: readonly NodeRole[]
  readonly memberships?: readonly UserMembership[]
  readonly state?: User['state']
  /** The version it was read at; `stale-version` when it is another by now. */
  readonly version?: number
}

/**
 * Changes what somebody is. An enterprise's administrators change what the person is there and nothing else: disabling
 * suspends the membership. Throws `wrong-state` when the node would be left without an operator.
 */
export async function changeUser(
  access: Access,
  caller: Caller,
  id: string,
  patch: UserPatch,
): Promise<UserShown> {
  const reach = requireReach(caller, 'users.write')
  const author = authorOf(caller)
  await commitDecided(access.documents, author, async () => {
    const user = await findSeen(access, reach, id)
    const expected = user.version
    if (patch.version !== undefined && reach === 'node' && patch.version !== expected) throw stale()
    const after = reach === 'node' ? patched(user.body, patch) : within(user.body, patch, reach)
    requireGrants(caller, differenceOf(user.body, after))
    if (isDeepStrictEqual(after, user.body)) return { writes: [], answer: undefined }
    const put: DocumentWrite = { collection: USERS, id, expected, put: after }
    const operators = await operatorWrites(access, id, user.body, after)
    const ended = after.state === 'disabled' ? await endingAllSessions(access, id) : []
    return { writes: [put, ...operators, ...ended], answer: undefined }
  })
  access.callers.forgetUser(id)
  const changed = await access.documents.get(USERS, id)
  if (changed === undefined) throw noSuchUser()
  return showUser(changed, reach)
}

function stale(): Problem {
  return new Problem('stale-version', {
    en: 'This user was changed meanwhile; read it again',
    zh: '该用户已被修改，请重新读取',
  })
}

function patched(user: User, patch: UserPatch): User {
  const memberships = [...(patch.memberships ?? user.memberships)]
  return {
    ...user,
    displayName: patch.displayName ?? user.displayName,
    nodeRoles: [...new Set(patch.nodeRoles ?? user.nodeRoles)],
    memberships,
    enterprises: enterprisesOf(memberships),
    state: patch.state ?? user.state,
  }
}

/** The part of a patch that lies within some enterprises; any other is refused. */
function within(user: User, patch: UserPatch, reach: ReadonlySet<string>): User {
  if (patch.nodeRoles !== undefined || patch.displayName !== undefined) throw notYours()
  if (patch.memberships?.some((it) => !reach.has(it.enterprise))) throw notYours()
  const own = patch.memberships ?? user.memberships.filter((it) => reach.has(it.enterprise))
  const stated = own.map(({ suspended, ...membership }) => {
    const off = patch.state === undefined ? suspended : patch.state === 'disabled'
    return { ...membership, ...(off === true ? { suspended: true } : {}) }
  })
  const others = user.memberships.filter((it) => !reach.has(it.enterprise))
  return patched(user, { memberships: [...others, ...stated] })
}

function notYours(): Problem {
  return new Problem('not-authorised', {
    en: 'An enterprise’s administrators change what people are in their enterprise only',
    zh: '企业管理员只能变更用户在本企业内的角色',
  })
}

/** Every role that only one of the two has; all of them when the account goes on or off. */
function differenceOf(before: User, after: User): Pick<User, 'nodeRoles' | 'memberships'> {
  const all = { nodeRoles: [...before.nodeRoles, ...after.nodeRoles] }
  const members = [...before.memberships, ...after.memberships]
  if (before.state !== after.state || before.displayName !== after.displayName) {
    return { ...all, memberships: members }
  }
  const both = (role: NodeRole): boolean =>
    before.nodeRoles.includes(role) && after.nodeRoles.includes(role)
  const kept = (it: UserMembership): boolean =>
    [before, after].every((user) => user.memberships.some((own) => isDeepStrictEqual(own, it)))
  return {
    nodeRoles: all.nodeRoles.filter((it) => !both(it)),
    memberships: members.filter((it) => !kept(it)),
  }
}

/**
 * A link for somebody's new password. Who holds rights the caller does not hold can only be helped by those who do: a new
 * password is a way to act as them.
 */
export async function resetLinkBy(access: Access, caller: Caller, id: string): Promise<IssuedLink> {
  const reach = requireReach(caller, 'users.write')
  const user = await findSeen(access, reach, id)
  if (!outranks(caller, user.body)) {
    throw new Problem('not-authorised', {
      en: 'Only the node’s operator can issue a link for this person',
      zh: '该用户的重置链接只能由节点运营人员签发',
    })
  }
  return await createResetLinkFor(access, user, authorOf(caller))
}
