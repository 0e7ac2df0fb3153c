import { Problem } from '../../lib/problem.ts'
import type { DocumentWrite, Stored } from '../documents/documents.ts'
import type { Access } from './access.ts'
import type { Identity } from './caller-cache.ts'
import { SESSIONS, type Session, USERS, type User } from './collections.ts'
import { hashSecret, issueToken, matchesHash, parseToken } from './token.ts'
import { touch } from './touch.ts'
import { callerOfUser } from './users.ts'

const HOUR_MS = 3_600_000
export const SESSION_IDLE_MS_MAX = 12 * HOUR_MS
export const SESSION_MS_MAX = 7 * 24 * HOUR_MS
/** How exactly idleness is known: a session in use is written down this often. */
const SEEN_EVERY_MS = 15 * 60_000
const SESSIONS_PER_USER_MAX = 50
const PAGE_MAX = 1_000

export type NewSession = { readonly id: string; readonly token: string; readonly expiresAt: number }

/** A session to be committed with whatever else its beginning means; the oldest make room when there are too many. */
export async function newSession(
  access: Access,
  user: { readonly id: string; readonly body: User },
  client: string,
): Promise<{ session: NewSession; writes: readonly DocumentWrite[] }> {
  const now = access.clock()
  const { id, token, secretHash } = issueToken()
  const expiresAt = now + SESSION_MS_MAX
  const put: Session = {
    secretHash,
    user: user.id,
    passwordEpoch: user.body.passwordEpoch,
    lastSeenAt: now,
    expiresAt,
    client,
  }
  const earlier = await sessionsOf(access, user.id)
  const tooMany = earlier
    .toSorted((a, b) => b.body.lastSeenAt - a.body.lastSeenAt)
    .slice(SESSIONS_PER_USER_MAX - 1)
  return {
    session: { id, token, expiresAt },
    writes: [{ collection: SESSIONS, id, expected: 0, put }, ...tooMany.map(deletion)],
  }
}

/** All that are stored for a person, ended ones that were not swept yet included. */
export async function sessionsOf(
  access: Access,
  user: string,
): Promise<readonly Stored<Session>[]> {
  const { items } = await access.documents.query(SESSIONS, { where: { user }, limit: PAGE_MAX })
  return items
}

/** Those that still let the person in, the last used first. */
export async function liveSessionsOf(
  access: Access,
  user: Stored<User>,
): Promise<readonly Stored<Session>[]> {
  const all = await sessionsOf(access, user.id)
  return all
    .filter(
      (it) => isLive(it.body, access.clock()) && it.body.passwordEpoch === user.body.passwordEpoch,
    )
    .toSorted((a, b) => b.body.lastSeenAt - a.body.lastSeenAt)
}

/** The writes that end every session of a person, but one where `except` names it. */
export async function endingAllSessions(
  access: Access,
  user: string,
  except?: string,
): Promise<readonly DocumentWrite[]> {
  const all = await sessionsOf(access, user)
  return all.filter((it) => it.id !== except).map(deletion)
}

/** Whatever version it has: a session ends even if it is used at the same moment. */
export function deletion({ id }: { readonly id: string }): DocumentWrite {
  return { collection: SESSIONS, id, delete: true }
}

function isLive(session: Session, now: number): boolean {
  return now < session.expiresAt && now < session.lastSeenAt + SESSION_IDLE_MS_MAX
}

/** Who holds this session token; undefined when it never was one, or is not any more. */
export async function identifySession(
  access: Access,
  token: string,
): Promise<Identity | undefined> {
  const halves = parseToken(token)
  if (halves === undefined) return undefined
  return await access.callers.get(hashSecret(token), async () => {
    const session = await access.documents.get(SESSIONS, halves.id)
    const matches = session !== undefined && matchesHash(halves.secret, session.body.secretHash)
    if (!matches || !isLive(session.body, access.clock())) return undefined
    const user = await access.documents.get(USERS, session.body.user)
    if (user?.body.state !== 'active') return undefined
    if (user.body.passwordEpoch !== session.body.passwordEpoch) return undefined
    await noteSeen(access, session)
    return {
      caller: callerOfUser(user),
      credential: session.id,
      user: user.id,
      endsAt: Math.min(session.body.expiresAt, access.clock() + SESSION_IDLE_MS_MAX),
    }
  })
}

async function noteSeen(access: Access, session: Stored<Session>): Promise<void> {
  const now = access.clock()
  if (now < session.body.lastSeenAt + SEEN_EVERY_MS) return
  const put: Session = { ...session.body, lastSeenAt: now }
  await touch(
    access,
    { collection: SESSIONS, id: session.id, expected: session.version, put },
    { kind: 'user', id: session.body.user },
  )
}

/** Ends every session of a person but one. */
export async function endOtherSessions(access: Access, user: string, but: string): Promise<void> {
  const writes = await endingAllSessions(access, user, but)
  if (writes.length > 0) {
    await access.documents.commit(writes, { author: { kind: 'user', id: user } })
  }
  for (const { id } of writes) access.callers.forgetCredential(id)
}

/** Ends one session of a person; another's is `not-found`, like one that never was. */
export async function endSession(access: Access, user: string, id: string): Promise<void> {
  const session = await access.documents.get(SESSIONS, id)
  if (session?.body.user !== user) {
    throw new Problem('not-found', { en: 'There is no such session', zh: '没有该会话' })
  }
  await access.documents.commit([deletion(session)], { author: { kind: 'user', id: user } })
  access.callers.forgetCredential(id)
}
