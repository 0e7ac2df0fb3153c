import { isDeepStrictEqual } from 'node:util'
import type { Author } from '../../lib/author.ts'
import type { Collection, DocumentChange } from '../documents/documents.ts'
import { OUTBOX } from '../mail/outbox.ts'
import type { AuditedName } from './audit-names.ts'
import {
  ACCESS_SECRETS,
  KEY_USES,
  KEYS,
  type Key,
  LINKS,
  type Link,
  MAIL_ADDRESSES,
  OPERATORS,
  PASSKEYS,
  type Passkey,
  PERSONAL_READS,
  SECOND_FACTORS,
  SESSIONS,
  SETUP_CODES,
  type Session,
  USERS,
  type User,
} from './collections.ts'
import type { Reach } from './permissions.ts'
import type { PersonalRead } from './reads.ts'
import { SAVED_VIEWS } from './views.ts'

/**
 * How the changes of a collection appear in the audit trail. Of a collection nobody declared, the node's staff sees that
 * something changed, and nobody sees what.
 */
export type AuditedCollection = {
  readonly collection: Pick<Collection, 'name' | 'personal' | 'secret' | 'quiet'>
  /** Shown to nobody, beside what the collection itself keeps secret. */
  readonly secret?: readonly string[]
  /** A change of these alone is not worth an entry. */
  readonly quiet?: readonly string[]
  /** The node's people see that it changed and what it is called; nobody sees what changed. */
  readonly closed?: boolean
  /** Not in the trail at all: bookkeeping of ours. */
  readonly hidden?: boolean
  /** Whose it is; without this, the node's own. */
  readonly enterprisesOf?: (body: never) => readonly string[]
  /** What some enterprises may see of a thing that several share; undefined: nothing. */
  readonly viewFor?: (body: never, enterprises: ReadonlySet<string>) => unknown
  /**
   * What a thing is called, by what a viewer may see of it; without this, by its id. Never by what is personal: that is asked of
   * the account it belongs to.
   */
  readonly nameOf?: (body: never, id: string) => AuditedName | undefined
  /** Kinds of personal data whose readings have the id of one of these as their subject. */
  readonly readAs?: readonly string[]
}

export const ACCESS_AUDITED: readonly AuditedCollection[] = [
  {
    collection: USERS,
    enterprisesOf: (user: User) => user.enterprises,
    viewFor: viewOfUser,
    nameOf: (_, id) => person(id),
    readAs: ['user'],
  },
  { collection: SESSIONS, nameOf: (it: Session) => person(it.user) },
  { collection: SECOND_FACTORS, nameOf: (_, id) => person(id) },
  { collection: PASSKEYS, nameOf: (it: Passkey) => person(it.user) },
  {
    collection: KEYS,
    nameOf: (key: Key) => key.label,
    enterprisesOf: (key: Key) => (key.enterprise === undefined ? [] : [key.enterprise]),
  },
  {
    collection: LINKS,
    enterprisesOf: (link: Link) => (link.enterprise === undefined ? [] : [link.enterprise]),
    nameOf: ({ user, enterprise }: Link) => {
      if (user !== undefined) return person(user)
      return enterprise === undefined ? undefined : { of: 'enterprises', id: enterprise }
    },
  },
  { collection: MAIL_ADDRESSES, nameOf: (_, id) => person(id) },
  { collection: SETUP_CODES },
  {
    collection: PERSONAL_READS,
    enterprisesOf: (read: PersonalRead) => (read.enterprise === undefined ? [] : [read.enterprise]),
  },
  { collection: KEY_USES, hidden: true },
  { collection: OPERATORS, hidden: true },
  { collection: ACCESS_SECRETS, hidden: true },
  { collection: OUTBOX, hidden: true },
  { collection: SAVED_VIEWS, hidden: true },
]

function person(id: string): AuditedName {
  return { of: USERS.name, id }
}

/** Of a person, an enterprise sees the name and what they are there. */
function viewOfUser(user: User, enterprises: ReadonlySet<string>): unknown {
  const memberships = user.memberships.filter((it) => enterprises.has(it.enterprise))
  if (memberships.length === 0) return undefined
  return { name: user.name, displayName: user.displayName, memberships }
}

export const AUDIT_ACTIONS = ['created', 'changed', 'deleted', 'read'] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

export type AuditEntry = {
  /** Milliseconds since 1970. */
  readonly at: number
  /** With the name of a person or key, where the viewer may know it. */
  readonly author: Author & { readonly name?: string }
  readonly action: AuditAction
  readonly collection: string
  readonly id: string
  readonly version: number
  readonly note?: string
  /** Of a change, the members that differ, those included whose values are not shown. */
  readonly changed: readonly string[]
  readonly before?: unknown
  readonly after?: unknown
}

export type AuditViewer = {
  readonly reach: Reach
  readonly personal: boolean
  /** One of the node's people, though they ask for some enterprise's entries alone. */
  readonly ofNode?: boolean
}

const MASK = '***'

/** Pure. A change as the viewer may see it; undefined when it is none of theirs. */
export function viewChange(
  change: DocumentChange,
  audited: AuditedCollection | undefined,
  viewer: AuditViewer,
): AuditEntry | undefined {
  if (audited === undefined || audited.closed === true) {
    return viewer.reach === 'node' ? bareEntry(change) : undefined
  }
  if (audited.hidden === true) return undefined
  const before = partFor(change.before, audited, viewer.reach)
  const after = partFor(change.after, audited, viewer.reach)
  if (before === undefined && after === undefined) return undefined
  const both = before !== undefined && after !== undefined
  const changed = both ? changedMembers(before, after) : []
  if (both && changed.every((it) => isQuiet(it, audited))) return undefined
  return {
    ...bareEntry(change),
    action: actionOf(change.collection, before, after),
    changed,
    ...shownAs('before', before, audited, viewer),
    ...shownAs('after', after, audited, viewer),
  }
}

/** Changes told before a release declared its collection so are in the feed still. */
function isQuiet(member: string, { collection, quiet }: AuditedCollection): boolean {
  return quiet?.includes(member) === true || collection.quiet?.includes(member) === true
}

function bareEntry(change: DocumentChange): AuditEntry {
  const { at, author, collection, id, version, note } = change
  return {
    at,
    author: { kind: author.kind, id: author.id },
    action: actionOf(collection, change.before, change.after),
    collection,
    id,
    version,
    ...(note === undefined ? {} : { note }),
    changed: [],
  }
}

function actionOf(collection: string, before: unknown, after: unknown): AuditAction {
  if (collection === PERSONAL_READS.name) return 'read'
  if (after === undefined) return 'deleted'
  return before === undefined ? 'created' : 'changed'
}

/** The part of a body within the viewer's reach. */
export function partFor(body: unknown, audited: AuditedCollection, reach: Reach): unknown {
  if (body === undefined || reach === 'node') return body
  const owners = audited.enterprisesOf?.(body as never) ?? []
  if (!owners.some((it) => reach.has(it))) return undefined
  return audited.viewFor === undefined ? body : audited.viewFor(body as never, reach)
}

function changedMembers(before: unknown, after: unknown): string[] {
  const [old, fresh] = [membersOf(before), membersOf(after)]
  const names = new Set([...Object.keys(old), ...Object.keys(fresh)])
  return [...names].filter((it) => !isDeepStrictEqual(old[it], fresh[it]))
}

function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}

function shownAs(
  as: 'before' | 'after',
  body: unknown,
  audited: AuditedCollection,
  viewer: AuditViewer,
): { before?: unknown; after?: unknown } {
  if (body === undefined) return {}
  const shown: Record<string, unknown> = { ...membersOf(body) }
  const { secret = [] } = audited
  for (const member of [...secret, ...(audited.collection.secret ?? [])]) delete shown[member]
  const personal = viewer.personal ? [] : (audited.collection.personal ?? [])
  return { [as]: personal.reduce<unknown>((it, path) => masked(it, path.split('.')), shown) }
}

/** A copy in which the value at a path is masked; arrays on the way in each of their elements. */
function masked(value: unknown, [member, ...rest]: readonly string[]): unknown {
  if (member === undefined) return value === undefined || value === null ? value : MASK
  if (Array.isArray(value)) return value.map((it) => masked(it, [member, ...rest]))
  if (typeof value !== 'object' || value === null || !(member in value)) return value
  const inner = (value as Record<string, unknown>)[member]
  return { ...value, [member]: masked(inner, rest) }
}
