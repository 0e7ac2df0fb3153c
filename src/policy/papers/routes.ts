import type { App } from '../../lib/http.ts'
import { attachmentRoutes } from './attachment-routes.ts'
import { commentRoutes } from './comment-routes.ts'
import { draftRoutes } from './draft-routes.ts'
import { letterRoutes } from './letter-routes.ts'
import { paperRoutes } from './paper-routes.ts'
import type { PapersDeps } from './parts.ts'
import { planRoutes } from './plan-routes.ts'
import { proposalRoutes } from './proposal-routes.ts'

/** What is published: papers, drafts with their comments, replies to proposals, letters, higher plans. */
export function papersRoutes(app: App, deps: PapersDeps): void {
  paperRoutes(app, deps)
  draftRoutes(app, deps)
  commentRoutes(app, deps)
  letterRoutes(app, deps)
  proposalRoutes(app, deps)
  planRoutes(app, deps)
  attachmentRoutes(app, deps)
}
