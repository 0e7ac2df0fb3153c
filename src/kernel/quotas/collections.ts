import { type Static, Type } from 'typebox'
import { literals } from '../access/collections.ts'
import type { Collection, Stored } from '../documents/documents.ts'
import { AmountSchema } from './amount.ts'

export const PARTS_MAX = 64
export const NAME_CHARS_MAX = 400
const UNIT_CHARS_MAX = 40

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
/** `~` joins two names to one id. */
export const NameSchema = Type.String({
  minLength: 1,
  maxLength: NAME_CHARS_MAX,
  pattern: '^[^~\\u0000-\\u001f\\u007f]+$',
})
export const UnitSchema = Type.Object({
  en: Type.String({ minLength: 1, maxLength: UNIT_CHARS_MAX }),
  zh: Type.String({ minLength: 1, maxLength: UNIT_CHARS_MAX }),
})

/**
 * Something of which there is only so much: places of a year, a budget, what one project may have in all. What is taken is
 * kept by part (a level, a district), so that a limit can be over some of them.
 */
export const QUOTAS = {
  name: 'quotas',
  schema: Type.Object({
    unit: UnitSchema,
    /** Absent: counted alone, and limited by whoever takes of it. */
    limit: Type.Optional(AmountSchema),
    /** The paper says “about”. It is never gone over all the same. */
    isApproximate: Type.Boolean(),
    parts: Type.Array(
      Type.Object({ part: NameSchema, reserved: AmountSchema, confirmed: AmountSchema }),
      { maxItems: PARTS_MAX },
    ),
    /** When something of it was taken last. */
    takenAt: Type.Optional(Time),
  }),
  indexes: {},
} as const satisfies Collection

export type Quota = Static<typeof QUOTAS.schema>
export type StoredQuota = Stored<Quota>

export const HOLD_STATES = ['reserved', 'confirmed', 'released'] as const

/** One taking of a quota. The id is `QUOTA~KEY`, so that a repeat finds it. */
export const QUOTA_HOLDS = {
  name: 'quota-holds',
  schema: Type.Object({
    quota: NameSchema,
    key: NameSchema,
    part: NameSchema,
    /** What was reserved. */
    amount: AmountSchema,
    /** Of it, what was confirmed; the rest went back. */
    confirmed: Type.Optional(AmountSchema),
    state: literals(HOLD_STATES),
    reservedAt: Time,
    confirmedAt: Type.Optional(Time),
    releasedAt: Type.Optional(Time),
  }),
  indexes: { quota: 'text', state: 'text' },
} as const satisfies Collection

export type Hold = Static<typeof QUOTA_HOLDS.schema>
export type StoredHold = Stored<Hold>

export function holdId(quota: string, key: string): string {
  return `${quota}~${key}`
}

export const ACCOUNTS = ['source', 'available', 'committed', 'paid'] as const
export type Account = (typeof ACCOUNTS)[number]

export const ENTRY_KINDS = [
  'appropriation',
  'withdrawal',
  'commitment',
  'decommitment',
  'payment',
  'return',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** The head of a ledger: what its entries come to. */
export const LEDGERS = {
  name: 'ledgers',
  schema: Type.Object({
    unit: UnitSchema,
    balances: Type.Object({
      source: AmountSchema,
      available: AmountSchema,
      committed: AmountSchema,
      paid: AmountSchema,
    }),
    /** How many entries there are; the last has this number. */
    entries: Type.Integer({ minimum: 0 }),
  }),
  indexes: {},
} as const satisfies Collection

export type Ledger = Static<typeof LEDGERS.schema>

/** What a ledger holds for one matter, for example an award. The id is `LEDGER~MATTER`. */
export const LEDGER_MATTERS = {
  name: 'ledger-matters',
  schema: Type.Object({
    ledger: NameSchema,
    matter: NameSchema,
    committed: AmountSchema,
    paid: AmountSchema,
  }),
  indexes: { ledger: 'text' },
} as const satisfies Collection

export type LedgerMatter = Static<typeof LEDGER_MATTERS.schema>

/** Written once each, never again. The id is `LEDGER~KEY`. */
export const LEDGER_ENTRIES = {
  name: 'ledger-entries',
  schema: Type.Object({
    ledger: NameSchema,
    /** 1 and on, without gaps. */
    number: Type.Integer({ minimum: 1 }),
    key: NameSchema,
    kind: literals(ENTRY_KINDS),
    matter: Type.Optional(NameSchema),
    /** Above zero; taken from `credit` and given to `debit`. */
    amount: AmountSchema,
    debit: literals(ACCOUNTS),
    credit: literals(ACCOUNTS),
    at: Time,
    /** Number of the paper it rests on. */
    reference: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  }),
  indexes: { ledger: 'text', number: 'integer', matter: 'text' },
} as const satisfies Collection

export type LedgerEntry = Static<typeof LEDGER_ENTRIES.schema>

export const QUOTA_COLLECTIONS: readonly Collection[] = [
  QUOTAS,
  QUOTA_HOLDS,
  LEDGERS,
  LEDGER_MATTERS,
  LEDGER_ENTRIES,
]
