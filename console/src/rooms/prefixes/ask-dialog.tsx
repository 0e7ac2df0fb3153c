import { useQueries, useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { useSentKey } from '../../ui/sent-key.ts'
import { Failed } from '../../ui/states.tsx'
import { useTexts } from './texts.ts'

type Values = { enterprise: string; wish?: string; note?: string }
type AskDialogProps = { readonly enterprises: readonly string[]; readonly onClose: () => void }

/** An enterprise asks for a further prefix. */
export function AskDialog({ enterprises, onClose }: AskDialogProps) {
  const t = useTexts()
  const frame = useFrameTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const { keyFor, done } = useSentKey('prefix-request')
  const names = useNames(enterprises)
  const send = async ({ enterprise, wish, note }: Values) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    try {
      const body = { enterprise, ...(wish && { wish: wish.trim() }), ...(note && { note }) }
      const header = { 'idempotency-key': keyFor(body) }
      await answer(api.POST('/api/v1/prefix-requests', { params: { header }, body }))
      done()
      void message.success(t('asked'))
      await queries.invalidateQueries({ queryKey: ['prefix-requests'] })
      onClose()
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title={t('ask')}
      okText={t('ask')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>{t('askLead')}</p>
      {error !== undefined && <Failed error={error} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ enterprise: enterprises[0] }}
        onFinish={(values) => void send(values)}
      >
        <Form.Item name="enterprise" label={t('askEnterprise')} hidden={enterprises.length === 1}>
          <Select options={enterprises.map((it, at) => ({ value: it, label: names[at] ?? it }))} />
        </Form.Item>
        <Form.Item name="wish" label={t('askWish')}>
          <Input className="mono" maxLength={128} autoComplete="off" />
        </Form.Item>
        <Form.Item name="note" label={t('askNote')}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}

function useNames(ids: readonly string[]): readonly (string | undefined)[] {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ['enterprise', id, false],
      queryFn: () =>
        answer(
          api.GET('/api/v1/enterprises/{id}', {
            params: { path: { id }, query: { personal: false } },
          }),
        ),
    })),
  }).map((it) => it.data?.entry.name)
}
