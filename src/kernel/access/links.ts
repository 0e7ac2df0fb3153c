import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { DocumentWrite, Stored } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import { KEYS, LINKS, type Link, MAIL_ADDRESSES, USERS, type User } from './collections.ts'
import { judgePassword } from './password.ts'
import type { Caller } from './permissions.ts'
import { removingSecondFactor } from './second-factor.ts'
import { endingAllSessions } from './sessions.ts'
import { issueToken, matchesHash, parseToken, reissueToken } from './token.ts'
import {
  callerOfUser,
  findByName,
  noSuchUser,
  outranks,
  throwFields,
  withPassword,
} from './users.ts'

const HOUR_MS = 3_600_000
export const RESET_MS_MAX = 24 * HOUR_MS
const PAGE_MAX = 1_000

/** A link as it is handed out, once. `expiresAt` in milliseconds since 1970. */
export type IssuedLink = { readonly id: string; readonly token: string; readonly expiresAt: number }

/** A new link and the write that makes it good; the token is in `link` and nowhere else. */
export function issueLink(wish: Omit<Link, 'secretHash'>): {
  link: IssuedLink
  write: DocumentWrite
} {
  const { id, token, secretHash } = issueToken()
  const put: Link = { ...wish, secretHash }
  return {
    link: { id, token, expiresAt: wish.expiresAt },
    write: { collection: LINKS, id, expected: 0, put },
  }
}

/** The link behind a token, if it can still be used. Throws `not-found` whatever is wrong with it. */
export async function findLink(
  access: Access,
  token: string,
  kind: Link['kind'],
): Promise<Stored<Link>> {
  const halves = parseToken(token)
  const link = halves && (await access.documents.get(LINKS, halves.id))
  const good =
    link !== undefined &&
    matchesHash(halves?.secret ?? '', link.body.secretHash) &&
    link.body.kind === kind &&
    access.clock() < linkEndOf(link.body)
  if (!good) throw invalidLink()
  return link
}

/** When a link ends, in milliseconds since 1970. */
export function linkEndOf({ expiresAt, mailGoodUntil = expiresAt }: Link): number {
  return Math.min(expiresAt, mailGoodUntil)
}

/** The same for a link that was used, has expired or never was: what it was is nobody’s business. */
export function invalidLink(): Problem {
  return new Problem('not-found', {
    en: 'This link was used, has expired or never was one; ask for a new one',
    zh: '该链接已使用、已过期或无效，请重新索取',
  })
}

/** A link that is about to be mailed: nobody has its secret until it gets one then. */
export function mailedLink(wish: Omit<Link, 'secretHash'>): {
  readonly id: string
  readonly write: DocumentWrite
} {
  const { link, write } = issueLink(wish)
  return { id: link.id, write }
}

/**
 * A new secret for a link that is mailed now, which ends the one before. `lifeMs` counts from now; undefined: it ends when
 * it would have. Undefined where there is no such link any more.
 */
export async function renewLink(
  access: Access,
  id: string,
  lifeMs: number | undefined,
): Promise<{ readonly token: string; readonly body: Link } | undefined> {
  const author = { kind: 'system', id: 'mail' } as const
  return await commitDecided(access.documents, author, async () => {
    const stored = await access.documents.get(LINKS, id)
    const now = access.clock()
    if (stored === undefined || now >= stored.body.expiresAt) {
      return { writes: [], answer: undefined }
    }
    const { token, secretHash } = reissueToken(id)
    const ending = lifeMs !== undefined && { mailGoodUntil: now + lifeMs }
    const body = { ...stored.body, secretHash, ...ending }
    const write = { collection: LINKS, id, expected: stored.version, put: body } as const
    return { writes: [write], answer: { token, body }, note: 'link mailed' }
  })
}

/** Used up, in the same commit as what it was for: of two uses one wins. */
export function usingUp({ id, version }: Stored<Link>): DocumentWrite {
  return { collection: LINKS, id, expected: version, delete: true }
}

/**
 * A link by which a person gives themselves a new password, good for 24 h; earlier ones stop working. The caller has
 * judged whether the author may. Throws `not-found`, `wrong-state` for a disabled account.
 */
export async function createResetLink(
  access: Access,
  name: string,
  author: Author,
): Promise<IssuedLink> {
  const user = await findByName(access, name)
  if (user === undefined) throw noSuchUser()
  return await createResetLinkFor(access, user, author)
}

/** As `createResetLink`, for somebody who was read already. */
export async function createResetLinkFor(
  access: Access,
  user: Stored<User>,
  author: Author,
): Promise<IssuedLink> {
  if (user.body.state !== 'active') {
    throw new Problem('wrong-state', { en: 'This account is disabled', zh: '该账号已停用' })
  }
  const { link, write } = resetLinkOf(access, user.id, author)
  const earlier = await earlierLinks(access, user.id)
  await access.documents.commit([write, ...earlier], { author, note: 'reset link' })
  return link
}

/** To be committed with whatever else makes it needed; earlier links of the person are left as they are. */
export function resetLinkOf(
  access: Access,
  user: string,
  author: Author,
): { link: IssuedLink; write: DocumentWrite } {
  const expiresAt = access.clock() + RESET_MS_MAX
  return issueLink({ kind: 'reset', user, createdBy: author, expiresAt })
}

async function earlierLinks(access: Access, user: string): Promise<readonly DocumentWrite[]> {
  const where = { user, kind: 'reset' }
  const page = await access.documents.query(LINKS, { where, limit: PAGE_MAX })
  return page.items.map(({ id }) => ({ collection: LINKS, id, delete: true }))
}

/** Sets the password and ends all sessions. Throws `not-found` for a link that is none, `invalid-input`. */
export async function redeemReset(
  access: Access,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<{ readonly user: { readonly id: string; readonly body: User } }> {
  const first = await readReset(access, token)
  throwFields(judgePassword(password, first.user.body.name))
  const hash = await access.passwords.hash(password)
  const { id } = first.user
  const user = await commitDecided(access.documents, { kind: 'user', id }, async () => {
    const { link, user } = await readReset(access, token)
    const put = withPassword(user.body, hash)
    const ending = await endingAllSessions(access, id)
    // who was given a link by somebody who may, has perhaps lost more than the password
    const factor =
      link.body.keepsSecondFactor === true ? [] : await removingSecondFactor(access, id)
    return {
      writes: [
        { collection: USERS, id, expected: user.version, put },
        usingUp(link),
        ...ending,
        ...factor,
        ...(link.body.mail === undefined ? [] : await resetByMail(access, id)),
      ],
      answer: { id, body: put },
      note: 'reset link',
    }
  })
  access.callers.forgetUser(id)
  return { user }
}

/** Reading somebody's mail has now given their password: for a while it does not give their second factor too. */
async function resetByMail(access: Access, user: string): Promise<readonly DocumentWrite[]> {
  const stored = await access.documents.get(MAIL_ADDRESSES, user)
  if (stored === undefined) return []
  const put = { ...stored.body, resetAt: access.clock() }
  return [{ collection: MAIL_ADDRESSES, id: user, expected: stored.version, put }]
}

/** Whose password a link is for. Throws `not-found` for a link that is none. */
export async function lookAtReset(
  access: Access,
  token: string,
): Promise<{ readonly name: string; readonly expiresAt: number }> {
  const { link, user } = await readReset(access, token)
  return { name: user.body.name, expiresAt: linkEndOf(link.body) }
}

async function readReset(
  access: Access,
  token: string,
): Promise<{ link: Stored<Link>; user: Stored<User> }> {
  const link = await findLink(access, token, 'reset')
  const user = await access.documents.get(USERS, link.body.user ?? '')
  if (user?.body.state !== 'active') throw invalidLink()
  // Who made it may have lost the right since, or the person may have risen above them.
  const stands = await standsStill(access, link.body.createdBy, (it) => outranks(it, user.body))
  if (!stands) throw invalidLink()
  return { link, user }
}

/** Whether the author of a link could still make it; parts of the node itself always can. */
export async function standsStill(
  access: Access,
  author: Link['createdBy'],
  may: (caller: Caller) => boolean,
): Promise<boolean> {
  if (author.kind === 'system') return true
  const caller =
    author.kind === 'user' ? await callerOfId(access, author.id) : await callerOfKey(access, author)
  return caller !== undefined && may(caller)
}

async function callerOfId(access: Access, id: string): Promise<Caller | undefined> {
  const user = await access.documents.get(USERS, id)
  return user?.body.state === 'active' ? callerOfUser(user) : undefined
}

async function callerOfKey(access: Access, { id }: Author): Promise<Caller | undefined> {
  const key = await access.documents.get(KEYS, id)
  if (key === undefined || key.body.revokedAt !== undefined) return undefined
  const { scopes, enterprise } = key.body
  return { kind: 'key', id, scopes, ...(enterprise === undefined ? {} : { enterprise }) }
}
