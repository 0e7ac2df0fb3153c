import { type Static, Type } from 'typebox'
import { FactName, FactTypeSchema } from '../kernel/facts/fact-type.ts'
import { PackLine } from '../kernel/packs/kind.ts'

const closed = { additionalProperties: false }

/** Who can say what a fact is: who applies, an office by a document or decision, or the node by counting. */
export const KNOWERS = ['applicant', 'office', 'node'] as const
export type Knower = (typeof KNOWERS)[number]

/**
 * A fact that the node counts in its own evidence log: a field of the daily claims of what is an enterprise's, summed over the days of the
 * year of reference, or as the last day of that year left it.
 */
const Counted = Type.Object(
  {
    claim: Type.Union([Type.Literal('registrations-daily'), Type.Literal('resolutions-daily')]),
    field: Type.String({ pattern: '^[a-z]+$', maxLength: 40 }),
    over: Type.Union([Type.Literal('sum-of-year'), Type.Literal('end-of-year')]),
  },
  closed,
)

/** Fields of a record that the register of enterprises confirms: its id, its division as a place, its sector as a type of applicant. */
const Registered = Type.Object(
  {
    register: Type.Record(
      Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
      Type.Union([Type.Literal('id'), Type.Literal('division'), Type.Literal('sector')]),
    ),
  },
  closed,
)

/** The year that counted facts are of. */
const Year = Type.Object({ year: Type.Literal('reference') }, closed)

/** One fact of a vocabulary. */
export const FactEntrySchema = Type.Object(
  {
    name: FactName,
    title: PackLine,
    type: FactTypeSchema,
    /** What the fields of a record, or of a list's items, are called. */
    fieldTitles: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), PackLine),
    ),
    /** As it is asked of people, where title and unit alone make no good question. */
    question: Type.Optional(PackLine),
    /** By default who applies. */
    knownBy: Type.Optional(Type.Union(KNOWERS.map((it) => Type.Literal(it)))),
    measured: Type.Optional(Type.Union([Counted, Registered, Year])),
  },
  closed,
)

/** What people judge, by the name that conditions call it. */
export const JudgementSchema = Type.Object(
  { name: Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 100 }), title: PackLine },
  closed,
)

export type FactEntry = Static<typeof FactEntrySchema>
export type Measured = NonNullable<FactEntry['measured']>
