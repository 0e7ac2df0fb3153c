import { type TSchema, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { KNOWERS } from '../fact-entry.ts'
import { MEASURE_STATES } from './state.ts'

/** In both languages. */
export const TextReply = Type.Object({ zh: Type.String(), en: Type.String() })
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'YYYY-MM-DD' })
export const Mode = Type.Union([Type.Literal('live'), Type.Literal('as_if_in_force')], {
  description:
    '`live` counts the standing of the source on the day of application; `as_if_in_force` simulates',
})
export const MeasureName = Type.String({ minLength: 1, maxLength: 2000 })
const Facts = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: 'object',
  additionalProperties: true,
  description:
    'By the names of `GET /api/v1/policy/vocabulary`; absent or null: not known. Money in yuan',
})
const closed = { additionalProperties: false }

export const EvaluateBody = Type.Object({ measure: MeasureName, mode: Mode, facts: Facts }, closed)
export const FitsBody = Type.Object(
  {
    facts: Facts,
    mode: Type.Optional(Mode),
    region: Type.Optional(
      Type.String({ maxLength: 200, description: 'Only what holds there, e.g. `shenzhen/baoan`' }),
    ),
    enterprise: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 128 },
        description: 'One’s own: what the node measures of it joins the facts',
      }),
    ),
  },
  closed,
)

const Codes = Type.Array(Type.String())
const Yuan = Type.Union([Type.Number(), Type.Null()])
const Truth = Type.Union([Type.Boolean(), Type.Null()])
const YuanBy = Type.Record(Type.String(), Yuan)
const RESULT = {
  eligible: Truth,
  amount_yuan: Yuan,
  amount_fen: Type.Union([Type.Integer(), Type.Null()]),
  amount_basis: Type.String(),
  reasons: Codes,
  cap_applied: Type.Boolean(),
  limited_by: Type.Union([Type.String(), Type.Null()]),
  bounds_yuan: Type.Optional(Type.Array(Yuan)),
  by_item: Type.Optional(YuanBy),
  by_measure: Type.Optional(YuanBy),
  by_year: Type.Optional(YuanBy),
  selected: Type.Optional(Codes),
  not_selected: Type.Optional(Codes),
  undecided: Type.Optional(Codes),
  unallocated_yuan: Type.Optional(Yuan),
  audited_base_yuan: Type.Optional(Yuan),
  alternative_readings: Type.Optional(
    Type.Array(Type.Object({ base: Type.String(), amount_yuan: Yuan })),
  ),
}

/** The fields of a vector's result. Written digit by digit: these describe, nothing is serialised by them. */
export const EvaluateReply = Type.Object(RESULT)

const Input = Type.Object({
  fact: Type.String(),
  title: TextReply,
  value: TextReply,
  trust: Type.Optional(literals(['measured', 'attested', 'declared'] as const)),
  source: Type.Optional(Type.String({ description: 'Who measured or confirmed it' })),
  declared: Type.Optional(TextReply),
  digest: Type.String({ description: 'SHA-256 of the value as JSON, hexadecimal' }),
})

const STEP_LEVELS = 6

/** Steps to the depth there is: a condition has three levels, an amount two. */
function stepSchema(levels: number): TSchema {
  return Type.Object({
    text: TextReply,
    truth: Type.Optional(Truth),
    inputs: Type.Optional(Type.Array(Input)),
    codes: Type.Optional(Codes),
    reasons: Type.Optional(Type.Array(TextReply)),
    allows: Type.Optional(TextReply),
    binds: Type.Optional(Type.Boolean({ description: 'The limit that fixed the amount' })),
    ...(levels > 1 && { steps: Type.Optional(Type.Array(stepSchema(levels - 1))) }),
  })
}

export const ExplainReply = Type.Object({
  ...RESULT,
  result: TextReply,
  explanation: Type.Array(stepSchema(STEP_LEVELS)),
  tie_rule: TextReply,
  rules_digest: Type.String(),
})

export const Reasons = Type.Array(Type.Object({ code: Type.String(), text: TextReply }))
const Amount = Type.Union([Type.String(), Type.Null()], { description: 'Fen, as decimal text' })
export const AMOUNT = {
  eligible: Truth,
  amountFen: Amount,
  basis: Type.String(),
  limitedBy: Type.Union([Type.String(), Type.Null()]),
  bounds: Type.Optional(Type.Object({ loFen: Type.String(), hiFen: Amount })),
  result: TextReply,
}

export const Nearest = Type.Object(
  {
    changes: Type.Array(
      Type.Object({
        fact: Type.String(),
        title: TextReply,
        from: TextReply,
        to: TextReply,
        value: Type.Unknown({ description: 'As it would be handed in' }),
      }),
    ),
    ...AMOUNT,
  },
  {
    description:
      'The smallest change of the facts found to alter the answer, and what would come of it',
  },
)

const Words = Type.Array(Type.Object({ word: Type.String(), title: TextReply }))

export const QuestionReply = Type.Object({
  fact: Type.String({ description: 'Its path: `applicant.type`' }),
  title: TextReply,
  question: TextReply,
  type: Type.Unknown({ description: 'As in the vocabulary' }),
  knownBy: literals(KNOWERS),
  words: Type.Optional(Words),
  fieldTitles: Type.Optional(Type.Record(Type.String(), TextReply)),
  fieldWords: Type.Optional(Type.Record(Type.String(), Words)),
  measures: Type.Array(Type.String(), { description: 'Whose answer waits for it' }),
})

export const StateReply = literals(MEASURE_STATES)
export const RegionReply = Type.Object({
  code: Type.String(),
  name: TextReply,
  place: Type.String({ description: 'With the regions above: `shenzhen/baoan`' }),
  division: Type.Optional(Type.String({ description: 'GB/T 2260' })),
})

export const FitReply = Type.Object({
  measure: Type.String(),
  title: TextReply,
  region: Type.String(),
  state: StateReply,
  verdict: literals(['fits', 'does-not-fit', 'open'] as const),
  reasons: Reasons,
  ...AMOUNT,
  waitsFor: Type.Array(Type.String()),
  nearest: Type.Optional(Nearest),
})

export const FitsReply = Type.Object({
  day: Day,
  mode: Mode,
  rulesDigest: Type.String(),
  items: Type.Array(FitReply),
  ask: Type.Array(QuestionReply),
})

export const KnownFactReply = Type.Object({
  fact: Type.String(),
  title: TextReply,
  value: TextReply,
  json: Type.Unknown({ description: 'As it is handed to `evaluate`' }),
  trust: literals(['measured', 'attested'] as const),
  source: Type.String(),
  entries: Type.Array(Type.Integer(), {
    description: 'Entries of the evidence log it was counted from',
  }),
  entriesTotal: Type.Integer(),
})
