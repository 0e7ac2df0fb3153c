import { lazy, Suspense, useSyncExternalStore } from 'react'
import { session } from '../api/session.ts'

const SignInDialog = lazy(async () => {
  const { SignInDialog } = await import('./sign-in-dialog.tsx')
  return { default: SignInDialog }
})

/** Over whatever page stands there when the session has ended, so that nothing typed is lost. */
export function SignInAgain() {
  const isAsking = useSyncExternalStore(session.subscribe, session.isAsking)
  if (!isAsking) return null
  return (
    <Suspense>
      <SignInDialog />
    </Suspense>
  )
}
