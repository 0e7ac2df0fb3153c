import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { Alert, Card } from 'antd'
import { answer, api } from '../../api/client.ts'
import { Colon } from '../../ui/colon.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { StateTag, Thread } from './parts.tsx'
import { useTexts } from './texts.ts'

const ASK_AGAIN_MS = 60_000

/** What became of an application, by the link that its sender was given. */
export function Page() {
  const t = useTexts()
  const { hash } = useLocation()
  const token = hash.replace(/^#/, '')
  const status = useQuery({
    queryKey: ['application', token],
    enabled: token !== '',
    refetchInterval: ASK_AGAIN_MS,
    queryFn: () => answer(api.GET('/api/v1/applications/status', { params: { query: { token } } })),
  })
  if (token === '') {
    return (
      <PageFrame title={t('statusTitle')}>
        <Nothing
          title={t('statusMissing')}
          hint={t('statusMissingHint')}
          action={<Go to="/apply">{t('applyTitle')}</Go>}
        />
      </PageFrame>
    )
  }
  return (
    <PageFrame title={t('statusTitle')}>
      <QueryView query={status}>
        {(it) => (
          <>
            <Card
              title={it.name}
              extra={<StateTag state={it.state} />}
              style={{ marginBlockEnd: 16 }}
            >
              <p>
                {t('appliedAt')}
                <Colon />
                <When at={it.appliedAt} isExact />
              </p>
              {it.state === 'applied' && (
                <Alert type="info" showIcon title={t('statusAppliedHint')} />
              )}
              {it.state === 'returned' && (
                <Alert type="warning" showIcon title={t('statusReturnedHint')} />
              )}
              {it.state === 'admitted' && (
                <Alert type="success" showIcon title={t('statusAdmittedHint')} />
              )}
              <p style={{ marginBlockStart: 12 }}>
                <Go to="/sign-in" search={{ next: '/enterprise' }}>
                  {t('signIn')}
                </Go>
              </p>
            </Card>
            <h2>{t('thread')}</h2>
            <Thread items={it.thread} />
          </>
        )}
      </QueryView>
    </PageFrame>
  )
}
