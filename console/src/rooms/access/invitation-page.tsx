import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Card, Form } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type Me, meQuery, useMaybeMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useDraft } from '../../ui/draft.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { Said } from '../../ui/states.tsx'
import { useEnter } from './enter.ts'
import { useJoinTexts } from './join-texts.ts'
import { LinkPage, useLinkToken } from './link-page.tsx'
import { AccountItems } from './setup-page.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** Somebody new opens an account, or somebody known takes one more role. */
export function Page() {
  const t = useJoinTexts()
  const token = useLinkToken()
  const me = useMaybeMe()
  const enter = useEnter()
  const [wish, setWish] = useState<'new' | 'known'>()
  const look = useQuery({
    queryKey: ['invitation', token],
    enabled: token !== '',
    queryFn: () => answer(api.POST('/api/v1/invitations/look', { body: { token } })),
  })
  return (
    <LinkPage title={t('invitationTitle')} token={token} look={look}>
      {(it) => (
        <>
          <Invited {...it} />
          {me && wish !== 'new' && <Join me={me} token={token} />}
          {me === null && wish === 'known' && <SignInForm onSignedIn={enter} />}
          {(wish === 'new' || (me === null && wish === undefined)) && (
            <Accept token={token} expiresAt={it.expiresAt} />
          )}
          {me !== undefined && (
            <p style={{ marginBlockStart: 16 }}>
              {wish === 'new' || (me === null && wish === undefined) ? (
                <Button type="link" onClick={() => setWish('known')} style={{ padding: 0 }}>
                  {t('haveAccount')}
                </Button>
              ) : (
                <Button type="link" onClick={() => setWish('new')} style={{ padding: 0 }}>
                  {t('newAccount')}
                </Button>
              )}
            </p>
          )}
        </>
      )}
    </LinkPage>
  )
}

type InvitedProps = {
  readonly enterpriseName?: string
  readonly role?: 'administrator' | 'member'
  readonly nodeRole?: Me['nodeRoles'][number]
  readonly expiresAt: string
}

function Invited({ enterpriseName, role, nodeRole, expiresAt }: InvitedProps) {
  const t = useJoinTexts()
  const format = useFormat()
  const as = role ?? nodeRole
  return (
    <Card size="small" style={{ marginBlockEnd: 24 }}>
      <strong>
        <bdi>{t('invitedTo', { place: enterpriseName ?? t('thisNode') })}</bdi>
      </strong>
      {as !== undefined && <div>{t('asRole', { role: t(`role_${as}`) })}</div>}
      <div>{t('validUntil', { time: format.dateTime(expiresAt) })}</div>
    </Card>
  )
}

function Join({ me, token }: { me: Me; token: string }) {
  const t = useJoinTexts()
  const go = useGo()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const join = async () => {
    setIsBusy(true)
    try {
      await answer(api.POST('/api/v1/invitations/join', { body: { token } }))
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
      go('/', {}, { replace: true })
    } catch (thrown) {
      setError(thrown)
      setIsBusy(false)
    }
  }
  return (
    <>
      {error !== undefined && <Said error={error} />}
      <p>{t('joinHint')}</p>
      <Button type="primary" size="large" block loading={isBusy} onClick={() => void join()}>
        {t('joinAs', { name: me.displayName ?? me.name ?? '' })}
      </Button>
    </>
  )
}

type Values = { name: string; displayName?: string; password: string }

function Accept({ token, expiresAt }: { token: string; expiresAt: string }) {
  const t = useJoinTexts()
  const go = useGo()
  const enter = useEnter()
  const [form] = Form.useForm<Values>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  // of this invitation, which its last moment tells from others: the token is secret
  const draft = useDraft<Omit<Values, 'password'>>(`invitation.${expiresAt}`)
  const accept = async ({ name, displayName, password }: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const called = displayName?.trim() ?? ''
      const body = { token, name, password, ...(called !== '' && { displayName: called }) }
      enter(await answer(api.POST('/api/v1/invitations/accept', { body })))
      draft.discard()
      go('/', {}, { replace: true })
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setIsBusy(false)
    }
  }
  return (
    <Form
      name="accept"
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={draft.restored ?? {}}
      onValuesChange={(_, { password: _secret, ...rest }: Values) => draft.keep(rest)}
      onFinish={(it) => void accept(it)}
    >
      {error !== undefined && <Said error={error} />}
      <AccountItems nameOf={() => form.getFieldValue('name') ?? ''} />
      <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
        {t('accept')}
      </Button>
    </Form>
  )
}
