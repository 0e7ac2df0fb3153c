import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, App, Button, Card, Form } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { useDraft } from '../../ui/draft.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { SelectSoon } from '../../ui/select-soon.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { type CallDetail, callQuery } from './api.ts'
import { ApplicationFields } from './application-form.tsx'
import { formOf, type Values } from './form-values.ts'
import { CallWindow } from './parts.tsx'
import { useTexts } from './texts.ts'

/** An application for a call: filled in, tried on the rules, kept on this device, and sent. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const textOf = useText()
  const call = useQuery(callQuery(id))
  return (
    <PageFrame
      title={call.data === undefined ? t('apply') : textOf(call.data.title)}
      lead={t('applyLead')}
    >
      <QueryView query={call}>{(it) => <Applying call={it} />}</QueryView>
    </PageFrame>
  )
}

function Applying({ call }: { call: CallDetail }) {
  const t = useTexts()
  const me = useMe()
  const own = me.memberships.filter((it) => may(me, 'applications.write', it.enterprise))
  const [form] = Form.useForm<Values>()
  const draft = useDraft<Values>(`support.${call.id}`)
  const enterprise = Form.useWatch('enterprise', form) ?? own[0]?.enterprise
  const { send, error, isBusy } = useSending(call, form, draft.discard)
  const first: Values = {
    measures: call.measures.slice(0, 1).map((it) => it.id),
    ...(own[0] !== undefined && { enterprise: own[0].enterprise }),
  }
  if (call.state !== 'open') {
    return (
      <Alert
        type="warning"
        showIcon
        title={t('notOpen')}
        description={<CallWindow call={call} />}
      />
    )
  }
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      scrollToFirstError={{ focus: true }}
      initialValues={{ ...first, ...draft.restored }}
      onValuesChange={(_, values) => draft.keep(values)}
      onFinish={(values) => void send(values, enterprise)}
    >
      {draft.restored !== undefined && (
        <DraftNotice
          discard={() => {
            draft.discard()
            form.setFieldsValue(first)
            form.resetFields(['project', 'type', 'facts', 'papers'])
          }}
        />
      )}
      {own.length > 1 && (
        <Card size="small" style={{ marginBlockEnd: 16 }}>
          <Form.Item name="enterprise" label={t('enterprise')}>
            <SelectSoon
              options={own.map((it) => ({
                value: it.enterprise,
                label: <EnterpriseName id={it.enterprise} />,
              }))}
            />
          </Form.Item>
        </Card>
      )}
      <ApplicationFields form={form} call={call} enterprise={enterprise} />
      {error !== undefined && <Said error={error} />}
      <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
        {t('send')}
      </Button>
    </Form>
  )
}

function useSending(
  call: CallDetail,
  form: ReturnType<typeof Form.useForm<Values>>[0],
  discard: () => void,
) {
  const t = useTexts()
  const confirm = useConfirm()
  const go = useGo()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { keyFor, done } = useSentKey(`support.${call.id}`)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values, enterprise: string | undefined) => {
    const agreed = await confirm({
      title: t('send'),
      consequence: t('sendConsequence'),
      verb: t('send'),
    })
    if (agreed === undefined) return
    setIsBusy(true)
    setError(undefined)
    try {
      const body = { call: call.id, enterprise: enterprise ?? '', form: formOf(values, call) }
      const header = { 'idempotency-key': keyFor(body) }
      const taken = await answer(
        api.POST('/api/v1/policy/applications', { params: { header }, body }),
      )
      done()
      discard()
      void queries.invalidateQueries({ queryKey: ['support-applications'] })
      void message.success(t('sent', { receipt: taken.receipt }))
      go(`/support/cases/${taken.case}`)
    } catch (thrown) {
      setError(showProblem(form, withoutForm(thrown)))
    } finally {
      setIsBusy(false)
    }
  }
  return { send, error, isBusy }
}

/** The node names fields of what was sent, `/form/…`; the inputs stand without that. */
export function withoutForm(thrown: unknown): unknown {
  const fields = (thrown as { fields?: { path: string }[] }).fields ?? []
  for (const it of fields) it.path = it.path.replace(/^\/(event\/)?form\//, '/')
  return thrown
}
