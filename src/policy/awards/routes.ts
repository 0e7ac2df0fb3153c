import type { App } from '../../lib/http.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { awardRoutes } from './award-routes.ts'
import { noticeRoutes } from './notice-routes.ts'
import { panelRoute } from './panel-route.ts'
import { planRoutes } from './plan-routes.ts'
import { resultRoute } from './result-route.ts'

/** Plans of awards, what they publish, what became of applications, the awards themselves, and the panels that one sits in. */
export function awardDeskRoutes(app: App, deps: PolicyDeps): void {
  planRoutes(app, deps)
  noticeRoutes(app, deps)
  resultRoute(app, deps)
  awardRoutes(app, deps)
  panelRoute(app, deps)
}
