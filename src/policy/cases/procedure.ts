import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { digestOf } from '../../kernel/cases/content.ts'
import {
  CodeSchema,
  NEEDS,
  type Procedure,
  SECTIONS,
  TallyRuleSchema,
  TextSchema,
} from '../../kernel/cases/procedure.ts'
import { TermSchema } from '../../kernel/cases/terms.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { readSpec } from './spec-files.ts'

const closed = { additionalProperties: false }
const VERSION_CHARS = 12

const Template = Type.Object(
  {
    id: CodeSchema,
    title: TextSchema,
    roles: Type.Array(
      Type.Object(
        {
          id: CodeSchema,
          title: TextSchema,
          ofPanel: Type.Optional(Type.Boolean()),
          sees: Type.Array(literals(SECTIONS)),
        },
        closed,
      ),
    ),
    steps: Type.Array(
      Type.Object(
        {
          id: CodeSchema,
          title: TextSchema,
          by: Type.Array(CodeSchema),
          /** Name of the term that the call states, or does not. */
          term: Type.Optional(CodeSchema),
          correction: Type.Optional(
            Type.Object({ term: CodeSchema, roundsMax: Type.Integer() }, closed),
          ),
          panel: Type.Optional(Type.Boolean()),
          outcomes: Type.Array(
            Type.Object(
              {
                id: CodeSchema,
                title: TextSchema,
                to: Type.Optional(CodeSchema),
                /** The case ends with it: said, so that none ends because its next step was left out. */
                end: Type.Optional(Type.Boolean()),
                needs: Type.Optional(Type.Array(literals(NEEDS))),
                isDecision: Type.Optional(Type.Boolean()),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
)

export type ProcedureTemplate = Static<typeof Template>

/** Stages that a call may have or not. */
export const STAGES = ['expert-panel', 'site-visit', 'special-audit'] as const
export const TERM_NAMES = ['accept', 'correct', 'review', 'panel', 'visit', 'audit'] as const

/** What the papers leave open and whoever opens a call states, each with its source. */
export const ProcedureWish = Type.Object(
  {
    stages: Type.Array(literals(STAGES), { uniqueItems: true }),
    terms: Type.Optional(
      Type.Object(
        Object.fromEntries(TERM_NAMES.map((it) => [it, Type.Optional(TermSchema)])),
        closed,
      ),
    ),
    panel: Type.Optional(
      Type.Object(
        {
          size: Type.Integer({ minimum: 1, maximum: 50 }),
          tally: TallyRuleSchema,
          source: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
        },
        closed,
      ),
    ),
  },
  closed,
)

export type ProcedureWish = Static<typeof ProcedureWish>

/** The course of applications as it comes with the program, its terms and panel not yet stated. */
export function readTemplate(): Promise<ProcedureTemplate> {
  return readSpec(Template, 'procedures', 'support-application.yaml')
}

/**
 * A procedure of the stages, terms and panel that a call states. Its version is made of what is in it: calls that state the
 * same share one. @throws Problem `invalid-input` where a panel is wished for and not described, or the other way round
 */
export function procedureOf(template: ProcedureTemplate, wish: ProcedureWish): Procedure {
  checkPanel(wish)
  const left = new Set<string>(STAGES.filter((it) => !wish.stages.includes(it)))
  const steps = template.steps
    .filter((it) => !left.has(it.id))
    .map((step) => stepOf(step, wish, left))
  const { id, title, roles } = template
  const whole = { id, title, roles, steps }
  return { ...whole, version: digestOf(whole).slice(0, VERSION_CHARS) }
}

function checkPanel({ stages, panel }: ProcedureWish): void {
  const isAsked = stages.includes('expert-panel')
  if (isAsked === (panel !== undefined)) return
  const reason = isAsked
    ? { en: 'say how many experts sit in it and how they score', zh: '请说明专家人数和评分方式' }
    : { en: 'the call has no expert panel', zh: '本次申报没有专家评审环节' }
  const fields: FieldProblem[] = [{ path: '/procedure/panel', reason }]
  throw new Problem('invalid-input', reason, { fields })
}

type TemplateStep = ProcedureTemplate['steps'][number]

function stepOf(
  step: TemplateStep,
  { terms = {}, panel }: ProcedureWish,
  left: ReadonlySet<string>,
): Procedure['steps'][number] {
  const termOf = (name: string | undefined) => {
    const term = name === undefined ? undefined : (terms as Record<string, Term>)[name]
    return term === undefined ? {} : { term }
  }
  const { id, title, by, correction } = step
  return {
    id,
    title,
    by,
    ...termOf(step.term),
    ...(correction !== undefined && {
      correction: { roundsMax: correction.roundsMax, ...termOf(correction.term) },
    }),
    ...(step.panel === true && panel !== undefined && { panel }),
    outcomes: step.outcomes
      .filter((it) => it.to === undefined || !left.has(it.to))
      .map(({ end: _, ...rest }) => rest),
  }
}

type Term = Static<typeof TermSchema> | undefined
