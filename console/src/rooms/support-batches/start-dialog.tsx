import { useQueryClient } from '@tanstack/react-query'
import { App, Form, InputNumber, Radio } from 'antd'
import { useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { useTexts } from './texts.ts'

type Values = {
  readonly kind: 'register' | 'given' | 'synthetic'
  readonly count: number
  readonly seed: number
  readonly mode: 'as_if_in_force' | 'live'
}

const FIRST: Values = { kind: 'register', count: 1_000, seed: 1, mode: 'as_if_in_force' }
const COUNT_MAX = 200_000
const SEED_MAX = 4_294_967_295

/** Whom a batch is about, and by what standing. */
export function StartDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts()
  const frame = useFrameTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const kind = Form.useWatch('kind', form) ?? FIRST.kind
  const file = useRef<HTMLInputElement>(null)
  const { keyFor, done } = useSentKey('policy.batch')
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const ndjson = (await file.current?.files?.[0]?.text()) ?? ''
      const population = populationOf({ ...FIRST, ...values }, ndjson)
      const wish = { mode: values.mode, population }
      const body = { key: keyFor(wish), ...wish }
      await answer(api.POST('/api/v1/policy/batches', { body }))
      done()
      void message.success(t('started'))
      await queries.invalidateQueries({ queryKey: ['policy-batches'] })
      onClose()
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title={t('start')}
      okText={t('start')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>{t('startLead')}</p>
      {error !== undefined && <Said error={error} />}
      <Form form={form} layout="vertical" initialValues={FIRST} onFinish={(it) => void send(it)}>
        <Form.Item name="kind" label={t('whom')}>
          <Radio.Group
            options={(['register', 'given', 'synthetic'] as const).map((value) => ({
              value,
              label: t(`kind.${value}`),
            }))}
          />
        </Form.Item>
        {kind === 'given' && (
          <Form.Item label={t('file')} htmlFor="batch-file" extra={t('fileHint')}>
            <input id="batch-file" ref={file} type="file" accept=".ndjson,.jsonl,.json,.txt" />
          </Form.Item>
        )}
        {kind === 'synthetic' && <SyntheticFields />}
        <Form.Item name="mode" label={t('mode')}>
          <Radio.Group
            options={(['as_if_in_force', 'live'] as const).map((value) => ({
              value,
              label: t(`mode.${value}`),
            }))}
          />
        </Form.Item>
      </Form>
    </Dialog>
  )
}

function SyntheticFields() {
  const t = useTexts()
  const rules = [{ required: true, message: t('required') }]
  return (
    <>
      <Form.Item name="count" label={t('count')} rules={rules}>
        <InputNumber min={1} max={COUNT_MAX} precision={0} />
      </Form.Item>
      <Form.Item name="seed" label={t('seed')} extra={t('seedHint')} rules={rules}>
        <InputNumber min={0} max={SEED_MAX} precision={0} />
      </Form.Item>
    </>
  )
}

function populationOf({ kind, count, seed }: Values, ndjson: string) {
  if (kind === 'register') return { kind } as const
  return kind === 'given' ? ({ kind, ndjson } as const) : ({ kind, count, seed } as const)
}
