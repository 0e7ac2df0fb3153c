import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { IdSchema } from '../../kernel/cases/collections.ts'
import type { Collection } from '../../kernel/documents/documents.ts'
import { AmountSchema } from '../../kernel/quotas/amount.ts'

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
const Code = Type.String({ minLength: 1, maxLength: 200 })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** What has become of an award after it was decided. */
export const AWARD_STATES = ['decided', 'paid', 'recovering', 'recovered', 'revoked'] as const

/** An award as it was decided; written with the decision. What was paid and recovered is brought up by who pays. */
export const POLICY_AWARDS = {
  name: 'policy-awards',
  schema: Type.Object({
    /** The application it answers. */
    case: IdSchema,
    /** The plan of awards it was decided with: a case too. */
    plan: IdSchema,
    /** Id of the enterprise. */
    applicant: IdSchema,
    measure: Code,
    /** The project that the money is for, as it is called in the project register. */
    project: Type.Optional(Code),
    /** Fen. */
    amountFen: AmountSchema,
    /** How firm the amount is: `exact`, or `determined` by a document. */
    basis: Code,
    /** The limit that bound it. */
    limitedBy: Type.Optional(Code),
    /** Of the rules it was decided by. */
    rulesDigest: Digest,
    /** Id of the budget that it was committed to. */
    budget: Type.Optional(Code),
    /** Year of the scheme. */
    year: Type.Integer({ minimum: 1900, maximum: 9999 }),
    decidedAt: Time,
    state: literals(AWARD_STATES),
    paidFen: AmountSchema,
    recoveredFen: AmountSchema,
  }),
  indexes: {
    case: 'text',
    plan: 'text',
    applicant: 'text',
    measure: 'text',
    project: 'text',
    budget: 'text',
    year: 'integer',
    decidedAt: 'integer',
    state: 'text',
  },
} as const satisfies Collection

export type Award = Static<typeof POLICY_AWARDS.schema>

export const AWARD_COLLECTIONS: readonly Collection[] = [POLICY_AWARDS]
