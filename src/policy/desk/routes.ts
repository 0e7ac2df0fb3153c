import type { App } from '../../lib/http.ts'
import { awardDeskRoutes } from '../awards/routes.ts'
import { casesRoutes } from '../cases/routes.ts'
import { moneyRoutes } from '../money/routes.ts'
import type { PolicyDeps } from './deps.ts'

/** Every route of the policy desk; each part brings its own. */
export function policyRoutes(app: App, deps: PolicyDeps): void {
  casesRoutes(app, deps)
  awardDeskRoutes(app, deps)
  moneyRoutes(app, deps)
}
