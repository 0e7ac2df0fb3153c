import type { FieldProblem } from '../../lib/problem.ts'
import { Problem } from '../../lib/problem.ts'
import type { DocumentWrite, Stored } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import {
  DISPLAY_NAME_CHARS_MAX,
  NAME_CHARS_MAX,
  OPERATORS,
  USERS,
  type User,
  type UserMembership,
} from './collections.ts'
import { type Caller, mayGrant, type NodeRole } from './permissions.ts'

export const OPERATORS_ID = 'current'
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]+$/u

/** How names are compared: NFKC, lower case. */
export function keyOfName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}

/** Pure. What is wrong with a name somebody wants to sign in by. */
export function judgeName(name: string, path = '/name'): readonly FieldProblem[] {
  const key = keyOfName(name)
  const fits = key.length >= 2 && Math.max(key.length, name.length) <= NAME_CHARS_MAX
  if (fits && NAME.test(key)) return []
  return [
    {
      path,
      reason: { en: 'is not a sign-in name', zh: '不是有效的登录名' },
      expected: {
        en: `2 to ${NAME_CHARS_MAX} letters and digits of any script, and . _ @ + - after the first`,
        zh: `2 至 ${NAME_CHARS_MAX} 个字母、汉字或数字，首字符之后可含 . _ @ + -`,
      },
    },
  ]
}

/** Throws `invalid-input` with all of them, where there are any. */
export function throwFields(fields: readonly FieldProblem[]): void {
  if (fields.length === 0) return
  throw new Problem(
    'invalid-input',
    { en: 'Some fields are wrong', zh: '部分字段有误' },
    { fields },
  )
}

export function nameTaken(): Problem {
  return new Problem(
    'already-exists',
    { en: 'This sign-in name is taken', zh: '该登录名已被占用' },
    {
      fields: [{ path: '/name', reason: { en: 'is taken', zh: '已被占用' } }],
    },
  )
}

/** Exactly one has this name, or nobody. */
export async function findByName(access: Access, name: string): Promise<Stored<User> | undefined> {
  // What cannot be a name is nobody's, and may hold what a store cannot look for.
  if (judgeName(name).length > 0) return undefined
  const where = { nameKey: keyOfName(name) }
  const { items } = await access.documents.query(USERS, { where, limit: 1 })
  return items[0]
}

export type NewUser = {
  readonly name: string
  readonly displayName?: string
  /** PHC string. */
  readonly password?: string
  readonly nodeRoles?: readonly NodeRole[]
  readonly memberships?: readonly UserMembership[]
}

/** A body to put; judges nothing, so judge the name and the password before. */
export function newUser(wish: NewUser): User {
  const name = wish.name.normalize('NFKC').trim()
  const memberships = [...(wish.memberships ?? [])]
  return {
    name,
    nameKey: keyOfName(name),
    displayName: (wish.displayName?.trim() || name).slice(0, DISPLAY_NAME_CHARS_MAX),
    ...(wish.password === undefined ? {} : { password: wish.password }),
    passwordEpoch: wish.password === undefined ? 0 : 1,
    nodeRoles: [...(wish.nodeRoles ?? [])],
    memberships,
    enterprises: enterprisesOf(memberships),
    state: 'active',
  }
}

export function enterprisesOf(memberships: readonly UserMembership[]): string[] {
  return [...new Set(memberships.map((it) => it.enterprise))]
}

/** Whatever was signed in with the password before is signed out by the epoch. */
export function withPassword(user: User, password: string): User {
  return { ...user, password, passwordEpoch: user.passwordEpoch + 1 }
}

/** What a person may do now: suspended memberships give nothing. */
export function callerOfUser({ id, body }: { readonly id: string; readonly body: User }): Caller {
  return {
    kind: 'user',
    id,
    name: body.name,
    nodeRoles: body.nodeRoles,
    memberships: body.memberships
      .filter((it) => it.suspended !== true)
      .map(({ enterprise, role }) => ({ enterprise, role })),
  }
}

/**
 * Whether `caller` holds everything `user` holds, wherever they hold it. Who may act as somebody (by giving them a new
 * password) must, or an enterprise's administrator could become whoever joins it. A suspended membership counts: it can
 * come back.
 */
export function outranks(caller: Caller, user: User): boolean {
  return (
    user.nodeRoles.every((role) => mayGrant(caller, role)) &&
    user.memberships.every((it) => mayGrant(caller, it.role, it.enterprise))
  )
}

function isOperator(user: User | undefined): boolean {
  return user !== undefined && user.state === 'active' && user.nodeRoles.includes('operator')
}

/**
 * The writes that keep the list of operators right while this user changes from `before` to `after`. Throws `wrong-state`
 * when none would be left.
 */
export async function operatorWrites(
  access: Access,
  id: string,
  before: User | undefined,
  after: User | undefined,
): Promise<readonly DocumentWrite[]> {
  if (isOperator(before) === isOperator(after)) return []
  const stored = await access.documents.get(OPERATORS, OPERATORS_ID)
  const others = (stored?.body.users ?? []).filter((it) => it !== id)
  const users = isOperator(after) ? [...others, id] : others
  if (users.length === 0) {
    throw new Problem('wrong-state', {
      en: 'This is the last operator; make another one first',
      zh: '这是最后一名运营人员，请先指定另一名',
    })
  }
  const expected = stored?.version ?? 0
  return [{ collection: OPERATORS, id: OPERATORS_ID, expected, put: { users } }]
}

/** False until the first is made; from then on one is always left. */
export async function operatorExists(access: Access): Promise<boolean> {
  const stored = await access.documents.get(OPERATORS, OPERATORS_ID)
  return stored !== undefined && stored.body.users.length > 0
}

export function noSuchUser(): Problem {
  return new Problem('not-found', { en: 'There is no such user', zh: '没有该用户' })
}

/** Their own name as it is shown. */
export async function renameSelf(access: Access, id: string, displayName: string): Promise<void> {
  await commitDecided(access.documents, { kind: 'user', id }, async () => {
    const user = await access.documents.get(USERS, id)
    if (user === undefined) throw noSuchUser()
    const put: User = { ...user.body, displayName }
    return { writes: [{ collection: USERS, id, expected: user.version, put }], answer: undefined }
  })
}
