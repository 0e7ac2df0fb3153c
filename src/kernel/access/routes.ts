import type { App } from '../../lib/http.ts'
import { type AuditDeps, auditRoutes } from './audit-routes.ts'
import { type JoinDeps, joinRoutes } from './join-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { type LookDeps, lookRoutes } from './look-routes.ts'
import { mailRoutes } from './mail-routes.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { secondFactorRoutes } from './second-factor-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { type UserDeps, userRoutes } from './user-routes.ts'
import { viewRoutes } from './view-routes.ts'

export type AccessDeps = JoinDeps & UserDeps & LookDeps & AuditDeps

/** Everything about people, what they may do, and what they did. `accessHooks` comes before it, on the root. */
export function accessRoutes(app: App, deps: AccessDeps): void {
  sessionRoutes(app, deps)
  joinRoutes(app, deps)
  lookRoutes(app, deps)
  mailRoutes(app, deps)
  secondFactorRoutes(app, deps)
  passkeyRoutes(app, deps)
  userRoutes(app, deps)
  keyRoutes(app, deps)
  viewRoutes(app, deps)
  auditRoutes(app, deps)
}
