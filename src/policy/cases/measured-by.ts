import type { PolicyDeps } from '../desk/deps.ts'
import type { Measured } from './case-facts.ts'

/**
 * What the node itself counted for an enterprise, out of its evidence log: for `factsOfCase`. Yearly figures are of the last year
 * that was over on the day. What the register knows of an applicant is among the facts of a case anyway.
 */
export function measuredBy({
  documents,
  evidence,
  rules,
}: Pick<PolicyDeps, 'documents' | 'evidence' | 'rules'>): Measured {
  return async (enterprise, day) => {
    const [{ measuredFacts }, { catalogueOf }, open] = await Promise.all([
      import('../find/measured.ts'),
      import('../find/catalogue.ts'),
      rules.open(),
    ])
    const asked = { enterprise, day }
    const { facts } = await measuredFacts({ documents, evidence }, catalogueOf(open), asked)
    const counted = facts.filter((it) => it.trust === 'measured')
    return Object.fromEntries(counted.map(({ name, value, source }) => [name, { value, source }]))
  }
}
