import { useQuery } from '@tanstack/react-query'
import { Button, Card, Form, Input } from 'antd'
import { useDraft } from '../../ui/draft.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import { type CallDetail, type Case, callQuery } from './api.ts'
import { ApplicationFields } from './application-form.tsx'
import { useDeed } from './deeds.tsx'
import { formOf, type Values, valuesOf } from './form-values.ts'
import { useTexts } from './texts.ts'

/** An answer to each point, and the form changed. */
export function CorrectionAnswer({ of }: { of: Case }) {
  const call = useQuery(callQuery(of.call.id))
  return <QueryView query={call}>{(it) => <Answering of={of} call={it} />}</QueryView>
}

function Answering({ of, call }: { of: Case; call: CallDetail }) {
  const t = useTexts()
  const [form] = Form.useForm<Values>()
  const draft = useDraft<Values>(`support-case.${of.id}.${of.entries ?? 0}`)
  const { send, error, isBusy } = useDeed(of, draft.discard)
  const points = of.correction?.points ?? []
  const before = of.form === undefined ? {} : valuesOf(of.form, call)
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      scrollToFirstError={{ focus: true }}
      initialValues={{ ...before, ...draft.restored }}
      onValuesChange={(_, values) => draft.keep(values)}
      onFinish={(values) =>
        void send({
          do: 'answer-correction',
          answers: values.answers ?? [],
          form: formOf(values, call),
        })
      }
    >
      {draft.restored !== undefined && (
        <DraftNotice
          discard={() => {
            draft.discard()
            form.setFieldsValue({ ...before, answers: points.map(() => '') })
          }}
        />
      )}
      <Card size="small" title={t('answerCorrection')} style={{ marginBlockEnd: 16 }}>
        <p style={{ marginBlockStart: 0 }}>{t('answerHint')}</p>
        {points.map((it, at) => (
          <Form.Item
            key={`${it.path} ${it.reason}`}
            name={['answers', at]}
            label={
              <span>
                <bdi>{it.path}</bdi>: <bdi>{it.reason}</bdi>
              </span>
            }
            rules={needed}
          >
            <Input maxLength={4_000} />
          </Form.Item>
        ))}
      </Card>
      <ApplicationFields form={form} call={call} enterprise={of.applicant?.id} />
      {error !== undefined && <Said error={error} />}
      <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
        {t('sendAnswer')}
      </Button>
    </Form>
  )
}
