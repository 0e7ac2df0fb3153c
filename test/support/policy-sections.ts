/**
 * Sections of the field's facts that are about how things are done and have no clause numbers of their own: where they are built, and
 * what tests them.
 */
export type Section = {
  readonly title: string
  /** What it is in the program. */
  readonly rule: string
  readonly files: readonly string[]
  readonly tests: readonly string[]
  /** Where the papers say nothing: what is assumed or stays open. */
  readonly open: string
}

export const SECTIONS: readonly Section[] = [
  {
    title: 'Limits across levels',
    rule: 'one project, one register of all public money; headroom is reserved in the commit of the decision',
    files: ['src/policy/limits.ts', 'src/kernel/quotas/quotas.ts'],
    tests: [
      'src/policy/properties.test.ts',
      'src/kernel/quotas/races.test.ts',
      'src/policy/awards/races.test.ts',
    ],
    open: 'A-07, A-10, A-34 and A-35 are *assumptions*; A-09 is *open*',
  },
  {
    title: 'Documents asked for',
    rule: 'papers of a call, what a node measured is never asked for',
    files: ['src/policy/cases/form.ts', 'src/policy/cases/measured-by.ts'],
    tests: ['src/policy/cases/cases.test.ts', 'src/policy/find/find.test.ts'],
    open: '*assumption*: no paper lists any, so each call names its own',
  },
  {
    title: 'Audit of invoice lines',
    rule: 'a line is rejected by the audit standard that the case pins, with its reason',
    files: ['src/policy/cases/finding-routes.ts', 'src/policy/cases/findings.ts'],
    tests: ['src/policy/cases/cases.test.ts'],
    open: 'A-05 *assumption*',
  },
  {
    title: 'Steps and clocks',
    rule: 'a procedure is data; a term runs by a calendar and stops for a correction',
    files: ['src/policy/cases/procedure.ts', 'src/kernel/cases/terms.ts'],
    tests: [
      'src/kernel/cases/terms.test.ts',
      'src/kernel/cases/procedure.test.ts',
      'test/regions.test.ts',
    ],
    open: '*open*: every length is absent from the packs until a source gives it',
  },
  {
    title: 'Panel, notice, approval',
    rule: 'seeded draw, scores sealed until all are in; objections answered; who approves follows from the amount',
    files: ['src/kernel/cases/panel.ts', 'src/kernel/cases/notice.ts'],
    tests: ['src/kernel/cases/panel.test.ts', 'src/kernel/cases/notice.test.ts'],
    open: '*open*: size, length and thresholds are parameters of the procedure',
  },
  {
    title: 'Budgets',
    rule: 'a planning figure; over it nobody’s amount is decided without a rule',
    files: ['src/policy/budget.ts', 'src/policy/money/ledger-routes.ts'],
    tests: ['src/policy/vectors.test.ts', 'src/policy/money/histories.test.ts'],
    open: 'A-33 *open* until a rule of the budget',
  },
  {
    title: 'Departments in time',
    rule: 'a rule names a role, the day finds the body',
    files: ['regions/shenzhen/departments'],
    tests: ['test/regions.test.ts'],
    open: 'A-21 *assumption*',
  },
  {
    title: 'Metadata of a published document',
    rule: 'eight fields; an empty one is shown as empty',
    files: ['src/policy/papers/parts.ts', 'src/policy/papers/paper-routes.ts'],
    tests: ['src/policy/papers/papers.test.ts', 'test/regions.test.ts'],
    open: '',
  },
  {
    title: 'Drafts and comments',
    rule: 'every comment is answered before a draft is issued or dropped',
    files: ['src/policy/papers/drafts.ts', 'src/policy/papers/comments.ts'],
    tests: ['src/policy/papers/papers.test.ts'],
    open: '*open*: the length of the window is stated with its source',
  },
  {
    title: 'Replies, letters and complaints',
    rule: 'answered point by point, joint units heard, signed by somebody else; letters with clocks',
    files: ['src/policy/papers/proposals.ts', 'src/policy/papers/letters.ts'],
    tests: ['src/policy/papers/proposals.test.ts', 'src/policy/papers/letters.test.ts'],
    open: '*open*: terms are stated with their source',
  },
  {
    title: 'Register of higher plans',
    rule: 'each with issuer, number, date and what cites it',
    files: ['src/policy/papers/plan-routes.ts'],
    tests: ['src/policy/papers/papers.test.ts'],
    open: '',
  },
]
