import { type Static, Type } from 'typebox'
import type { Text } from '../../lib/text.ts'
import { AuthorSchema, literals } from '../access/collections.ts'
import { maskEmail, maskIdNumber, maskName, maskPhone } from '../access/mask.ts'
import type { Documents } from '../documents/documents.ts'
import { NamedCodeReply } from './code-routes.ts'
import { type CodeTable, type EditionedCode, regions, sectors } from './codes.ts'
import {
  type Case,
  DECISIONS,
  ENTERPRISE_CASES,
  type Entry,
  ReasonSchema,
  STATES,
  type StoredEnterprise,
} from './enterprise.ts'
import { regionOfUscc, type Uscc } from './uscc.ts'

const THREAD_MAX = 1000
const Time = Type.String({ format: 'date-time' })
const Optional = Type.Optional(Type.String())
const StateReply = literals(STATES)

const CodedReply = Type.Object({
  code: Type.String(),
  edition: Type.String(),
  chain: Type.Array(NamedCodeReply, {
    description: 'From the widest down to it; empty when the table of its edition is not here',
  }),
})

const EntryReply = Type.Object({
  uscc: Type.String(),
  name: Type.String(),
  nameEn: Optional,
  legalPerson: Type.Object({ name: Type.String(), idNumber: Optional }),
  region: CodedReply,
  sector: CodedReply,
  address: Optional,
  website: Optional,
  contact: Type.Object({ name: Type.String(), phone: Type.String(), email: Type.String() }),
  introduction: Optional,
  prefixWish: Optional,
  hasLicence: Type.Boolean(),
})

export const EnterpriseReply = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  state: StateReply,
  waiting: Type.Optional(literals(['application', 'change'])),
  waitingSince: Type.Optional(Time),
  entry: EntryReply,
  pending: Type.Optional(EntryReply),
  masked: Type.Boolean({ description: 'Whether personal data is masked in this answer' }),
  admittedAt: Type.Optional(Time),
  createdAt: Time,
  updatedAt: Time,
})

export const SummaryReply = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  state: StateReply,
  waiting: Type.Optional(literals(['application', 'change'])),
  waitingSince: Type.Optional(Time),
  uscc: Type.String(),
  name: Type.String(),
  region: CodedReply,
  sector: CodedReply,
  createdAt: Time,
})

export const CaseReply = Type.Object({
  number: Type.Integer(),
  kind: Type.String(),
  decides: Type.Boolean({ description: 'Whether it is a decision of the node' }),
  at: Time,
  by: literals(['enterprise', 'node']),
  author: Type.Optional(AuthorSchema),
  reasons: Type.Optional(Type.Array(ReasonSchema)),
  note: Optional,
  changed: Type.Optional(Type.Array(Type.String())),
})

export const CheckReply = Type.Object({
  path: Type.String(),
  en: Type.String(),
  zh: Type.String(),
})

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

export function showEnterprise(
  { id, version, createdAt, updatedAt, body }: StoredEnterprise,
  masked: boolean,
): Static<typeof EnterpriseReply> {
  const { state, entry, pending, admittedAt } = body
  return {
    id,
    version,
    state,
    ...waitingOf(body),
    entry: showEntry(entry, masked),
    ...(pending !== undefined && { pending: showEntry(pending, masked) }),
    masked,
    ...(admittedAt !== undefined && { admittedAt: timeOf(admittedAt) }),
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  }
}

/** For lists: nothing personal is in it. */
export function showSummary({
  id,
  version,
  createdAt,
  body,
}: StoredEnterprise): Static<typeof SummaryReply> {
  const { uscc, name, region, sector } = body.entry
  return {
    id,
    version,
    state: body.state,
    ...waitingOf(body),
    uscc,
    name,
    region: showCode(region, regions()),
    sector: showCode(sector, sectors()),
    createdAt: timeOf(createdAt),
  }
}

function waitingOf({ waiting, waitingSince }: StoredEnterprise['body']) {
  return {
    ...(waiting !== undefined && { waiting }),
    ...(waitingSince !== undefined && { waitingSince: timeOf(waitingSince) }),
  }
}

function showEntry(entry: Entry, masked: boolean): Static<typeof EntryReply> {
  const { licence, region, sector, legalPerson, contact, ...plain } = entry
  return {
    ...plain,
    legalPerson: masked ? maskedPerson(legalPerson) : legalPerson,
    region: showCode(region, regions()),
    sector: showCode(sector, sectors()),
    contact: masked ? maskedContact(contact) : contact,
    hasLicence: licence !== undefined,
  }
}

function maskedPerson({ name, idNumber }: Entry['legalPerson']): Entry['legalPerson'] {
  const shown = { name: maskName(name) }
  return idNumber === undefined ? shown : { ...shown, idNumber: maskIdNumber(idNumber) }
}

function maskedContact({ name, phone, email }: Entry['contact']): Entry['contact'] {
  return { name: maskName(name), phone: maskPhone(phone), email: maskEmail(email) }
}

function showCode({ code, edition }: EditionedCode, table: CodeTable): Static<typeof CodedReply> {
  const chain = edition === table.edition ? (table.find(code)?.chain ?? []) : []
  return { code, edition, chain: [...chain] }
}

/** The thread, oldest first. Who of the node's people it was is told to the node's people. */
export async function readThread(
  documents: Documents,
  enterprise: string,
  forStaff: boolean,
): Promise<Static<typeof CaseReply>[]> {
  const { items } = await documents.query(ENTERPRISE_CASES, {
    where: { enterprise },
    order: { by: 'number', descending: true },
    limit: THREAD_MAX,
  })
  return items.toReversed().map(({ body }) => showCase(body, forStaff))
}

function showCase({ enterprise: _, author, at, ...rest }: Case, forStaff: boolean) {
  return {
    ...rest,
    decides: (DECISIONS as readonly string[]).includes(rest.kind),
    at: timeOf(at),
    ...((forStaff || rest.by === 'enterprise') && { author }),
  }
}

/** What a reviewer should look at twice. Nothing of it is a refusal. */
export function checksOf({ body }: StoredEnterprise): (Text & { readonly path: string })[] {
  const entry = body.pending ?? body.entry
  const checks: (Text & { readonly path: string })[] = []
  const region = regionOfUscc(entry.uscc as Uscc)
  // 100000 is the national registration authority itself.
  if (regions().find(region) === undefined && region !== '100000') {
    checks.push({
      path: '/uscc',
      en: `Its division ${region} is not in GB/T 2260 (${regions().edition}); it may have been retired`,
      zh: `其行政区划码 ${region} 不在 GB/T 2260（${regions().edition}）中，可能为已撤销区划`,
    })
  }
  if (entry.licence === undefined) {
    const en = 'There is no image of the licence'
    checks.push({ path: '/licence', en, zh: '未上传营业执照图片' })
  }
  if (region.slice(0, 2) !== entry.region.code.slice(0, 2)) {
    checks.push({
      path: '/region',
      en: 'The region lies in another province than the authority that registered it',
      zh: '所填地区与登记机关不在同一省级行政区',
    })
  }
  return checks
}
