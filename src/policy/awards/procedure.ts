import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { digestOf } from '../../kernel/cases/content.ts'
import {
  CodeSchema,
  type Procedure,
  type Section,
  TextSchema,
} from '../../kernel/cases/procedure.ts'
import { TermSchema } from '../../kernel/cases/terms.ts'
import { AmountSchema } from '../../kernel/quotas/amount.ts'

const closed = { additionalProperties: false }
const VERSION_CHARS = 12
const Source = Type.String({ minLength: 1, maxLength: 500 })
const Named = Type.Object({ id: CodeSchema, title: TextSchema }, closed)

export const PLAN_PROCEDURE = 'support-plan'

/** What the papers leave open and whoever begins a plan of awards states, each with its source. */
export const PlanProcedureWish = Type.Object(
  {
    /** Units that are asked for their opinion (会办); absent: the plan has no such step. */
    consultation: Type.Optional(
      Type.Object(
        {
          units: Type.Array(Named, { minItems: 1, maxItems: 20 }),
          term: Type.Optional(TermSchema),
          silence: Type.Optional(literals(['agrees'])),
        },
        closed,
      ),
    ),
    notice: Type.Object({ term: TermSchema }, closed),
    approval: Type.Object(
      {
        /** Offices that approve; a person holds one by their post. */
        offices: Type.Array(Named, { minItems: 1, maxItems: 10 }),
        /** The last row whose `from` the plan's sum in fen reaches says who approves, in order. */
        levels: Type.Array(
          Type.Object(
            { from: AmountSchema, roles: Type.Array(CodeSchema, { minItems: 1, maxItems: 10 }) },
            closed,
          ),
          { minItems: 1, maxItems: 20 },
        ),
        source: Source,
      },
      closed,
    ),
  },
  closed,
)

export type PlanProcedureWish = Static<typeof PlanProcedureWish>

const OFFICER = 'officer'
const SEEN: readonly Section[] = [
  'applicant',
  'content',
  'thread',
  'office',
  'clocks',
  'consultation',
  'notice',
  'approval',
]

/**
 * How a plan of awards goes: draft, opinions of other units, public notice, approval by amount, decision. Its version is made of
 * what is in it: plans that state the same share one.
 */
export function planProcedure(wish: PlanProcedureWish): Procedure {
  const { consultation, notice, approval } = wish
  const whole = {
    id: PLAN_PROCEDURE,
    title: { en: 'Plan of awards', zh: '扶持安排方案' },
    roles: rolesOf(wish),
    steps: [
      draftStep(consultation !== undefined),
      ...(consultation === undefined ? [] : [opinionStep(consultation)]),
      noticeStep(notice.term),
      approvalStep(approval),
    ],
  }
  return { ...whole, version: digestOf(whole).slice(0, VERSION_CHARS) }
}

function rolesOf({ consultation, approval }: PlanProcedureWish): Procedure['roles'] {
  const all = [...SEEN, 'people', 'objectors'] as const
  return [
    { id: OFFICER, title: { en: 'Official in charge', zh: '经办人' }, sees: [...all] },
    { id: 'observer', title: { en: 'Observer', zh: '监督人员' }, sees: [...SEEN] },
    ...approval.offices.map((it) => ({ ...it, sees: [...all] })),
    ...(consultation?.units ?? []).map(({ id, title }) => ({
      id: `unit:${id}`,
      title,
      sees: [...SEEN],
    })),
  ]
}

type Step = Procedure['steps'][number]
type Outcome = Step['outcomes'][number]

const BACK: Outcome = {
  id: 'back',
  title: { en: 'Back to the draft', zh: '退回修改' },
  to: 'draft',
}

function draftStep(isConsulted: boolean): Step {
  const onward: Outcome = isConsulted
    ? { id: 'to-opinions', title: { en: 'To joint opinions', zh: '送会办' }, to: 'opinions' }
    : { id: 'to-notice', title: { en: 'To the public notice', zh: '转公示' }, to: 'notice' }
  return {
    id: 'draft',
    title: { en: 'Draft plan', zh: '拟定方案' },
    by: [OFFICER],
    outcomes: [onward, { id: 'dropped', title: { en: 'Drop the plan', zh: '终止方案' } }],
  }
}

function opinionStep({ term, silence }: NonNullable<PlanProcedureWish['consultation']>): Step {
  const consultation = { ...(term && { term }), ...(silence && { silence }) }
  return {
    id: 'opinions',
    title: { en: 'Joint opinions', zh: '会办' },
    by: [OFFICER],
    consultation,
    outcomes: [
      {
        id: 'to-notice',
        title: { en: 'To the public notice', zh: '转公示' },
        to: 'notice',
        needs: ['consultation-closed'],
      },
      BACK,
    ],
  }
}

function noticeStep(term: PlanProcedureWish['notice']['term']): Step {
  return {
    id: 'notice',
    title: { en: 'Public notice', zh: '公示' },
    by: [OFFICER],
    notice: { term },
    outcomes: [
      {
        id: 'to-approval',
        title: { en: 'To approval', zh: '报批' },
        to: 'approval',
        needs: ['objections-dismissed'],
      },
      BACK,
    ],
  }
}

function approvalStep({ levels, source }: PlanProcedureWish['approval']): Step {
  return {
    id: 'approval',
    title: { en: 'Approval and decision', zh: '审批与决定' },
    by: [OFFICER],
    approval: { levels, source },
    outcomes: [
      {
        id: 'decided',
        title: { en: 'Decide', zh: '作出决定' },
        needs: ['approved'],
        isDecision: true,
      },
      { ...BACK, needs: ['declined'] },
    ],
  }
}
