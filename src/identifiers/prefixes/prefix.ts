import { type Static, type TSchema, Type } from 'typebox'
import type { Collection, Stored } from '../../kernel/documents/documents.ts'
import type { PrefixKey } from '../handle.ts'

/** UTF-8 bytes of a prefix that can be hosted: the national rules allow 255 for a whole identifier. */
export const PREFIX_BYTES_MAX = 255
export const REASON_CHARS_MAX = 2000
export const SITES_MAX = 16

const Time = Type.Integer({ minimum: 0 })
const Reason = Type.String({ minLength: 1, maxLength: REASON_CHARS_MAX })
const Short = Type.String({ minLength: 1, maxLength: 255 })

const WEB_ADDRESS = { en: 'e.g. https://id.maker.example/', zh: '例如 https://id.maker.example/' }

/** Where an enterprise's own server is reached: by the Handle protocol at `address`, by HTTP at `url`, or both. */
export const SiteSchema = Type.Object(
  {
    /** IPv4 or IPv6 address. */
    address: Type.Optional(Type.String({ minLength: 2, maxLength: 45 })),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    protocol: Type.Optional(
      Type.Unsafe<'udp' | 'tcp' | 'http' | 'https'>(Type.Enum(['udp', 'tcp', 'http', 'https'])),
    ),
    /** Base address of its web form: an identifier is asked for at `url` + name. */
    url: Type.Optional(
      Type.String({ pattern: '^https?://', maxLength: 2048, 'x-expected': WEB_ADDRESS }),
    ),
  },
  { additionalProperties: false },
)
export type Site = Static<typeof SiteSchema>

export const HostingSchema = Type.Union([
  Type.Object({ kind: Type.Literal('here') }),
  Type.Object({
    kind: Type.Literal('delegated'),
    /** May be empty where there is a service. */
    sites: Type.Array(SiteSchema, { maxItems: SITES_MAX }),
    /** The identifier of a service of the Handle System, whose record has the sites (HS_SERV). */
    service: Type.Optional(Short),
    description: Type.Optional(Type.String({ maxLength: REASON_CHARS_MAX })),
    since: Time,
  }),
])
export type Hosting = Static<typeof HostingSchema>

export const PREFIX_STATES = ['active', 'suspended', 'held', 'released'] as const
export type PrefixState = (typeof PREFIX_STATES)[number]

/** One prefix; the document's id is its key. Orders and suspensions stand side by side, so that lifting one leaves the other. */
export const PrefixSchema = Type.Object({
  spelled: Short,
  /** Whose it is; absent: the node's own. */
  enterprise: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  /** Key of the prefix it derives from, if that is known here. */
  parent: Type.Optional(Short),
  /** What the three below come to: released, else held, else suspended, else active. */
  state: Type.Unsafe<PrefixState>(Type.Enum([...PREFIX_STATES])),
  suspension: Type.Optional(Type.Object({ reason: Reason, at: Time })),
  hold: Type.Optional(Type.Object({ order: Short, authority: Short, reason: Reason, at: Time })),
  release: Type.Optional(Type.Object({ reason: Reason, at: Time })),
  hosting: HostingSchema,
  allottedAt: Time,
})
export type Prefix = Static<typeof PrefixSchema>
export type StoredPrefix = Stored<Prefix>

export const PREFIXES = {
  name: 'prefixes',
  schema: PrefixSchema,
  indexes: { enterprise: 'text', parent: 'text', state: 'text', allottedAt: 'integer' },
} as const satisfies Collection

/** The next number to be tried below a prefix; the document's id is the parent's key. */
export const PREFIX_NUMBERS = {
  name: 'prefix-numbers',
  schema: Type.Object({ next: Type.Integer({ minimum: 1 }) }),
  indexes: {},
} as const satisfies Collection<TSchema>

export function stateOf(prefix: Pick<Prefix, 'suspension' | 'hold' | 'release'>): PrefixState {
  if (prefix.release !== undefined) return 'released'
  if (prefix.hold !== undefined) return 'held'
  return prefix.suspension === undefined ? 'active' : 'suspended'
}

/** The prefix one level up, or undefined for a root: `88.1.7` → `88.1`. */
export function parentOf(prefix: PrefixKey): PrefixKey | undefined {
  const dot = prefix.lastIndexOf('.')
  return dot <= 0 ? undefined : (prefix.slice(0, dot) as PrefixKey)
}
