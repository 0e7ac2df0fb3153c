import { type Static, type TObject, Type } from 'typebox'
import { AuthorSchema, literals } from '../../kernel/access/collections.ts'
import { IdSchema } from '../../kernel/cases/collections.ts'
import type { Collection } from '../../kernel/documents/documents.ts'
import { AmountSchema } from '../../kernel/quotas/amount.ts'
import { NameSchema } from '../../kernel/quotas/collections.ts'

export const INSTALMENTS_MAX = 24
export const REPORTS_MAX = 50
export const FILES_MAX = 20
export const PROVIDERS_MAX = 500
export const WORD_CHARS_MAX = 4_000
export const TITLE_CHARS_MAX = 200
export const REFERENCE_CHARS_MAX = 500

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })
export const Code = Type.String({ minLength: 1, maxLength: 200 })
export const TitleSchema = Type.String({
  minLength: 1,
  maxLength: TITLE_CHARS_MAX,
  pattern: '\\S',
})
export const WordSchema = Type.String({ minLength: 1, maxLength: WORD_CHARS_MAX, pattern: '\\S' })
export const ReferenceSchema = Type.String({
  minLength: 1,
  maxLength: REFERENCE_CHARS_MAX,
  pattern: '\\S',
  description: 'Number of the paper it rests on',
})
/** An exact fraction, `3/10`. */
export const FractionSchema = Type.String({ pattern: '^\\d{1,18}/[1-9]\\d{0,17}$' })
export const FilesSchema = Type.Array(IdSchema, { maxItems: FILES_MAX, uniqueItems: true })

/** What somebody did, and when. */
const stamped = <P extends TObject['properties']>(more: P) =>
  Type.Object({ by: AuthorSchema, at: Time, ...more })

/**
 * Every deed with money, once: the id is the digest of who asked and their key, so that a repeat finds what was done. Written in
 * the commit of the deed itself.
 */
export const MONEY_DEEDS = {
  name: 'policy-money-deeds',
  schema: Type.Object({
    /** SHA-256 of what was asked. */
    fingerprint: Digest,
    deed: Code,
    /** Id of what it was done to, or made. */
    subject: NameSchema,
    by: AuthorSchema,
    at: Time,
  }),
  indexes: { subject: 'text', at: 'integer' },
} as const satisfies Collection

/** Why an entry of a ledger was made; the id is the entry's. */
export const LEDGER_REASONS = {
  name: 'policy-ledger-reasons',
  schema: Type.Object({
    ledger: NameSchema,
    reason: Type.Optional(WordSchema),
    /** Key of the entry that it sets right. */
    corrects: Type.Optional(NameSchema),
    by: AuthorSchema,
  }),
  indexes: { ledger: 'text', corrects: 'text' },
} as const satisfies Collection

/** From which amount on the one who orders a payment cannot confirm it; one document. Without it: always. */
export const PAYMENT_RULE = {
  name: 'policy-payment-rule',
  schema: Type.Object({
    /** Up to and with this amount one person may do both. */
    aloneUpToFen: AmountSchema,
    /** The paper that says so. */
    source: ReferenceSchema,
    by: AuthorSchema,
    at: Time,
  }),
  indexes: {},
} as const satisfies Collection

/** How an award is paid; the id is the award's. */
export const PAYMENT_PLANS = {
  name: 'policy-payment-plans',
  schema: Type.Object({
    award: IdSchema,
    applicant: IdSchema,
    /** One more whenever it is made anew. */
    revision: Type.Integer({ minimum: 1 }),
    instalments: Type.Integer({ minimum: 1, maximum: INSTALMENTS_MAX }),
  }),
  indexes: { applicant: 'text' },
} as const satisfies Collection

export const PAYMENT_STATES = ['planned', 'ordered', 'paid', 'cancelled'] as const

/** One instalment of an award. */
export const PAYMENTS = {
  name: 'policy-payments',
  schema: Type.Object({
    award: IdSchema,
    applicant: IdSchema,
    measure: Code,
    ledger: NameSchema,
    /** 1 and on, within its revision of the plan. */
    number: Type.Integer({ minimum: 1, maximum: INSTALMENTS_MAX }),
    revision: Type.Integer({ minimum: 1 }),
    share: FractionSchema,
    amountFen: AmountSchema,
    /** The first instant that is late. */
    dueAt: Type.Optional(Time),
    /** What must have come about before it is paid. */
    condition: Type.Optional(WordSchema),
    met: Type.Optional(stamped({ reference: ReferenceSchema })),
    state: literals(PAYMENT_STATES),
    order: Type.Optional(stamped({ reference: ReferenceSchema })),
    paid: Type.Optional(stamped({ reference: ReferenceSchema })),
    /** How often it was paid and taken back, so that each entry has a key of its own. */
    reversals: Type.Integer({ minimum: 0 }),
  }),
  indexes: {
    award: 'text',
    applicant: 'text',
    ledger: 'text',
    state: 'text',
    dueAt: 'integer',
    revision: 'integer',
  },
} as const satisfies Collection

export const DUTY_KINDS = ['report', 'indicator', 'retention', 'notice', 'other'] as const
export const DUTY_STATES = [
  'open',
  'submitted',
  'returned',
  'accepted',
  'waived',
  'breached',
] as const

/** A decimal number by its digits. */
export const DecimalSchema = Type.String({ pattern: '^-?\\d{1,20}(\\.\\d{1,6})?$' })

/** What an award obliges to. */
export const DUTIES = {
  name: 'policy-duties',
  schema: Type.Object({
    award: IdSchema,
    applicant: IdSchema,
    measure: Code,
    kind: literals(DUTY_KINDS),
    title: TitleSchema,
    /** The clause or paper that it comes from. */
    source: ReferenceSchema,
    /** The first instant that is late. */
    dueAt: Time,
    indicator: Type.Optional(
      Type.Object({
        name: TitleSchema,
        unit: Type.String({ minLength: 1, maxLength: 40 }),
        target: DecimalSchema,
        is: literals(['at-least', 'at-most']),
      }),
    ),
    state: literals(DUTY_STATES),
    reports: Type.Array(
      stamped({
        text: WordSchema,
        value: Type.Optional(DecimalSchema),
        files: FilesSchema,
        answer: Type.Optional(
          stamped({ outcome: literals(['accepted', 'returned']), note: Type.Optional(WordSchema) }),
        ),
      }),
      { maxItems: REPORTS_MAX },
    ),
    /** How it ended without a report that was accepted. */
    ended: Type.Optional(stamped({ reason: WordSchema })),
  }),
  indexes: {
    award: 'text',
    applicant: 'text',
    measure: 'text',
    kind: 'text',
    state: 'text',
    dueAt: 'integer',
  },
} as const satisfies Collection

export const RECOVERY_STATES = ['opened', 'answered', 'demanded', 'dropped', 'returned'] as const

/** Money that is asked back. */
export const RECOVERIES = {
  name: 'policy-recoveries',
  schema: Type.Object({
    award: IdSchema,
    applicant: IdSchema,
    ledger: NameSchema,
    duty: Type.Optional(IdSchema),
    reason: WordSchema,
    clause: ReferenceSchema,
    /** What is asked back at first. */
    amountFen: AmountSchema,
    openedBy: AuthorSchema,
    openedAt: Time,
    /** Until then the enterprise is heard: the first instant that is late. */
    heardUntil: Time,
    state: literals(RECOVERY_STATES),
    answer: Type.Optional(stamped({ text: WordSchema, files: FilesSchema })),
    decision: Type.Optional(
      stamped({
        reason: WordSchema,
        reference: ReferenceSchema,
        amountFen: AmountSchema,
        /** Only where a paper says so. */
        interest: Type.Optional(Type.Object({ fen: AmountSchema, source: ReferenceSchema })),
        /** What is not paid yet will not be. */
        endsPayment: Type.Boolean(),
      }),
    ),
    returnedFen: AmountSchema,
    interestReturnedFen: AmountSchema,
    /** A return that never came, until another person sets it right. */
    undoing: Type.Optional(
      stamped({
        entry: Type.Integer({ minimum: 1 }),
        amountFen: AmountSchema,
        interestFen: AmountSchema,
        reference: ReferenceSchema,
        reason: WordSchema,
      }),
    ),
  }),
  indexes: { award: 'text', applicant: 'text', state: 'text', openedAt: 'integer' },
} as const satisfies Collection

export const SERIES_STATES = ['open', 'closed'] as const

/** Vouchers of one kind: what one is worth, for whom, with whom and until when. */
export const VOUCHER_SERIES = {
  name: 'policy-voucher-series',
  schema: Type.Object({
    title: TitleSchema,
    measure: Code,
    ledger: NameSchema,
    reference: ReferenceSchema,
    faceFen: AmountSchema,
    /** Of an invoice, what a voucher covers at most. */
    share: FractionSchema,
    /** How many there are. */
    count: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    perEnterpriseMax: Type.Integer({ minimum: 1, maximum: 1_000 }),
    /** Beginnings of codes of GB/T 2260 and GB/T 4754; none: any. */
    regions: Type.Array(Type.String({ pattern: '^\\d{2,6}$' }), { maxItems: 50 }),
    sectors: Type.Array(Type.String({ pattern: '^\\d{2,4}$' }), { maxItems: 50 }),
    /** Enterprises that may be paid by them; none: any that is admitted. */
    providers: Type.Array(IdSchema, { maxItems: PROVIDERS_MAX, uniqueItems: true }),
    validFrom: Time,
    /** The first instant that is late. */
    validUntil: Time,
    state: literals(SERIES_STATES),
  }),
  indexes: { measure: 'text', ledger: 'text', state: 'text', validUntil: 'integer' },
} as const satisfies Collection

export const VOUCHER_STATES = ['held', 'claimed', 'confirmed', 'paid', 'expired'] as const

/** What becomes of a voucher whose payment is taken back: it is to be paid again, or its claim falls and it is its holder's. */
export const UNDO_NEXTS = ['pay-again', 'free'] as const

/** One voucher, held by one enterprise for ever. */
export const VOUCHERS = {
  name: 'policy-vouchers',
  schema: Type.Object({
    series: IdSchema,
    holder: IdSchema,
    ledger: NameSchema,
    faceFen: AmountSchema,
    validUntil: Time,
    /** What the holder shows a provider. */
    code: Type.String({ minLength: 1, maxLength: 40 }),
    /** SHA-256 of the code. */
    codeDigest: Digest,
    state: literals(VOUCHER_STATES),
    claim: Type.Optional(
      stamped({
        provider: IdSchema,
        invoice: Type.String({ minLength: 1, maxLength: 60 }),
        invoiceFen: AmountSchema,
        amountFen: AmountSchema,
      }),
    ),
    /** Of the claim, to be asked by. */
    provider: Type.Optional(IdSchema),
    /** SHA-256 of the invoice's number, as long as a claim stands on it. */
    invoiceDigest: Type.Optional(Digest),
    refusal: Type.Optional(stamped({ reason: WordSchema })),
    confirmed: Type.Optional(stamped({})),
    paid: Type.Optional(stamped({ reference: ReferenceSchema })),
    /** Its payment is said to be a mistake, until another person settles that. */
    undoing: Type.Optional(
      stamped({ reference: ReferenceSchema, reason: WordSchema, next: literals(UNDO_NEXTS) }),
    ),
    /** How often its payment was taken back, so that each entry has a key of its own. */
    reversals: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  indexes: {
    series: 'text',
    holder: 'text',
    provider: 'text',
    state: 'text',
    validUntil: 'integer',
    codeDigest: 'text',
    invoiceDigest: 'text',
  },
  unique: ['codeDigest', 'invoiceDigest'],
  secret: ['code'],
} as const satisfies Collection

export type Payment = Static<typeof PAYMENTS.schema>
export type Duty = Static<typeof DUTIES.schema>
export type Recovery = Static<typeof RECOVERIES.schema>
export type Series = Static<typeof VOUCHER_SERIES.schema>
export type Voucher = Static<typeof VOUCHERS.schema>

export const MONEY_COLLECTIONS: readonly Collection[] = [
  MONEY_DEEDS,
  LEDGER_REASONS,
  PAYMENT_RULE,
  PAYMENT_PLANS,
  PAYMENTS,
  DUTIES,
  RECOVERIES,
  VOUCHER_SERIES,
  VOUCHERS,
]
