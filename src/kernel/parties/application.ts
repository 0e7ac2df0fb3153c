import { createHmac, randomUUID } from 'node:crypto'
import type { Author } from '../../lib/author.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Language } from '../../lib/text.ts'
import type { Access } from '../access/access.ts'
import { DISPLAY_NAME_CHARS_MAX, MEMBERSHIPS_MAX, USERS } from '../access/collections.ts'
import { addressLetter, takesLetter } from '../access/mail-address.ts'
import { judgePassword } from '../access/password.ts'
import type { Caller } from '../access/permissions.ts'
import { hashSecret, issueToken, matchesHash, parseToken, sameToken } from '../access/token.ts'
import { enterprisesOf, findByName, judgeName, newUser } from '../access/users.ts'
import type { DocumentWrite } from '../documents/documents.ts'
import type { KeptFile } from '../files/shelf.ts'
import { letterWrite } from '../mail/outbox.ts'
import type { PartiesDeps } from './deps.ts'
import {
  ENTERPRISES,
  type Entry,
  newEnterpriseId,
  type StoredEnterprise,
  withCase,
} from './enterprise.ts'
import { keepLicence } from './licence.ts'
import { type EntryWish, entryOf } from './wish.ts'

/** Applications nobody has looked at yet. */
const WAITING_MAX = 20_000
const STATUS_MS_MAX = 365 * 86_400_000

export type AccountWish = {
  readonly name: string
  readonly password: string
  readonly displayName?: string
}

export type Application = {
  readonly entry: EntryWish
  /** Who will act for the enterprise; not needed by somebody who is signed in. */
  readonly account?: AccountWish
  /** PNG or JPEG. */
  readonly licence?: Buffer
  /** In which it is written to. */
  readonly language: Language
}

export type Applied = { readonly enterprise: string; readonly statusToken: string }

/** What is wrong with who wants to act; paths are those of the request. */
export function judgeAccount(caller: Caller, account: unknown): readonly FieldProblem[] {
  if (account === undefined) {
    if (caller.kind === 'user') return []
    return [{ path: '/account', reason: { en: 'is required', zh: '必填' } }]
  }
  // what is no account at all is told by the schema
  if (typeof account !== 'object' || account === null) return []
  const { name, password } = account as Partial<AccountWish>
  if (typeof name !== 'string' || typeof password !== 'string') return []
  return [
    ...judgeName(name, '/account/name'),
    ...judgePassword(password, name, '/account/password'),
  ]
}

/**
 * Takes an application, which was found sound, and makes the account of the person who made it, in one commit.
 * @throws Problem `already-exists` (the sign-in name), `too-large`, `unreadable-input` (the image), `unavailable`
 */
export async function apply(
  deps: PartiesDeps,
  caller: Caller,
  { entry: wish, account, licence, language }: Application,
): Promise<Applied> {
  const { documents } = deps.access
  await requireRoom(deps.access)
  const person = await personOf(deps.access, caller, account)
  const id = newEnterpriseId()
  const status = issueToken()
  const address = wish.contact.email
  const confirming =
    account !== undefined && deps.access.mails
      ? await addressLetter(deps.access, person.author.id, { address, language })
      : []
  const commit = async (file: KeptFile | undefined): Promise<Applied> => {
    const writes = [
      ...enterpriseWrites(
        deps.access,
        { id, person, entry: entryOf(wish, file?.id), language },
        status,
      ),
      await person.joining(id),
      ...confirming,
      ...(await statusLetter(deps.access, { enterprise: id, to: address, language })),
      ...((await file?.writes()) ?? []),
    ]
    try {
      await documents.commit(writes, { author: person.author, note: 'application' })
    } catch (problem) {
      throw account !== undefined && isCode(problem, 'already-exists') ? nameTaken() : problem
    }
    deps.access.callers.forgetUser(person.author.id)
    return { enterprise: id, statusToken: `${id}_${status.token}` }
  }
  if (licence === undefined) return await commit(undefined)
  return await keepLicence(deps.files, { bytes: licence, enterprise: id }, commit)
}

type Person = {
  readonly author: Author
  /** The write by which they become the enterprise's administrator. */
  readonly joining: (enterprise: string) => Promise<DocumentWrite>
}

async function personOf(
  access: Access,
  caller: Caller,
  account: AccountWish | undefined,
): Promise<Person> {
  if (account === undefined) return knownPerson(access, caller)
  if ((await findByName(access, account.name)) !== undefined) throw nameTaken()
  const id = randomUUID()
  const password = await access.passwords.hash(account.password)
  const { name, displayName } = account
  return {
    author: { kind: 'user', id },
    joining: async (enterprise) => {
      const put = newUser({
        name,
        password,
        memberships: [{ enterprise, role: 'administrator' }],
        ...(displayName !== undefined && {
          displayName: displayName.slice(0, DISPLAY_NAME_CHARS_MAX),
        }),
      })
      return { collection: USERS, id, expected: 0, put }
    },
  }
}

function knownPerson({ documents }: Access, caller: Caller): Person {
  if (caller.kind !== 'user') {
    throw new Problem('not-signed-in', { en: 'Sign in first', zh: '请先登录' })
  }
  const { id } = caller
  return {
    author: { kind: 'user', id },
    joining: async (enterprise) => {
      const user = await documents.get(USERS, id)
      if (user === undefined) {
        throw new Problem('not-signed-in', { en: 'Sign in first', zh: '请先登录' })
      }
      const memberships = [...user.body.memberships, { enterprise, role: 'administrator' as const }]
      if (memberships.length > MEMBERSHIPS_MAX) throw tooManyMemberships()
      const put = { ...user.body, memberships, enterprises: enterprisesOf(memberships) }
      return { collection: USERS, id, expected: user.version, put }
    },
  }
}

function enterpriseWrites(
  { clock }: Access,
  {
    id,
    person,
    entry,
    language,
  }: { readonly id: string; readonly person: Person; readonly entry: Entry; language: Language },
  { token }: { readonly token: string },
): readonly DocumentWrite[] {
  const now = clock()
  const body = {
    enterprise: id,
    state: 'applied',
    entry,
    waiting: 'application',
    waitingSince: now,
    applicant: person.author.id,
    language,
    statusHash: hashSecret(token),
    statusUntil: now + STATUS_MS_MAX,
    cases: 0,
  } as const
  const told = { kind: 'applied', at: now, author: person.author } as const
  return withCase({ id, version: 0 }, body, told)
}

/** The letter with a link to the application; none where none are sent, or enough were to this address. */
async function statusLetter(
  access: Access,
  told: { readonly enterprise: string; readonly to: string; readonly language: Language },
): Promise<readonly DocumentWrite[]> {
  if (!access.mails || !(await takesLetter(access, told.to))) return []
  return [letterWrite(access.clock(), { kind: 'application', ...told })]
}

/**
 * What a mailed link shows an application by; undefined where there is none. It is made of the node's own secret whenever it
 * is needed, so that it lies nowhere and is the same in a letter that is sent twice; it ends with the link of the page.
 */
export async function mailedStatusToken(
  access: Access,
  enterprise: string,
): Promise<string | undefined> {
  const stored = await access.documents.get(ENTERPRISES, enterprise)
  return stored && `${enterprise}_${await mailedSecret(access, stored)}`
}

/** In the form of a token that was issued. */
async function mailedSecret({ statusSecret }: Access, { id, body }: StoredEnterprise) {
  const key = await statusSecret()
  const made = (of: string) =>
    createHmac('sha256', key).update(`${of}\0${id}\0${body.statusHash}`).digest()
  return `${made('id').toString('hex').slice(0, 24)}_${made('secret').toString('base64url')}`
}

/** The enterprise a status link stands for. Throws `not-found` whatever is wrong with the token. */
export async function enterpriseByStatus(access: Access, token: string): Promise<StoredEnterprise> {
  const { documents, clock } = access
  const cut = token.indexOf('_')
  const [id, secret] = [token.slice(0, cut), token.slice(cut + 1)]
  const known = cut > 0 && parseToken(secret) !== undefined
  const stored = known ? await documents.get(ENTERPRISES, id) : undefined
  const { statusHash, statusUntil } = stored?.body ?? {}
  if (stored === undefined || statusHash === undefined) throw noStatus()
  const isMailed = sameToken(secret, await mailedSecret(access, stored))
  if (!isMailed && !matchesHash(secret, statusHash)) throw noStatus()
  if (clock() >= (statusUntil ?? 0)) throw noStatus()
  return stored
}

async function requireRoom({ documents }: Access): Promise<void> {
  if ((await documents.count(ENTERPRISES, { state: 'applied' })) < WAITING_MAX) return
  throw new Problem('unavailable', {
    en: 'Too many applications wait for a review; try again in some days',
    zh: '待审核的申请过多，请数日后再试',
  })
}

function isCode(problem: unknown, code: Problem['code']): boolean {
  return problem instanceof Problem && problem.code === code
}

function nameTaken(): Problem {
  const reason = { en: 'This sign-in name is taken', zh: '该登录名已被占用' }
  return new Problem('already-exists', reason, { fields: [{ path: '/account/name', reason }] })
}

function tooManyMemberships(): Problem {
  return new Problem('too-large', {
    en: `One person can be in ${MEMBERSHIPS_MAX} enterprises at most`,
    zh: `一名用户最多可属于 ${MEMBERSHIPS_MAX} 家企业`,
  })
}

function noStatus(): Problem {
  return new Problem('not-found', {
    en: 'This link is none, or has expired; sign in to see the application',
    zh: '该链接无效或已过期，请登录后查看申请',
  })
}
