import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useUnchoosing } from '../../ui/emptying.tsx'
import { useTexts } from './texts.ts'

type EnterpriseSelectProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (id: string | undefined) => void
  readonly label?: string
  readonly width?: number
}

const FOUND_MAX = 20

/** An admitted enterprise, found by its name on the node. */
export function EnterpriseSelect({ id, value, onChange, label, width }: EnterpriseSelectProps) {
  const unchoosing = useUnchoosing()
  const t = useTexts()
  const [typed, setTyped] = useState('')
  const q = useDeferredValue(typed.trim())
  const found = useQuery({
    queryKey: ['enterprises', 'select', q],
    placeholderData: keepPreviousData,
    queryFn: () =>
      answer(
        api.GET('/api/v1/enterprises', {
          params: { query: { limit: FOUND_MAX, state: 'admitted', ...(q !== '' && { q }) } },
        }),
      ),
  })
  const items = found.data?.items ?? []
  const chosen = useChosen(items.some((it) => it.id === value) ? undefined : value)
  const options = [...(chosen === undefined ? [] : [chosen]), ...items].map((it) => ({
    value: it.id,
    label: <bdi>{it.name}</bdi>,
  }))
  return (
    <Select
      {...(id !== undefined && { id })}
      {...(label !== undefined && { 'aria-label': label })}
      allowClear={unchoosing}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={t('anyEnterprise')}
      notFoundContent={t('enterpriseNone')}
      options={options}
      value={value ?? null}
      onChange={(next: string | null | undefined) => onChange?.(next ?? undefined)}
      style={{ inlineSize: width ?? '100%', maxInlineSize: '100%' }}
    />
  )
}

/** One that is chosen already, for its name. */
function useChosen(id: string | undefined): { id: string; name: string } | undefined {
  const found = useQuery({
    queryKey: ['enterprise', id, false],
    enabled: id !== undefined,
    queryFn: () =>
      answer(
        api.GET('/api/v1/enterprises/{id}', {
          params: { path: { id: id ?? '' }, query: { personal: false } },
        }),
      ),
  }).data
  return found === undefined ? undefined : { id: found.id, name: found.entry.name }
}
