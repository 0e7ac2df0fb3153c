import type { App } from '../../lib/http.ts'
import { draftRoutes } from './draft-routes.ts'
import type { EditorDeps } from './drafts.ts'
import { versionRoutes } from './version-routes.ts'
import { vocabularyRoute } from './vocabulary-route.ts'

/** Measures on their way to being rules, and the rules as they hold. */
export function editorRoutes(app: App, deps: EditorDeps): void {
  draftRoutes(app, deps)
  versionRoutes(app, deps)
  vocabularyRoute(app, deps)
}
