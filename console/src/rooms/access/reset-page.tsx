import { useQuery } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { Said } from '../../ui/states.tsx'
import { useEnter } from './enter.ts'
import { useJoinTexts } from './join-texts.ts'
import { LinkPage, useLinkToken } from './link-page.tsx'
import { PasswordItem } from './password-item.tsx'

/** A new password by a one-time link. */
export function Page() {
  const t = useJoinTexts()
  const token = useLinkToken()
  const look = useQuery({
    queryKey: ['reset', token],
    enabled: token !== '',
    queryFn: () => answer(api.POST('/api/v1/reset/look', { body: { token } })),
  })
  return (
    <LinkPage title={t('resetTitle')} lead={t('resetLead')} token={token} look={look}>
      {({ name }) => <ResetForm token={token} name={name} />}
    </LinkPage>
  )
}

function ResetForm({ token, name }: { token: string; name: string }) {
  const t = useJoinTexts()
  const go = useGo()
  const enter = useEnter()
  const [form] = Form.useForm<{ password: string }>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const save = async ({ password }: { password: string }) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const said = await answer(api.POST('/api/v1/reset', { body: { token, password } }))
      // who has a second factor signs in with the new password and that
      if ('secondFactor' in said) return go('/sign-in', {}, { replace: true })
      enter(said)
      go('/', {}, { replace: true })
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setIsBusy(false)
    }
  }
  return (
    <Form
      name="reset"
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(it) => void save(it)}
    >
      {error !== undefined && <Said error={error} />}
      <Form.Item label={t('name')} htmlFor="reset-name">
        <Input id="reset-name" size="large" value={name} readOnly autoComplete="username" />
      </Form.Item>
      <PasswordItem label={t('newPassword')} nameOf={() => name} />
      <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
        {t('resetSave')}
      </Button>
    </Form>
  )
}
