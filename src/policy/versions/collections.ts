import { type Static, Type } from 'typebox'
import { AuthorSchema, literals } from '../../kernel/access/collections.ts'
import type { Collection, Stored } from '../../kernel/documents/documents.ts'
import type { Measure } from '../measure-schema.ts'
import type { RuleSources } from '../rules.ts'

const REASON_CHARS_MAX = 2_000
export const RULES_STATE_ID = 'current'

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
const Name = Type.String({ minLength: 1, maxLength: 200 })
const Reason = Type.String({ minLength: 1, maxLength: REASON_CHARS_MAX })

/** A measure as a rule file holds it; by its own schema before it gets here. */
export const MeasureText = Type.Unsafe<Measure>(
  Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: true }),
)

/** A measure as it was adopted by somebody else than its author. It joins the packs from then on. Ids are `MEASURE~N`. */
export const MEASURE_VERSIONS = {
  name: 'policy-measure-versions',
  schema: Type.Object({
    measure: Name,
    /** 1 for the first version after that of the packs. */
    version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** The place of the region whose rule it is, `shenzhen/baoan`. */
    place: Name,
    body: MeasureText,
    /** The first and the last day on which it is in force; absent for drafts and letters. */
    from: Type.Optional(Type.String({ maxLength: 10 })),
    to: Type.Optional(Type.String({ maxLength: 10 })),
    author: AuthorSchema,
    adoptedBy: AuthorSchema,
    adoptedAt: Time,
    note: Type.Optional(Reason),
    /** The draft it was. */
    draft: Name,
    /** Id of the effect evaluation that it answers. */
    evaluation: Type.Optional(Name),
    state: literals(['adopted', 'retired']),
    retired: Type.Optional(Type.Object({ by: AuthorSchema, at: Time, reason: Reason })),
  }),
  indexes: {
    measure: 'text',
    version: 'integer',
    state: 'text',
    evaluation: 'text',
    adoptedAt: 'integer',
  },
} as const satisfies Collection

export type MeasureVersion = Static<typeof MEASURE_VERSIONS.schema>
export type StoredVersion = Stored<MeasureVersion>

export function versionId(measure: string, version: number): string {
  return `${measure}~${version}`
}

/** Changes whenever the rules do: read before every use of them, written with every adoption, so that two cannot cross. */
export const RULES_STATE = {
  name: 'policy-rules-state',
  schema: Type.Object({ changes: Type.Integer({ minimum: 1 }), at: Time }),
  indexes: {},
} as const satisfies Collection

/** Rules whole, by their digest: what was decided under them can be decided again. */
export const RULE_SETS = {
  name: 'policy-rule-sets',
  schema: Type.Object({
    sources: Type.Unsafe<RuleSources>(Type.Object({}, { additionalProperties: true })),
  }),
  indexes: {},
  quiet: 'always',
} as const satisfies Collection

/** Which rules this node computed by from a time on: that of the document. */
export const RULE_TIMES = {
  name: 'policy-rule-times',
  schema: Type.Object({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
  indexes: { digest: 'text' },
  quiet: 'always',
} as const satisfies Collection

export const VERSION_COLLECTIONS: readonly Collection[] = [
  MEASURE_VERSIONS,
  RULES_STATE,
  RULE_SETS,
  RULE_TIMES,
]
