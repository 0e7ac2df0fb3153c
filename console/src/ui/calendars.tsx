import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useEffect } from 'react'
import { answer, api } from '../api/client.ts'
import { useText } from '../frame/language.ts'

type CalendarFieldProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (calendar: string) => void
}

/** The calendar that terms are reckoned by: the first that knows today, until another is chosen. */
export function CalendarField({ id, value, onChange }: CalendarFieldProps) {
  const text = useText()
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
    label: `${it.title === undefined ? it.id : text(it.title)} · ${it.from} – ${it.to}`,
  }))
  return (
    <Select
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (it: string) => onChange(it) })}
      loading={found.isLoading}
      options={options}
    />
  )
}
