import { digestOf } from '../../kernel/cases/content.ts'
import type { Procedure } from '../../kernel/cases/procedure.ts'
import type { LetterTerms } from './collections.ts'

/** Who takes letters in and answers them; which unit has one is kept beside its case. */
export const OFFICE = 'office'
const VERSION_CHARS = 12

const STEPS: Procedure['steps'] = [
  {
    id: 'acceptance',
    title: { zh: '受理', en: 'Acceptance' },
    by: [OFFICE],
    outcomes: [
      { id: 'accepted', title: { zh: '受理', en: 'Accepted' }, to: 'handling' },
      { id: 'not-ours', title: { zh: '不属受理范围', en: 'Not for this office' } },
    ],
  },
  {
    id: 'handling',
    title: { zh: '办理', en: 'Handling' },
    by: [OFFICE],
    outcomes: [{ id: 'answered', title: { zh: '答复', en: 'Answered' }, isDecision: true }],
  },
]

/**
 * How a letter goes, with the terms that are stated for its region: none has a default. Letters under the same terms share one
 * version.
 */
export function letterProcedure({ accept, answer }: LetterTerms): Procedure {
  const terms: Readonly<Record<string, LetterTerms['accept']>> = {
    acceptance: accept,
    handling: answer,
  }
  const whole = {
    id: 'letters',
    title: { zh: '来信办理', en: 'Letters and complaints' },
    roles: [
      {
        id: OFFICE,
        title: { zh: '来信办理机构', en: 'Office' },
        sees: [
          'applicant' as const,
          'content' as const,
          'thread' as const,
          'office' as const,
          'people' as const,
          'clocks' as const,
        ],
      },
    ],
    steps: STEPS.map((it) => {
      const term = terms[it.id]
      return term === undefined ? it : { ...it, term }
    }),
  }
  return { ...whole, version: digestOf(whole).slice(0, VERSION_CHARS) }
}
