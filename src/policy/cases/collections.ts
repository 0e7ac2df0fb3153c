import { type Static, Type } from 'typebox'
import { AuthorSchema, literals } from '../../kernel/access/collections.ts'
import { CalendarSchema } from '../../kernel/cases/calendar.ts'
import { FILES_MAX, IdSchema, NoteSchema } from '../../kernel/cases/collections.ts'
import { CodeSchema, TextSchema } from '../../kernel/cases/procedure.ts'
import type { Collection } from '../../kernel/documents/documents.ts'
import { FactTypeSchema } from '../../kernel/facts/fact-type.ts'

export const MEASURES_MAX = 20
export const FIELDS_MAX = 300
export const PAPERS_MAX = 50
export const ENTRIES_MAX = 500
export const MARKS_MAX = 12_000
export const WORD_CHARS_MAX = 200
export const PROJECT_CHARS_MAX = 200
const UNITS_MAX = 50

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Word = Type.String({ minLength: 1, maxLength: WORD_CHARS_MAX })
const Measures = Type.Array(Word, { minItems: 1, maxItems: MEASURES_MAX })

const Field = Type.Object({
  /** Name of the fact. */
  name: Word,
  title: TextSchema,
  type: FactTypeSchema,
  /** Under which heading it stands. */
  group: Word,
  /** Who fills it in. */
  by: literals(['applicant', 'office']),
  /** What of a list or a record only the office fills in. */
  officeParts: Type.Array(Word, { maxItems: 50 }),
  /** The measures that ask about it. */
  measures: Measures,
})

export type FormField = Static<typeof Field>

/** Forms of calls. The id is `ID@VERSION`, and the version is made of what is in it; written once. */
export const POLICY_FORMS = {
  name: 'policy-forms',
  schema: Type.Object({
    fields: Type.Array(Field, { maxItems: FIELDS_MAX }),
    groups: Type.Array(Type.Object({ id: Word, title: TextSchema }), { maxItems: 50 }),
    /** How the parts of lists and records are called. */
    parts: Type.Record(Type.String(), TextSchema),
    /** Kinds of applicant. */
    types: Type.Array(Type.Object({ name: Word, title: TextSchema }), { maxItems: 300 }),
    /** What only a human judgement can tell. */
    judgements: Type.Array(Type.Object({ name: Word, title: TextSchema }), { maxItems: 300 }),
  }),
  indexes: {},
} as const satisfies Collection

export type SupportForm = Static<typeof POLICY_FORMS.schema>

export const CALL_MODES = ['live', 'pilot'] as const

const Paper = Type.Object({
  name: Word,
  title: TextSchema,
  /** Absent: for each of the call's measures. */
  measures: Type.Optional(Measures),
})

/** What a call is about, beside what the kernel keeps of it; the id is the call's. */
export const POLICY_CALLS = {
  name: 'policy-calls',
  schema: Type.Object({
    measures: Measures,
    /** How they are called, by their ids. */
    titles: Type.Record(Word, TextSchema),
    /** `pilot`: for trying out; measures that are not in force may be in it, and nothing is paid by it. */
    mode: literals(CALL_MODES),
    /** Role of the department that runs it. */
    department: Type.Optional(CodeSchema),
    opensAt: Time,
    closesAt: Time,
    papers: Type.Array(Paper, { maxItems: PAPERS_MAX }),
    /** Caps of a guide by its keys, in yuan as decimal text, and rates as `2/5`. */
    caps: Type.Optional(Type.Record(Word, Type.String({ maxLength: 30 }))),
    rates: Type.Optional(Type.Record(Word, Type.String({ maxLength: 30 }))),
    /** Of the rules when it was opened. */
    rulesDigest: Digest,
    /** SHA-256 of what was asked, so that a repeat is told from another call. */
    fingerprint: Digest,
  }),
  indexes: { opensAt: 'integer', closesAt: 'integer', department: 'text', mode: 'text' },
  secret: ['fingerprint'],
} as const satisfies Collection

export type SupportCall = Static<typeof POLICY_CALLS.schema>

/** Which offices a person fills; the id is the user's. */
export const POLICY_POSTS = {
  name: 'policy-posts',
  schema: Type.Object({
    /** Departments and units that they act for; none: for all. */
    units: Type.Array(CodeSchema, { maxItems: UNITS_MAX, uniqueItems: true }),
    /** Levels of approval, as roles of procedures. */
    approvals: Type.Array(CodeSchema, { maxItems: UNITS_MAX, uniqueItems: true }),
    /** What they are an expert of. */
    fields: Type.Array(Word, { maxItems: UNITS_MAX, uniqueItems: true }),
    /** Enterprises whose cases they keep out of, beside those they belong to. */
    interests: Type.Array(IdSchema, { maxItems: 500, uniqueItems: true }),
  }),
  indexes: { units: 'text', approvals: 'text', fields: 'text', interests: 'text' },
} as const satisfies Collection

export type Post = Static<typeof POLICY_POSTS.schema>

/** Units, which are asked and run calls, and levels that approve. */
export const OFFICE_KINDS = ['unit', 'approval'] as const
export type OfficeKind = (typeof OFFICE_KINDS)[number]

/** What an office is called that is no department of a region pack; the id is `KIND:CODE`. */
export const POLICY_OFFICES = {
  name: 'policy-offices',
  schema: Type.Object({ kind: literals(OFFICE_KINDS), code: CodeSchema, title: TextSchema }),
  indexes: { kind: 'text' },
} as const satisfies Collection

const Entry = Type.Object({
  /** Name of the fact, `determinations.NAME` for a judgement. */
  fact: Word,
  /** `id` of the item of a list, and the part of it that is told. */
  item: Type.Optional(Word),
  part: Type.Optional(Word),
  /** JSON text, its numbers digit by digit; `null` takes back what was told before. */
  value: Type.String({ minLength: 1, maxLength: 20_000 }),
  why: NoteSchema,
})

export type DeterminationEntry = Static<typeof Entry>

/** What the office found out for a case, with the document it stands in. The id is `CASE~NUMBER`; written once. */
export const POLICY_DETERMINATIONS = {
  name: 'policy-determinations',
  schema: Type.Object({
    case: IdSchema,
    number: Type.Integer({ minimum: 1 }),
    at: Time,
    author: AuthorSchema,
    document: Type.Object({
      title: Type.String({ minLength: 1, maxLength: 300 }),
      file: Type.Optional(IdSchema),
    }),
    entries: Type.Array(Entry, { minItems: 1, maxItems: ENTRIES_MAX }),
    fingerprint: Digest,
  }),
  indexes: { case: 'text', number: 'integer' },
  personal: ['entries'],
  secret: ['fingerprint'],
} as const satisfies Collection

export type Determination = Static<typeof POLICY_DETERMINATIONS.schema>

/**
 * What an application is known by: invoices, costs, its project's name. The id is the case's; written in the commit of each
 * version of it, so that what is there twice is found before anybody reviews it.
 */
export const POLICY_MARKS = {
  name: 'policy-marks',
  schema: Type.Object({
    applicant: IdSchema,
    project: Type.String({ maxLength: PROJECT_CHARS_MAX }),
    /** `KIND:…`, digests where they could be long. */
    marks: Type.Array(Type.String({ maxLength: 300 }), { maxItems: MARKS_MAX }),
    grams: Type.Array(Type.String({ maxLength: 20 }), { maxItems: 64 }),
  }),
  indexes: { applicant: 'text', marks: 'text', grams: 'text' },
  quiet: 'always',
} as const satisfies Collection

export type Marks = Static<typeof POLICY_MARKS.schema>

/** Calendars of working days that were told here; they stand instead of those that come with the program. */
export const POLICY_CALENDARS = {
  name: 'policy-calendars',
  schema: CalendarSchema,
  indexes: {},
} as const satisfies Collection

export const SUPPORT_CASE_COLLECTIONS: readonly Collection[] = [
  POLICY_FORMS,
  POLICY_CALLS,
  POLICY_POSTS,
  POLICY_OFFICES,
  POLICY_DETERMINATIONS,
  POLICY_MARKS,
  POLICY_CALENDARS,
]

const closed = { additionalProperties: false }

/** What an applicant hands in. Quantities are decimal text, so that no digit is lost on the way. */
export const ApplicationForm = Type.Object(
  {
    project: Type.String({
      minLength: 1,
      maxLength: PROJECT_CHARS_MAX,
      pattern: '\\S',
      description: 'Name of the project or matter',
    }),
    type: Type.Optional(Type.String({ maxLength: 60, description: 'Kind of applicant' })),
    measures: Measures,
    facts: Type.Record(Type.String({ maxLength: WORD_CHARS_MAX }), Type.Unknown(), {
      maxProperties: FIELDS_MAX,
      description: 'By the fields of the call’s form; quantities as decimal text',
    }),
    papers: Type.Optional(
      Type.Record(
        Type.String({ maxLength: WORD_CHARS_MAX }),
        Type.Array(IdSchema, { maxItems: FILES_MAX }),
        { maxProperties: PAPERS_MAX, description: 'Ids of files by the paper that they are' },
      ),
    ),
  },
  closed,
)

export type Application = Static<typeof ApplicationForm>
