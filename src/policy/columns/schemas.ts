import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'

/** In both languages. */
export const TextReply = Type.Object({ zh: Type.String(), en: Type.String() })
export const CountReply = Type.Integer({ minimum: 0 })
export const FenReply = Type.String({ pattern: '^\\d+$', description: 'Fen, as decimal digits' })
export const ModeWish = literals(['live', 'as_if_in_force'])
export const DayWish = Type.String({ format: 'date', description: 'Day of application' })
export const SeedWish = Type.Integer({ minimum: 0, maximum: 4_294_967_295 })
export const KeyWish = Type.String({
  minLength: 8,
  maxLength: 100,
  pattern: '^[\\x21-\\x7d]+$',
  description: 'Made by the caller; the same key again is the same batch',
})

const Sums = Type.Object({
  measure: Type.String(),
  eligible: CountReply,
  open: Type.Integer({ description: 'Cases in which something is not known yet' }),
  unbounded: Type.Integer({ description: 'Of these, cases whose amount nothing bounds' }),
  left: Type.Integer({ description: 'Cases that were computed one by one' }),
  amountFen: FenReply,
  ceilingFen: Type.String({
    pattern: '^\\d+$',
    description: 'The most where the text gives a ceiling or only bounds',
  }),
  openFen: Type.String({ pattern: '^\\d+$', description: 'The most that open cases may come to' }),
})
export const SumsReply = Type.Array(Sums)

const Groups = Type.Array(
  Type.Object({
    group: Type.Union([Type.String(), Type.Null()], { description: 'Null: not known' }),
    title: Type.Optional(TextReply),
    cases: CountReply,
    winners: CountReply,
    losers: CountReply,
    beforeFen: FenReply,
    afterFen: FenReply,
  }),
  { description: 'What they may get for sure at the most, the largest group first' },
)

export const SimulationReply = Type.Object({
  cases: CountReply,
  rules: Type.String({ description: 'Digest of the rules in force' }),
  cost: Type.Object({ amountFen: FenReply, ceilingFen: FenReply, openFen: FenReply }),
  winners: Type.Integer({
    description: 'With variants: cases that get more; else cases with some award',
  }),
  losers: CountReply,
  perMeasure: SumsReply,
  before: Type.Optional(SumsReply),
  quota: Type.Array(
    Type.Object({
      measure: Type.String(),
      places: CountReply,
      wanted: CountReply,
      over: CountReply,
    }),
  ),
  budget: Type.Array(
    Type.Object({
      id: Type.String(),
      title: TextReply,
      document: Type.String(),
      isAbout: Type.Boolean(),
      fen: FenReply,
      wantedFen: FenReply,
      overFen: FenReply,
    }),
  ),
  histogram: Type.Array(Type.Object({ fromFen: FenReply, cases: CountReply })),
  byType: Groups,
  bySector: Groups,
  byCase: Type.Array(
    Type.Object({ line: CountReply, id: Type.String(), beforeFen: FenReply, afterFen: FenReply }),
  ),
})
