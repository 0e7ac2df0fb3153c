import { type Static, Type } from 'typebox'
import { AuthorSchema, literals } from '../../kernel/access/collections.ts'
import type { Collection, Stored } from '../../kernel/documents/documents.ts'

export const VECTORS_CHARS_MAX = 500_000
export const PAPER_CHARS_MAX = 100_000
export const EVIDENCE_MAX = 50
export const AMBIGUITIES_MAX = 20
const EDITORS_MAX = 100

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
const Name = Type.String({ minLength: 1, maxLength: 200 })
const Line = Type.String({ minLength: 1, maxLength: 2_000 })
const Sentence = Type.Object({ zh: Line, en: Line }, { additionalProperties: false })

/** Words of the paper that can be taken in more than one way, and how they are taken. */
const Ambiguity = Type.Object(
  {
    words: Line,
    reading: Sentence,
    /** Who adopted the reading: a department or a body, and on which day. */
    adoptedBy: Type.Optional(Line),
    adoptedOn: Type.Optional(Type.String({ format: 'date' })),
  },
  { additionalProperties: false },
)

/** What an editor may write of a draft. `body` may be anything: what is wrong with it is told, not refused. */
export const DraftWish = {
  /** The place of the region whose rule it is to be, `shenzhen/baoan`. */
  place: Name,
  body: Type.Unsafe<unknown>(
    Type.Object(
      {},
      {
        additionalProperties: true,
        description: 'The measure as a rule file holds it; may still have faults',
      },
    ),
  ),
  /** Documents that an applicant hands in. */
  evidence: Type.Optional(Type.Array(Name, { maxItems: EVIDENCE_MAX })),
  ambiguities: Type.Optional(Type.Array(Ambiguity, { maxItems: AMBIGUITIES_MAX })),
  vectors: Type.Optional(
    Type.String({ maxLength: VECTORS_CHARS_MAX, description: 'A file of vectors, as text' }),
  ),
  /** The paper's own words, beside which the clause is shown. */
  paper: Type.Optional(Type.String({ maxLength: PAPER_CHARS_MAX })),
  /** It takes the place of versions that are in force on the same days, from its first day on. */
  supersedes: Type.Optional(Type.Boolean()),
  /** Id of the effect evaluation that it answers. */
  evaluation: Type.Optional(Name),
}

export const DRAFT_STATES = ['draft', 'proposed', 'adopted', 'rejected', 'withdrawn'] as const

/** A measure on its way to being a rule. */
export const MEASURE_DRAFTS = {
  name: 'policy-measure-drafts',
  schema: Type.Object({
    ...DraftWish,
    /** The measure's id as far as it is known, to be found by. */
    measure: Type.String({ maxLength: 200 }),
    /** The version it was copied from: 0 is that of the packs. */
    from: Type.Optional(Type.Object({ measure: Name, version: Type.Integer({ minimum: 0 }) })),
    state: literals(DRAFT_STATES),
    author: AuthorSchema,
    /** Everybody who wrote in it: none of them adopts it. */
    editors: Type.Array(AuthorSchema, { minItems: 1, maxItems: EDITORS_MAX }),
    proposed: Type.Optional(Type.Object({ by: AuthorSchema, at: Time })),
    decided: Type.Optional(
      Type.Object({ by: AuthorSchema, at: Time, reason: Type.Optional(Line) }),
    ),
    /** Version that it became. */
    version: Type.Optional(Name),
  }),
  indexes: { state: 'text', measure: 'text', 'author.id': 'text' },
} as const satisfies Collection

export type MeasureDraft = Static<typeof MEASURE_DRAFTS.schema>
export type StoredDraft = Stored<MeasureDraft>

export const EDITOR_COLLECTIONS: readonly Collection[] = [MEASURE_DRAFTS]
