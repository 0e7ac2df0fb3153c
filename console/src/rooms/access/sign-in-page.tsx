import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Alert } from 'antd'
import { answer, api } from '../../api/client.ts'
import { meQuery } from '../../api/me.ts'
import { session } from '../../api/session.ts'
import { parseSearch } from '../../frame/search.ts'
import { Go, useGo } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { useTexts } from './texts.ts'

export function Page() {
  const t = useTexts()
  const go = useGo()
  const queries = useQueryClient()
  const { next } = useSearch({ strict: false }) as { next?: string }
  return (
    <PageFrame title={t('signInTitle')}>
      <SignInForm
        onSignedIn={(me) => {
          session.open(me.csrf, me.id)
          queries.setQueryData(meQuery.queryKey, me)
          const [path = '/', query = ''] = ownAddress(next).split('?')
          go(path, parseSearch(query), { replace: true })
        }}
      />
      <p style={{ display: 'flex', flexWrap: 'wrap', gap: '8px 24px', marginBlockStart: 16 }}>
        <Go to="/forgotten">{t('forgotten')}</Go>
        <Go to="/apply">{t('apply')}</Go>
      </p>
      <NotSetUp />
    </PageFrame>
  )
}

/** A node without an operator: nobody can sign in yet. Asked last, as it is so once in a node's life. */
function NotSetUp() {
  const t = useTexts()
  const setup = useQuery({
    queryKey: ['setup'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => answer(api.GET('/api/v1/setup')),
  })
  if (setup.data?.needed !== true) return null
  return (
    <Alert
      type="info"
      showIcon
      title={t('notSetUp')}
      description={<Go to="/setup">{t('toSetup')}</Go>}
    />
  )
}

/** Where to go on; only ever within the console. */
function ownAddress(next = '/'): string {
  const path = next.replace(/^\/console/, '')
  return /^\/(?![/\\])/.test(path) ? path : '/'
}
