import { type Static, Type } from 'typebox'
import { ConditionSchema, ReasonCode } from '../kernel/facts/condition-schema.ts'
import { FactName } from '../kernel/facts/fact-type.ts'
import { EntryId, PackDay, PackLine, PackMonth, PackPassage } from '../kernel/packs/kind.ts'
import { FactEntrySchema, JudgementSchema } from './fact-entry.ts'

const closed = { additionalProperties: false }
const CONDITIONS_MAX = 30
const ROWS_MAX = 50
const YUAN_MAX = 1_000_000_000_000

/** Whole yuan: the papers know no smaller sums. Amounts are held in fen from here on. */
const Yuan = Type.Integer({ minimum: 0, maximum: YUAN_MAX })
/** A ratio of two integers between 0 and 1, `30/100`. */
const Ratio = Type.String({
  pattern: '^[0-9]{1,6}/[1-9][0-9]{0,5}$',
  'x-expected': { en: 'a ratio of two integers, e.g. 30/100', zh: '两个整数之比，如 30/100' },
})

/** Which items of a list count, and what of each. */
const Lines = Type.Object(
  {
    list: FactName,
    amount: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
    /** A part of each item that never counts, e.g. tax that is deducted elsewhere. */
    dropped: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_]*$' })),
    /** Facts beside the list without which it cannot be read, e.g. by which rules. */
    needs: Type.Optional(Type.Array(ConditionSchema, { maxItems: CONDITIONS_MAX })),
    keep: Type.Array(
      Type.Object({ when: ConditionSchema, excluded: Type.Optional(ReasonCode) }, closed),
      { maxItems: CONDITIONS_MAX },
    ),
    /** Told where anything was left out. */
    reduced: Type.Optional(ReasonCode),
  },
  closed,
)

/**
 * What the amount is reckoned on. One fact, or the sum of a list's items of which those count that fulfil `keep`.
 * `declared` names what the applicant stated; `atMost` a fact that the base cannot exceed, for bounds while it is not known.
 */
const Base = Type.Object(
  {
    fact: Type.Optional(FactName),
    /** The paper's own word for it. */
    wording: Type.Optional(Type.String({ maxLength: 100 })),
    declared: Type.Optional(FactName),
    atMost: Type.Optional(FactName),
    /** Told with the amount: the reading by which this base was chosen, and what the other one would give. */
    reading: Type.Optional(
      Type.Object({ code: ReasonCode, other: FactName, otherName: FactName }, closed),
    ),
    /** The list that is summed instead, where `fact` is not given. */
    lines: Type.Optional(Lines),
  },
  closed,
)

const Fixed = Type.Object({ form: Type.Literal('fixed'), yuan: Yuan }, closed)
/** `ceiling: true`: the paper says 不超过; the result is the most that may be granted. */
const Rate = Type.Object(
  { form: Type.Literal('rate'), rate: Ratio, ceiling: Type.Boolean(), of: Base },
  closed,
)
const Match = Type.Object(
  {
    form: Type.Literal('match'),
    ratio: Ratio,
    ceiling: Type.Boolean(),
    of: Type.Array(FactName, { minItems: 1, maxItems: 10 }),
    /** A fact that holds the ratio of a guide. */
    guideRatio: Type.Optional(FactName),
    /** Recognised on several levels: is the base all the money, or that of the highest level alone? */
    byLevel: Type.Optional(
      Type.Object(
        {
          levels: FactName,
          /** From the highest level down. */
          order: Type.Array(
            Type.Object({ level: Type.String({ maxLength: 60 }), fact: FactName }, closed),
            { minItems: 1, maxItems: 10 },
          ),
          unclear: ReasonCode,
        },
        closed,
      ),
    ),
  },
  closed,
)
/** 最高…, and no formula. */
const CeilingOnly = Type.Object({ form: Type.Literal('ceiling-only') }, closed)
/** Tiers are announced, their table comes with a document. `stated`: awards that the paper names without saying for what. */
const Tiers = Type.Object(
  {
    form: Type.Literal('tiers'),
    table: FactName,
    metrics: Type.Array(FactName, { minItems: 1, maxItems: 10 }),
    stated: Type.Optional(Type.Array(Yuan, { maxItems: ROWS_MAX })),
  },
  closed,
)
/**
 * On top of another measure's award, to those who have it in the same case, from earlier, or by the recorded fact `member`. Where
 * its own conditions are not met it drops out of a sum with that one.
 */
const TopUp = Type.Object(
  { form: Type.Literal('top-up'), yuan: Yuan, on: EntryId, member: FactName },
  closed,
)
/** So much for each item, by its level. */
const Schedule = Type.Object(
  {
    form: Type.Literal('schedule'),
    by: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
    rows: Type.Array(Type.Object({ level: Type.String({ maxLength: 60 }), yuan: Yuan }, closed), {
      minItems: 1,
      maxItems: ROWS_MAX,
    }),
  },
  closed,
)
const NoAmount = Type.Object({ form: Type.Literal('none') }, closed)

export const AmountSchema = Type.Union([
  Fixed,
  Rate,
  Match,
  CeilingOnly,
  Tiers,
  TopUp,
  Schedule,
  NoAmount,
])

/**
 * The most that may be granted, and per what. `byLevel`: the highest level that is reached fixes it. `prior`: which earlier awards
 * of this measure to the applicant use it up: those of the same year, or all.
 */
const Cap = Type.Object(
  {
    yuan: Type.Optional(Yuan),
    byLevel: Type.Optional(
      Type.Object(
        {
          levels: FactName,
          /** From the highest down. */
          rows: Type.Array(
            Type.Object({ level: Type.String({ maxLength: 60 }), yuan: Yuan }, closed),
            { minItems: 1, maxItems: ROWS_MAX },
          ),
        },
        closed,
      ),
    ),
    per: Type.Union([
      Type.Literal('project'),
      Type.Literal('enterprise'),
      Type.Literal('enterprise_year'),
      Type.Literal('guide'),
    ]),
    prior: Type.Optional(Type.Union([Type.Literal('year'), Type.Literal('ever')])),
  },
  closed,
)

/** A yearly guide's cap, by its key in the batch. A guide narrows; where it is wider the measure's own cap holds or it is open. */
const GuideCap = Type.Object(
  {
    key: FactName,
    clause: EntryId,
    wider: Type.Union([Type.Literal('own-cap'), Type.Literal('open')]),
  },
  closed,
)

/** Public money on the project, this award included, is at most this share of the total investment. */
const PublicFunds = Type.Object(
  {
    ratio: Ratio,
    of: FactName,
    counted: Type.Array(FactName, { minItems: 1, maxItems: 10 }),
  },
  closed,
)

/** At most so many a year: a ceiling, never a target. */
const Quota = Type.Object(
  {
    places: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** Whether one case must know its place; where the selection itself is recorded it need not. */
    position: Type.Union([Type.Literal('needed'), Type.Literal('if-known')]),
    /** What must be judged of everybody when there are places enough and no order. */
    unordered: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 100 })),
    /** A selection can be run over a list of applicants. */
    run: Type.Optional(Type.Boolean()),
  },
  closed,
)

/** One award for each item of a list. */
const Each = Type.Object(
  {
    list: FactName,
    /** Items that are of this measure; the others belong to other measures. */
    of: Type.Optional(ConditionSchema),
    /** What an item must fulfil. */
    conditions: Type.Optional(Type.Array(ConditionSchema, { maxItems: CONDITIONS_MAX })),
    /** The item's field that says of which year it is. */
    year: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_]*$' })),
    /** Whether items that were left out beside others are told by their reasons. */
    tellLeftOut: Type.Optional(Type.Boolean()),
  },
  closed,
)

/** In force between two days, both inside; or known by month only, and then certain between the two edge months. */
const InForce = Type.Union([
  Type.Object({ from: PackDay, to: PackDay }, closed),
  Type.Object({ fromMonth: PackMonth, toMonth: PackMonth }, closed),
])

export const StandingSchema = Type.Union([
  Type.Literal('measure'),
  Type.Literal('draft'),
  Type.Literal('letter'),
])

/** One measure: a clause of a paper with everything that its result depends on. */
export const MeasureSchema = Type.Object(
  {
    id: EntryId,
    /** The paper, by its clause group: `D1`. */
    document: EntryId,
    article: Type.String({ minLength: 1, maxLength: 200 }),
    title: PackLine,
    /** The clause in our own words. */
    clause: PackPassage,
    /** The role that owns it; the timeline of departments finds the body at a date. */
    owner: Type.Array(EntryId, { minItems: 1, maxItems: 5 }),
    layer: Type.Union([
      Type.Literal('measure'),
      Type.Literal('procedure'),
      Type.Literal('guide'),
      Type.Literal('district'),
    ]),
    /** What the source is in law: only a measure in force pays. */
    standing: StandingSchema,
    inForce: Type.Optional(InForce),
    /** Applicant types; those below them in the tree count too. Absent: the paper names none. */
    beneficiaries: Type.Optional(
      Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 20 }),
    ),
    /** Where the applicant must be: in the place of the region, or anywhere. */
    region: Type.Union([Type.Literal('here'), Type.Literal('free')]),
    conditions: Type.Optional(Type.Array(ConditionSchema, { maxItems: CONDITIONS_MAX })),
    amount: AmountSchema,
    caps: Type.Optional(Type.Array(Cap, { maxItems: 5 })),
    guide: Type.Optional(GuideCap),
    publicFunds: Type.Optional(PublicFunds),
    quota: Type.Optional(Quota),
    each: Type.Optional(Each),
    /** Granted once in the life of the measure. */
    oneTime: Type.Optional(Type.Boolean()),
    /** What is rewarded, where another measure may reward the same: a word, or a list whose items are rewarded one by one. */
    rewards: Type.Optional(
      Type.Object({ thing: FactName, ownSchedule: Type.Optional(EntryId) }, closed),
    ),
    /** Codes told beside the result when a condition holds, e.g. a priority that moves no money. */
    remarks: Type.Optional(
      Type.Array(Type.Object({ when: ConditionSchema, code: ReasonCode }, closed), {
        maxItems: 10,
      }),
    ),
    /** Ambiguities that touch it, by their number in `readings`. */
    readings: Type.Optional(Type.Array(EntryId, { maxItems: 20 })),
  },
  closed,
)

/** An article of several branches: the fact chooses which measure applies. */
export const ArticleSchema = Type.Object(
  {
    id: EntryId,
    title: PackLine,
    branchBy: FactName,
    branches: Type.Array(
      Type.Object({ is: Type.String({ maxLength: 60 }), measure: EntryId }, closed),
      { minItems: 2, maxItems: 10 },
    ),
    /** Told while the fact is not known. */
    open: ReasonCode,
  },
  closed,
)

/** What a region forbids. It refuses where the condition holds; the amount is always nothing. */
export const ProhibitionSchema = Type.Object(
  {
    id: EntryId,
    document: EntryId,
    article: Type.String({ minLength: 1, maxLength: 200 }),
    title: PackLine,
    clause: PackPassage,
    standing: StandingSchema,
    inForce: Type.Optional(InForce),
    /** The rule of law it rests on. */
    basis: Type.Optional(Type.String({ maxLength: 200 })),
    forbids: ConditionSchema,
    code: ReasonCode,
    /** What stays possible. */
    instead: Type.Optional(PackPassage),
    readings: Type.Optional(Type.Array(EntryId, { maxItems: 20 })),
  },
  closed,
)

/** Facts that a pack's measures ask about beyond the common ones. */
export const FactsSchema = Type.Object(
  {
    id: EntryId,
    facts: Type.Array(FactEntrySchema, { minItems: 1, maxItems: 300 }),
    /** What its measures have judged. */
    judgements: Type.Optional(Type.Array(JudgementSchema, { maxItems: 100 })),
    /** What the words that facts may be are called. */
    words: Type.Optional(Type.Array(JudgementSchema, { maxItems: 300 })),
  },
  closed,
)

export type Measure = Static<typeof MeasureSchema>
export type Amount = Static<typeof AmountSchema>
export type Base = Static<typeof Base>
export type SummedLines = Static<typeof Lines>
export type Cap = Static<typeof Cap>
export type Article = Static<typeof ArticleSchema>
export type Prohibition = Static<typeof ProhibitionSchema>
