import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Select, Tag } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { GroupedInput } from '../../ui/grouped-input.tsx'
import { MeasureName, useMeasureTitles } from '../../ui/measures.tsx'
import type { Column } from '../../ui/records.tsx'
import { Records } from '../../ui/records.tsx'
import { Nothing, Said } from '../../ui/states.tsx'
import { lastDay, newKey, parseYuan, useAwards, useMoney, type usePages } from './money.ts'
import { useTexts } from './texts.ts'

type DeedDialogProps<V> = {
  readonly title: string
  /** What will happen. */
  readonly lead: ReactNode
  readonly verb: string
  readonly isDestructive?: boolean
  readonly initial?: Partial<V>
  readonly children: ReactNode
  /** Does it; the key is the same however often it is sent. */
  readonly send: (values: V, key: string) => Promise<unknown>
  /** Said once it is done. */
  readonly done: string
  readonly onClose: () => void
}

/** One deed with money: what it does, what it asks for, and the node's answer at its fields. */
export function DeedDialog<V extends object>(props: DeedDialogProps<V>) {
  const { title, lead, verb, isDestructive = false, initial, children, done, onClose } = props
  const frame = useFrameTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<V>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const sent = useRef({ wish: '', key: '' })
  const send = async (values: V) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    // what was changed is another deed
    const wish = JSON.stringify(values)
    if (sent.current.wish !== wish) sent.current = { wish, key: newKey() }
    try {
      await props.send(values, sent.current.key)
      void message.success(done)
      await queries.invalidateQueries({ queryKey: ['money'] })
      onClose()
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title={title}
      okText={verb}
      cancelText={frame('cancel')}
      okButtonProps={{ danger: isDestructive }}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>{lead}</p>
      {error !== undefined && <Said error={error} />}
      <Form
        form={form}
        layout="vertical"
        scrollToFirstError={{ focus: true }}
        {...(initial && { initialValues: initial })}
        onFinish={(values) => void send(values)}
      >
        {children}
      </Form>
    </Dialog>
  )
}

type FieldProps = {
  readonly name: string | readonly (string | number)[]
  readonly label: string
  readonly hint?: string
  readonly isOptional?: boolean
  readonly children: ReactNode
}

/** A field that must be filled, unless it says otherwise. */
export function Field({ name, label, hint, isOptional = false, children }: FieldProps) {
  const t = useTexts()
  const rules = [{ required: true, message: t('required') }]
  return (
    <Form.Item
      name={typeof name === 'string' ? name : [...name]}
      label={label}
      {...(hint !== undefined && { extra: hint })}
      {...(!isOptional && { rules })}
    >
      {children}
    </Form.Item>
  )
}

/** An amount in yuan; what is sent is fen. */
export function YuanField({ name, label, hint }: Omit<FieldProps, 'children'>) {
  const t = useTexts()
  return (
    <Form.Item
      name={typeof name === 'string' ? name : [...name]}
      label={label}
      extra={hint ?? t('yuanHint')}
      rules={[
        { required: true, message: t('required') },
        {
          validator: async (_, typed: unknown) => {
            if (typed && parseYuan(String(typed)) === undefined) throw new Error(t('yuanWrong'))
          },
        },
      ]}
    >
      <GroupedInput />
    </Form.Item>
  )
}

/** The paper that a deed rests on. */
export function ReferenceField({ label }: { readonly label?: string }) {
  const t = useTexts()
  return (
    <Field name="reference" label={label ?? t('reference')} hint={t('referenceHint')}>
      <Input maxLength={500} autoComplete="off" />
    </Field>
  )
}

export function ReasonField({
  label,
  isOptional = false,
}: {
  label: string
  isOptional?: boolean
}) {
  return (
    <Field name="reason" label={label} isOptional={isOptional}>
      <Input.TextArea rows={3} maxLength={4000} />
    </Field>
  )
}

export function DayField({ name, label, hint }: Omit<FieldProps, 'children'>) {
  return (
    <Field name={name} label={label} {...(hint !== undefined && { hint })}>
      <Input type="date" />
    </Field>
  )
}

/** One of the awards that are there. */
export function AwardField() {
  const t = useTexts()
  const money = useMoney()
  const awards = useAwards()
  const titleOf = useMeasureTitles()
  const options = (awards.data?.items ?? []).map((it) => ({
    value: it.id,
    told: `${titleOf(it.measure)} ${it.measure} ${it.applicantName ?? it.applicant} ${money(it.amountFen)}`,
    label: (
      <>
        <MeasureName id={it.measure} /> · <EnterpriseName id={it.applicant} /> ·{' '}
        {money(it.amountFen)}
      </>
    ),
  }))
  return (
    <Field name="award" label={t('award')}>
      <Select
        showSearch={{ optionFilterProp: 'told' }}
        loading={awards.isLoading}
        notFoundContent={t('awardsNone')}
        options={options}
      />
    </Field>
  )
}

export function Money({ fen }: { fen: string }) {
  const money = useMoney()
  return <span className="nums">{money(fen)}</span>
}

/** The last day of a term; in words where it is over. */
export function Until({ at, isOver = false }: { at: string | undefined; isOver?: boolean }) {
  const t = useTexts()
  const format = useFormat()
  if (at === undefined) return <span>—</span>
  return (
    <>
      <time dateTime={at}>{format.date(lastDay(at))}</time>{' '}
      {isOver && <Tag color="error">{t('overdue')}</Tag>}
    </>
  )
}

type PagesProps<T> = {
  readonly label: string
  readonly found: ReturnType<typeof usePages<T>>
  readonly keyOf: (row: T) => string
  readonly columns: readonly Column<T>[]
  readonly empty: { readonly title: string; readonly hint: string; readonly action?: ReactNode }
}

/** A list that comes page by page, in each of its states. */
export function Pages<T>({ label, found, keyOf, columns, empty }: PagesProps<T>) {
  return (
    <Records
      label={label}
      rows={found.rows}
      keyOf={keyOf}
      columns={columns}
      empty={<Nothing {...empty} />}
      pages={found}
    />
  )
}

/** Buttons of a row, breaking into lines where it is narrow. */
export function Acts({ children }: { children: ReactNode }) {
  return <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>{children}</div>
}
