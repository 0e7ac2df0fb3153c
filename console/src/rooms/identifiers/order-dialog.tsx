import { App, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { Failed } from '../../ui/states.tsx'
import type { Identifier } from './records.ts'
import { useTexts } from './texts.ts'

type Grounds = { readonly order?: string; readonly authority?: string; readonly reason: string }

type OrderDialogProps = {
  readonly record: Identifier
  readonly onDone: (record: Identifier) => void
  readonly onClose: () => void
}

/** Stops an identifier by order, or lifts the order; the grounds are kept. */
export function OrderDialog({ record, onDone, onClose }: OrderDialogProps) {
  const t = useTexts()
  const { message } = App.useApp()
  const [form] = Form.useForm<Grounds>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const act = record.held ? 'lift' : 'hold'
  const { handle, version } = record
  const send = async ({ order, authority, reason }: Grounds) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const grounds = { reason, ...(order && { order }), ...(authority && { authority }) }
      const body = { handle, version, ...grounds }
      onDone(await answer(api.POST(`/api/v1/identifiers/${act}`, { body })))
      void message.success(t(act === 'hold' ? 'heldOne' : 'liftedOne'))
      onClose()
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  const needed = { required: true, whitespace: true, message: t('required') }
  const isHold = act === 'hold'
  return (
    <Dialog
      title={t(isHold ? 'holdTitle' : 'liftTitle', { handle })}
      okText={t(act)}
      okButtonProps={{ danger: isHold }}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>{t(isHold ? 'holdConsequence' : 'liftConsequence')}</p>
      {error !== undefined && <Failed error={error} />}
      <Form form={form} layout="vertical" onFinish={(values) => void send(values)}>
        <Form.Item name="order" label={t('orderNumber')} rules={isHold ? [needed] : []}>
          <Input maxLength={255} />
        </Form.Item>
        <Form.Item name="authority" label={t('orderAuthority')} rules={isHold ? [needed] : []}>
          <Input maxLength={255} />
        </Form.Item>
        <Form.Item name="reason" label={t('orderReason')} rules={[needed]}>
          <Input.TextArea rows={3} maxLength={1000} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}
