import { Alert, Button } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Nothing, Said } from '../../ui/states.tsx'
import { useLinkToken } from './link-page.tsx'
import { useMailTexts } from './mail-texts.ts'

/**
 * Where a mailed link makes an address somebody's own. By a button: what opens links by itself, as scanners of mail do, has
 * confirmed nothing.
 */
export function Page() {
  const t = useMailTexts()
  const token = useLinkToken()
  const [done, setDone] = useState<{ name: string; address: string }>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const confirm = async () => {
    setIsBusy(true)
    setError(undefined)
    try {
      setDone(await answer(api.POST('/api/v1/mail-address/confirm', { body: { token } })))
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <PageFrame title={t('confirmTitle')} {...(done === undefined && { lead: t('confirmLead') })}>
      {token === '' && <Nothing title={t('linkMissing')} hint={t('linkMissingHint')} />}
      {error !== undefined && <Said error={error} />}
      {token !== '' && done === undefined && (
        <Button type="primary" size="large" block loading={isBusy} onClick={() => void confirm()}>
          {t('confirm')}
        </Button>
      )}
      {done !== undefined && (
        <Alert
          type="success"
          showIcon
          role="status"
          title={t('confirmedTitle')}
          description={<bdi>{t('confirmedHint', done)}</bdi>}
        />
      )}
      <p style={{ marginBlockStart: 16 }}>
        <Go to="/sign-in">{t('toSignIn')}</Go>
      </p>
    </PageFrame>
  )
}
