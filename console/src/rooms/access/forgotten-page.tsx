import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mailQuery } from '../../api/mail.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import { Command } from './command.tsx'
import { useJoinTexts } from './join-texts.ts'
import { useMailTexts } from './mail-texts.ts'

const RESET = 'waymark user reset NAME'

/** Who cannot get in any more: a link by mail, or who can help. */
export function Page() {
  const t = useJoinTexts()
  const mail = useMailTexts()
  const sending = useQuery(mailQuery)
  return (
    <PageFrame title={t('forgottenTitle')}>
      <QueryView query={sending}>
        {({ sends }) => (
          <>
            {sends && <AskLink />}
            {sends && <h2 style={{ fontSize: 16, marginBlockStart: 24 }}>{mail('otherwise')}</h2>}
            <p>{t('forgottenAsk')}</p>
            <p>{t('forgottenOperator')}</p>
            <Command text={RESET} />
          </>
        )}
      </QueryView>
      <Go to="/sign-in">{t('toSignIn')}</Go>
    </PageFrame>
  )
}

/** The answer is the same whoever has the address, so that nobody learns who is here. */
function AskLink() {
  const t = useMailTexts()
  const [form] = Form.useForm<{ address: string }>()
  const [error, setError] = useState<unknown>()
  const [state, setState] = useState<'asking' | 'busy' | 'sent'>('asking')
  const send = async ({ address }: { address: string }) => {
    setState('busy')
    setError(undefined)
    try {
      await answer(api.POST('/api/v1/forgotten', { body: { address: address.trim() } }))
      setState('sent')
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setState('asking')
    }
  }
  if (state === 'sent') {
    return (
      <Alert
        type="success"
        showIcon
        role="status"
        title={t('sentTitle')}
        description={t('sentHint')}
      />
    )
  }
  return (
    <Form
      name="forgotten"
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(it) => void send(it)}
    >
      <p>{t('forgottenLead')}</p>
      {error !== undefined && <Said error={error} />}
      <Form.Item
        name="address"
        label={t('address')}
        rules={[{ required: true, whitespace: true, message: t('addressNeeded') }]}
      >
        <Input
          size="large"
          maxLength={254}
          inputMode="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={state === 'busy'}>
        {t('sendLink')}
      </Button>
    </Form>
  )
}
