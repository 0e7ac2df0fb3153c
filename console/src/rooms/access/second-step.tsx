import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mailQuery } from '../../api/mail.ts'
import type { Me } from '../../api/me.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Said } from '../../ui/states.tsx'
import { useMailTexts } from './mail-texts.ts'
import { PasskeyButton } from './passkey-button.tsx'
import { passkeysWork } from './passkeys-work.ts'
import { useTexts } from './texts.ts'

export type Wanted = {
  readonly ticket: string
  readonly ways: readonly ('code' | 'passkey')[]
}

type SecondStepProps = {
  readonly wanted: Wanted
  readonly onSignedIn: (me: Me) => void
  readonly onStartOver: () => void
}

/** What is asked for after the password by who has a second factor. */
export function SecondStep({ wanted, onSignedIn, onStartOver }: SecondStepProps) {
  const t = useTexts()
  const [form] = Form.useForm<{ code: string }>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const { ticket, ways } = wanted
  const send = async ({ code }: { code: string }) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const body = { ticket, code: code.trim() }
      onSignedIn(await answer(api.POST('/api/v1/sign-in/second', { body })))
    } catch (thrown) {
      setError(showProblem(form, thrown))
      form.resetFields()
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <section aria-labelledby="second-title">
      <h2 id="second-title" style={{ fontSize: 18 }}>
        {t('secondTitle')}
      </h2>
      {error !== undefined && <Said error={error} />}
      {ways.includes('code') && (
        <Form
          name="second"
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={(it) => void send(it)}
        >
          <p>{t('secondLead')}</p>
          <Form.Item
            name="code"
            label={t('code')}
            rules={[{ required: true, whitespace: true, message: t('codeNeeded') }]}
          >
            <Input
              size="large"
              className="mono"
              maxLength={64}
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
            {t('confirm')}
          </Button>
        </Form>
      )}
      {ways.includes('passkey') && passkeysWork() && (
        <PasskeyButton label={t('usePasskey')} ticket={ticket} onSignedIn={onSignedIn} />
      )}
      <LostFactor ticket={ticket} />
      <Button type="link" style={{ padding: 0 }} onClick={onStartOver}>
        {t('startOver')}
      </Button>
    </section>
  )
}

/** Who can help, and a link by mail where the node sends any. */
function LostFactor({ ticket }: { ticket: string }) {
  const t = useTexts()
  const mail = useMailTexts()
  const sending = useQuery(mailQuery)
  const [error, setError] = useState<unknown>()
  const [state, setState] = useState<'asking' | 'busy' | 'sent'>('asking')
  const send = async () => {
    setState('busy')
    setError(undefined)
    try {
      await answer(api.POST('/api/v1/sign-in/second/lost', { body: { ticket } }))
      setState('sent')
    } catch (thrown) {
      setError(thrown)
      setState('asking')
    }
  }
  return (
    <>
      <p>{t('lostFactor')}</p>
      {error !== undefined && <Said error={error} />}
      {state === 'sent' && (
        <Alert type="success" showIcon role="status" title={mail('factorSent')} />
      )}
      {sending.data?.sends === true && state !== 'sent' && (
        <p>
          <Button loading={state === 'busy'} onClick={() => void send()}>
            {mail('factorSend')}
          </Button>
        </p>
      )}
    </>
  )
}
