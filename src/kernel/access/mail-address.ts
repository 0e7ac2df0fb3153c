import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { Language } from '../../lib/text.ts'
import type { DocumentWrite, Stored } from '../documents/documents.ts'
import { letterWrite, requireRoom } from '../mail/outbox.ts'
import { type Access, commitDecided } from './access.ts'
import { placesOf } from './address.ts'
import { LINKS, MAIL_ADDRESSES, type MailAddress, USERS, type User } from './collections.ts'
import { findLink, invalidLink, linkEndOf, mailedLink, usingUp } from './links.ts'
import { removingSecondFactor, userOfTicket } from './second-factor.ts'
import { endingAllSessions } from './sessions.ts'
import { type Client, checkOwnPassword } from './sign-in.ts'

const HOUR_MS = 3_600_000
/** A link outlasts the trying to mail it. */
const LINK_WAIT_MS_MAX = 25 * HOUR_MS
/** After a password was chosen by mail, mail alone does not take off a second factor for so long. */
export const FACTOR_AFTER_RESET_MS = 72 * HOUR_MS
/** Accounts one address may get back into. */
const PEOPLE_PER_ADDRESS_MAX = 5
const LINKS_MAX = 100
const MAIL: Author = { kind: 'system', id: 'mail' }

type MailedKind = 'reset' | 'factor' | 'address'
type Told = { readonly address: string; readonly language: Language }

/** How addresses are compared: one box is commonly reached in any case. */
function addressKey(address: string): string {
  return address.normalize('NFKC').trim().toLowerCase()
}

/** Throws `wrong-state` where no letters are sent. */
export function requireMail({ mails }: Access): void {
  if (mails) return
  throw new Problem('wrong-state', {
    en: 'This node sends no mail; ask its operator for a link',
    zh: '本节点未配置邮件，请向运营人员索取链接',
  })
}

/**
 * Counts a letter that somebody wants sent, before it is known whether anybody gets it. @throws Problem
 * `too-many-requests`, by the address and by who asks
 */
export async function countLetter(
  { letters }: Access,
  address: string,
  from?: Client,
): Promise<void> {
  const source = from === undefined ? {} : { source: placesOf(from.address).address }
  const waitMs = await letters.count({ address: addressKey(address), ...source })
  if (waitMs > 0) throw tooManyLetters(waitMs)
}

/** The same for a letter that nobody waits for: false where it had better not be sent, and is not counted. */
export async function takesLetter({ letters }: Access, address: string): Promise<boolean> {
  return (await letters.count({ address: addressKey(address) })) === 0
}

function tooManyLetters(waitMs: number): Problem {
  const retryAfterS = Math.ceil(waitMs / 1000)
  return new Problem(
    'too-many-requests',
    {
      en: `Enough letters were asked for; try again in ${retryAfterS} s`,
      zh: `请求发送的邮件过多，请在 ${retryAfterS} 秒后重试`,
    },
    { retryAfterS },
  )
}

/**
 * Somebody says that they have forgotten their password. Whether anybody has this address is found out later and told to
 * the address alone: the answer is the same after the same work. Throws `wrong-state`, `too-many-requests`.
 */
export async function askForgotten(access: Access, told: Told, from: Client): Promise<void> {
  requireMail(access)
  await countLetter(access, told.address, from)
  await requireRoom(access.documents)
  const { address: to, language } = told
  const letter = letterWrite(access.clock(), { kind: 'forgotten', to, language })
  await access.documents.commit([letter], { author: MAIL })
}

/** The letters with links for everybody who gets back in from this address; none where nobody does. */
export async function forgottenLetters(
  access: Access,
  address: string,
): Promise<readonly DocumentWrite[]> {
  const page = await access.documents.query(MAIL_ADDRESSES, {
    where: { addressKey: addressKey(address) },
    limit: PEOPLE_PER_ADDRESS_MAX,
  })
  const letters: DocumentWrite[] = []
  for (const { id, body } of page.items) {
    const user = await access.documents.get(USERS, id)
    if (user?.body.state !== 'active') continue
    letters.push(...(await linkLetter(access, 'reset', { user: id, ...body })))
  }
  return letters
}

/** What was mailed to somebody before and was not used; links that people handed them are left as they are. */
async function mailedBefore(
  { documents }: Access,
  user: string,
  kind: MailedKind,
): Promise<readonly DocumentWrite[]> {
  const { items } = await documents.query(LINKS, { where: { user, kind }, limit: LINKS_MAX })
  return items
    .filter((it) => it.body.mail !== undefined)
    .map(({ id }) => ({ collection: LINKS, id, delete: true }))
}

/** A letter with a link for somebody known; mailed links of the kind that they have from before end with it. */
async function linkLetter(
  access: Access,
  kind: MailedKind,
  { user, address, language }: Told & { readonly user: string },
): Promise<readonly DocumentWrite[]> {
  const now = access.clock()
  const { id, write } = mailedLink({
    ...{ kind, user, language },
    createdBy: MAIL,
    mail: address,
    expiresAt: now + LINK_WAIT_MS_MAX,
    ...(kind === 'reset' && { keepsSecondFactor: true }),
  })
  return [
    ...(await mailedBefore(access, user, kind)),
    write,
    letterWrite(now, { kind, to: address, language, link: id }),
  ]
}

/**
 * Somebody who has given their password has lost what they give besides. Throws `wrong-state` where mail cannot help,
 * `sign-in-refused` for a sign-in that is over, `too-many-requests`.
 */
export async function askFactorLoss(access: Access, ticket: string, from: Client): Promise<void> {
  requireMail(access)
  const user = await userOfTicket(access, ticket)
  const stored = await access.documents.get(MAIL_ADDRESSES, user.id)
  if (stored === undefined) throw noAddress()
  if (isResetLately(access, stored.body)) throw resetLately()
  await countLetter(access, stored.body.address, from)
  await requireRoom(access.documents)
  const letter = await linkLetter(access, 'factor', { user: user.id, ...stored.body })
  await access.documents.commit(letter, { author: { kind: 'user', id: user.id } })
}

function isResetLately({ clock }: Access, { resetAt }: MailAddress): boolean {
  return resetAt !== undefined && clock() < resetAt + FACTOR_AFTER_RESET_MS
}

/** Whose second factor a link takes off. Throws `not-found` for a link that is none. */
export async function lookAtFactorLoss(access: Access, token: string) {
  const { link, user } = await personOf(access, token, 'factor')
  return { name: user.body.name, expiresAt: linkEndOf(link.body) }
}

/**
 * Takes off the second factor by a link and the password, and ends all sessions. Throws `not-found` for a link that is none,
 * `sign-in-refused` for a wrong password, `too-many-requests`.
 */
export async function redeemFactorLoss(
  access: Access,
  { token, password }: { readonly token: string; readonly password: string },
  from: Client,
): Promise<void> {
  const { user } = await personOf(access, token, 'factor')
  const { id } = user
  await checkOwnPassword(access, id, password, from)
  await commitDecided(access.documents, { kind: 'user', id }, async () => {
    const { link } = await personOf(access, token, 'factor')
    const stored = await access.documents.get(MAIL_ADDRESSES, id)
    if (stored === undefined || isResetLately(access, stored.body)) throw invalidLink()
    return {
      writes: [
        usingUp(link),
        ...(await removingSecondFactor(access, id)),
        ...(await endingAllSessions(access, id)),
      ],
      answer: undefined,
      note: 'second factor lost',
    }
  })
  access.callers.forgetUser(id)
}

async function personOf(access: Access, token: string, kind: 'factor' | 'address') {
  const link = await findLink(access, token, kind)
  const user: Stored<User> | undefined = await access.documents.get(USERS, link.body.user ?? '')
  if (user?.body.state !== 'active') throw invalidLink()
  return { link, user }
}

export type OwnAddress = {
  readonly address?: string
  /** One that was asked for and has not been confirmed. */
  readonly asked?: string
}

/** Where somebody gets back in from. */
export async function readOwnAddress(access: Access, user: string): Promise<OwnAddress> {
  const stored = await access.documents.get(MAIL_ADDRESSES, user)
  const where = { user, kind: 'address' }
  const { items } = await access.documents.query(LINKS, { where, limit: 1 })
  const open = items.find((it) => access.clock() < linkEndOf(it.body))?.body.mail
  return {
    ...(stored !== undefined && { address: stored.body.address }),
    ...(open !== undefined && { asked: open }),
  }
}

/**
 * A letter to an address that somebody wants to get back in from; it is theirs once they have followed the link. Throws
 * `sign-in-refused` for a wrong password, `wrong-state`, `too-many-requests`.
 */
export async function askAddress(
  access: Access,
  user: string,
  wish: Told & { readonly current: string; readonly from: Client },
): Promise<void> {
  requireMail(access)
  await checkOwnPassword(access, user, wish.current, wish.from)
  await countLetter(access, wish.address, wish.from)
  await requireRoom(access.documents)
  const letter = await addressLetter(access, user, wish)
  await access.documents.commit(letter, { author: { kind: 'user', id: user } })
}

/** The same for who has just opened an account, to be committed with it. */
export async function addressLetter(
  access: Access,
  user: string,
  { address, language }: Told,
): Promise<readonly DocumentWrite[]> {
  return await linkLetter(access, 'address', { user, address: address.trim(), language })
}

/** From now on this is where they get back in from. Throws `not-found` for a link that is none. */
export async function confirmAddress(
  access: Access,
  token: string,
): Promise<{ readonly name: string; readonly address: string }> {
  const { user } = await personOf(access, token, 'address')
  return await commitDecided(access.documents, { kind: 'user', id: user.id }, async () => {
    const { link } = await personOf(access, token, 'address')
    const { mail: address, language = 'zh' } = link.body
    if (address === undefined) throw invalidLink()
    const write = await addressWrite(access, user.id, { address, language })
    return {
      writes: [usingUp(link), write],
      answer: { name: user.body.name, address },
      note: 'address confirmed',
    }
  })
}

/** The write by which an address somebody has shown to read becomes theirs. */
export async function addressWrite(
  access: Access,
  user: string,
  { address, language }: Told,
): Promise<DocumentWrite> {
  const stored = await access.documents.get(MAIL_ADDRESSES, user)
  const put: MailAddress = {
    ...{ address, addressKey: addressKey(address), language },
    ...(stored?.body.resetAt !== undefined && { resetAt: stored.body.resetAt }),
  }
  return { collection: MAIL_ADDRESSES, id: user, expected: stored?.version ?? 0, put }
}

/** Nothing is mailed to them any more, and links that are under way end. */
export async function removeAddress(access: Access, user: string): Promise<void> {
  const kinds = ['reset', 'factor', 'address'] as const
  const links = await Promise.all(kinds.map((kind) => mailedBefore(access, user, kind)))
  const own = { collection: MAIL_ADDRESSES, id: user, delete: true } as const
  await access.documents.commit([own, ...links.flat()], {
    author: { kind: 'user', id: user },
  })
}

function noAddress(): Problem {
  return new Problem('wrong-state', {
    en: 'This account has no confirmed address; ask an operator for a link',
    zh: '该账户没有已确认的邮箱，请向运营人员索取链接',
  })
}

function resetLately(): Problem {
  return new Problem('wrong-state', {
    en: 'The password was chosen by mail less than three days ago; ask an operator for a link',
    zh: '密码在三天内通过邮件重设过，请向运营人员索取链接',
  })
}
