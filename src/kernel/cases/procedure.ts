import { type Static, Type } from 'typebox'
import type { FieldProblem } from '../../lib/problem.ts'
import { literals } from '../access/collections.ts'
import { AmountSchema } from '../quotas/amount.ts'
import { TermSchema } from './terms.ts'

export const STEPS_MAX = 60
export const ROLES_MAX = 40
export const PANEL_MEMBERS_MAX = 50
const OUTCOMES_MAX = 20

/** kebab-case names of steps, roles, outcomes, criteria; `unit:finance` is a role too. */
export const CodeSchema = Type.String({
  maxLength: 64,
  pattern: '^[a-z][a-z0-9]*([-:][a-z0-9]+)*$',
})
export const TextSchema = Type.Object(
  {
    en: Type.String({ minLength: 1, maxLength: 500 }),
    zh: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
)

/** What of a case can be seen apart from the rest. Everybody who has a role in it sees its number, step and state. */
export const SECTIONS = [
  'applicant', // who applied
  'content', // the form and its files
  'thread', // what was done when, and why
  'office', // papers and remarks that the office added for itself
  'people', // in the thread: by whom
  'clocks', // terms and what is due
  'panel', // who drew it and who is in it
  'scores', // once they are open
  'consultation',
  'notice', // the notice and its objections
  'objectors', // who objected
  'approval',
] as const
export type Section = (typeof SECTIONS)[number]

const Role = Type.Object(
  {
    id: CodeSchema,
    title: TextSchema,
    /** Held only by those who are in the panel of the case, and not out of it. */
    ofPanel: Type.Optional(Type.Boolean()),
    /** Nothing else is shown to it. */
    sees: Type.Array(literals(SECTIONS), { uniqueItems: true }),
  },
  { additionalProperties: false },
)

/** Marks out of criteria, each times its weight; the best and worst members dropped where there are enough. */
const ScoreRule = Type.Object(
  {
    kind: Type.Literal('scores'),
    criteria: Type.Array(
      Type.Object(
        {
          id: CodeSchema,
          title: TextSchema,
          min: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
          max: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
          weight: Type.Integer({ minimum: 1, maximum: 10_000 }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 50 },
    ),
    drop: Type.Optional(
      Type.Object(
        {
          highest: Type.Integer({ minimum: 0, maximum: 10 }),
          lowest: Type.Integer({ minimum: 0, maximum: 10 }),
          /** Where fewer members scored, none is dropped. */
          fromMembers: Type.Integer({ minimum: 1, maximum: PANEL_MEMBERS_MAX }),
        },
        { additionalProperties: false },
      ),
    ),
    /** The mean of the weighted sums that passes; absent: the panel only ranks. */
    passesAt: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
)

/** Yes, no or abstention. Passes with so many yes of what was cast (abstentions left out) or of all members. */
const VoteRule = Type.Object(
  {
    kind: Type.Literal('votes'),
    of: literals(['cast', 'members']),
    /** Two thirds are 2 and 3. */
    numerator: Type.Integer({ minimum: 1, maximum: 1_000 }),
    denominator: Type.Integer({ minimum: 1, maximum: 1_000 }),
    /** Whether exactly that share is enough. */
    includes: Type.Boolean(),
  },
  { additionalProperties: false },
)

export const TallyRuleSchema = Type.Union([ScoreRule, VoteRule])
export type TallyRule = Static<typeof TallyRuleSchema>

const PanelRule = Type.Object(
  {
    size: Type.Integer({ minimum: 1, maximum: PANEL_MEMBERS_MAX }),
    tally: TallyRuleSchema,
    source: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false },
)

const ConsultationRule = Type.Object(
  {
    term: Type.Optional(TermSchema),
    /** What a unit that said nothing in its term is taken to say; absent: it is waited for. */
    silence: Type.Optional(literals(['agrees'])),
  },
  { additionalProperties: false },
)

const NoticeRule = Type.Object({ term: TermSchema }, { additionalProperties: false })

const ApprovalRule = Type.Object(
  {
    /** The last row whose `from` a number reaches names who approves, in this order. */
    levels: Type.Array(
      Type.Object(
        { from: AmountSchema, roles: Type.Array(CodeSchema, { minItems: 1, maxItems: 10 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 20 },
    ),
    source: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false },
)

const CorrectionRule = Type.Object(
  {
    /** Absent: the applicant may take any time. */
    term: Type.Optional(TermSchema),
    /** How often points can be raised; each time all at once. */
    roundsMax: Type.Integer({ minimum: 1, maximum: 50 }),
  },
  { additionalProperties: false },
)

/** What has to be so before an outcome can be taken. */
export const NEEDS = [
  'panel-open',
  'panel-passed',
  'panel-failed',
  'consultation-closed', // every unit was heard, or its silence counts
  'consultation-agreed', // and none objects
  'notice-closed', // its term is over and every objection answered
  'objections-dismissed', // and none upheld
  'objection-upheld',
  'approved',
  'declined',
  'term-over',
] as const
export type Need = (typeof NEEDS)[number]

const OutcomeSchema = Type.Object(
  {
    id: CodeSchema,
    title: TextSchema,
    /** The step that follows; absent: the case ends with this. */
    to: Type.Optional(CodeSchema),
    /** Who may take it; absent: whoever does the step. */
    by: Type.Optional(Type.Array(CodeSchema, { minItems: 1, maxItems: ROLES_MAX })),
    needs: Type.Optional(Type.Array(literals(NEEDS), { uniqueItems: true })),
    /** Enters the evidence log as a decision. */
    isDecision: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

const StepSchema = Type.Object(
  {
    id: CodeSchema,
    title: TextSchema,
    by: Type.Array(CodeSchema, { minItems: 1, maxItems: ROLES_MAX }),
    /** How long those who do it have. Its clock stops while a correction is out. */
    term: Type.Optional(TermSchema),
    correction: Type.Optional(CorrectionRule),
    /** The applicant cannot withdraw any more. */
    isFinal: Type.Optional(Type.Boolean()),
    panel: Type.Optional(PanelRule),
    consultation: Type.Optional(ConsultationRule),
    notice: Type.Optional(NoticeRule),
    approval: Type.Optional(ApprovalRule),
    outcomes: Type.Array(OutcomeSchema, { minItems: 1, maxItems: OUTCOMES_MAX }),
  },
  { additionalProperties: false },
)

/** How cases of a kind go: data with a version, pinned by each case. */
export const ProcedureSchema = Type.Object(
  {
    id: CodeSchema,
    version: Type.String({ minLength: 1, maxLength: 64, pattern: '^[^~@\\s]+$' }),
    title: TextSchema,
    source: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    roles: Type.Array(Role, { minItems: 1, maxItems: ROLES_MAX }),
    /** The first is where a case begins. */
    steps: Type.Array(StepSchema, { minItems: 1, maxItems: STEPS_MAX }),
  },
  { additionalProperties: false },
)

export type Procedure = Static<typeof ProcedureSchema>
export type Step = Static<typeof StepSchema>
export type StepOutcome = Static<typeof OutcomeSchema>
export type PanelRuleOf = Static<typeof PanelRule>

/** Whoever applied. Needs no entry among the roles: it sees what `APPLICANT_SEES` says. */
export const APPLICANT = 'applicant'
export const APPLICANT_SEES: readonly Section[] = [
  'applicant',
  'content',
  'thread',
  'clocks',
  'notice',
]

export function stepOf(procedure: Procedure, id: string): Step {
  const step = procedure.steps.find((it) => it.id === id)
  if (step === undefined) throw new TypeError(`${procedure.id} has no step ${id}`)
  return step
}

/** What is wrong with a procedure that its schema does not tell, all of it. Paths are JSON Pointers. */
export function procedureFaults(procedure: Procedure): readonly FieldProblem[] {
  const roles = new Set([APPLICANT, ...procedure.roles.map((it) => it.id)])
  return [
    ...repeated(procedure.roles, '/roles'),
    ...repeated(procedure.steps, '/steps'),
    ...procedure.steps.flatMap((step, index) => {
      return stepFaults(step, { path: `/steps/${index}`, procedure, roles })
    }),
    ...unreached(procedure),
  ]
}

type Place = {
  readonly path: string
  readonly procedure: Procedure
  readonly roles: ReadonlySet<string>
}

function stepFaults(step: Step, { path, procedure, roles }: Place): readonly FieldProblem[] {
  const steps = new Set(procedure.steps.map((it) => it.id))
  const faults: FieldProblem[] = [...repeated(step.outcomes, `${path}/outcomes`)]
  faults.push(...unknownRoles(step.by, roles, `${path}/by`))
  for (const [index, { to, by = [], needs = [] }] of step.outcomes.entries()) {
    const here = `${path}/outcomes/${index}`
    faults.push(...unknownRoles(by, roles, `${here}/by`))
    if (to !== undefined && !steps.has(to)) {
      faults.push(fault(`${here}/to`, `there is no step “${to}”`, `没有步骤“${to}”`))
    }
    for (const need of needs.filter((it) => !canBeMet(it, step))) {
      const en = `“${need}” can never be so: the step has no rule for it`
      faults.push(fault(`${here}/needs`, en, `“${need}”无法满足：该步骤没有相应规则`))
    }
  }
  return [...faults, ...scoreFaults(step, path), ...levelFaults(step, roles, path)]
}

function scoreFaults({ panel }: Step, path: string): readonly FieldProblem[] {
  if (panel?.tally.kind !== 'scores') return []
  const { criteria, drop } = panel.tally
  const at = `${path}/panel/tally`
  const narrow = criteria.flatMap(({ min, max }, index) => {
    return max > min
      ? []
      : [fault(`${at}/criteria/${index}/max`, 'must be above min', '必须大于 min')]
  })
  const isAll = drop !== undefined && drop.highest + drop.lowest >= drop.fromMembers
  const none = isAll ? [fault(`${at}/drop`, 'would leave nobody', '去除后无人计分')] : []
  return [...repeated(criteria, `${at}/criteria`), ...narrow, ...none]
}

function levelFaults(
  { approval }: Step,
  roles: ReadonlySet<string>,
  path: string,
): readonly FieldProblem[] {
  return (approval?.levels ?? []).flatMap(({ roles: named, from }, index, levels) => {
    const at = `${path}/approval/levels/${index}`
    const before = levels[index - 1]?.from
    const isBelow = before !== undefined && BigInt(from) <= BigInt(before)
    return [
      ...unknownRoles(named, roles, `${at}/roles`),
      ...(isBelow ? [fault(`${at}/from`, 'must be above the row before', '必须大于上一行')] : []),
    ]
  })
}

function canBeMet(need: Need, step: Step): boolean {
  switch (need) {
    case 'panel-open':
      return step.panel !== undefined
    case 'panel-passed':
    case 'panel-failed': {
      const tally = step.panel?.tally
      return tally?.kind === 'votes' || tally?.passesAt !== undefined
    }
    case 'consultation-closed':
    case 'consultation-agreed':
      return step.consultation !== undefined
    case 'notice-closed':
    case 'objections-dismissed':
    case 'objection-upheld':
      return step.notice !== undefined
    case 'approved':
    case 'declined':
      return step.approval !== undefined
    case 'term-over':
      return step.term !== undefined
  }
}

/** Steps nobody ever comes to, and that no case ends. */
function unreached({ steps }: Procedure): readonly FieldProblem[] {
  const reached = new Set(steps.slice(0, 1).map((it) => it.id))
  for (let before = -1; before < reached.size; ) {
    before = reached.size
    for (const { outcomes } of steps.filter((it) => reached.has(it.id))) {
      for (const { to } of outcomes) if (to !== undefined) reached.add(to)
    }
  }
  const faults = steps.flatMap(({ id }, index) => {
    if (reached.has(id)) return []
    return [fault(`/steps/${index}`, 'is never come to', '永远无法到达')]
  })
  const ends = steps.some((it) => reached.has(it.id) && it.outcomes.some((o) => o.to === undefined))
  return ends ? faults : [...faults, fault('/steps', 'no case ever ends', '案件永远无法办结')]
}

function repeated(all: readonly { readonly id: string }[], path: string): readonly FieldProblem[] {
  return all.flatMap(({ id }, index) => {
    if (all.findIndex((it) => it.id === id) === index) return []
    return [fault(`${path}/${index}/id`, `“${id}” is there twice`, `“${id}”重复`)]
  })
}

function unknownRoles(
  named: readonly string[],
  roles: ReadonlySet<string>,
  path: string,
): readonly FieldProblem[] {
  return named
    .filter((it) => !roles.has(it))
    .map((it) => fault(path, `there is no role “${it}”`, `没有角色“${it}”`))
}

function fault(path: string, en: string, zh: string): FieldProblem {
  return { path, reason: { en, zh } }
}
