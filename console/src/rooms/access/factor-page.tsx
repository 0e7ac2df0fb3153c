import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Go } from '../../ui/go.tsx'
import { Said } from '../../ui/states.tsx'
import { LinkPage, useLinkToken } from './link-page.tsx'
import { useMailTexts } from './mail-texts.ts'

/** A mailed link and the password together take off a second factor that was lost. */
export function Page() {
  const t = useMailTexts()
  const token = useLinkToken()
  const look = useQuery({
    queryKey: ['second-factor-loss', token],
    enabled: token !== '',
    // once it is used up it is none any more, which is no news here
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => answer(api.POST('/api/v1/second-factor-loss/look', { body: { token } })),
  })
  return (
    <LinkPage title={t('factorTitle')} lead={t('factorLead')} token={token} look={look}>
      {({ name }) => <TakeOff token={token} name={name} />}
    </LinkPage>
  )
}

function TakeOff({ token, name }: { token: string; name: string }) {
  const t = useMailTexts()
  const [form] = Form.useForm<{ password: string }>()
  const [error, setError] = useState<unknown>()
  const [state, setState] = useState<'asking' | 'busy' | 'done'>('asking')
  const take = async ({ password }: { password: string }) => {
    setState('busy')
    setError(undefined)
    try {
      await answer(api.POST('/api/v1/second-factor-loss', { body: { token, password } }))
      setState('done')
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setState('asking')
    }
  }
  if (state === 'done') {
    return (
      <Alert
        type="success"
        showIcon
        role="status"
        title={t('factorDone')}
        description={<Go to="/sign-in">{t('toSignIn')}</Go>}
      />
    )
  }
  return (
    <Form
      name="factor-loss"
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(it) => void take(it)}
    >
      {error !== undefined && <Said error={error} />}
      <Form.Item label={t('name')} htmlFor="factor-name">
        <Input id="factor-name" size="large" value={name} readOnly autoComplete="username" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('password')}
        rules={[{ required: true, message: t('passwordNeeded') }]}
      >
        <Input.Password size="large" maxLength={1024} autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={state === 'busy'}>
        {t('factorOff')}
      </Button>
    </Form>
  )
}
