import { type Static, Type } from 'typebox'
import { AuthorSchema, literals } from '../../kernel/access/collections.ts'
import type { Collection } from '../../kernel/documents/documents.ts'

const WORDS_CHARS_MAX = 10_000
const LIST_MAX = 1_000
const Time = Type.Integer({ minimum: 0 })
const Name = Type.String({ minLength: 1, maxLength: 300 })
const Count = Type.Integer({ minimum: 0 })
/** Fen, as decimal digits. */
const Fen = Type.String({ pattern: '^-?\\d{1,30}$' })
/** Null: one to four cases, which are not told. */
const Few = Type.Union([Count, Type.Null()])

export const TARGET_STATES = [
  'met',
  'met_above_range',
  'missed',
  'open',
  'not_a_target',
  'needs_determination',
] as const

const Title = Type.Object({ zh: Type.String(), en: Type.String() })

const Group = Type.Object({
  group: Type.Union([Name, Type.Null()], {
    description: 'Null: small groups and those not known, together',
  }),
  title: Type.Optional(Title),
  applicants: Count,
  awards: Count,
  decidedFen: Fen,
})

/** What a measure did in a year, or in all years. */
export const FiguresSchema = Type.Object({
  money: Type.Object({
    ...{ awards: Count, applicants: Count },
    ...{ decidedFen: Fen, paidFen: Fen, recoveredFen: Fen, netFen: Fen },
  }),
  outputs: Type.Array(
    Type.Object({
      ...{ name: Name, unit: Name, due: Count, reported: Count, met: Count },
      total: Type.String({ description: 'Sum of what was reported, in decimal text' }),
      perUnitFen: Type.Optional(Fen),
    }),
    { maxItems: LIST_MAX },
  ),
  targets: Type.Array(
    Type.Object({
      id: Name,
      indicator: Title,
      goal: Type.Optional(Title),
      unit: Type.Optional(Title),
      deadline: Type.Optional(
        Type.String({ description: 'The last day on which it can be reached' }),
      ),
      state: literals(TARGET_STATES),
      value: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    { maxItems: LIST_MAX },
  ),
  near: Type.Array(
    Type.Object({
      ...{ fact: Name, title: Type.Optional(Title) },
      ...{ threshold: Count, below: Few, above: Few, granted: Few },
    }),
    { maxItems: LIST_MAX },
  ),
  bySector: Type.Array(Group, { maxItems: LIST_MAX }),
  bySize: Type.Array(Group, { maxItems: LIST_MAX }),
  byKind: Type.Optional(
    Type.Array(Group, {
      maxItems: LIST_MAX,
      description:
        'By kind of applicant; evaluations of before it was told apart have it in `bySize`',
    }),
  ),
})
export type Figures = Static<typeof FiguresSchema>

/** An evaluation as it was stated, with the figures of that day; written once. A version of the measure cites it by its id. */
export const EVALUATIONS = {
  name: 'policy-evaluations',
  schema: Type.Object({
    measure: Name,
    year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 9999 })),
    at: Time,
    author: AuthorSchema,
    rulesDigest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    figures: FiguresSchema,
    conclusion: Type.String({ minLength: 1, maxLength: WORDS_CHARS_MAX }),
  }),
  indexes: { measure: 'text', year: 'integer', at: 'integer' },
} as const satisfies Collection

export type Evaluation = Static<typeof EVALUATIONS.schema>

export const EVALUATION_COLLECTIONS: readonly Collection[] = [EVALUATIONS]
