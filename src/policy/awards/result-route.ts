import { Type } from 'typebox'
import { reachOf } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import type { App } from '../../lib/http.ts'
import { caseDeskOf } from '../cases/desk.ts'
import { After, Id, Limit, namesOf } from '../cases/parts.ts'
import { reasonTeller } from '../cases/reasons.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { POLICY_PLAN_LINES } from './collections.ts'
import { ResultReply, resultOf } from './results.ts'

/** What became of one's own applications. */
export function resultRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/results', {
    onRequest: unstored,
    schema: {
      tags: ['policy'],
      operationId: 'listPlanResults',
      summary:
        'What plans of awards made of the applications of one’s enterprises: amount, why, next step; the newest first',
      querystring: Type.Object({ case: Type.Optional(Id), after: After, limit: Limit }),
      response: {
        200: Type.Object({ items: Type.Array(ResultReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      const { documents, clock } = deps
      const reach = reachOf(caller, 'applications.read')
      if (reach !== 'node' && reach.size === 0) return { items: [] }
      const { after, limit } = query
      const page = await documents.query(POLICY_PLAN_LINES, {
        where: {
          ...(reach !== 'node' && { applicant: { in: [...reach] } }),
          ...(query.case !== undefined && { case: query.case }),
        },
        order: { by: 'createdAt', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const open = await deps.rules.open()
      const names = await namesOf(
        documents,
        page.items.map((it) => it.body.applicant),
      )
      const desk = await caseDeskOf(deps)
      const of = { desk, open, names, reasons: await reasonTeller(open), now: clock() }
      const items = await Promise.all(page.items.map((it) => resultOf(of, it.body)))
      return {
        items: items.filter((it) => it !== undefined),
        ...(page.next !== undefined && { next: page.next }),
      }
    },
  })
}
