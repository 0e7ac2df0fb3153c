import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { TermSchema } from '../../kernel/cases/terms.ts'
import type { Collection, Stored } from '../../kernel/documents/documents.ts'
import { RegionCode } from '../../kernel/packs/region.ts'

export const TEXT_CHARS_MAX = 100_000
export const NOTE_CHARS_MAX = 20_000
export const LINE_CHARS_MAX = 300
export const WORDS_CHARS_MAX = 4_000
export const PAPERS_MAX = 10_000
export const COMMENTS_OF_PAPER_MAX = 20_000
export const ANSWERED_AT_ONCE_MAX = 50
const RELATIONS_MAX = 50
const MEASURES_MAX = 100
const KEYWORDS_MAX = 20
const DRAFTERS_MAX = 50
const POINTS_MAX = 50
const UNITS_MAX = 20

const strict = { additionalProperties: false }
export const Line = Type.String({ minLength: 1, maxLength: LINE_CHARS_MAX, pattern: '\\S' })
export const Words = Type.String({ minLength: 1, maxLength: WORDS_CHARS_MAX, pattern: '\\S' })
export const EntryId = Type.String({ minLength: 1, maxLength: 128, pattern: '^[\\w.:-]+$' })
/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })
export const Day = Type.String({ format: 'date' })
const Who = Type.String({ minLength: 1, maxLength: 200 })
const Deed = Type.Object({ by: Who, at: Time })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** Files that a letter, a comment or a paper has, in order; what they hold is on the node's shelf of files. */
export const ATTACHMENTS_MAX = 5
export const ATTACHMENT_BYTES_MAX = 8 * 1024 * 1024
const Attachments = Type.Array(
  Type.Object({
    id: EntryId,
    /** Of the request that sent it: the same again is the same once. */
    key: Digest,
    name: Type.String({ minLength: 1, maxLength: 200 }),
    mediaType: Type.String({ maxLength: 100 }),
    bytes: Type.Integer({ minimum: 0, maximum: ATTACHMENT_BYTES_MAX }),
  }),
  { maxItems: ATTACHMENTS_MAX },
)
export type Attachments = Static<typeof Attachments>

export const PAPER_KINDS = [
  'measure', // 政策文件
  'procedure', // 操作规程
  'guide', // 申请指南
  'interpretation', // 政策解读
  'notice', // 通知公告
  'plan', // 规划计划
] as const
export const PAPER_STATES = [
  'draft',
  'comments', // its comment window was set
  'put-forward',
  'published',
  'dropped',
] as const
/** What a paper does to another one; `child-of`: a rule of a district under one of its city. */
export const RELATIONS = [
  'replaces',
  'amends',
  'implements',
  'child-of',
  'interprets',
  'based-on',
  'cites',
] as const

export const RelationSchema = Type.Object({ kind: literals(RELATIONS), paper: EntryId }, strict)

/** What is written of a paper. The text is plain: blank lines part paragraphs, `#` begins a heading, `-` a list. */
export const WRITTEN = {
  region: RegionCode,
  kind: literals(PAPER_KINDS),
  title: Line,
  issuer: Line,
  indexNumber: Type.Optional(Line),
  class: Type.Optional(Line),
  documentNumber: Type.Optional(Line),
  keywords: Type.Array(Line, { maxItems: KEYWORDS_MAX }),
  signed: Type.Optional(Day),
  validFrom: Type.Optional(Day),
  validTo: Type.Optional(Day),
  interpreter: Type.Optional(Line),
  text: Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX, pattern: '\\S' }),
  /** 起草说明: its basis, principles and what it changes. */
  note: Type.Optional(Type.String({ minLength: 1, maxLength: NOTE_CHARS_MAX })),
  relations: Type.Array(RelationSchema, { maxItems: RELATIONS_MAX }),
  measures: Type.Array(EntryId, { maxItems: MEASURES_MAX, uniqueItems: true }),
}
export const PaperWish = Type.Object(WRITTEN, strict)
export type PaperWish = Static<typeof PaperWish>

/** Papers that are written here, from the first draft on. */
export const PAPERS = {
  name: 'papers',
  schema: Type.Object({
    ...WRITTEN,
    state: literals(PAPER_STATES),
    /** Everybody who wrote at it: none of them can publish it. */
    drafters: Type.Array(Who, { maxItems: DRAFTERS_MAX }),
    /** The window, and what was put to comment: what is written afterwards does not change it. */
    window: Type.Optional(
      Type.Object({
        opensAt: Time,
        /** The first instant that is late. */
        closesAt: Time,
        source: Line,
        title: Line,
        text: Type.String(),
        note: Type.String(),
      }),
    ),
    putForward: Type.Optional(Deed),
    published: Type.Optional(Type.Object({ by: Who, at: Time, day: Day })),
    dropped: Type.Optional(Type.Object({ by: Who, at: Time, reason: Words })),
    files: Type.Optional(Attachments),
    repeal: Type.Optional(Type.Object({ by: Who, at: Time, from: Day, reason: Words })),
    /** Of what was asked when it was begun. */
    fingerprint: Digest,
  }),
  indexes: { state: 'text', region: 'text', kind: 'text' },
  secret: ['fingerprint'],
} as const satisfies Collection

export type Paper = Static<typeof PAPERS.schema>
export type StoredPaper = Stored<Paper>

/** How many comments came to a paper and how many are answered; `sealed` once it was put forward. The id is the paper's. */
export const PAPER_COUNTS = {
  name: 'paper-counts',
  schema: Type.Object({
    received: Type.Integer({ minimum: 0 }),
    answered: Type.Integer({ minimum: 0 }),
    sealed: Type.Boolean(),
  }),
  indexes: {},
  quiet: 'always',
} as const satisfies Collection

export const PAPER_COMMENTS = {
  name: 'paper-comments',
  schema: Type.Object({
    paper: EntryId,
    receipt: Type.String({ maxLength: 40 }),
    secretHash: Digest,
    fingerprint: Digest,
    name: Type.Optional(Line),
    contact: Type.Optional(Line),
    /** Which part of the draft it is about. */
    place: Type.Optional(Line),
    text: Words,
    files: Type.Optional(Attachments),
    /** Id of the answer. */
    answer: Type.Optional(EntryId),
  }),
  indexes: { paper: 'text', receipt: 'text', answer: 'text' },
  unique: ['receipt'],
  personal: ['name', 'contact', 'text', 'files'],
  secret: ['secretHash', 'fingerprint'],
} as const satisfies Collection

export type PaperComment = Static<typeof PAPER_COMMENTS.schema>

export const VERDICTS = ['adopted', 'partly', 'not-adopted'] as const
/** One answer to one comment or to several that say the same; published with the paper. */
export const AnswerWish = Type.Object(
  {
    /** What was said, in the office's words, without who said it. */
    gist: Words,
    verdict: literals(VERDICTS),
    reason: Words,
  },
  strict,
)
export const PAPER_ANSWERS = {
  name: 'paper-answers',
  schema: Type.Object({
    ...AnswerWish.properties,
    paper: EntryId,
    comments: Type.Integer({ minimum: 1, maximum: ANSWERED_AT_ONCE_MAX }),
    by: Who,
  }),
  indexes: { paper: 'text', verdict: 'text' },
} as const satisfies Collection

export const LETTER_KINDS = ['letter', 'complaint', 'suggestion', 'report'] as const
export const LETTER_STATES = ['received', 'accepted', 'answered', 'not-ours'] as const
/** What a room keeps of a letter beside its case; the id is the case's. */
export const LETTERS = {
  name: 'letters',
  schema: Type.Object({
    kind: literals(LETTER_KINDS),
    region: RegionCode,
    subject: Line,
    receipt: Type.String({ maxLength: 40 }),
    secretHash: Digest,
    state: literals(LETTER_STATES),
    receivedAt: Time,
    /** The office that has it; none: whoever takes in letters. */
    unit: Type.Optional(EntryId),
    forwards: Type.Integer({ minimum: 0, maximum: 100 }),
    /** Of what runs now. */
    dueAt: Type.Optional(Time),
    /** The term is one of working days and no calendar reaches so far: the same number of calendar days runs. */
    byCalendarDays: Type.Optional(Type.Boolean()),
    answer: Type.Optional(Type.Object({ text: Words, by: Who, at: Time })),
    files: Type.Optional(Attachments),
    satisfaction: Type.Optional(
      Type.Object({
        grade: Type.Integer({ minimum: 1, maximum: 5 }),
        word: Type.Optional(Words),
        at: Time,
      }),
    ),
  }),
  indexes: {
    state: 'text',
    unit: 'text',
    region: 'text',
    receipt: 'text',
    receivedAt: 'integer',
    dueAt: 'integer',
  },
  unique: ['receipt'],
  personal: ['subject', 'answer', 'satisfaction', 'files'],
  secret: ['secretHash'],
} as const satisfies Collection

export type Letter = Static<typeof LETTERS.schema>
export type StoredLetter = Stored<Letter>

export const LetterTermsWish = Type.Object(
  { accept: Type.Optional(TermSchema), answer: Type.Optional(TermSchema) },
  strict,
)
/** How long an office has for letters, each term with its source; the id is the region's. None has a default. */
export const LETTER_TERMS = {
  name: 'letter-terms',
  schema: LetterTermsWish,
  indexes: {},
} as const satisfies Collection

export type LetterTerms = Static<typeof LETTER_TERMS.schema>

export const PUBLICITY = ['public', 'summary', 'internal'] as const
export const PROPOSAL_KINDS = ['proposal', 'suggestion'] as const
export const PROPOSAL_STATES = ['open', 'put-forward', 'answered'] as const
const Point = Type.Object(
  { question: Words, unit: Type.Optional(EntryId), answer: Type.Optional(Words) },
  strict,
)
/** What is written of a proposal and of the reply to it. */
export const ProposalWish = Type.Object(
  {
    region: RegionCode,
    kind: literals(PROPOSAL_KINDS),
    number: Line,
    session: Line,
    title: Line,
    /** Who signed first; shown to the office alone. */
    lead: Type.Optional(Line),
    signatories: Type.Integer({ minimum: 1, maximum: 3_000 }),
    receivedOn: Day,
    dueOn: Type.Optional(Day),
    dueSource: Type.Optional(Line),
    leadUnit: EntryId,
    jointUnits: Type.Array(EntryId, { maxItems: UNITS_MAX, uniqueItems: true }),
    points: Type.Array(Point, { minItems: 1, maxItems: POINTS_MAX }),
    publicity: literals(PUBLICITY),
    summary: Type.Optional(Words),
    copiesTo: Type.Array(Line, { maxItems: UNITS_MAX }),
  },
  strict,
)
export type ProposalWish = Static<typeof ProposalWish>

export const OPINIONS = ['agrees', 'comments', 'objects'] as const
export const PROPOSALS = {
  name: 'proposals',
  schema: Type.Object({
    ...ProposalWish.properties,
    state: literals(PROPOSAL_STATES),
    drafters: Type.Array(Who, { maxItems: DRAFTERS_MAX }),
    opinions: Type.Array(
      Type.Object({
        unit: EntryId,
        opinion: literals(OPINIONS),
        word: Type.Optional(Words),
        by: Who,
        at: Time,
      }),
      { maxItems: UNITS_MAX },
    ),
    putForward: Type.Optional(Deed),
    answered: Type.Optional(Type.Object({ by: Who, at: Time, day: Day })),
    fingerprint: Digest,
  }),
  indexes: { state: 'text', publicity: 'text', region: 'text', kind: 'text', dueOn: 'text' },
  personal: ['lead'],
  secret: ['fingerprint'],
} as const satisfies Collection

export type Proposal = Static<typeof PROPOSALS.schema>
export type StoredProposal = Stored<Proposal>

export const PAPER_COLLECTIONS: readonly Collection[] = [
  PAPERS,
  PAPER_COUNTS,
  PAPER_COMMENTS,
  PAPER_ANSWERS,
  LETTERS,
  LETTER_TERMS,
  PROPOSALS,
]
