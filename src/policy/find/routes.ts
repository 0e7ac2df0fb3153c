import type { App } from '../../lib/http.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { catalogueRoutes } from './catalogue-routes.ts'
import { enterpriseRoutes } from './enterprise-routes.ts'
import { evaluateRoutes } from './evaluate-routes.ts'

/** Finding what fits: the measures, their facts, what they come to, and what the node knows of an enterprise by itself. */
export function findRoutes(app: App, deps: PolicyDeps): void {
  catalogueRoutes(app, deps)
  evaluateRoutes(app, deps)
  enterpriseRoutes(app, deps)
}
