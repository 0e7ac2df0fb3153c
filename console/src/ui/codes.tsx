import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { type ReactNode, useDeferredValue, useState } from 'react'
import { answer, api } from '../api/client.ts'
import { useFrameTexts } from '../frame/frame-texts.ts'
import { Coded } from './coded.tsx'

const FOUND_MAX = 20
/** A code that stands for all below it ends where they differ: 440300 is 4403. */
const BEGINNINGS = {
  regions: (code: string) => code.replace(/(?:00){1,2}$/, ''),
  sectors: (code: string) => code.replace(/^[A-Z]/, ''),
} as const

type CodesFieldProps = {
  readonly table: keyof typeof BEGINNINGS
  readonly id?: string
  readonly value?: readonly string[]
  readonly onChange?: (codes: readonly string[]) => void
}

/** Codes of a national table, found by their names or by themselves; each with all below it. */
export function CodesField({ table, id, value = [], onChange }: CodesFieldProps) {
  const t = useFrameTexts()
  const [typed, setTyped] = useState('')
  const [seen, setSeen] = useState<ReadonlyMap<string, ReactNode>>(new Map())
  const q = useDeferredValue(typed.trim())
  const found = useQuery({
    queryKey: ['codes', table, 'many', q],
    enabled: q !== '',
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => {
      const params = { params: { query: { q, limit: FOUND_MAX } } }
      return answer(
        table === 'regions'
          ? api.GET('/api/v1/regions', params)
          : api.GET('/api/v1/sectors', params),
      )
    },
  })
  const items = (found.data?.items ?? []).flatMap(({ chain, code }) => {
    const beginning = BEGINNINGS[table](code)
    return beginning === ''
      ? []
      : [{ value: beginning, label: <Coded chain={chain} code={code} /> }]
  })
  const others = value.filter((it) => items.every((of) => of.value !== it))
  const choose = (codes: readonly string[]) => {
    const labels = items.map((it) => [it.value, it.label] as const)
    setSeen(
      new Map<string, ReactNode>([...seen, ...labels.filter(([code]) => codes.includes(code))]),
    )
    onChange?.(codes)
  }
  return (
    <Select
      {...(id !== undefined && { id })}
      mode="multiple"
      value={[...value]}
      onChange={(codes: string[]) => choose(codes)}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      notFoundContent={t(found.isFetching ? 'loading' : q === '' ? 'typeToFind' : 'nothingFound')}
      options={[...items, ...others.map((it) => ({ value: it, label: seen.get(it) ?? it }))]}
    />
  )
}
