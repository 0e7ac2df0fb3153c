import { type Static, type TUnsafe, Type } from 'typebox'
import { AUTHOR_KINDS } from '../../lib/author.ts'
import type { Collection } from '../documents/documents.ts'
import { ENTERPRISE_ROLES, NODE_ROLES, PERMISSIONS } from './permissions.ts'

export const NAME_CHARS_MAX = 64
export const DISPLAY_NAME_CHARS_MAX = 100
export const NOTE_CHARS_MAX = 500
export const MEMBERSHIPS_MAX = 50
/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Id = Type.String({ minLength: 1, maxLength: 128 })
const MailAddressSchema = Type.String({ minLength: 3, maxLength: 254 })

export function literals<T extends string>(values: readonly T[]): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', enum: [...values] })
}

export const NodeRoleSchema = literals(NODE_ROLES)
export const EnterpriseRoleSchema = literals(ENTERPRISE_ROLES)
export const PermissionSchema = literals(PERMISSIONS)

/** As long as the name of an identity can be. */
export const AUTHOR_ID_CHARS_MAX = 2_100
export const AuthorSchema = Type.Object({
  kind: literals(AUTHOR_KINDS),
  id: Type.String({ minLength: 1, maxLength: AUTHOR_ID_CHARS_MAX }),
})

const Membership = Type.Object({
  enterprise: Id,
  role: EnterpriseRoleSchema,
  /** Set by the enterprise's own administrators; the person keeps what they are elsewhere. */
  suspended: Type.Optional(Type.Boolean()),
})

/** People who can sign in. */
export const USERS = {
  name: 'users',
  schema: Type.Object({
    name: Type.String({ minLength: 2, maxLength: NAME_CHARS_MAX }),
    /** The name as it is compared. */
    nameKey: Type.String({ minLength: 2, maxLength: NAME_CHARS_MAX }),
    displayName: Type.String({ minLength: 1, maxLength: DISPLAY_NAME_CHARS_MAX }),
    /** PHC string; absent until the person has chosen one. */
    password: Type.Optional(Type.String()),
    /** One more with every password; what was signed in with an earlier one is signed out. */
    passwordEpoch: Type.Integer({ minimum: 0 }),
    nodeRoles: Type.Array(NodeRoleSchema, { uniqueItems: true }),
    memberships: Type.Array(Membership, { maxItems: MEMBERSHIPS_MAX }),
    /** Of `memberships`, to be asked by. */
    enterprises: Type.Array(Id, { maxItems: MEMBERSHIPS_MAX }),
    state: literals(['active', 'disabled']),
  }),
  indexes: { nameKey: 'text', enterprises: 'text', state: 'text' },
  unique: ['nameKey'],
  personal: ['name', 'nameKey', 'displayName'],
  secret: ['password'],
} as const satisfies Collection

export type User = Static<typeof USERS.schema>
export type UserMembership = Static<typeof Membership>

/** Who is signed in where. The id is the public half of the token. */
export const SESSIONS = {
  name: 'sessions',
  schema: Type.Object({
    secretHash: Digest,
    user: Id,
    passwordEpoch: Type.Integer({ minimum: 0 }),
    lastSeenAt: Time,
    expiresAt: Time,
    /** Browser and system in a few words. */
    client: Type.String({ maxLength: 60 }),
  }),
  indexes: { user: 'text', expiresAt: 'integer' },
  secret: ['secretHash'],
  quiet: ['lastSeenAt'],
} as const satisfies Collection

export type Session = Static<typeof SESSIONS.schema>

/** API keys. The id is the public half. */
export const KEYS = {
  name: 'keys',
  schema: Type.Object({
    secretHash: Digest,
    label: Type.String({ minLength: 1, maxLength: 100 }),
    enterprise: Type.Optional(Id),
    scopes: Type.Array(PermissionSchema, { uniqueItems: true, minItems: 1 }),
    expiresAt: Time,
    /** Id of a user: a key can never do more than they can now. */
    createdBy: Id,
    revokedAt: Type.Optional(Time),
  }),
  indexes: { enterprise: 'text', createdBy: 'text', expiresAt: 'integer' },
  secret: ['secretHash'],
} as const satisfies Collection

export type Key = Static<typeof KEYS.schema>

/** When a key was last used, apart from the key so that use is not a change of it. Same id. */
export const KEY_USES = {
  name: 'key-uses',
  schema: Type.Object({ lastUsedAt: Time }),
  indexes: {},
  quiet: 'always',
} as const satisfies Collection

/** What somebody gives besides their password. Same id as the person. */
export const SECOND_FACTORS = {
  name: 'second-factors',
  schema: Type.Object({
    /** Of the authenticator app. */
    totpSecret: Type.Optional(Type.String()),
    /** The last step a code was used of. */
    totpStep: Type.Integer({ minimum: 0 }),
    /** A secret no code was given of yet. */
    pendingSecret: Type.Optional(Type.String()),
    pendingUntil: Type.Optional(Time),
    /** Digests of the codes for its loss that were not used yet. */
    recovery: Type.Array(Digest, { maxItems: 10 }),
  }),
  indexes: {},
  secret: ['totpSecret', 'pendingSecret', 'recovery'],
  quiet: ['totpStep', 'pendingSecret', 'pendingUntil'],
} as const satisfies Collection

export type SecondFactor = Static<typeof SECOND_FACTORS.schema>

/** Public keys of people's devices (WebAuthn). The id is the SHA-256 of the credential's. */
export const PASSKEYS = {
  name: 'passkeys',
  schema: Type.Object({
    user: Id,
    /** As its device names it, base64url. */
    credential: Type.String({ maxLength: 2048 }),
    /** COSE, base64url. */
    publicKey: Type.String({ maxLength: 8192 }),
    counter: Type.Integer({ minimum: 0 }),
    transports: Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16 }),
    /** Host it was made for; good nowhere else. */
    host: Type.String({ maxLength: 255 }),
    label: Type.String({ minLength: 1, maxLength: 100 }),
    lastUsedAt: Type.Optional(Time),
  }),
  indexes: { user: 'text' },
  quiet: ['counter', 'lastUsedAt'],
} as const satisfies Collection

export type Passkey = Static<typeof PASSKEYS.schema>

/** One-time links: a new password for somebody, a place for somebody new, and what only comes by mail. */
export const LINKS = {
  name: 'links',
  schema: Type.Object({
    kind: literals(['reset', 'invitation', 'factor', 'address']),
    secretHash: Digest,
    expiresAt: Time,
    createdBy: AuthorSchema,
    /** Of everything but an invitation. */
    user: Type.Optional(Id),
    /** Where it was mailed to: whoever uses it reads what comes there. */
    mail: Type.Optional(MailAddressSchema),
    language: Type.Optional(literals(['zh', 'en'])),
    /** When what was mailed ends, where that is before `expiresAt`; absent until it is sent. */
    mailGoodUntil: Type.Optional(Time),
    /** Of a reset that came by mail: reading somebody's mail is not having their phone. */
    keepsSecondFactor: Type.Optional(Type.Boolean()),
    /** Of an invitation. */
    enterprise: Type.Optional(Id),
    role: Type.Optional(EnterpriseRoleSchema),
    nodeRole: Type.Optional(NodeRoleSchema),
    note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
    /** Names tried that were taken. */
    conflicts: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  indexes: { kind: 'text', user: 'text', enterprise: 'text', expiresAt: 'integer' },
  secret: ['secretHash'],
  quiet: ['conflicts'],
  personal: ['mail'],
} as const satisfies Collection

export type Link = Static<typeof LINKS.schema>

/** Where somebody gets back in from; only what they have shown to read. Same id as the person. */
export const MAIL_ADDRESSES = {
  name: 'mail-addresses',
  schema: Type.Object({
    address: MailAddressSchema,
    /** As it is compared. */
    addressKey: MailAddressSchema,
    /** In which they are written to. */
    language: literals(['zh', 'en']),
    /** When a password was last chosen by a link that came here. */
    resetAt: Type.Optional(Time),
  }),
  indexes: { addressKey: 'text' },
  personal: ['address', 'addressKey'],
} as const satisfies Collection

export type MailAddress = Static<typeof MAIL_ADDRESSES.schema>

/** Letters asked for lately; the id is a digest of the address or place they are counted by. */
export const LETTER_COUNTS = {
  name: 'letter-counts',
  schema: Type.Object({
    failures: Type.Integer({ minimum: 1 }),
    blockedUntil: Time,
    expiresAt: Time,
  }),
  indexes: { expiresAt: 'integer' },
  quiet: 'always',
} as const satisfies Collection

/** The code that makes the first operator. One document, `current`. */
export const SETUP_CODES = {
  name: 'setup-codes',
  schema: Type.Object({
    secretHash: Digest,
    expiresAt: Time,
    triedAt: Type.Array(Time, { maxItems: 5 }),
  }),
  indexes: {},
  secret: ['secretHash'],
} as const satisfies Collection

/**
 * One document, `current`: the ids of the active operators. Every commit that makes or unmakes one writes it with its
 * expected version, so that two of them cannot remove each other at the same time.
 */
export const OPERATORS = {
  name: 'operators',
  schema: Type.Object({ users: Type.Array(Id) }),
  indexes: {},
} as const satisfies Collection

/** Keys this node made for itself. */
export const ACCESS_SECRETS = {
  name: 'access-secrets',
  schema: Type.Object({ secret: Type.String() }),
  indexes: {},
  secret: ['secret'],
} as const satisfies Collection

/** Of things that are told together so many are named. */
export const READ_NAMES_MAX = 5
export const READ_SUBJECT_CHARS_MAX = 200
const ReadName = Type.String({ maxLength: READ_SUBJECT_CHARS_MAX })

/** The access log: who read whose personal data and protected values. Only ever added to, until its oldest are forgotten. */
export const PERSONAL_READS = {
  name: 'personal-reads',
  schema: Type.Object({
    /** Kind of thing, e.g. `user`, `application-contact`. */
    what: Type.String({ minLength: 1, maxLength: 64 }),
    /** Its id, or what the list was asked by. */
    subject: ReadName,
    /** Whose it is; absent: the node's own. */
    enterprise: Type.Optional(Id),
    /** Of reads that are told together, how many there were. */
    count: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Where they are, e.g. their prefix. */
    place: Type.Optional(ReadName),
    /** Some of them, where there were several. */
    names: Type.Optional(Type.Array(ReadName, { maxItems: READ_NAMES_MAX })),
    /** When the first and the last were shown; absent: when the entry was written. */
    from: Type.Optional(Time),
    until: Type.Optional(Time),
  }),
  indexes: { subject: 'text' },
  forgets: true,
} as const satisfies Collection

export const ACCESS_COLLECTIONS: readonly Collection[] = [
  USERS,
  SESSIONS,
  SECOND_FACTORS,
  PASSKEYS,
  KEYS,
  KEY_USES,
  LINKS,
  MAIL_ADDRESSES,
  LETTER_COUNTS,
  SETUP_CODES,
  OPERATORS,
  ACCESS_SECRETS,
  PERSONAL_READS,
]
