import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useText } from '../../frame/language.ts'
import { paperQuery } from './api.ts'

const FOUND_MAX = 20

type PaperFieldProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (paper: string) => void
}

/** A published paper, found by the words in it. */
export function PaperField({ id, value = '', onChange }: PaperFieldProps) {
  const t = useFrameTexts()
  const text = useText()
  const [typed, setTyped] = useState('')
  const q = useDeferredValue(typed.trim())
  const chosen = useQuery({ ...paperQuery(value), enabled: value !== '', retry: false })
  const found = useQuery({
    queryKey: ['papers', 'names', q],
    staleTime: 10_000,
    queryFn: () => {
      const query = { limit: FOUND_MAX, ...(q !== '' && { q }) }
      return answer(api.GET('/api/v1/policy/papers', { params: { query } }))
    },
  })
  const items = (found.data?.items ?? []).map((it) => ({ value: it.id, label: text(it.name) }))
  const isListed = value === '' || items.some((it) => it.value === value)
  const name = chosen.data === undefined ? value : text(chosen.data.name)
  return (
    <Select
      {...(id !== undefined && { id })}
      style={{ minInlineSize: 220, maxInlineSize: '100%' }}
      value={value === '' ? null : value}
      onChange={(it) => onChange?.(it ?? '')}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      notFoundContent={found.isFetching ? t('loading') : t('nothingFound')}
      options={isListed ? items : [...items, { value, label: name }]}
    />
  )
}
