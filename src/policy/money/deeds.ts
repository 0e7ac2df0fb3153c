import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { commitDecided, type Decided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import {
  authorise,
  type Caller,
  mayDo,
  type Reach,
  reaches,
  requireReach,
} from '../../kernel/access/permissions.ts'
import type { Collection, DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { NAME_CHARS_MAX } from '../../kernel/quotas/collections.ts'
import type { LedgerRefusal } from '../../kernel/quotas/ledger.ts'
import type { Planned } from '../../kernel/quotas/moves.ts'
import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type Award, POLICY_AWARDS } from '../awards/collections.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { refusalText } from '../desk/refusal-text.ts'
import { MONEY_DEEDS } from './collections.ts'

export type MoneyDeps = Pick<PolicyDeps, 'documents' | 'clock' | 'files' | 'rules'>
export type StoredAward = Stored<Award>

export const KEY_CHARS_MAX = 100

/** In the body of every write: the same key again is the same deed once. */
export const KeyWish = Type.String({
  minLength: 8,
  maxLength: KEY_CHARS_MAX,
  pattern: '^[\\x21-\\x7d]+$',
  description: 'Made by the caller; the same key again is the same deed once',
})

export const PathId = Type.String({ minLength: 1, maxLength: NAME_CHARS_MAX })

/** What somebody asks to be done, once. */
export type Asked = {
  readonly deed: string
  readonly key: string
  /** All that makes one request differ from another. */
  readonly asked: unknown
}

/** What a deed comes to; `subject` is the id of what it was done to, or made. */
export type Done = { readonly subject: string; readonly writes: readonly DocumentWrite[] }

export type Deed = {
  readonly author: Author
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of who asked and the key: 64 hexadecimal digits, the same for a repeat. */
  readonly id: string
}

/**
 * Reads, decides and commits, once for a key: a repeat answers the subject of the first time and writes nothing. Decided anew
 * when somebody else was faster, so `decide` reads what it stands on each time.
 * @throws Problem `invalid-input` for the same key with another request, and whatever `decide` throws
 */
export async function doOnce(
  { documents, clock }: Pick<MoneyDeps, 'documents' | 'clock'>,
  caller: Caller,
  { asked, decide }: { readonly asked: Asked; readonly decide: (deed: Deed) => Promise<Done> },
): Promise<string> {
  const author = authorOf(caller)
  const id = digestOf([author.kind, author.id, asked.key])
  const fingerprint = digestOf([asked.deed, asked.asked])
  return await untilFastest(documents, author, async () => {
    const known = (await documents.get(MONEY_DEEDS, id))?.body
    if (known !== undefined && known.fingerprint !== fingerprint) throw otherRequest()
    if (known !== undefined) return { writes: [], answer: known.subject }
    const at = clock()
    const { subject, writes } = await decide({ author, at, id })
    const put = { fingerprint, deed: asked.deed, subject, by: author, at }
    const deed: DocumentWrite = { collection: MONEY_DEEDS, id, expected: 0, put }
    return { writes: [...writes, deed], answer: subject }
  })
}

const ROUNDS_MAX = 32

/** Many may want the last of something at once: in each round somebody is served, so whoever waits long enough is too. */
async function untilFastest(
  documents: MoneyDeps['documents'],
  author: Author,
  decide: () => Promise<Decided<string>>,
): Promise<string> {
  for (let round = 1; ; round++) {
    try {
      return await commitDecided(documents, author, decide)
    } catch (problem) {
      const isStale = problem instanceof Problem && problem.code === 'stale-version'
      if (!isStale || round >= ROUNDS_MAX) throw problem
    }
  }
}

export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/** An id for what a deed makes: the same for a repeat, and not to be guessed by those who do not know its key. */
export function madeId({ id }: Deed): string {
  return id.slice(0, 32)
}

/** The write of a document as it was read and is to be. */
export function changed<T>(
  collection: Collection,
  { id, version }: Stored<T>,
  put: T,
): DocumentWrite {
  return { collection, id, expected: version, put }
}

/** Whether two persons did this and that. A program's key is no person. */
export function isAnotherPerson(first: Author, second: Author): boolean {
  return first.kind === 'user' && second.kind === 'user' && first.id !== second.id
}

/** What the ledger answers, or its refusals as a problem. @throws Problem `wrong-state` with every reason */
export function requirePlanned(planned: Planned<LedgerRefusal>): readonly DocumentWrite[] {
  if (planned.kind === 'planned') return planned.writes
  throw refused(planned.reasons.map(refusalText))
}

/** @throws Problem `wrong-state` with every reason */
export function refused(reasons: readonly Text[]): Problem {
  const text = {
    en: reasons.map((it) => it.en).join('; '),
    zh: reasons.map((it) => it.zh).join('；'),
  }
  return new Problem('wrong-state', text)
}

export function notThere(): Problem {
  return new Problem('not-found', { en: 'There is no such thing', zh: '没有该项' })
}

export function wrongField(path: string, reason: Text): Problem {
  const text = { en: 'Some fields are not right', zh: '部分字段不符合要求' }
  return new Problem('invalid-input', text, { fields: [{ path, reason }] })
}

/** Whose money the caller may look at: the whole desk's, or that of their own enterprises. */
export function moneyReach(caller: Caller): Reach {
  return mayDo(caller, 'policy.read') ? 'node' : requireReach(caller, 'applications.read')
}

/** As a filter of a query; an enterprise that is not within reach finds nothing. */
export function withinReach(
  reach: Reach,
  enterprise?: string,
): string | { in: string[] } | undefined {
  if (enterprise !== undefined) return reaches(reach, enterprise) ? enterprise : { in: [] }
  return reach === 'node' ? undefined : { in: [...reach] }
}

/** @throws Problem `not-found` for what is not there and what is not theirs to see */
export async function readWithin<B extends { readonly applicant: string }>(
  reach: Reach,
  reading: Promise<Stored<B> | undefined>,
): Promise<Stored<B>> {
  const stored = await reading
  if (stored === undefined || !reaches(reach, stored.body.applicant)) throw notThere()
  return stored
}

/** @throws Problem `not-found` where it is not there, or not theirs to see */
export async function readAward(
  { documents }: Pick<MoneyDeps, 'documents'>,
  id: string,
): Promise<StoredAward> {
  const stored = await documents.get(POLICY_AWARDS, id)
  if (stored === undefined) throw notThere()
  return stored
}

/**
 * Those who act for the enterprise of a thing. Who cannot even see it hears that it is not there.
 * @throws Problem `not-found`, `not-signed-in`, `not-authorised`
 */
export function authoriseOwner(caller: Caller, enterprise: string): void {
  if (!reaches(moneyReach(caller), enterprise)) throw notThere()
  const isOwn =
    caller.kind === 'user'
      ? caller.memberships.some((it) => it.enterprise === enterprise)
      : caller.kind === 'key' && caller.enterprise === enterprise
  // the node's people do not answer for an enterprise
  if (!isOwn) {
    throw new Problem('not-authorised', {
      en: 'Only the enterprise itself can do this',
      zh: '只能由企业自己办理',
    })
  }
  authorise(caller, 'applications.write', enterprise)
}

/** The name of the ledger of a budget in a year. */
export function ledgerNameOf(budget: string, year: number): string {
  return `budget:${budget}:${year}`
}

/** The ledger that an award was committed in. @throws Problem `wrong-state` where it was committed to no budget */
export function ledgerOf({ budget, year }: Award): string {
  if (budget !== undefined) return ledgerNameOf(budget, year)
  throw new Problem('wrong-state', {
    en: 'The award was committed to no budget, so nothing can be paid for it',
    zh: '该奖补未列入任何预算，无法支付',
  })
}

/** @throws Problem `invalid-input` where a file is not there or not of this enterprise */
export async function requireFilesOf(
  { files }: Pick<MoneyDeps, 'files'>,
  enterprise: string,
  ids: readonly string[],
): Promise<void> {
  const found = await Promise.all(ids.map((it) => files.getFile(it)))
  const at = found.findIndex(
    (it) => it?.body.enterprise !== enterprise || it.body.kind !== 'upload',
  )
  if (at < 0) return
  throw wrongField(`/files/${at}`, {
    en: 'There is no such file of this enterprise',
    zh: '该企业没有此文件',
  })
}

function otherRequest(): Problem {
  return wrongField('/key', {
    en: 'This key was used for another request',
    zh: '该操作键已用于另一请求',
  })
}
