import { useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { meQuery } from '../api/me.ts'
import { session } from '../api/session.ts'
import { SignInForm } from '../rooms/access/sign-in-form.tsx'
import { useFrameTexts } from './frame-texts.ts'

/** Asks the same person to sign in again; somebody else begins anew. */
export function SignInDialog() {
  const t = useFrameTexts()
  const queries = useQueryClient()
  const name = queries.getQueryData(meQuery.queryKey)?.name
  const leave = () => {
    session.close()
    queries.clear()
    location.assign('/console/sign-in')
  }
  return (
    <Modal
      open
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      title={t('sessionEnded')}
      footer={null}
    >
      <p>{t('sessionEndedHint')}</p>
      <SignInForm
        {...(name !== undefined && { name })}
        onSignedIn={(me) => {
          queries.setQueryData(meQuery.queryKey, me)
          session.open(me.csrf, me.id)
        }}
      />
      <Button type="link" style={{ paddingInline: 0 }} onClick={leave}>
        {t('otherPerson')}
      </Button>
    </Modal>
  )
}
