import { useQuery } from '@tanstack/react-query'
import { Select, Typography } from 'antd'
import { useEffect } from 'react'
import { answer, api } from '../api/client.ts'
import { apart } from '../frame/apart.ts'
import { useFormat } from '../frame/format.ts'
import { useText } from '../frame/language.ts'
import { Go } from './go.tsx'

type CalendarFieldProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (calendar: string) => void
}

const NOT_TODAY = {
  zh: '该日历不含今天：须先补充当年的放假安排，否则期限无法确定',
  en: 'It does not know today: add the year’s holidays first, or no term can be reckoned',
}

const ADD_YEAR = { zh: '补充年份', en: 'Add a year' }

/** The calendar that terms are reckoned by: the first that knows today, until another is chosen. */
export function CalendarField({ id, value, onChange }: CalendarFieldProps) {
  const text = useText()
  const { day } = useFormat()
  const found = useQuery({
    queryKey: ['policy-calendars'],
    staleTime: 300_000,
    queryFn: () => answer(api.GET('/api/v1/policy/calendars')),
  })
  const items = found.data?.items ?? []
  const today = new Date().toISOString().slice(0, 10)
  const usual = (items.find((it) => it.from <= today && today <= it.to) ?? items[0])?.id
  useEffect(() => {
    if (value === undefined && usual !== undefined) onChange?.(usual)
  }, [value, usual, onChange])
  const options = items.map((it) => ({
    value: it.id,
    label: `${apart(it.title === undefined ? it.id : text(it.title))} · ${day(it.from)} – ${day(it.to)}`,
  }))
  const chosen = items.find((it) => it.id === value)
  const isPast = chosen !== undefined && (today < chosen.from || today > chosen.to)
  return (
    <>
      <Select
        {...(id !== undefined && { id })}
        {...(value !== undefined && { value })}
        {...(onChange && { onChange: (it: string) => onChange(it) })}
        {...(isPast && { status: 'warning' as const })}
        loading={found.isLoading}
        options={options}
      />
      {isPast && (
        <Typography.Text type="warning">
          {text(NOT_TODAY)} <Go to="/support/calendars">{text(ADD_YEAR)}</Go>
        </Typography.Text>
      )}
    </>
  )
}
