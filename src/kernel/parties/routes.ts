import type { App } from '../../lib/http.ts'
import { applicationRoutes } from './application-routes.ts'
import { checkRoute } from './check-route.ts'
import { codeRoutes } from './code-routes.ts'
import type { PartiesDeps } from './deps.ts'
import { enterpriseRoutes } from './enterprise-routes.ts'
import { reviewRoutes } from './review-routes.ts'

/** The enterprises of a node: how they apply, are reviewed and kept, and the tables they choose from. */
export function partiesRoutes(app: App, deps: PartiesDeps): void {
  codeRoutes(app)
  checkRoute(app)
  applicationRoutes(app, deps)
  reviewRoutes(app, deps)
  enterpriseRoutes(app, deps)
}
