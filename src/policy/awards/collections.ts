import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { IdSchema, NoteSchema } from '../../kernel/cases/collections.ts'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import { ORDERS } from '../../kernel/cases/runs.ts'
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

/** JSON that was judged before it came here. */
const Json = Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' })
const Listed = Type.Unsafe<readonly unknown[]>({ type: 'array' })
const FactsText = Type.String({ minLength: 2 })

/**
 * What an award rests on, as outsiders get it in a bundle: the rules, the readings, those facts that the result depends on, and the
 * result. Written once, in the commit of the award, under its id.
 */
export const POLICY_DECISIONS = {
  name: 'policy-decisions',
  schema: Type.Object({
    award: IdSchema,
    enterprise: IdSchema,
    plan: IdSchema,
    measure: Code,
    mode: literals(['live', 'as_if_in_force']),
    amountFen: AmountSchema,
    year: Type.Integer(),
    at: Time,
    /** As the claim in the evidence log tells them. */
    digests: Type.Object({ rules: Digest, readings: Digest, facts: Digest, result: Digest }),
    /** Of the facts as they were, with its salt: SHA-256 of the canonical JSON of `{facts, salt}`, facts as the plan's line keeps them. */
    given: Type.Object({ digest: Digest, salt: Type.String({ minLength: 32, maxLength: 64 }) }),
    rules: Json,
    readings: Listed,
    facts: Json,
    result: Json,
  }),
  indexes: { enterprise: 'text', plan: 'text' },
} as const satisfies Collection

export type Decision = Static<typeof POLICY_DECISIONS.schema>

/** Of one plan; more are several plans. */
export const CANDIDATES_PER_PLAN_MAX = 500

const Settled = Type.Object({
  order: Type.Array(IdSchema, { minItems: 2, maxItems: CANDIDATES_PER_PLAN_MAX }),
  reason: NoteSchema,
})

/** A plan of awards: what the case of the same id is about. It is changed while the case is in its first step alone. */
export const POLICY_PLANS = {
  name: 'policy-plans',
  schema: Type.Object({
    title: TextSchema,
    /** The call whose applications are planned. */
    call: IdSchema,
    measure: Code,
    year: Type.Integer({ minimum: 1900, maximum: 9999 }),
    /** Id of the budget; the ledger is `budget:ID:YEAR`. */
    budget: Type.Optional(Code),
    order: Type.Array(literals(ORDERS), { minItems: 1, maxItems: 2, uniqueItems: true }),
    /** The paper that orders so. */
    orderSource: NoteSchema,
    settled: Type.Array(Settled, { maxItems: 50 }),
    /** Of the last computation. */
    run: IdSchema,
    runs: Type.Integer({ minimum: 1 }),
    rulesDigest: Digest,
    candidates: Type.Integer({ minimum: 1, maximum: CANDIDATES_PER_PLAN_MAX }),
    selected: Type.Integer({ minimum: 0 }),
    /** What stands in the way of a decision, candidates together. */
    blocked: Type.Integer({ minimum: 0 }),
    totalFen: AmountSchema,
    /** Places of the quota when it was computed; absent: the measure has none. */
    quota: Type.Optional(
      Type.Object({ places: Type.Integer({ minimum: 0 }), taken: Type.Integer({ minimum: 0 }) }),
    ),
    computedAt: Time,
    decidedAt: Type.Optional(Time),
  }),
  indexes: { call: 'text', measure: 'text', year: 'integer', computedAt: 'integer' },
} as const satisfies Collection

export type Plan = Static<typeof POLICY_PLANS.schema>

/** What a plan makes of a candidate. `tied` and `undecided`: it is open whether there is a place; `refused`: the rules say no. */
export const LINE_STANDINGS = ['selected', 'not-selected', 'tied', 'undecided', 'refused'] as const

/** A candidate of a plan, frozen with its facts. The id is `PLAN~CASE`. */
export const POLICY_PLAN_LINES = {
  name: 'policy-plan-lines',
  schema: Type.Object({
    plan: IdSchema,
    case: IdSchema,
    receipt: Type.String({ minLength: 1, maxLength: 200 }),
    applicant: IdSchema,
    /** Place in the order; those that tie follow each other. */
    place: Type.Integer({ minimum: 1 }),
    receivedAt: Time,
    score: Type.Optional(Type.Object({ sum: Type.Integer(), count: Type.Integer() })),
    standing: literals(LINE_STANDINGS),
    /** Facts as they came with the application, before what the plan adds: JSON text, so that every number keeps its digits. */
    facts: FactsText,
    /** With what the plan adds: place, order, earlier awards, other public money. */
    judgedFacts: FactsText,
    result: Json,
    /** Recorded by somebody: what the text leaves to a decision. */
    determination: Type.Optional(
      Type.Object({
        amountFen: AmountSchema,
        document: Type.String({ minLength: 1, maxLength: 500 }),
        reason: NoteSchema,
        by: Type.String({ minLength: 1, maxLength: 128 }),
        at: Time,
      }),
    ),
    project: Type.Optional(Code),
  }),
  indexes: { plan: 'text', case: 'text', applicant: 'text', place: 'integer' },
  personal: ['facts', 'judgedFacts'],
} as const satisfies Collection

export type PlanLine = Static<typeof POLICY_PLAN_LINES.schema>

/** Which plan was begun with a key, under who used it and the key: the same again finds it, whatever became of rules and candidates. */
export const POLICY_PLAN_KEYS = {
  name: 'policy-plan-keys',
  schema: Type.Object({ plan: IdSchema, fingerprint: Digest }),
  indexes: {},
} as const satisfies Collection

export const AWARD_COLLECTIONS: readonly Collection[] = [
  POLICY_AWARDS,
  POLICY_DECISIONS,
  POLICY_PLANS,
  POLICY_PLAN_LINES,
  POLICY_PLAN_KEYS,
]
