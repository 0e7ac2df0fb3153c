import type { App } from '../../lib/http.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { batchRoutes } from './batch-routes.ts'
import { BatchRuns } from './batches.ts'
import { Bulk } from './bulk.ts'
import { simulateRoute } from './simulate-route.ts'

/** Simulations and batches, and the thread that does them. */
export function columnRoutes(app: App, deps: PolicyDeps): void {
  const bulk = new Bulk()
  const runs = new BatchRuns(deps, bulk, (error) => app.log.error(error))
  app.addHook('onListen', () => runs.kick())
  app.addHook('onClose', async () => {
    await runs[Symbol.asyncDispose]()
    await bulk[Symbol.asyncDispose]()
  })
  simulateRoute(app, deps, bulk)
  batchRoutes(app, deps, runs)
}
