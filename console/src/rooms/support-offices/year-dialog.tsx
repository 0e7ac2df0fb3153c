import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useFormat } from '../../frame/format.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { Overtaken } from '../../ui/overtaken.tsx'
import { Said } from '../../ui/states.tsx'
import { type Calendar, calendarsQuery } from './api.ts'
import { useCalendarName } from './calendar-parts.ts'
import { useTexts } from './calendar-texts.ts'
import { DayGrid } from './day-grid.tsx'
import {
  daysBetween,
  formatDays,
  isFree,
  parseDays,
  type Run,
  spansToAdd,
  weekdayOf,
} from './days.ts'
import { useJoined } from './joined.ts'

type DialogProps = { readonly calendar: Calendar; readonly onClose: () => void }
type Values = { source?: string; holidays?: string; workdays?: string }
const TEXT_CHARS_MAX = 20_000
const SOURCE_CHARS_MAX = 400

/** Adds a year to a calendar: days pasted out of the paper or ticked, with its source. */
export function YearDialog({ calendar: opened, onClose }: DialogProps) {
  const [calendar, setCalendar] = useState(opened)
  const [isOvertaken, setIsOvertaken] = useState(false)
  const t = useTexts()
  const frame = useFrameTexts()
  const name = useCalendarName(calendar)
  const { day } = useFormat()
  const [form] = Form.useForm<Values>()
  const spans = spansToAdd(calendar)
  const [chosen, setChosen] = useState(0)
  const span = spans[chosen] ?? { from: calendar.from, to: calendar.to }
  const { send, error, isBusy } = useSending({
    ...{ calendar, span, form, onClose },
    onOvertaken: (now) => {
      setCalendar(now)
      setChosen(0)
      setIsOvertaken(true)
    },
  })
  return (
    <Dialog
      width={760}
      title={t('addYearOf', { name })}
      okText={t('addYear')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      {error !== undefined && <Said error={error} />}
      {isOvertaken && (
        <Overtaken>
          <p style={{ margin: '0 0 8px' }}>
            {t('covers', { from: day(calendar.from), to: day(calendar.to) })}
          </p>
        </Overtaken>
      )}
      <Form<Values> form={form} layout="vertical" onFinish={() => void send()}>
        <Form.Item label={t('year')} htmlFor="calendar-year" extra={t('yearHint')}>
          <Select
            id="calendar-year"
            value={chosen}
            onChange={setChosen}
            options={spans.map(({ from, to }, at) => ({
              value: at,
              label: `${from.slice(0, 4)} · ${t('covers', { from: day(from), to: day(to) })}`,
            }))}
          />
        </Form.Item>
        <DayFields calendar={calendar} span={span} />
        <Form.Item
          name="source"
          label={t('source')}
          extra={t('sourceHint')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input maxLength={SOURCE_CHARS_MAX} />
        </Form.Item>
      </Form>
    </Dialog>
  )
}

type Place = { readonly calendar: Calendar; readonly span: Run }
const yearOf = ({ from }: Run) => Number(from.slice(0, 4))

function DayFields({ calendar, span }: Place) {
  const t = useTexts()
  const form = Form.useFormInstance<Values>()
  const holidays = Form.useWatch('holidays', form) ?? ''
  const workdays = Form.useWatch('workdays', form) ?? ''
  const judge = useJudging({ calendar, span })
  const listed = listedIn({ holidays, workdays }, span)
  const days = daysBetween(span.from, span.to)
  const free = days.filter((it) => isFree(it, listed, calendar.weekend)).length
  const rule = (name: 'holidays' | 'workdays') => ({
    validator: async () => {
      const wrong = judge(name, form.getFieldsValue())
      if (wrong.length > 0) throw new Error(wrong.join('；'))
    },
  })
  return (
    <>
      <Form.Item
        name="holidays"
        label={t('paste')}
        extra={t('pasteHint')}
        rules={[rule('holidays')]}
      >
        <Input.TextArea autoSize={{ minRows: 4, maxRows: 12 }} maxLength={TEXT_CHARS_MAX} />
      </Form.Item>
      <Form.Item
        name="workdays"
        label={t('pasteWorked')}
        extra={t('pasteWorkedHint')}
        dependencies={['holidays']}
        rules={[rule('workdays')]}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={TEXT_CHARS_MAX} />
      </Form.Item>
      <Alert
        type="info"
        style={{ marginBlockEnd: 12 }}
        title={t('sumUp', { year: yearOf(span), worked: days.length - free, free })}
      />
      <DayGrid
        span={span}
        weekend={calendar.weekend}
        listed={listed}
        change={(next) =>
          form.setFieldsValue({
            holidays: formatDays(next.holidays, t('to')),
            workdays: formatDays(next.workdays, t('to')),
          })
        }
      />
    </>
  )
}

/** The days of both texts that lie in the span. */
function listedIn({ holidays = '', workdays = '' }: Values, span: Run) {
  const read = (text: string) =>
    parseDays(text, yearOf(span)).days.filter((it) => it >= span.from && it <= span.to)
  return { holidays: new Set(read(holidays)), workdays: new Set(read(workdays)) }
}

/** What is wrong with one of the texts. */
function useJudging({ calendar, span }: Place) {
  const t = useTexts()
  const joined = useJoined()
  const year = yearOf(span)
  return (name: 'holidays' | 'workdays', values: Values): readonly string[] => {
    const { days, wrong } = parseDays(values[name] ?? '', year)
    const outside = days.filter((it) => it < span.from || it > span.to)
    const isWorkdays = name === 'workdays'
    const others = parseDays(values.holidays ?? '', year).days
    const both = isWorkdays ? days.filter((it) => others.includes(it)) : []
    const isWorkedAnyhow = (it: string) => !calendar.weekend.includes(weekdayOf(it))
    const needless = isWorkdays ? days.filter(isWorkedAnyhow) : []
    const told = [
      ['notRead', wrong],
      ['notInYear', outside],
      ['bothLists', both],
      ['notWeekend', needless],
    ] as const
    return told.flatMap(([text, what]) =>
      what.length === 0 ? [] : [t(text, { year, what: joined(what) })],
    )
  }
}

type Sending = Place & {
  readonly form: ReturnType<typeof Form.useForm<Values>>[0]
  readonly onClose: () => void
  /** Somebody else was faster: the calendar as it is now. */
  readonly onOvertaken: (now: Calendar) => void
}

function useSending({ calendar, span, form, onClose, onOvertaken }: Sending) {
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const renew = () => void queries.invalidateQueries({ queryKey: ['policy-calendars'] })
  const send = async () => {
    const values = form.getFieldsValue()
    const listed = listedIn(values, span)
    if (listed.holidays.size === 0) {
      form.setFields([{ name: 'holidays', errors: [t('noneListed')] }])
      return
    }
    const days = daysBetween(span.from, span.to)
    const free = days.filter((it) => isFree(it, listed, calendar.weekend)).length
    const year = yearOf(span)
    const said = await confirm({
      title: t('checkTitle', { year }),
      consequence: t('checkConsequence', { worked: days.length - free, free }),
      verb: t('addYear'),
    })
    if (said === undefined) return
    setIsBusy(true)
    setError(undefined)
    try {
      const params = { path: { id: calendar.id } }
      const body = withSpan(calendar, { span, listed, source: values.source?.trim() ?? '' })
      await answer(api.PUT('/api/v1/policy/calendars/{id}', { params, body }))
      void message.success(t('added'))
      renew()
      onClose()
    } catch (thrown) {
      const after = await afterRefusal(thrown, async () => {
        const { items } = await queries.fetchQuery({ ...calendarsQuery, staleTime: 0 })
        const now = items.find((it) => it.id === calendar.id)
        if (now === undefined) throw thrown
        return now
      })
      if ('error' in after) setError(showProblem(form, after.error))
      else onOvertaken(after.now)
      setIsBusy(false)
    }
  }
  return { send, error, isBusy }
}

type Added = {
  readonly span: Run
  readonly listed: ReturnType<typeof listedIn>
  readonly source: string
}

/** The calendar whole, with what is added; nothing of what it knew is left out. */
function withSpan(calendar: Calendar, { span, listed, source }: Added): Calendar {
  const { from, to, holidays, workdays } = calendar
  return {
    ...calendar,
    from: span.from < from ? span.from : from,
    to: span.to > to ? span.to : to,
    holidays: [...new Set([...holidays, ...listed.holidays])].toSorted(),
    workdays: [...new Set([...workdays, ...listed.workdays])].toSorted(),
    source: `${calendar.source}；${source}`,
  }
}
