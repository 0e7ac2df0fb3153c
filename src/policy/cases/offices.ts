import { USERS, type User } from '../../kernel/access/collections.ts'
import { type Permission, permissionsOfRole } from '../../kernel/access/permissions.ts'
import { CALLS, CASES } from '../../kernel/cases/collections.ts'
import { readProcedure } from '../../kernel/cases/desk.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import type { Text } from '../../lib/text.ts'
import { POLICY_PLANS } from '../awards/collections.ts'
import { type Needed, officesNeeded } from '../awards/waiting.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { departmentsOf } from '../papers/parts.ts'
import { type OfficeKind, POLICY_CALLS, POLICY_OFFICES, POLICY_POSTS } from './collections.ts'

/** The newest plans and calls that are looked at for what they wait for. */
const LOOKED_AT_MAX = 200
const HOLDERS_MAX = 200
const NAMED_MAX = 1_000
const WAITS_SHOWN_MAX = 20

export type Holder = {
  readonly user: string
  readonly name: string
  /** The account is active and has a role that lets it act in this office. */
  readonly acts: boolean
}

/** A plan or call that an office has to do with. */
export type Wait = {
  readonly of: 'plan' | 'call'
  readonly id: string
  readonly title: Text
  /** It is the office's turn. */
  readonly isNow: boolean
}

export type Office = {
  readonly kind: OfficeKind
  readonly id: string
  readonly title: Text
  /** Of the name that it was given here; 0: none was. */
  readonly version: number
  /** Region packs that have it among their departments, and the body that fills it there. */
  readonly regions: readonly { readonly code: string; readonly name: Text; readonly body?: Text }[]
  readonly holders: readonly Holder[]
  readonly waits: readonly Wait[]
}

/** One of these is needed to act in an office. */
export const NEEDED_PERMISSIONS: Readonly<Record<OfficeKind, readonly Permission[]>> = {
  unit: ['policy.read', 'policy.review'],
  approval: ['policy.decide'],
}

export function officeKey(kind: OfficeKind, id: string): string {
  return `${kind}:${id}`
}

/** Whether an account can do anything with an office of a kind. */
export function canAct({ state, nodeRoles }: User, kind: OfficeKind): boolean {
  const needed = NEEDED_PERMISSIONS[kind]
  return (
    state === 'active' &&
    nodeRoles.some((role) => permissionsOfRole(role).some((it) => needed.includes(it)))
  )
}

/** Who fills an office. */
export async function holdersOf(
  documents: Documents,
  kind: OfficeKind,
  id: string,
): Promise<readonly Holder[]> {
  const where = kind === 'unit' ? { units: id } : { approvals: id }
  const { items } = await documents.query(POLICY_POSTS, { where, limit: HOLDERS_MAX })
  const users = await Promise.all(items.map((it) => documents.get(USERS, it.id)))
  return users.flatMap((it) => (it === undefined ? [] : [holder(it.id, it.body, kind)]))
}

function holder(user: string, body: User, kind: OfficeKind): Holder {
  return { user, name: body.displayName, acts: canAct(body, kind) }
}

/** `nobody`: no person fills it who may act; `not-another`: whoever does has approved before, or is the only one of an earlier level. */
export type Unfilled = Needed & { readonly why: 'nobody' | 'not-another' }

/** Of the offices that something needs in this order those that it would wait for in vain. */
export async function unfilledOf(
  documents: Documents,
  needed: readonly Needed[],
): Promise<readonly Unfilled[]> {
  const found: Unfilled[] = []
  const taken = new Set<string>()
  for (const it of needed) {
    const acting = (await holdersOf(documents, it.kind, it.id)).filter((of) => of.acts)
    const free = acting.filter((of) => !it.persons.includes(of.user) && !taken.has(of.user))
    const [only] = free
    if (only === undefined) {
      found.push({ ...it, why: acting.length === 0 ? 'nobody' : 'not-another' })
    } else if (it.kind === 'approval' && free.length === 1) taken.add(only.user)
  }
  return found
}

export type OfficeNaming = (kind: OfficeKind, id: string, said?: Text) => Text

/**
 * What offices are called: as was said where that is more than the code, by the name that was given here, or as the department of a
 * region pack.
 */
export async function officeNaming(
  documents: Documents,
  { packs }: Pick<OpenRules, 'packs'>,
): Promise<OfficeNaming> {
  const { items } = await documents.query(POLICY_OFFICES, { limit: NAMED_MAX })
  const given = new Map(items.map((it) => [it.id, it.body.title]))
  const departments = departmentsIn({ packs })
  return (kind, id, said) => {
    if (said !== undefined && said.zh !== id) return said
    const other = kind === 'unit' ? 'approval' : 'unit'
    return (
      given.get(officeKey(kind, id)) ??
      departments.get(id)?.name ??
      given.get(officeKey(other, id)) ?? { en: id, zh: id }
    )
  }
}

type Department = { readonly name: Text; readonly regions: Office['regions'] }

/** Departments of all region packs by their code, each with the regions that have it of their own. */
export function departmentsIn({
  packs,
}: Pick<OpenRules, 'packs'>): ReadonlyMap<string, Department> {
  const found = new Map<string, Department>()
  for (const pack of packs) {
    const { region } = pack
    const ids = new Set(pack.own('departments').map((it) => it.id))
    for (const { id, name, body } of departmentsOf({ packs }, region.code)) {
      if (!ids.has(id)) continue
      const before = found.get(id)
      const here = { code: region.code, name: region.name, ...(body !== undefined && { body }) }
      found.set(id, { name: before?.name ?? name, regions: [...(before?.regions ?? []), here] })
    }
  }
  return found
}

type Building = { -readonly [K in keyof Office]: Office[K] }

/** Every office there is a word of: departments, those named here, those somebody fills, those that plans and calls need. */
export async function readOffices(
  documents: Documents,
  open: Pick<OpenRules, 'packs'>,
  now: number,
): Promise<readonly Office[]> {
  const naming = await officeNaming(documents, open)
  const all = new Map<string, Building>()
  const at = (kind: OfficeKind, id: string, said?: Text) => {
    const key = officeKey(kind, id)
    const title = naming(kind, id, said)
    const none = { regions: [], holders: [], waits: [] }
    const known = all.get(key) ?? { kind, id, title, version: 0, ...none }
    if (known.title.zh === id) known.title = title
    all.set(key, known)
    return known
  }
  for (const [id, { regions }] of departmentsIn(open)) at('unit', id).regions = regions
  for await (const { body, version } of walkDocuments(documents, POLICY_OFFICES, {})) {
    at(body.kind, body.code).version = version
  }
  await addHolders(documents, at)
  await addPlans(documents, at)
  await addCalls(documents, at, now)
  return [...all].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it)
}

type At = (kind: OfficeKind, id: string, said?: Text) => Building

async function addHolders(documents: Documents, at: At): Promise<void> {
  for await (const { id: user, body: post } of walkDocuments(documents, POLICY_POSTS, {})) {
    const found = await documents.get(USERS, user)
    if (found === undefined) continue
    const add = (kind: OfficeKind, codes: readonly string[]) => {
      for (const code of codes) {
        const of = at(kind, code)
        of.holders = [...of.holders, holder(user, found.body, kind)]
      }
    }
    add('unit', post.units)
    add('approval', post.approvals)
  }
}

async function addPlans(documents: Documents, at: At): Promise<void> {
  const { items } = await documents.query(POLICY_PLANS, {
    order: { by: 'computedAt', descending: true },
    limit: LOOKED_AT_MAX,
  })
  for (const { id, body } of items) {
    const state = (await documents.get(CASES, id))?.body
    if (state === undefined || state.state !== 'open') continue
    const procedure = await readProcedure(documents, state.pins.procedure)
    for (const it of officesNeeded(state, procedure, body.totalFen)) {
      const wait = { of: 'plan', id, title: body.title, isNow: it.isNow } as const
      addWait(at(it.kind, it.id, it.title), wait)
    }
  }
}

const PENDING = { in: ['open', 'correcting'] }

async function addCalls(documents: Documents, at: At, now: number): Promise<void> {
  const { items } = await documents.query(POLICY_CALLS, {
    order: { by: 'closesAt', descending: true },
    limit: LOOKED_AT_MAX,
  })
  for (const { id, body } of items) {
    if (body.department === undefined) continue
    const isNow = (await documents.count(CASES, { call: id, state: PENDING })) > 0
    if (!isNow && body.closesAt <= now) continue
    const title = (await documents.get(CALLS, id))?.body.title ?? { en: id, zh: id }
    addWait(at('unit', body.department), { of: 'call', id, title, isNow })
  }
}

function addWait(office: Building, wait: Wait): void {
  if (office.waits.length < WAITS_SHOWN_MAX) office.waits = [...office.waits, wait]
}
