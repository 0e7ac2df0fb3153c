import type { App } from '../../lib/http.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { applicationRoutes } from './application-routes.ts'
import { callRoutes } from './call-routes.ts'
import type { WithMeasured } from './case-facts.ts'
import { caseRoutes } from './case-routes.ts'
import { deedRoute } from './deed-route.ts'
import { determinationRoutes } from './determination-routes.ts'
import { findingRoutes } from './finding-routes.ts'
import { measuredBy } from './measured-by.ts'
import { officeRoutes } from './office-routes.ts'
import { postRoutes } from './post-routes.ts'
import { queueRoutes } from './queue-routes.ts'

/** Calls, applications and their review. */
export function casesRoutes(app: App, desk: PolicyDeps & WithMeasured): void {
  const deps = { ...desk, measured: desk.measured ?? measuredBy(desk) }
  callRoutes(app, deps)
  applicationRoutes(app, deps)
  queueRoutes(app, deps)
  caseRoutes(app, deps)
  deedRoute(app, deps)
  determinationRoutes(app, deps)
  findingRoutes(app, deps)
  postRoutes(app, deps)
  officeRoutes(app, deps)
}
