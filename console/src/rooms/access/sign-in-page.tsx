import { useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { meQuery } from '../../api/me.ts'
import { session } from '../../api/session.ts'
import { useGo } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { useTexts } from './texts.ts'

export function Page() {
  const t = useTexts()
  const go = useGo()
  const queries = useQueryClient()
  const { next } = useSearch({ strict: false }) as { next?: unknown }
  return (
    <PageFrame title={t('signInTitle')}>
      <SignInForm
        onSignedIn={(me) => {
          session.open(me.csrf)
          queries.setQueryData(meQuery.queryKey, me)
          const [path = '/', query = ''] = ownAddress(next).split('?')
          go(path, Object.fromEntries(new URLSearchParams(query)), { replace: true })
        }}
      />
    </PageFrame>
  )
}

/** Where to go on; only ever within the console. */
function ownAddress(next: unknown): string {
  const path = typeof next === 'string' ? next.replace(/^\/console/, '') : '/'
  return /^\/(?![/\\])/.test(path) ? path : '/'
}
