import { type Static, type TSchema, Type } from 'typebox'
import { FactName } from './fact-type.ts'

/** How deep conditions may nest, and how many one may be made of. */
export const CONDITION_LEVELS_MAX = 3
export const CONDITION_NODES_MAX = 100

const WORDS_MAX = 50
/** Beyond this a number in a file of rules is a slip of the hand. */
const BOUND_MAX = 1_000_000_000_000_000

/** The code that is told for a condition, `THRESHOLD_NOT_MET:customers`. */
export const ReasonCode = Type.String({
  pattern: '^[A-Z][A-Z_]*(:[A-Za-z0-9_.|-]+)?$',
  maxLength: 120,
  'x-expected': {
    en: 'a code in capitals, perhaps with “:” and a name',
    zh: '大写代码，可带“:”和名称',
  },
})

const codes = {
  /** Told when the condition does not hold; by default the code of the condition's kind with the fact's name. */
  refused: Type.Optional(ReasonCode),
  /** Told when it cannot be decided. */
  open: Type.Optional(ReasonCode),
}
const closed = { additionalProperties: false }
const Bound = Type.Integer({ minimum: 0, maximum: BOUND_MAX })
/** “at least” (以上, 达到) and “more than” (超过) are two comparators and never merged. */
const comparators = {
  atLeast: Type.Optional(Bound),
  moreThan: Type.Optional(Bound),
  atMost: Type.Optional(Bound),
  lessThan: Type.Optional(Bound),
}

/** Compares a quantity with whole numbers of the unit that is named: both must agree. */
const Compare = Type.Object(
  { fact: FactName, unit: Type.String({ maxLength: 40 }), ...comparators, ...codes },
  closed,
)

/** Compares the sum of several quantities of one unit. */
const Sum = Type.Object(
  {
    sum: Type.Array(FactName, { minItems: 1, maxItems: 20 }),
    unit: Type.String({ maxLength: 40 }),
    ...comparators,
    ...codes,
  },
  closed,
)

/**
 * Compares a yearly total with so much a month, by multiplying out: over twelve months and over the months that the thing ran.
 * Where the two readings differ the condition is open with the code `unclear`.
 */
const Mean = Type.Object(
  {
    mean: FactName,
    unit: Type.String({ maxLength: 40 }),
    months: FactName,
    atLeast: comparators.atLeast,
    moreThan: comparators.moreThan,
    unclear: ReasonCode,
    ...codes,
  },
  closed,
)

const OneOf = Type.Object(
  {
    fact: FactName,
    oneOf: Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: WORDS_MAX }),
    ...codes,
  },
  closed,
)

const Flag = Type.Object(
  { flag: FactName, is: Type.Optional(Type.Boolean({ default: true })), ...codes },
  closed,
)

/** A recorded human judgement: true, false, or not made. */
const Judged = Type.Object(
  { judged: Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 100 }), ...codes },
  closed,
)

/** A place is this one or lies in it. `here` is the place of the region whose rule it is. */
const InPlace = Type.Object(
  { fact: FactName, inPlace: Type.String({ maxLength: 200 }), ...codes },
  closed,
)

/**
 * A day between two others, both inside. A bound is the name of a fact of type day; `years` puts the last day so many years after
 * the first, on the same day of the year (29 February becomes the 28th).
 */
const Within = Type.Object(
  {
    day: FactName,
    from: Type.Optional(FactName),
    to: Type.Optional(FactName),
    years: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    /** A list of two days, the first and the last. */
    period: Type.Optional(FactName),
    ...codes,
  },
  closed,
)

/** Two facts of one type that must be the same, e.g. a fee's year and the year of reference. */
const Same = Type.Object({ fact: FactName, sameAs: FactName, ...codes }, closed)

/** At least one entry of a list of words is among these (any entry at all where none is named). */
const Some = Type.Object(
  {
    some: FactName,
    oneOf: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: WORDS_MAX })),
    ...codes,
  },
  closed,
)

const nested = (This: TSchema, name: string) =>
  Type.Object(
    {
      [name]: Type.Array(This, { minItems: 1, maxItems: CONDITION_NODES_MAX }),
      ...codes,
    },
    closed,
  )

const LEAVES = [Compare, Sum, Mean, OneOf, Flag, Judged, InPlace, Within, Same, Some] as const
export const LeafSchema = Type.Union([...LEAVES])

/** Conditions to the depth that is allowed, written out: a schema without recursion is a bound by itself. */
function levels(count: number): TSchema {
  if (count === 1) return LeafSchema
  const below = levels(count - 1)
  return Type.Union([
    ...LEAVES,
    nested(below, 'all'),
    nested(below, 'any'),
    Type.Object({ not: below, ...codes }, closed),
  ])
}

/**
 * A condition over facts: typed, closed and total. Every part is evaluated, and each says yes, no or open. Nothing here knows
 * of money or of measures.
 */
export const ConditionSchema = levels(CONDITION_LEVELS_MAX)

export type Leaf = Static<typeof LeafSchema>
type Codes = { readonly refused?: string; readonly open?: string }
export type Condition =
  | Leaf
  | ({ readonly all: readonly Condition[] } & Codes)
  | ({ readonly any: readonly Condition[] } & Codes)
  | ({ readonly not: Condition } & Codes)
