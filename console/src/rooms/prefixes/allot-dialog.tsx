import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Radio } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Failed } from '../../ui/states.tsx'
import { EnterpriseSelect } from './enterprise-select.tsx'
import { prefixPath } from './parts.tsx'
import { useTexts } from './texts.ts'

type Values = {
  whose: 'enterprise' | 'node'
  enterprise?: string
  which: 'next' | 'wish' | 'full'
  wish?: string
  prefix?: string
  note?: string
}

/** Allots a prefix: the next number, a number of choice, or any prefix by its name. */
export function AllotDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts()
  const frame = useFrameTexts()
  const go = useGo()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const { keyFor, done } = useSentKey('prefix')
  const send = async (values: Values) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    try {
      const made = await answer(
        api.POST('/api/v1/prefixes', {
          params: { header: { 'idempotency-key': keyFor(values) } },
          body: bodyOf(values),
        }),
      )
      done()
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
      title={t('allot')}
      okText={t('allot')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>{t('allotConsequence')}</p>
      {error !== undefined && <Failed error={error} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ whose: 'enterprise', which: 'next' }}
        onFinish={(values) => void send(values)}
      >
        <Fields />
      </Form>
    </Dialog>
  )
}

function Fields() {
  const t = useTexts()
  const form = Form.useFormInstance<Values>()
  const whose = Form.useWatch('whose', form) ?? 'enterprise'
  const which = Form.useWatch('which', form) ?? 'next'
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  const isNode = whose === 'node'
  const choices = [
    ...(isNode
      ? []
      : [
          { value: 'next', label: t('allotNext') },
          { value: 'wish', label: t('allotWish') },
        ]),
    { value: 'full', label: t('allotFull') },
  ]
  return (
    <>
      <Form.Item name="whose" label={t('allotFor')}>
        <Radio.Group
          onChange={(event) =>
            form.setFieldsValue({ which: event.target.value === 'node' ? 'full' : 'next' })
          }
          options={[
            { value: 'enterprise', label: t('allotForEnterprise') },
            { value: 'node', label: t('allotForNode') },
          ]}
        />
      </Form.Item>
      {!isNode && (
        <Form.Item name="enterprise" label={t('allotForEnterprise')} rules={needed}>
          <EnterpriseSelect />
        </Form.Item>
      )}
      <Form.Item name="which" label={t('allotWhich')}>
        <Radio.Group options={choices} />
      </Form.Item>
      {which === 'wish' && !isNode && (
        <Form.Item name="wish" label={t('allotWishField')} rules={needed}>
          <Input className="mono" maxLength={128} autoComplete="off" />
        </Form.Item>
      )}
      {which === 'full' && (
        <Form.Item
          name="prefix"
          label={t('allotFullField')}
          extra={t('allotFullHint')}
          rules={needed}
        >
          <Input className="mono" maxLength={255} autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="note" label={t('note')}>
        <Input maxLength={2000} />
      </Form.Item>
    </>
  )
}

function bodyOf({ whose, enterprise, which, wish, prefix, note }: Values) {
  return {
    ...(whose === 'enterprise' && enterprise !== undefined && { enterprise }),
    ...(which === 'wish' && wish !== undefined && { wish: wish.trim() }),
    ...(which === 'full' && prefix !== undefined && { prefix: prefix.trim() }),
    ...(note && { note }),
  }
}
