import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectSoon } from '../../ui/select-soon.tsx'
import { Said } from '../../ui/states.tsx'
import { type CallDetail, type Case, type FactType, typeOf } from './api.ts'
import { useFactName } from './fact-name.ts'
import { useTelling } from './telling.ts'
import { useTexts } from './texts.ts'

type Values = { fact: string; value?: string; document: string; why: string }

const AMOUNT = 'determined_amount_yuan'

export function FactDialogButton({ of, call }: { of: Case; call: CallDetail }) {
  const t = useTexts()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>{t('recordFact')}</Button>
      {isOpen && <FactDialog of={of} call={call} onClose={() => setIsOpen(false)} />}
    </>
  )
}

type Props = { readonly of: Case; readonly call: CallDetail; readonly onClose: () => void }

/** One fact or judgement with its document and reason; left empty it takes back what was recorded before. */
function FactDialog({ of, call, onClose }: Props) {
  const t = useTexts()
  const name = useFactName(call)
  const { tell, error, isBusy } = useTelling(of, onClose)
  const [form] = Form.useForm<Values>()
  const fact = Form.useWatch('fact', form)
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  const choices = [
    ...call.judgements.map((it) => `determinations.${it.name}`),
    ...call.fields.filter((it) => isPlain(typeOf(it))).map((it) => it.name),
    AMOUNT,
  ]
  return (
    <Dialog
      title={t('recordFact')}
      okText={t('record')}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onClose={onClose}
    >
      {error !== undefined && <Said error={error} />}
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={({ document, value, why }) => {
          const told = written(kindOf(call, fact), value)
          void tell(document, [{ fact: fact ?? '', value: told, why }])
        }}
      >
        <Form.Item name="fact" label={t('fact')} rules={needed}>
          <SelectSoon
            showSearch={{ optionFilterProp: 'label' }}
            onChange={() => form.resetFields(['value'])}
            options={[...new Set(choices)].map((it) => ({ value: it, label: name({ fact: it }) }))}
          />
        </Form.Item>
        <Form.Item name="value" label={t('value')}>
          <ValueInput type={kindOf(call, fact)} />
        </Form.Item>
        <Form.Item name="document" label={t('document')} extra={t('documentHint')} rules={needed}>
          <Input maxLength={300} />
        </Form.Item>
        <Form.Item name="why" label={t('why')} rules={needed}>
          <Input.TextArea rows={2} maxLength={4_000} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}

function isPlain({ type }: FactType): boolean {
  return type !== 'list' && type !== 'map' && type !== 'record'
}

function kindOf(call: CallDetail, fact: string | undefined): FactType {
  if (fact === undefined || fact.includes('.')) return { type: 'flag' }
  if (fact === AMOUNT) return { type: 'quantity', unit: 'yuan', decimals: 2 }
  const field = call.fields.find((it) => it.name === fact)
  return field === undefined ? { type: 'flag' } : typeOf(field)
}

type InputProps = {
  readonly type: FactType
  readonly id?: string
  readonly value?: string
  readonly onChange?: (value: string) => void
}

function ValueInput({ type, id, value = '', onChange }: InputProps) {
  const t = useTexts()
  const named = id === undefined ? {} : { id }
  const words =
    type.type === 'flag'
      ? [
          { value: 'yes', label: t('yes') },
          { value: 'no', label: t('no') },
        ]
      : type.type === 'word'
        ? type.words?.map((it) => ({ value: it, label: it.replaceAll('_', ' ') }))
        : undefined
  if (words !== undefined) {
    return (
      <SelectSoon
        {...named}
        value={value}
        onChange={(it) => onChange?.(it)}
        options={[{ value: '', label: t('notKnown') }, ...words]}
      />
    )
  }
  return (
    <Input
      {...named}
      value={value}
      {...(type.type === 'day' && { type: 'date' })}
      {...(type.type === 'quantity' && { inputMode: 'decimal' as const })}
      maxLength={500}
      onChange={(event) => onChange?.(event.target.value)}
    />
  )
}

function written({ type }: FactType, value: string | undefined): unknown {
  if (value === undefined || value === '') return null
  return type === 'flag' ? value === 'yes' : value
}
