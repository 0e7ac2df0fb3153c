import { type Static, Type } from 'typebox'
import { AuthorSchema, literals } from '../access/collections.ts'
import type { Collection, Stored } from '../documents/documents.ts'
import { AmountSchema } from '../quotas/amount.ts'
import { CodeSchema, ProcedureSchema, TextSchema } from './procedure.ts'
import { ClockSchema } from './terms.ts'

export const NOTE_CHARS_MAX = 4_000
export const POINTS_MAX = 200
export const FILES_MAX = 100
export const POOL_MAX = 5_000
export const UNITS_MAX = 50
export const OBJECTIONS_MAX = 1_000
export const ENTRIES_MAX = 5_000
export const PARTIES_MAX = 2_000
const VISITS_MAX = 500
const ROUNDS_MAX = 100

/** Milliseconds since 1970; beyond the last there is no date (ECMA-262 §21.4.1.1). */
const Time = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })
export const IdSchema = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: '^[^~\\u0000-\\u001f]+$',
})
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** What `Seals` closed. */
const Sealed = Type.String({ maxLength: 65_536, pattern: '^[A-Za-z0-9_-]+$' })
const Version = Type.String({ minLength: 1, maxLength: 200 })
export const NoteSchema = Type.String({ minLength: 1, maxLength: NOTE_CHARS_MAX })
const Reference = Type.Object({ id: CodeSchema, version: Version })

/** What a case goes by for ever, in the versions in force when it came: old cases are rerun under old rules. */
export const PinsSchema = Type.Object({
  procedure: Reference,
  /** Version of the form that is filled in. */
  form: Reference,
  rules: Type.Optional(Version),
  guide: Type.Optional(Version),
  auditStandard: Type.Optional(Version),
  /** The body that acted for the role then. */
  department: Type.Optional(Version),
})

export type Pins = Static<typeof PinsSchema>

/** Procedures as they were published. The id is `ID@VERSION`; written once. */
export const CASE_PROCEDURES = {
  name: 'case-procedures',
  schema: ProcedureSchema,
  indexes: {},
} as const satisfies Collection

/** An invitation to apply, for a while. */
export const CALLS = {
  name: 'calls',
  schema: Type.Object({
    title: TextSchema,
    /** The first instant that is in time, and the first that is late. */
    opensAt: Time,
    closesAt: Time,
    pins: PinsSchema,
    /** Cases an applicant can hand in; absent: any number. */
    perApplicantMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    source: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  }),
  indexes: { opensAt: 'integer', closesAt: 'integer' },
} as const satisfies Collection

export type Call = Static<typeof CALLS.schema>

/** How many cases one applicant has in one call; the id is `CALL~APPLICANT`. Written with each of them. */
export const CALL_COUNTS = {
  name: 'call-counts',
  schema: Type.Object({ cases: Type.Integer({ minimum: 0 }) }),
  indexes: {},
} as const satisfies Collection

const Point = Type.Object({
  /** JSON Pointer into the form, or the name of a paper. */
  path: Type.String({ minLength: 1, maxLength: 500 }),
  reason: NoteSchema,
})

const Correction = Type.Object({
  points: Type.Array(Point, { minItems: 1, maxItems: POINTS_MAX }),
  clock: ClockSchema,
})

const Member = Type.Object({
  id: IdSchema,
  /** `asked`: drawn, and has not said whether it is related; only who is `free` can score. */
  state: literals(['asked', 'free', 'out']),
})

export const SheetSchema = Type.Object({
  /** By criterion. */
  marks: Type.Optional(Type.Record(CodeSchema, Type.Integer())),
  vote: Type.Optional(literals(['yes', 'no', 'abstain'])),
  comment: Type.Optional(NoteSchema),
})

export type Sheet = Static<typeof SheetSchema>

const Tallied = Type.Object({
  /** Weighted sums of the members that count, together, and how many these are: the mean is their ratio, never rounded. */
  sum: Type.Optional(Type.Integer()),
  count: Type.Integer({ minimum: 0 }),
  /** Left out as best or worst. */
  dropped: Type.Array(IdSchema),
  yes: Type.Optional(Type.Integer({ minimum: 0 })),
  no: Type.Optional(Type.Integer({ minimum: 0 })),
  abstained: Type.Optional(Type.Integer({ minimum: 0 })),
  passes: Type.Optional(Type.Boolean()),
})

export type Tallied = Static<typeof Tallied>

/** Which of the visits a part belongs to: another visit of its step begins it anew. */
const Visit = Type.Integer({ minimum: 0 })

const Panel = Type.Object({
  visit: Visit,
  round: Type.Integer({ minimum: 1, maximum: ROUNDS_MAX }),
  /** SHA-256 of the seed, published before the list is known. */
  seedDigest: Digest,
  begunAt: Time,
  /** Who can be drawn, once that is frozen, and who was left out. */
  pool: Type.Optional(Type.Array(IdSchema, { maxItems: POOL_MAX })),
  excluded: Type.Array(Type.Object({ id: IdSchema, reason: NoteSchema }), { maxItems: POOL_MAX }),
  /** Once drawn: the seed, and all of the pool in the order drawn. */
  seed: Type.Optional(Digest),
  order: Type.Optional(Type.Array(IdSchema, { maxItems: POOL_MAX })),
  members: Type.Array(Member, { maxItems: POOL_MAX }),
  /** Once all are in. */
  opened: Type.Optional(
    Type.Object({ at: Time, sheets: Type.Record(IdSchema, SheetSchema), tally: Tallied }),
  ),
})

export type Panel = Static<typeof Panel>

const Consultation = Type.Object({
  visit: Visit,
  clock: ClockSchema,
  units: Type.Array(
    Type.Object({
      unit: CodeSchema,
      opinion: Type.Optional(literals(['agrees', 'comments', 'objects'])),
      text: Type.Optional(NoteSchema),
      at: Type.Optional(Time),
    }),
    { minItems: 1, maxItems: UNITS_MAX },
  ),
})

export type Consultation = Static<typeof Consultation>

const Notice = Type.Object({
  visit: Visit,
  text: NoteSchema,
  clock: ClockSchema,
  objections: Type.Array(
    Type.Object({
      number: Type.Integer({ minimum: 1 }),
      at: Time,
      /** Absent: not answered yet. */
      upheld: Type.Optional(Type.Boolean()),
      answeredAt: Type.Optional(Time),
    }),
    { maxItems: OBJECTIONS_MAX },
  ),
})

const Approval = Type.Object({
  visit: Visit,
  number: AmountSchema,
  /** Who is still to approve, in order. */
  chain: Type.Array(CodeSchema, { maxItems: 10 }),
  /** Ids of those who put it forward or approved: each does one of it. */
  persons: Type.Array(Type.String(), { maxItems: 20 }),
  declined: Type.Optional(Type.Boolean()),
})

export type Approval = Static<typeof Approval>

const ContentMark = Type.Object({ version: Type.Integer({ minimum: 1 }), digest: Digest })

export const CASE_STATES = ['open', 'correcting', 'ended', 'withdrawn'] as const

/** A case as it stands. What came to it and why is told by its thread. */
export const CASES = {
  name: 'cases',
  schema: Type.Object({
    call: Type.Optional(IdSchema),
    /** What the applicant holds in hand. */
    receipt: Type.String({ minLength: 1, maxLength: 200 }),
    receivedAt: Time,
    /** Id of the enterprise; absent where the office itself began it: a plan of awards, a letter. */
    applicant: Type.Optional(IdSchema),
    /** Others it is about: who belongs to one of them neither reviews nor decides. */
    parties: Type.Array(IdSchema, { maxItems: PARTIES_MAX }),
    pins: PinsSchema,
    state: literals(CASE_STATES),
    step: CodeSchema,
    /** The outcome it ended with. */
    ended: Type.Optional(CodeSchema),
    /** Every stay in a step, the last one as it is. */
    visits: Type.Array(
      Type.Object({
        step: CodeSchema,
        clock: ClockSchema,
        /** How often points were raised in it. */
        rounds: Type.Integer({ minimum: 0 }),
        outcome: Type.Optional(CodeSchema),
      }),
      { minItems: 1, maxItems: VISITS_MAX },
    ),
    /** What is handed in: its version, 1 and on, each of which is kept, and its digest. */
    content: ContentMark,
    /** Entries of its thread. */
    entries: Type.Integer({ minimum: 0 }),
    correction: Type.Optional(Correction),
    panel: Type.Optional(Panel),
    consultation: Type.Optional(Consultation),
    notice: Type.Optional(Notice),
    approval: Type.Optional(Approval),
    /** The earliest that is due of what runs now. */
    dueAt: Type.Optional(Time),
    /**
     * The seed before it is drawn by, and scores before all are in, each under its own seal. No view shows it, and the feed never
     * tells it.
     */
    sealed: Type.Optional(
      Type.Object({
        seed: Type.Optional(Sealed),
        /** By member. */
        sheets: Type.Optional(Type.Record(IdSchema, Sealed)),
      }),
    ),
  }),
  indexes: {
    call: 'text',
    receipt: 'text',
    applicant: 'text',
    state: 'text',
    step: 'text',
    receivedAt: 'integer',
    dueAt: 'integer',
  },
  unique: ['receipt'],
  secret: ['sealed'],
} as const satisfies Collection

export type Case = Static<typeof CASES.schema>
export type StoredCase = Stored<Case>

/** What was handed in, each time it was. The id is `CASE~VERSION`; written once. */
export const CASE_CONTENTS = {
  name: 'case-contents',
  schema: Type.Object({
    case: IdSchema,
    version: Type.Integer({ minimum: 1 }),
    /** The form filled in, as its room judged it. */
    form: Type.Unknown(),
    /** Ids of files. */
    files: Type.Array(IdSchema, { maxItems: FILES_MAX }),
    at: Time,
  }),
  indexes: { case: 'text', files: 'text' },
  personal: ['form'],
} as const satisfies Collection

export type CaseContent = Static<typeof CASE_CONTENTS.schema>

/**
 * The thread: every step with who, when and why. The id is made of the case, who did it and the key they gave, so that a
 * repeat finds what was done. Written once.
 */
export const CASE_ENTRIES = {
  name: 'case-entries',
  schema: Type.Object({
    case: IdSchema,
    number: Type.Integer({ minimum: 1 }),
    at: Time,
    author: AuthorSchema,
    deed: CodeSchema,
    /** Where the case was when it was done. */
    step: CodeSchema,
    /** Which part of the case it belongs to; who does not see that does not see the entry. */
    section: Type.String(),
    note: Type.Optional(NoteSchema),
    files: Type.Optional(Type.Array(IdSchema, { maxItems: FILES_MAX })),
    /** What is particular to the deed. */
    more: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** Of a decision: its outcome, and what it was made on. */
    decision: Type.Optional(
      Type.Object({
        outcome: CodeSchema,
        applicant: Type.Optional(IdSchema),
        receipt: Type.String(),
        pins: PinsSchema,
        content: ContentMark,
      }),
    ),
    /** SHA-256 of what was asked; of scores, which are few enough to be guessed by it, one that takes this node's key. */
    fingerprint: Digest,
  }),
  indexes: { case: 'text', number: 'integer' },
  secret: ['fingerprint'],
  personal: ['note', 'more'],
} as const satisfies Collection

export type CaseEntry = Static<typeof CASE_ENTRIES.schema>

export const CASE_COLLECTIONS: readonly Collection[] = [
  CASE_PROCEDURES,
  CALLS,
  CALL_COUNTS,
  CASES,
  CASE_CONTENTS,
  CASE_ENTRIES,
]
