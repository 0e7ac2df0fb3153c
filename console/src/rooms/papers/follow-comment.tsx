import { Button, Card, Form, Input, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { Said } from '../../ui/states.tsx'
import './papers.css'
import { useTexts } from './texts.ts'

type Holder = { readonly receipt: string; readonly secret: string }
type Followed = Json<paths['/api/v1/policy/comments/follow']['post']['responses']['200']>

/** What became of one's own comment, by its receipt and code. */
export function FollowComment() {
  const t = useTexts()
  const [found, setFound] = useState<Followed>()
  return (
    <Card className="paper-section" title={<h2 className="paper-heading">{t('followComment')}</h2>}>
      <FollowForm
        ask={async (holder) => {
          setFound(undefined)
          setFound(await answer(api.POST('/api/v1/policy/comments/follow', { body: holder })))
        }}
      />
      {found !== undefined && (
        <div role="status">
          <p>
            <bdi lang="zh-CN">{found.text}</bdi>
          </p>
          {found.verdict === undefined ? (
            <p>{t('noAnswerYet')}</p>
          ) : (
            <p>
              <Tag>{t(found.verdict)}</Tag>
              <bdi lang="zh-CN">{found.reason}</bdi>
            </p>
          )}
        </div>
      )}
    </Card>
  )
}

/** Receipt and code, as they were given to whoever wrote. */
export function FollowForm({ ask }: { ask: (holder: Holder) => Promise<void> }) {
  const t = useTexts()
  const [form] = Form.useForm<Holder>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (holder: Holder) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await ask(holder)
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  const needed = [{ required: true, message: t('required') }]
  return (
    <Form
      form={form}
      layout="vertical"
      className="paper-form"
      onFinish={(holder) => void send(holder)}
    >
      {error !== undefined && <Said error={error} />}
      <Form.Item name="receipt" label={t('receipt')} rules={needed}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="secret" label={t('secret')} rules={needed}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Button htmlType="submit" loading={isBusy}>
        {t('follow')}
      </Button>
    </Form>
  )
}
