import { type Static, Type } from 'typebox'

/** A fact's name, also its path within a record or an item of a list: `public_funds.national_yuan`. */
export const FactName = Type.String({
  pattern: '^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$',
  maxLength: 100,
  'x-expected': {
    en: 'small letters, digits and “_”, steps joined by “.”',
    zh: '小写字母、数字和“_”，层级以“.”连接',
  },
})

const closed = { additionalProperties: false }
const PLAIN_VALUES_MAX = 100

/** A number with a unit, held as an integer of its last decimal: 1.50 of two decimals is 150. Never below 0. */
const Quantity = Type.Object(
  {
    type: Type.Literal('quantity'),
    unit: Type.String({ minLength: 1, maxLength: 40 }),
    decimals: Type.Integer({ minimum: 0, maximum: 6 }),
    /** The largest whole number that is taken for real. */
    max: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
)

/** One of the words listed, or any text where none is. `other: true`: further words are answers too. */
const Word = Type.Object(
  {
    type: Type.Literal('word'),
    words: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: PLAIN_VALUES_MAX })),
    other: Type.Optional(Type.Boolean()),
  },
  closed,
)

const Flag = Type.Object({ type: Type.Literal('flag') }, closed)
const Day = Type.Object({ type: Type.Literal('day') }, closed)
/** Two integers, `2/5`. */
const Ratio = Type.Object({ type: Type.Literal('ratio') }, closed)
/** A place and those above it, `shenzhen/baoan`. */
const Place = Type.Object({ type: Type.Literal('place') }, closed)

const Plain = Type.Union([Quantity, Word, Flag, Day, Ratio, Place])

/** Values by names that are not fixed beforehand, e.g. judgements by what was judged. */
const MapOf = Type.Object({ type: Type.Literal('map'), of: Plain }, closed)

const PlainList = Type.Object({ type: Type.Literal('list'), of: Plain }, closed)

const Fields = Type.Record(
  Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
  Type.Union([Plain, MapOf, PlainList]),
)

/** A thing of several fields; those that are absent are not known. */
const RecordOf = Type.Object({ type: Type.Literal('record'), fields: Fields }, closed)

const ListOf = Type.Object(
  { type: Type.Literal('list'), of: Type.Union([Plain, RecordOf]) },
  closed,
)

/** What a fact may be: nothing lies deeper than a list of records. */
export const FactTypeSchema = Type.Union([Plain, RecordOf, MapOf, ListOf])

export type PlainType = Static<typeof Plain>
export type FactType = Static<typeof FactTypeSchema>

/** What may be asked about, by name. */
export type Vocabulary = ReadonlyMap<string, FactType>
