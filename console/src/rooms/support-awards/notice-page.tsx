import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { App, Button, Card, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useMaybeMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useDraft } from '../../ui/draft.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Records } from '../../ui/records.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Failed, Loading, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useMoney } from './money.ts'
import { useTexts } from './texts.ts'

/** What is meant to be granted to whom, before it is decided; anybody may object. */
export function Page() {
  const t = useTexts()
  const text = useText()
  const money = useMoney()
  const { id } = useParams({ strict: false }) as { id: string }
  const found = useQuery({
    queryKey: ['plan-notice', id],
    queryFn: () => answer(api.GET('/api/v1/policy/notices/{id}', { params: { path: { id } } })),
  })
  const notice = found.data
  if (notice === undefined) {
    return (
      <PageFrame title={t('notice')}>
        {found.isError ? <Failed error={found.error} /> : <Loading />}
      </PageFrame>
    )
  }
  return (
    <PageFrame
      title={text(notice.title)}
      lead={
        <>
          {t('toBeGranted', { count: notice.selected, sum: money(notice.totalFen) })}
          {notice.endsAt !== undefined && (
            <>
              {' · '}
              {t('noticeUntil')} <When at={notice.endsAt} isExact />
            </>
          )}
        </>
      }
      actions={<Go to="/support/awards">{t('awards')}</Go>}
    >
      <p style={{ whiteSpace: 'pre-wrap' }}>{notice.text}</p>
      <Records
        label={t('notice')}
        rows={notice.items.map((it, at) => ({ ...it, at }))}
        keyOf={(it) => String(it.at)}
        columns={[
          { key: 'name', title: t('enterprise'), show: (it) => <bdi>{it.enterprise}</bdi> },
          {
            key: 'amount',
            title: t('amount'),
            isNumber: true,
            show: (it) => (it.amountFen === null ? '—' : money(it.amountFen)),
          },
        ]}
        empty={<Nothing title={t('awardsEmpty')} />}
      />
      <Objection id={id} />
    </PageFrame>
  )
}

function Objection({ id }: { id: string }) {
  const t = useTexts()
  const me = useMaybeMe()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ text: string }>()
  const { keyFor, done } = useSentKey(`objection.${id}`)
  const draft = useDraft<{ text: string }>(`objection.${id}`)
  const [error, setError] = useState<unknown>()
  if (me === undefined) return null
  if (me === null) {
    return (
      <p style={{ marginBlockStart: 16 }}>
        <GoButton to="/sign-in" search={{ next: `/console/support/notices/${id}` }}>
          {t('signInToObject')}
        </GoButton>
      </p>
    )
  }
  const send = async ({ text }: { text: string }) => {
    setError(undefined)
    try {
      await answer(
        api.POST('/api/v1/policy/notices/{id}/objections', {
          params: { path: { id }, header: { 'idempotency-key': keyFor(text) } },
          body: { text },
        }),
      )
      draft.discard()
      form.setFieldsValue({ text: '' })
      done()
      void message.success(t('objected'))
    } catch (thrown) {
      setError(showProblem(form, thrown))
    }
  }
  return (
    <Card title={t('object')} size="small" style={{ marginBlockStart: 16 }}>
      <p style={{ marginBlockStart: 0 }}>{t('objectLead')}</p>
      {error !== undefined && <Failed error={error} />}
      <Form
        form={form}
        layout="vertical"
        {...(draft.restored && { initialValues: draft.restored })}
        onValuesChange={(_, values) => draft.keep(values)}
        onFinish={(it) => void send(it)}
      >
        <Form.Item
          name="text"
          label={t('objectText')}
          rules={[{ required: true, whitespace: true, message: t('needed') }]}
        >
          <Input.TextArea rows={4} maxLength={4000} />
        </Form.Item>
        <Button htmlType="submit">{t('object')}</Button>
      </Form>
    </Card>
  )
}
