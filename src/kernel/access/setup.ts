import { randomBytes, randomUUID } from 'node:crypto'
import type { Author } from '../../lib/author.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { DocumentWrite } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import { SETUP_CODES, USERS, type User } from './collections.ts'
import { judgePassword } from './password.ts'
import { hashSecret, matchesHash } from './token.ts'
import {
  judgeName,
  nameTaken,
  newUser,
  operatorExists,
  operatorWrites,
  throwFields,
} from './users.ts'

const CODE_BYTES = 16
const CODE = /^[A-Za-z0-9_-]{22}$/
const CODE_ID = 'current'
const MINUTE_MS = 60_000
export const SETUP_CODE_MS_MAX = 24 * 60 * MINUTE_MS
export const SETUP_TRIES_PER_MINUTE_MAX = 5

const AUTHOR: Author = { kind: 'system', id: 'setup' }

/**
 * A code that makes the first operator: 128 random bits, used once, within 24 h; an earlier one stops working. It is in
 * the answer and nowhere else. Throws `wrong-state` when there is an operator.
 */
export async function createSetupCode(access: Access): Promise<string> {
  const code = newCode()
  await commitDecided(access.documents, AUTHOR, async () => {
    if (await operatorExists(access)) throw alreadySetUp()
    const stored = await access.documents.get(SETUP_CODES, CODE_ID)
    const expiresAt = access.clock() + SETUP_CODE_MS_MAX
    // Tries go on counting: a new code must not be a way to try more often.
    const put = { secretHash: hashSecret(code), expiresAt, triedAt: stored?.body.triedAt ?? [] }
    const expected = stored?.version ?? 0
    return {
      writes: [{ collection: SETUP_CODES, id: CODE_ID, expected, put }],
      answer: undefined,
    }
  })
  return code
}

/** 128 random bits; never with a hyphen first, which a command line would read as an option. */
function newCode(): string {
  for (;;) {
    const code = randomBytes(CODE_BYTES).toString('base64url')
    if (!code.startsWith('-')) return code
  }
}

function alreadySetUp(): Problem {
  return new Problem('wrong-state', {
    en: 'This node has an operator already',
    zh: '本节点已有运营人员',
  })
}

export type FirstOperator = {
  readonly name: string
  readonly password: string
  readonly displayName?: string
}

/** What the rest of the node wants written in the same commit; throws `invalid-input` for its own fields. */
export type Configure = (author: Author) => Promise<readonly DocumentWrite[]>

/**
 * Makes the first operator, and whatever `configure` says, in one commit. Throws `wrong-state`, `invalid-input` (before the
 * code is looked at), `too-many-requests` (five tries a minute, counted in the store), `sign-in-refused`.
 */
export async function redeemSetupCode(
  access: Access,
  code: string,
  wish: FirstOperator,
  configure: Configure = async () => [],
): Promise<{ readonly id: string; readonly body: User }> {
  if (await operatorExists(access)) throw alreadySetUp()
  const id = randomUUID()
  const author: Author = { kind: 'user', id }
  throwFields([
    ...judgeName(wish.name),
    ...judgePassword(wish.password, wish.name),
    ...(await fieldsOf(configure, author)),
  ])
  await tryCode(access, code)
  const password = await access.passwords.hash(wish.password)
  const body = newUser({ ...wish, password, nodeRoles: ['operator'] })
  await commitDecided(access.documents, author, async () => {
    if (await operatorExists(access)) throw alreadySetUp()
    const stored = await access.documents.get(SETUP_CODES, CODE_ID)
    if (stored === undefined || !matchesHash(code, stored.body.secretHash)) throw wrongCode()
    const taken = { where: { nameKey: body.nameKey }, limit: 1 }
    if ((await access.documents.query(USERS, taken)).items.length > 0) throw nameTaken()
    return {
      writes: [
        { collection: USERS, id, expected: 0, put: body },
        ...(await operatorWrites(access, id, undefined, body)),
        { collection: SETUP_CODES, id: CODE_ID, expected: stored.version, delete: true },
        ...(await configure(author)),
      ],
      answer: undefined,
      note: 'setup',
    }
  })
  return { id, body }
}

async function fieldsOf(configure: Configure, author: Author): Promise<readonly FieldProblem[]> {
  try {
    await configure(author)
    return []
  } catch (problem) {
    if (problem instanceof Problem && problem.code === 'invalid-input') return problem.fields
    throw problem
  }
}

/** Counted and stored before the code is compared, so that neither haste nor a restart gives more tries. */
async function tryCode(access: Access, code: string): Promise<void> {
  if (!CODE.test(code)) throw wrongCode()
  const good = await commitDecided(access.documents, AUTHOR, async () => {
    const stored = await access.documents.get(SETUP_CODES, CODE_ID)
    if (stored === undefined) throw wrongCode()
    const now = access.clock()
    const recent = stored.body.triedAt.filter((it) => now - it < MINUTE_MS)
    const [oldest] = recent
    if (oldest !== undefined && recent.length >= SETUP_TRIES_PER_MINUTE_MAX) {
      throw tooManyTries(oldest + MINUTE_MS - now)
    }
    const put = { ...stored.body, triedAt: [...recent, now] }
    const current = now < stored.body.expiresAt && matchesHash(code, stored.body.secretHash)
    return {
      writes: [{ collection: SETUP_CODES, id: CODE_ID, expected: stored.version, put }],
      answer: current,
    }
  })
  if (!good) throw wrongCode()
}

function tooManyTries(waitMs: number): Problem {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000))
  return new Problem(
    'too-many-requests',
    {
      en: `The setup code was tried ${SETUP_TRIES_PER_MINUTE_MAX} times within a minute; wait ${retryAfterS} s`,
      zh: `一分钟内已尝试 ${SETUP_TRIES_PER_MINUTE_MAX} 次，请等待 ${retryAfterS} 秒`,
    },
    { retryAfterS },
  )
}

function wrongCode(): Problem {
  return new Problem('sign-in-refused', {
    en: 'The setup code is wrong, was used or has expired; `waymark setup --new-code` issues another',
    zh: '初始化码错误、已使用或已过期；可用 `waymark setup --new-code` 重新签发',
  })
}
