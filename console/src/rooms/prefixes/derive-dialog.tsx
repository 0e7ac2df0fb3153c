import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { Failed } from '../../ui/states.tsx'
import { type Prefix, prefixPath } from './parts.tsx'
import { useTexts } from './texts.ts'

type Values = { segment: string; note?: string }

/** A prefix below this one, for the same enterprise. */
export function DeriveDialog({ prefix, onClose }: { prefix: Prefix; onClose: () => void }) {
  const t = useTexts()
  const frame = useFrameTexts()
  const go = useGo()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const segment = Form.useWatch('segment', form)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async ({ segment, note }: Values) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    try {
      const made = await answer(
        api.POST('/api/v1/prefixes/{prefix}/derive', {
          params: { path: { prefix: prefix.prefix } },
          body: { segment: segment.trim(), ...(note && { note }) },
        }),
      )
      void message.success(t('allotted', { prefix: made.prefix }))
      await queries.invalidateQueries({ queryKey: ['prefixes'] })
      onClose()
      go(prefixPath(made.prefix))
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title={t('deriveTitle', { prefix: prefix.prefix })}
      okText={t('derive')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>{t('deriveLead')}</p>
      {error !== undefined && <Failed error={error} />}
      <Form form={form} layout="vertical" onFinish={(values) => void send(values)}>
        <Form.Item
          name="segment"
          label={t('segment')}
          extra={t('segmentHint', { prefix: `${prefix.prefix}.${segment?.trim() || '…'}` })}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input className="mono" maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item name="note" label={t('note')}>
          <Input maxLength={2000} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}
