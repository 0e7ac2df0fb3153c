import { Problem } from '../../lib/problem.ts'
import type { DocumentWrite, Stored } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import { USERS, type User } from './collections.ts'
import { deviceToken, knownDevice } from './device.ts'
import { judgePassword } from './password.ts'
import { deletion, endingAllSessions, type NewSession, newSession } from './sessions.ts'
import type { Ticket } from './throttle.ts'
import { parseToken } from './token.ts'
import { findByName, keyOfName, throwFields, withPassword } from './users.ts'

/** Where an attempt comes from. */
export type Client = {
  readonly address: string
  /** Browser and system in a few words. */
  readonly client: string
  readonly device?: string | undefined
  /** Session the client has now; it ends. */
  readonly session?: string | undefined
}

export type SignedInUser = {
  readonly user: { readonly id: string; readonly body: User }
  readonly session: NewSession
  readonly device: string
}

/**
 * Throws `sign-in-refused`, the same after the same work whether the name, the password or the account is what is wrong;
 * `too-many-requests` after failures from the same place. Where `wanted` says what is missing besides the password, that is the
 * answer, and nobody is signed in yet.
 */
export async function signIn<W>(
  access: Access,
  given: { readonly name: string; readonly password: string },
  from: Client,
  wanted: (user: Stored<User>) => Promise<W | undefined>,
): Promise<SignedInUser | W> {
  const user = await findByName(access, given.name)
  const device = await knownDevice(access, from.device, user)
  const ticket = access.throttle.begin({
    address: from.address,
    nameKey: keyOfName(given.name),
    ...(device === undefined ? {} : { device }),
  })
  const { matches, outdated } = await checkWith(ticket, () =>
    access.passwords.check(given.password, user?.body.password, device !== undefined),
  )
  if (!matches || user?.body.state !== 'active') throw refused()
  ticket.succeeded()
  const more = await wanted(user)
  if (more !== undefined) return more
  const password = outdated ? await access.passwords.hash(given.password) : undefined
  return await commitSignIn(access, user, { from, device, password })
}

/** What breaks before the password could be checked is not a failure of whoever tried. */
async function checkWith<T>(ticket: Ticket, check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch (problem) {
    ticket.abandoned()
    throw problem
  }
}

type SignInDetails = {
  readonly from: Client
  readonly device: string | undefined
  /** New hash of the same password. */
  readonly password: string | undefined
}

async function commitSignIn(
  access: Access,
  { id, body: checked }: Stored<User>,
  { from, device, password }: SignInDetails,
): Promise<SignedInUser> {
  return await commitDecided(access.documents, { kind: 'user', id }, async () => {
    const user = await access.documents.get(USERS, id)
    const same = user?.body.passwordEpoch === checked.passwordEpoch
    if (user?.body.state !== 'active' || !same) throw refused()
    const { session, writes } = await newSession(access, user, from.client)
    const rehash: DocumentWrite[] =
      password === undefined
        ? []
        : [{ collection: USERS, id, expected: user.version, put: { ...user.body, password } }]
    return {
      writes: distinct([...writes, ...rehash, ...endingFormer(access, from)]),
      answer: { user, session, device: await deviceToken(access, user, device) },
    }
  })
}

/** A session for somebody who has just shown who they are in another way. Throws `sign-in-refused` if disabled since. */
export async function beginSession(
  access: Access,
  id: string,
  from: Client,
): Promise<SignedInUser> {
  const user = await access.documents.get(USERS, id)
  if (user === undefined) throw refused()
  return await commitSignIn(access, user, { from, device: undefined, password: undefined })
}

/** A new sign-in is a new session; the one the client had is over. */
function endingFormer(access: Access, from: Client): readonly DocumentWrite[] {
  const former = parseToken(from.session ?? '')
  if (former === undefined) return []
  access.callers.forgetCredential(former.id)
  return [deletion(former)]
}

/** A commit may write a document once; a former session may be the oldest of too many as well. */
function distinct(writes: readonly DocumentWrite[]): readonly DocumentWrite[] {
  return [...new Map(writes.map((it) => [`${it.collection.name} ${it.id}`, it])).values()]
}

function refused(): Problem {
  return new Problem('sign-in-refused', {
    en: 'The name or the password is wrong',
    zh: '登录名或密码错误',
  })
}

/** Ends the session here and in the cache; one that is over already is no error. */
export async function signOut(access: Access, user: string, session: string): Promise<void> {
  await access.documents.commit([deletion({ id: session })], { author: { kind: 'user', id: user } })
  access.callers.forgetCredential(session)
}

export type PasswordChange = { readonly current: string; readonly password: string }

/**
 * A new password ends every session of the person; the answer is the one that goes on. Throws `sign-in-refused` when the
 * current password is wrong, `invalid-input` for a bad new one.
 */
export async function changePassword(
  access: Access,
  id: string,
  change: PasswordChange,
  from: Client,
): Promise<SignedInUser> {
  const known = await access.documents.get(USERS, id)
  if (known === undefined) throw refused()
  throwFields(judgePassword(change.password, known.body.name))
  const user = await checkOwnPassword(access, id, change.current, from)
  return await commitPassword(access, user, {
    hash: await access.passwords.hash(change.password),
    client: from.client,
  })
}

/** Somebody signed in shows that it is they who sit there. Throws `sign-in-refused`, `too-many-requests`. */
export async function checkOwnPassword(
  access: Access,
  id: string,
  password: string,
  from: Client,
): Promise<Stored<User>> {
  const user = await access.documents.get(USERS, id)
  if (user === undefined) throw refused()
  const ticket = access.throttle.begin({
    address: from.address,
    nameKey: user.body.nameKey,
    device: `password of ${id}`,
  })
  const { matches } = await checkWith(ticket, () =>
    access.passwords.check(password, user.body.password, true),
  )
  if (!matches) throw refused()
  ticket.succeeded()
  return user
}

async function commitPassword(
  access: Access,
  { id, body: checked }: Stored<User>,
  { hash, client }: { readonly hash: string; readonly client: string },
): Promise<SignedInUser> {
  const answer = await commitDecided(access.documents, { kind: 'user', id }, async () => {
    const user = await access.documents.get(USERS, id)
    if (user?.body.passwordEpoch !== checked.passwordEpoch) throw refused()
    const ending = await endingAllSessions(access, id)
    const changed = { id, body: withPassword(user.body, hash) }
    const { session, writes } = await newSession(access, changed, client)
    const begun = writes.filter((it) => 'put' in it)
    return {
      writes: [
        { collection: USERS, id, expected: user.version, put: changed.body },
        ...ending,
        ...begun,
      ],
      answer: { user: changed, session, device: await deviceToken(access, changed) },
    }
  })
  access.callers.forgetUser(id)
  return answer
}
