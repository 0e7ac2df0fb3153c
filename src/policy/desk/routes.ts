import type { App } from '../../lib/http.ts'
import { awardDeskRoutes } from '../awards/routes.ts'
import { casesRoutes } from '../cases/routes.ts'
import { columnRoutes } from '../columns/routes.ts'
import { editorRoutes } from '../editor/routes.ts'
import { evaluationRoutes } from '../evaluation/routes.ts'
import { findRoutes } from '../find/routes.ts'
import { moneyRoutes } from '../money/routes.ts'
import { papersRoutes } from '../papers/routes.ts'
import type { PolicyDeps } from './deps.ts'

/** Every route of the policy desk; each part brings its own. */
export function policyRoutes(app: App, deps: PolicyDeps): void {
  findRoutes(app, deps)
  casesRoutes(app, deps)
  awardDeskRoutes(app, deps)
  moneyRoutes(app, deps)
  papersRoutes(app, deps)
  editorRoutes(app, deps)
  evaluationRoutes(app, deps)
  columnRoutes(app, deps)
}
