import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useText } from '../../frame/language.ts'
import { CalendarField } from '../../ui/calendars.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { GroupedInput } from '../../ui/grouped-input.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Failed } from '../../ui/states.tsx'
import { parseYuan } from './money.ts'
import { BudgetField, PostsField, useNaming } from './plan-fields.tsx'
import { useTexts } from './texts.ts'

type Values = {
  title: string
  call: string
  measure: string
  year: number
  budget?: string
  order: 'received_at_asc' | 'score_desc'
  orderSource: string
  days: number
  unit: 'working-day' | 'calendar-day'
  calendar: string
  units?: string[]
  offices: string[]
  threshold?: string
  approvalSource: string
}

const CALLS_SHOWN_MAX = 200

/** Begins a plan of awards out of a call that is closed. */
export function PlanDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts()
  const frame = useFrameTexts()
  const go = useGo()
  const queries = useQueryClient()
  const named = useNaming()
  const [form] = Form.useForm<Values>()
  const { keyFor, done } = useSentKey('plan')
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    try {
      const body = bodyOf(values, named)
      const plan = await answer(
        api.POST('/api/v1/policy/award-plans', {
          params: { header: { 'idempotency-key': keyFor(body) } },
          body,
        }),
      )
      done()
      await queries.invalidateQueries({ queryKey: ['award-plans'] })
      go(`/support/plans/${plan.id}`)
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      width={640}
      title={t('newPlan')}
      okText={t('begin')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      {error !== undefined && <Failed error={error} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ order: 'received_at_asc', unit: 'working-day' }}
        onFinish={(values) => void send(values)}
      >
        <What form={form} />
        <How />
      </Form>
    </Dialog>
  )
}

function bodyOf(values: Values, named: ReturnType<typeof useNaming>) {
  const { title, call, measure, year, budget, order, orderSource } = values
  const { offices } = values
  const units = (values.units ?? []).map((it) => named('unit', it))
  const from = parseYuan(values.threshold ?? '')
  const all = { from: from ?? '0', roles: offices }
  const first = { from: '0', roles: offices.slice(0, 1) }
  const { length, unit, calendar } = { length: values.days, ...values }
  return {
    title: { zh: title, en: title },
    ...{ call, measure, year, orderSource, order: [order] },
    ...(budget && { budget }),
    procedure: {
      ...(units.length > 0 && { consultation: { units } }),
      notice: { term: { length, unit, calendar } },
      approval: {
        offices: offices.map((it) => named('approval', it)),
        levels: from === undefined || from === '0' ? [{ ...all, from: '0' }] : [first, all],
        source: values.approvalSource,
      },
    },
  }
}

function What({ form }: { form: ReturnType<typeof Form.useForm<Values>>[0] }) {
  const t = useTexts()
  const text = useText()
  const needed = [{ required: true, message: t('needed') }]
  const calls = useQuery({
    queryKey: ['closed-calls'],
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/calls', {
          params: { query: { state: 'closed', limit: CALLS_SHOWN_MAX } },
        }),
      ),
  })
  const chosen = Form.useWatch('call', form)
  const call = calls.data?.items.find((it) => it.id === chosen)
  return (
    <>
      <Form.Item name="call" label={t('call')} extra={t('callHint')} rules={needed}>
        <Select
          loading={calls.isLoading}
          options={calls.data?.items.map((it) => ({ value: it.id, label: text(it.title) })) ?? []}
        />
      </Form.Item>
      <Form.Item name="measure" label={t('measure')} rules={needed}>
        <Select
          options={call?.measures.map((it) => ({ value: it.id, label: text(it.title) })) ?? []}
        />
      </Form.Item>
      <Form.Item name="title" label={t('planTitle')} rules={needed}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name="year" label={t('year')} rules={needed}>
        <InputNumber min={1900} max={9999} precision={0} />
      </Form.Item>
      <Form.Item name="budget" label={t('budget')} extra={t('budgetHint')}>
        <BudgetField />
      </Form.Item>
    </>
  )
}

function How() {
  const t = useTexts()
  const needed = [{ required: true, message: t('needed') }]
  return (
    <>
      <Form.Item name="order" label={t('order')} rules={needed}>
        <Select
          options={(['received_at_asc', 'score_desc'] as const).map((it) => ({
            value: it,
            label: t(`order.${it}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="orderSource" label={t('orderSource')} rules={needed}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name="days" label={t('noticeDays')} rules={needed}>
        <InputNumber
          min={1}
          max={365}
          precision={0}
          addonAfter={
            <Form.Item name="unit" noStyle>
              <Select
                aria-label={t('noticeDays')}
                options={[
                  { value: 'working-day', label: t('workingDays') },
                  { value: 'calendar-day', label: t('calendarDays') },
                ]}
              />
            </Form.Item>
          }
        />
      </Form.Item>
      <Form.Item name="calendar" label={t('calendarOf')} rules={needed}>
        <CalendarField />
      </Form.Item>
      <Form.Item name="units" label={t('unitsAsked')} extra={t('unitsHint')}>
        <PostsField of="units" />
      </Form.Item>
      <Form.Item name="offices" label={t('offices')} extra={t('officesHint')} rules={needed}>
        <PostsField of="approvals" />
      </Form.Item>
      <Form.Item name="threshold" label={t('threshold')} extra={t('thresholdHint')}>
        <GroupedInput maxLength={24} />
      </Form.Item>
      <Form.Item name="approvalSource" label={t('approvalSource')} rules={needed}>
        <Input maxLength={500} />
      </Form.Item>
    </>
  )
}
