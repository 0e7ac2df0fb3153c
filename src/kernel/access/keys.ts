import { Problem } from '../../lib/problem.ts'
import type { Stored } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import { authorOf } from './caller.ts'
import type { Identity } from './caller-cache.ts'
import { KEY_USES, KEYS, type Key, USERS } from './collections.ts'
import {
  authorise,
  type Caller,
  mayDo,
  type Permission,
  reaches,
  requireReach,
} from './permissions.ts'
import { hashSecret, issueToken, matchesHash, parseToken } from './token.ts'
import { touch } from './touch.ts'
import { callerOfUser, throwFields } from './users.ts'

const DAY_MS = 86_400_000
const KEY_PREFIX = 'wmk_'
export const KEY_DAYS_DEFAULT = 365
export const KEY_DAYS_MAX = 1_096
const USED_EVERY_MS = 60_000
const PAGE_MAX = 1_000
const PAGE_DEFAULT = 100
/** Keys that still open something: of one enterprise, and of all together where the node's staff makes one. */
const KEYS_MAX = 1_000
const KEYS_ALL_MAX = 1_000_000

/** A credential that is one of our keys, or wants to be. */
export function isKeyToken(token: string): boolean {
  return token.startsWith(KEY_PREFIX)
}

/** Who holds this key; undefined when it is unknown, expired or revoked, or its maker lost what it was given. */
export async function identifyKey(access: Access, token: string): Promise<Identity | undefined> {
  const halves = parseToken(token.slice(KEY_PREFIX.length))
  if (halves === undefined) return undefined
  return await access.callers.get(hashSecret(token), async () => {
    const key = await access.documents.get(KEYS, halves.id)
    if (key === undefined || !matchesHash(halves.secret, key.body.secretHash)) return undefined
    if (key.body.revokedAt !== undefined || key.body.expiresAt <= access.clock()) return undefined
    const scopes = await scopesNow(access, key.body)
    if (scopes.length === 0) return undefined
    await noteUsed(access, key.id)
    const { enterprise, createdBy, expiresAt } = key.body
    return {
      caller: {
        kind: 'key',
        id: key.id,
        scopes,
        ...(enterprise === undefined ? {} : { enterprise }),
      },
      credential: key.id,
      user: createdBy,
      endsAt: expiresAt,
    }
  })
}

/** A key never does more than who made it could do now: it goes with them. */
async function scopesNow(access: Access, key: Key): Promise<readonly Permission[]> {
  const maker = await access.documents.get(USERS, key.createdBy)
  if (maker?.body.state !== 'active') return []
  const caller = callerOfUser(maker)
  return key.scopes.filter((it) => mayDo(caller, it, key.enterprise))
}

async function noteUsed(access: Access, id: string): Promise<void> {
  const now = access.clock()
  const use = await access.documents.get(KEY_USES, id)
  if (use !== undefined && now < use.body.lastUsedAt + USED_EVERY_MS) return
  const write = { collection: KEY_USES, id, expected: use?.version ?? 0, put: { lastUsedAt: now } }
  await touch(access, write, { kind: 'key', id })
}

export type KeyWish = {
  readonly label: string
  readonly enterprise?: string
  readonly scopes: readonly Permission[]
  /** Milliseconds since 1970. */
  readonly expiresAt?: number
}

/** The token is in the answer and nowhere else afterwards. Throws `not-authorised`, `invalid-input`. */
export async function createKey(
  access: Access,
  caller: Caller,
  wish: KeyWish,
): Promise<{ readonly key: KeyShown; readonly token: string }> {
  authorise(caller, 'keys.write', wish.enterprise)
  if (caller.kind !== 'user') {
    throw new Problem('not-authorised', { en: 'Keys are made by people', zh: '密钥只能由用户创建' })
  }
  for (const scope of wish.scopes) authorise(caller, scope, wish.enterprise)
  const now = access.clock()
  const expiresAt = wish.expiresAt ?? now + KEY_DAYS_DEFAULT * DAY_MS
  judgeExpiry(expiresAt, now)
  await requireRoom(access, wish.enterprise)
  const { id, token, secretHash } = issueToken()
  const put: Key = {
    secretHash,
    label: wish.label,
    scopes: [...new Set(wish.scopes)],
    expiresAt,
    createdBy: caller.id,
    ...(wish.enterprise === undefined ? {} : { enterprise: wish.enterprise }),
  }
  await access.documents.commit([{ collection: KEYS, id, expected: 0, put }], {
    author: authorOf(caller),
  })
  return { key: shown({ id, createdAt: now, body: put }), token: `${KEY_PREFIX}${token}` }
}

async function requireRoom(access: Access, enterprise: string | undefined): Promise<void> {
  const live = { expiresAt: { from: access.clock() + 1 } }
  const where = enterprise === undefined ? live : { ...live, enterprise }
  const max = enterprise === undefined ? KEYS_ALL_MAX : KEYS_MAX
  if ((await access.documents.count(KEYS, where)) < max) return
  throw new Problem('too-large', {
    en: `There are ${max} live keys at most; revoke some first`,
    zh: `有效密钥最多 ${max} 个，请先吊销一部分`,
  })
}

function judgeExpiry(expiresAt: number, now: number): void {
  if (expiresAt > now && expiresAt <= now + KEY_DAYS_MAX * DAY_MS) return
  throwFields([
    {
      path: '/expiresAt',
      reason: { en: 'is not a possible expiry', zh: '有效期不正确' },
      expected: {
        en: `A time to come, at most ${KEY_DAYS_MAX} days away`,
        zh: `将来的时间，最长 ${KEY_DAYS_MAX} 天`,
      },
    },
  ])
}

/** A key as its owners see it: everything but the secret's hash. Times in milliseconds since 1970. */
export type KeyShown = Omit<Key, 'secretHash'> & {
  readonly id: string
  readonly createdAt: number
  readonly lastUsedAt?: number
}

type KeyDocument = Pick<Stored<Key>, 'id' | 'createdAt' | 'body'>

function shown({ id, createdAt, body }: KeyDocument, lastUsedAt?: number): KeyShown {
  const { secretHash: _, ...open } = body
  return { id, createdAt, ...open, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) }
}

export type KeyQuery = {
  readonly enterprise?: string
  readonly after?: string
  /** 1 … 1,000; 100 when not said. */
  readonly limit?: number
}

/** Keys the caller may manage: an enterprise's, or with rights on the node all. */
export async function listKeys(
  access: Access,
  caller: Caller,
  { enterprise, after, limit = PAGE_DEFAULT }: KeyQuery,
): Promise<{ items: readonly KeyShown[]; next?: string }> {
  if (enterprise !== undefined) authorise(caller, 'keys.write', enterprise)
  const reach = requireReach(caller, 'keys.write')
  const where =
    enterprise !== undefined
      ? { enterprise }
      : reach === 'node'
        ? undefined
        : { enterprise: { in: [...reach] } }
  const page = await access.documents.query(KEYS, {
    ...(where === undefined ? {} : { where }),
    ...(after === undefined ? {} : { after }),
    limit: Math.min(limit, PAGE_MAX),
  })
  const items = await Promise.all(
    page.items.map(async (it) => {
      const use = await access.documents.get(KEY_USES, it.id)
      return shown(it, use?.body.lastUsedAt)
    }),
  )
  return { items, ...(page.next === undefined ? {} : { next: page.next }) }
}

/** From now on it opens nothing. Somebody else's key is `not-found`, like one that never was. */
export async function revokeKey(access: Access, caller: Caller, id: string): Promise<void> {
  const reach = requireReach(caller, 'keys.write')
  await commitDecided(access.documents, authorOf(caller), async () => {
    const key = await access.documents.get(KEYS, id)
    const mine =
      reach === 'node' ||
      (key?.body.enterprise !== undefined && reaches(reach, key.body.enterprise))
    if (key === undefined || !mine) {
      throw new Problem('not-found', { en: 'There is no such key', zh: '没有该密钥' })
    }
    if (key.body.revokedAt !== undefined) return { writes: [], answer: undefined }
    const now = access.clock()
    const put: Key = { ...key.body, revokedAt: now, expiresAt: Math.min(key.body.expiresAt, now) }
    return {
      writes: [{ collection: KEYS, id, expected: key.version, put }],
      answer: undefined,
    }
  })
  access.callers.forgetCredential(id)
}
