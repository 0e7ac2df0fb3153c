import { Type } from 'typebox'
import { unstored } from '../../kernel/access/route-parts.ts'
import { CASE_STATES } from '../../kernel/cases/collections.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { actsFor, enterprisesOf, postOf } from './actors.ts'
import { findingsOf } from './findings.ts'
import { namesOf, Params } from './parts.ts'
import { isOffice, meetCase } from './reading.ts'

const FindingsReply = Type.Object({
  items: Type.Array(
    Type.Object({
      case: Type.String(),
      receipt: Type.String(),
      state: Type.Enum([...CASE_STATES]),
      kinds: Type.Array(Type.Enum(['same', 'number', 'cost', 'project', 'name'])),
      numbers: Type.Array(Type.String()),
      project: Type.String(),
      similarity: Type.Number({ description: 'Of the projects’ names, 0 to 1' }),
      applicant: Type.Object({ id: Type.String(), name: Type.Optional(Type.String()) }),
    }),
  ),
  related: Type.Array(
    Type.Object({
      user: Type.String(),
      name: Type.String(),
      because: Type.Enum(['member', 'interest']),
    }),
  ),
  complete: Type.Boolean({ description: 'False when there were too many to compare all' }),
})

/** What is there twice, for those who review a case. */
export function findingRoutes(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/cases/:id/findings', {
    onRequest: unstored,
    schema: {
      tags: ['policy'],
      operationId: 'listFindings',
      summary:
        'Other cases with the same invoice, cost or project, and experts related to the applicant',
      params: Params,
      response: { 200: FindingsReply },
    },
    async handler({ caller, params }) {
      const { documents } = deps
      const met = await meetCase(deps, caller, params.id)
      if (!isOffice(met)) {
        const text = { en: 'This is for those who review the case', zh: '仅供办理人员查看' }
        throw new Problem('not-authorised', text)
      }
      const { items, related, complete } = await findingsOf(documents, met.id, met.state)
      const post = await postOf(documents, caller)
      const own = [...enterprisesOf(caller), ...post.interests]
      const shown = items.filter(
        (it) => actsFor(post, it.department) && !own.includes(it.applicant),
      )
      const names = await namesOf(
        documents,
        shown.map((it) => it.applicant),
      )
      return {
        items: shown.map(({ department: _, applicant, kinds, numbers, ...rest }) => {
          const name = names.get(applicant)
          return {
            ...rest,
            kinds: [...kinds],
            numbers: [...numbers],
            applicant: { id: applicant, ...(name !== undefined && { name }) },
          }
        }),
        related: [...related],
        complete,
      }
    },
  })
}
