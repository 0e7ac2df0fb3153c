import { useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { lazy, Suspense, useSyncExternalStore } from 'react'
import { meQuery } from '../api/me.ts'
import { session } from '../api/session.ts'
import { Loading } from '../ui/states.tsx'
import { useFrameTexts } from './frame-texts.ts'

const SignInForm = lazy(async () => {
  const { SignInForm } = await import('../rooms/access/sign-in-form.tsx')
  return { default: SignInForm }
})

/** Over whatever page stands there when the session has ended, so that nothing typed is lost. */
export function SignInAgain() {
  const t = useFrameTexts()
  const queries = useQueryClient()
  const isAsking = useSyncExternalStore(session.subscribe, session.isAsking)
  if (!isAsking) return null
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
      <Suspense fallback={<Loading />}>
        <SignInForm
          {...(name !== undefined && { name })}
          onSignedIn={(me) => {
            queries.setQueryData(meQuery.queryKey, me)
            session.open(me.csrf)
          }}
        />
      </Suspense>
      <Button type="link" style={{ paddingInline: 0 }} onClick={leave}>
        {t('otherPerson')}
      </Button>
    </Modal>
  )
}
