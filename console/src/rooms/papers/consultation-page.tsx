import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Button, Card, Descriptions, Form, Input, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useDraft } from '../../ui/draft.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type Consultation, filled } from './api.ts'
import { HolderFiles } from './attachments.tsx'
import { PaperText, ReceiptCard } from './parts.tsx'
import { useTexts } from './texts.ts'

const TEXT_CHARS_MAX = 4_000

/** A draft as it was put to comment, and the form to say something of it. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const query = useQuery({
    queryKey: ['papers', 'consultation', id],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/consultations/{id}', { params: { path: { id } } })),
  })
  return (
    <PageFrame title={query.data?.title ?? t('drafts')}>
      <QueryView query={query}>{(it) => <Shown draft={it} />}</QueryView>
    </PageFrame>
  )
}

function Shown({ draft }: { draft: Consultation }) {
  const t = useTexts()
  return (
    <>
      <Descriptions
        className="paper-fields"
        bordered
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          {
            key: 'state',
            label: t('standing'),
            children: (
              <Tag color={draft.state === 'open' ? 'success' : 'default'}>
                {t(`window_${draft.state}`)}
              </Tag>
            ),
          },
          { key: 'issuer', label: t('issuer'), children: <bdi lang="zh-CN">{draft.issuer}</bdi> },
          {
            key: 'window',
            label: t('window'),
            children: (
              <>
                <When at={draft.opensAt} isExact /> – <When at={draft.closesAt} isExact />
              </>
            ),
          },
          {
            key: 'source',
            label: t('windowSource'),
            children: <bdi lang="zh-CN">{draft.source}</bdi>,
          },
        ]}
      />
      {draft.state === 'answered' && (
        <Alert
          type="success"
          showIcon
          style={{ marginBlockStart: 12 }}
          title={<Go to={`/papers/${draft.id}`}>{t('toPublished')}</Go>}
        />
      )}
      <section className="paper-section" aria-label={t('draftingNote')}>
        <h2>{t('draftingNote')}</h2>
        <PaperText text={draft.note} />
      </section>
      <section className="paper-section" aria-label={t('text')}>
        <h2>{t('text')}</h2>
        <PaperText text={draft.text} />
      </section>
      {draft.state === 'open' && <CommentForm id={draft.id} />}
    </>
  )
}

type Values = { text: string; place?: string; name?: string; contact?: string }
type Receipt = { readonly receipt: string; readonly secret: string }

function CommentForm({ id }: { id: string }) {
  const t = useTexts()
  const [form] = Form.useForm<Values>()
  const draft = useDraft<Pick<Values, 'text'>>(`papers.comment.${id}`)
  const { keyFor, done } = useSentKey(`papers.comment.${id}`)
  const [sent, setSent] = useState<Receipt>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const wish = filled(values)
      const body = { key: keyFor(wish), ...wish }
      const params = { path: { id } }
      const taken = api.POST('/api/v1/policy/consultations/{id}/comments', { params, body })
      setSent(await answer(taken))
      done()
      draft.discard()
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  if (sent !== undefined) {
    return (
      <ReceiptCard title={t('commentSent')} {...sent}>
        <HolderFiles of="comments" holder={sent} />
      </ReceiptCard>
    )
  }
  return (
    <Card title={<h2 className="paper-heading">{t('comment')}</h2>}>
      <Form
        form={form}
        layout="vertical"
        className="paper-form"
        scrollToFirstError={{ focus: true }}
        initialValues={draft.restored ?? {}}
        onValuesChange={(_, { text }) => draft.keep({ text })}
        onFinish={(values) => void send(values)}
      >
        {error !== undefined && <Said error={error} />}
        <Form.Item
          name="text"
          label={t('commentText')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input.TextArea autoSize={{ minRows: 4, maxRows: 16 }} maxLength={TEXT_CHARS_MAX} />
        </Form.Item>
        <Form.Item name="place" label={t('commentPlace') + t('optional')}>
          <Input maxLength={300} />
        </Form.Item>
        <PersonFields />
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('sendComment')}
        </Button>
      </Form>
    </Card>
  )
}

/** Who writes, where they say it. Neither is kept on the device. */
export function PersonFields() {
  const t = useTexts()
  return (
    <>
      <Form.Item name="name" label={t('personName') + t('optional')}>
        <Input maxLength={300} autoComplete="name" />
      </Form.Item>
      <Form.Item name="contact" label={t('personContact') + t('optional')} extra={t('personHint')}>
        <Input maxLength={300} autoComplete="email" />
      </Form.Item>
    </>
  )
}
