import type { App } from '../../lib/http.ts'
import type { PolicyDeps } from './deps.ts'

/** Every route of the policy desk; each part brings its own. */
export function policyRoutes(_app: App, _deps: PolicyDeps): void {}
