import { Alert, Button, Card, Form, Input, Typography } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useMaybeMe } from '../../api/me.ts'
import { asProblem } from '../../api/problem.ts'
import { Copy } from '../../ui/copy.tsx'
import { useDraft } from '../../ui/draft.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Failed } from '../../ui/states.tsx'
import { ContactFields, EntryFields, type EntryValues, withoutEmpty } from './entry-form.tsx'
import { LicenceField } from './licence-field.tsx'
import { useTexts } from './texts.ts'

type Values = EntryValues & {
  licenceImage?: string
  account?: { name: string; displayName?: string; password: string }
}

export function Page() {
  const t = useTexts()
  const [token, setToken] = useState<string>()
  if (token !== undefined) return <Sent token={token} />
  return (
    <PageFrame title={t('applyTitle')} lead={t('applyLead')}>
      <ApplyForm onSent={setToken} />
    </PageFrame>
  )
}

function ApplyForm({ onSent }: { onSent: (token: string) => void }) {
  const t = useTexts()
  const me = useMaybeMe()
  const [form] = Form.useForm<Values>()
  const draft = useDraft<Partial<Values>>('apply')
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  /** An answer was lost: what is refused since may be refused because it was taken then. */
  const [isLost, setIsLost] = useState(false)
  const discard = () => {
    draft.discard()
    form.resetFields()
  }
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const sent = await answer(api.POST('/api/v1/applications', { body: withoutEmpty(values) }))
      draft.discard()
      onSent(sent.statusToken)
    } catch (thrown) {
      if (asProblem(thrown).status === 0) setIsLost(true)
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Form
      form={form}
      layout="vertical"
      scrollToFirstError={{ focus: true }}
      initialValues={draft.restored ?? {}}
      // neither a password nor a picture of a licence is kept on a device that may be shared
      onValuesChange={(_, { account, licenceImage: _image, ...rest }) =>
        draft.keep({ ...rest, ...(account && { account: { ...account, password: '' } }) })
      }
      onFinish={(values) => void send(values)}
    >
      {draft.restored !== undefined && <DraftNotice discard={discard} />}
      {error !== undefined && <Failed error={error} />}
      {isLost && (
        <Alert
          type="info"
          showIcon
          style={{ marginBlock: 16 }}
          title={t('lostTitle')}
          description={t('lostHint')}
          action={<Go to="/sign-in">{t('signIn')}</Go>}
        />
      )}
      <Card title={t('stepEnterprise')} style={{ marginBlockEnd: 16 }}>
        <EntryFields isNew />
        <Form.Item name="licenceImage" label={t('licence')}>
          <LicenceField />
        </Form.Item>
      </Card>
      <Card title={t('stepContact')} style={{ marginBlockEnd: 16 }}>
        <ContactFields />
      </Card>
      <Card title={t('stepAccount')} style={{ marginBlockEnd: 16 }}>
        {me ? (
          <p>{t('accountHaving', { name: me.displayName ?? me.name ?? '' })}</p>
        ) : (
          <AccountFields />
        )}
      </Card>
      <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
        {t('send')}
      </Button>
    </Form>
  )
}

function AccountFields() {
  const t = useTexts()
  const needed = [{ required: true, message: t('required') }]
  return (
    <>
      <Form.Item name={['account', 'name']} label={t('accountName')} rules={needed}>
        <Input size="large" maxLength={64} autoComplete="username" />
      </Form.Item>
      <Form.Item name={['account', 'displayName']} label={t('displayName')}>
        <Input size="large" maxLength={100} autoComplete="name" />
      </Form.Item>
      <Form.Item
        name={['account', 'password']}
        label={t('password')}
        extra={t('passwordHint')}
        rules={needed}
      >
        <Input.Password size="large" maxLength={1024} autoComplete="new-password" />
      </Form.Item>
    </>
  )
}

/** The link stands here this once; its token is in the fragment, which no server sees. */
function Sent({ token }: { token: string }) {
  const t = useTexts()
  const link = `${location.origin}/console/application#${token}`
  return (
    <PageFrame title={t('sentTitle')} lead={t('sentLead')}>
      <Card title={t('statusLink')} extra={<Copy text={link} label={t('statusLink')} />}>
        <Typography.Text code style={{ wordBreak: 'break-all' }}>
          {link}
        </Typography.Text>
        <p>
          <a href={link}>{t('toStatus')}</a> · <Go to="/sign-in">{t('signIn')}</Go>
        </p>
      </Card>
    </PageFrame>
  )
}
