import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { Coded } from '../../ui/coded.tsx'
import { useUnchoosing } from '../../ui/emptying.tsx'
import { useTexts } from './texts.ts'

type CodeFieldProps = {
  readonly table: 'regions' | 'sectors'
  readonly id?: string
  readonly value?: string
  readonly onChange?: (code: string | undefined) => void
}

const CODES_MAX = 20

/** One code of a national table, found by its name or by itself. */
export function CodeField({ table, id, value, onChange }: CodeFieldProps) {
  const unchoosing = useUnchoosing()
  const t = useTexts()
  const [typed, setTyped] = useState('')
  const q = useDeferredValue(typed.trim())
  const found = useQuery({
    queryKey: ['codes', table, q],
    enabled: q !== '',
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => {
      const params = { params: { query: { q, limit: CODES_MAX } } }
      return answer(
        table === 'regions'
          ? api.GET('/api/v1/regions', params)
          : api.GET('/api/v1/sectors', params),
      )
    },
  })
  const chosen = useChosen(table, value)
  const options = (found.data?.items ?? (chosen === undefined ? [] : [chosen])).map((it) => ({
    value: it.code,
    label: <Coded chain={it.chain} code={it.code} />,
  }))
  return (
    <Select
      {...(id !== undefined && { id })}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear={unchoosing}
      size="large"
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (code: string | undefined) => onChange(code) })}
      placeholder={t('regionHint')}
      notFoundContent={
        found.isFetching ? t('searching') : q === '' ? t('typeToSearch') : t('noCode')
      }
      options={options}
    />
  )
}

/** The code that is chosen already, for its name. */
function useChosen(table: 'regions' | 'sectors', code: string | undefined) {
  return useQuery({
    queryKey: ['code', table, code],
    enabled: code !== undefined && code !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: () => {
      const params = { params: { path: { code: code ?? '' } } }
      return answer(
        table === 'regions'
          ? api.GET('/api/v1/regions/{code}', params)
          : api.GET('/api/v1/sectors/{code}', params),
      )
    },
  }).data
}
