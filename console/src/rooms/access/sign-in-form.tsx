import { Button, Form, Input } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import type { Me } from '../../api/me.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Loading, Said } from '../../ui/states.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { passkeysWork } from './passkeys-work.ts'
import type { Wanted } from './second-step.tsx'
import { useTexts } from './texts.ts'

const SecondStep = lazy(async () => ({ default: (await import('./second-step.tsx')).SecondStep }))

type Values = { name: string; password: string }

/** Name and password; on its page and, when a session has ended, over any other. */
export function SignInForm({ name, onSignedIn }: { name?: string; onSignedIn: (me: Me) => void }) {
  const t = useTexts()
  const [form] = Form.useForm<Values>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const [wanted, setWanted] = useState<Wanted>()
  const signIn = async (values: Values) => {
    setIsBusy(true)
    try {
      const said = await answer(api.POST('/api/v1/sign-in', { body: values }))
      if ('secondFactor' in said) setWanted(said.secondFactor)
      else onSignedIn(said)
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  if (wanted !== undefined) {
    const startOver = () => setWanted(undefined)
    return (
      <Suspense fallback={<Loading />}>
        <SecondStep wanted={wanted} onSignedIn={onSignedIn} onStartOver={startOver} />
      </Suspense>
    )
  }
  return (
    // named: over another page there may be a second field called `password`
    <Form
      name="sign-in"
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(it) => void signIn(it)}
    >
      {error !== undefined && (
        <div style={{ marginBlockEnd: 16 }}>
          <Said error={error} />
        </div>
      )}
      <Form.Item
        name="name"
        label={t('name')}
        initialValue={name}
        rules={[{ required: true, message: t('nameNeeded') }]}
      >
        <Input autoComplete="username" size="large" maxLength={64} autoFocus={name === undefined} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('password')}
        rules={[{ required: true, message: t('passwordNeeded') }]}
      >
        <Input.Password
          autoComplete="current-password"
          size="large"
          maxLength={1024}
          autoFocus={name !== undefined}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
        {t('signIn')}
      </Button>
      {passkeysWork() && <PasskeyButton label={t('passkey')} onSignedIn={onSignedIn} />}
    </Form>
  )
}
