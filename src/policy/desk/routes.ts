import type { App } from '../../lib/http.ts'
import { moneyRoutes } from '../money/routes.ts'
import type { PolicyDeps } from './deps.ts'

/** Every route of the policy desk; each part brings its own. */
export function policyRoutes(app: App, deps: PolicyDeps): void {
  moneyRoutes(app, deps)
}
