import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { Coded } from '../../ui/coded.tsx'
import { useUnchoosing } from '../../ui/emptying.tsx'
import { useJoinTexts } from './join-texts.ts'

const REGIONS_MAX = 20

type RegionFieldProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (code: string | undefined) => void
}

/** A region by its name or code. */
export function RegionField({ id, value, onChange }: RegionFieldProps) {
  const unchoosing = useUnchoosing()
  const t = useJoinTexts()
  const [typed, setTyped] = useState('')
  const sought = useDeferredValue(typed.trim())
  // a region that stands here from the beginning shows its name
  const q = sought === '' ? (value ?? '') : sought
  const found = useQuery({
    queryKey: ['codes', 'regions', q],
    enabled: q !== '',
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      answer(api.GET('/api/v1/regions', { params: { query: { q, limit: REGIONS_MAX } } })),
  })
  return (
    <Select
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (code: string | undefined) => onChange(code) })}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear={unchoosing}
      size="large"
      notFoundContent={sought === '' ? t('regionType') : t('regionNone')}
      options={(found.data?.items ?? []).map((it) => ({
        value: it.code,
        label: <Coded chain={it.chain} code={it.code} />,
      }))}
    />
  )
}
