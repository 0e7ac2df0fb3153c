import { randomInt } from 'node:crypto'
import { type Static, Type } from 'typebox'
import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import { AuthorSchema, literals } from '../access/collections.ts'
import type { Collection, Documents, DocumentWrite, Stored } from '../documents/documents.ts'
import { nameGrams, nameKey } from './name-forms.ts'

export const STATES = ['applied', 'returned', 'admitted', 'suspended', 'rejected'] as const
export type EnterpriseState = (typeof STATES)[number]

export const NAME_CHARS_MAX = 200
export const NOTE_CHARS_MAX = 2000
export const REASONS_MAX = 50
/** Entries of one thread: beyond, somebody plays with it. */
const CASES_MAX = 2000
const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const ID_CHARS = 11

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
const Id = Type.String({ minLength: 1, maxLength: 128 })
const Line = Type.String({ minLength: 1, maxLength: NAME_CHARS_MAX })
const Coded = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 10 }),
  edition: Type.String({ minLength: 1, maxLength: 20 }),
})

/** What an enterprise says of itself, as it was checked and normalised. */
export const EntrySchema = Type.Object({
  uscc: Type.String({ pattern: '^[0-9A-HJ-NPQRTUWXY]{18}$' }),
  name: Line,
  nameEn: Type.Optional(Line),
  legalPerson: Type.Object({
    name: Line,
    idNumber: Type.Optional(Type.String({ pattern: '^\\d{17}[\\dX]$' })),
  }),
  region: Coded,
  sector: Coded,
  address: Type.Optional(Type.String({ maxLength: 500 })),
  website: Type.Optional(Type.String({ maxLength: 500 })),
  contact: Type.Object({
    name: Line,
    phone: Type.String({ minLength: 1, maxLength: 40 }),
    email: Type.String({ minLength: 3, maxLength: 254 }),
  }),
  introduction: Type.Optional(Type.String({ maxLength: 5000 })),
  /** The segment wished for below the node's prefix. */
  prefixWish: Type.Optional(Type.String({ maxLength: 128 })),
  /** File id of the image of the business licence. */
  licence: Type.Optional(Id),
})

export type Entry = Static<typeof EntrySchema>

export const ENTERPRISES = {
  name: 'enterprises',
  schema: Type.Object({
    /** Its own id, so that a change of it tells whose it is. */
    enterprise: Id,
    state: literals(STATES),
    entry: EntrySchema,
    /** What an admitted enterprise wants its entry to become, where that takes a review. */
    pending: Type.Optional(EntrySchema),
    /** What a reviewer has to decide; absent: nothing. */
    waiting: Type.Optional(literals(['application', 'change'])),
    waitingSince: Type.Optional(Time),
    /** Id of the user who applied. */
    applicant: Id,
    /** In which it is written to. */
    language: Type.Optional(literals(['zh', 'en'])),
    statusHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    statusUntil: Time,
    /** Entries of the thread. */
    cases: Type.Integer({ minimum: 0 }),
    admittedAt: Type.Optional(Time),
    /** Below: what it is found by, from `entry` and `pending`. */
    nameKey: Type.String({ maxLength: NAME_CHARS_MAX }),
    usccs: Type.Array(Type.String()),
    nameGrams: Type.Array(Type.String()),
    legalPersons: Type.Array(Type.String()),
    idNumbers: Type.Array(Type.String()),
    phones: Type.Array(Type.String()),
  }),
  indexes: {
    state: 'text',
    waiting: 'text',
    waitingSince: 'integer',
    'entry.region.code': 'text',
    'entry.sector.code': 'text',
    nameKey: 'text',
    usccs: 'text',
    nameGrams: 'text',
    legalPersons: 'text',
    idNumbers: 'text',
    phones: 'text',
  },
  secret: ['statusHash'],
  personal: [
    'entry.legalPerson',
    'entry.contact',
    'pending.legalPerson',
    'pending.contact',
    'legalPersons',
    'idNumbers',
    'phones',
  ],
} as const satisfies Collection

export type Enterprise = Static<typeof ENTERPRISES.schema>
export type StoredEnterprise = Stored<Enterprise>

/** Who holds a social credit code here; the id is the code. Of two approvals of one code, one is refused. */
export const ENTERPRISE_CODES = {
  name: 'enterprise-codes',
  schema: Type.Object({ enterprise: Id }),
  indexes: {},
} as const satisfies Collection

export const DECISIONS = [
  'approved',
  'returned',
  'rejected',
  'change-approved',
  'change-returned',
  'change-rejected',
  'suspended',
  'resumed',
] as const
const ACTS = ['applied', 'corrected', 'changed', 'change-requested', 'licence-replaced'] as const

export const ReasonSchema = Type.Object(
  {
    path: Type.String({ maxLength: 100, description: 'JSON Pointer of the field, `/uscc`' }),
    reason: Type.String({ minLength: 1, maxLength: NOTE_CHARS_MAX }),
  },
  { additionalProperties: false },
)

/** The thread between an enterprise and the node: both see the same. Only ever added to. */
export const ENTERPRISE_CASES = {
  name: 'enterprise-cases',
  schema: Type.Object({
    enterprise: Id,
    number: Type.Integer({ minimum: 1 }),
    kind: literals([...ACTS, ...DECISIONS]),
    at: Time,
    by: literals(['enterprise', 'node']),
    author: AuthorSchema,
    reasons: Type.Optional(Type.Array(ReasonSchema, { maxItems: REASONS_MAX })),
    note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
    /** Members of the entry that are other than before. */
    changed: Type.Optional(Type.Array(Type.String())),
  }),
  indexes: { enterprise: 'text', number: 'integer' },
  personal: ['reasons', 'note'],
} as const satisfies Collection

export type Case = Static<typeof ENTERPRISE_CASES.schema>

/** `e` and 55 random bits: short enough for a link, no secret. */
export function newEnterpriseId(): string {
  const letters = Array.from({ length: ID_CHARS }, () => ID_ALPHABET[randomInt(32)])
  return `e${letters.join('')}`
}

/** The body with what it is found by made anew. */
export function indexed(
  body: Omit<
    Enterprise,
    'nameKey' | 'usccs' | 'nameGrams' | 'legalPersons' | 'idNumbers' | 'phones'
  >,
): Enterprise {
  const entries = body.pending === undefined ? [body.entry] : [body.entry, body.pending]
  const each = (values: readonly (string | undefined)[]) =>
    [...new Set(values.filter((it) => it !== undefined && it !== ''))] as string[]
  return {
    ...body,
    nameKey: nameKey(body.entry.name),
    usccs: each(entries.map((it) => it.uscc)),
    nameGrams: each(entries.flatMap((it) => nameGrams(it.name))),
    legalPersons: each(entries.map((it) => personKey(it.legalPerson.name))),
    idNumbers: each(entries.map((it) => it.legalPerson.idNumber)),
    phones: each(entries.map((it) => phoneKey(it.contact.phone))),
  }
}

/** How names of persons are compared. */
export function personKey(name: string): string {
  return name.normalize('NFKC').replaceAll(/\s/gu, '').toLowerCase()
}

/** Digits alone, without the country's code. */
export function phoneKey(phone: string): string {
  return phone
    .normalize('NFKC')
    .replaceAll(/\D/g, '')
    .replace(/^(00)?86(?=1\d{10}$)/, '')
}

export type NewCase = {
  readonly kind: Case['kind']
  readonly at: number
  readonly author: Author
  readonly reasons?: readonly Static<typeof ReasonSchema>[]
  readonly note?: string | undefined
  readonly changed?: readonly string[]
}

/** The writes that put a body in place and tell the thread why, in one commit. */
export function withCase(
  { id, version }: { readonly id: string; readonly version: number },
  body: Parameters<typeof indexed>[0],
  { kind, at, author, reasons = [], note, changed = [] }: NewCase,
): readonly DocumentWrite[] {
  const number = body.cases + 1
  const by = (DECISIONS as readonly string[]).includes(kind) ? 'node' : 'enterprise'
  if (number > CASES_MAX && by === 'enterprise') throw tooManyCases()
  const put: Case = {
    enterprise: id,
    number,
    kind,
    at,
    by,
    author: { ...author },
    ...(reasons.length === 0 ? {} : { reasons: [...reasons] }),
    ...(note === undefined || note === '' ? {} : { note }),
    ...(changed.length === 0 ? {} : { changed: [...changed] }),
  }
  return [
    { collection: ENTERPRISES, id, expected: version, put: indexed({ ...body, cases: number }) },
    { collection: ENTERPRISE_CASES, id: `${id}.${number}`, expected: 0, put },
  ]
}

function tooManyCases(): Problem {
  return new Problem('too-large', {
    en: `An enterprise’s thread has at most ${CASES_MAX} entries; write to the node`,
    zh: `企业往来记录最多 ${CASES_MAX} 条，请联系节点`,
  })
}

export function noEnterprise(): Problem {
  return new Problem('not-found', { en: 'There is no such enterprise', zh: '没有该企业' })
}

export function staleEnterprise(): Problem {
  return new Problem('stale-version', {
    en: 'The enterprise was changed meanwhile; read it again',
    zh: '该企业信息已变更，请重新读取',
  })
}

/** @throws Problem `not-found` */
export async function readEnterprise(documents: Documents, id: string): Promise<StoredEnterprise> {
  const stored = await documents.get(ENTERPRISES, id)
  if (stored === undefined) throw noEnterprise()
  return stored
}

/** Whatever its state. */
export async function enterpriseExists(documents: Documents, id: string): Promise<boolean> {
  return (await documents.get(ENTERPRISES, id)) !== undefined
}

/** Whether it may be given prefixes: it is admitted and not suspended. */
export async function isAdmitted(documents: Documents, id: string): Promise<boolean> {
  return (await documents.get(ENTERPRISES, id))?.body.state === 'admitted'
}

export type PublicEnterprise = {
  readonly id: string
  readonly name: string
  readonly nameEn?: string
  readonly website?: string
  readonly region: Entry['region']
}

/** What everybody may know of an enterprise that was admitted, suspended ones included; undefined for others. */
export async function publicEnterprise(
  documents: Documents,
  id: string,
): Promise<PublicEnterprise | undefined> {
  const stored = await documents.get(ENTERPRISES, id)
  if (stored?.body.admittedAt === undefined) return undefined
  const { name, nameEn, website, region } = stored.body.entry
  return {
    id,
    name,
    region,
    ...(nameEn !== undefined && { nameEn }),
    ...(website !== undefined && { website }),
  }
}
