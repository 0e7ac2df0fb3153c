import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { answer, api } from '../api/client.ts'
import { useFrameTexts } from '../frame/frame-texts.ts'
import { useUnchoosing } from './emptying.tsx'

const FOUND_MAX = 20

function useName(id: string | undefined) {
  return useQuery({
    queryKey: ['enterprise', id, false],
    enabled: id !== undefined,
    staleTime: 60_000,
    queryFn: () =>
      answer(
        api.GET('/api/v1/enterprises/{id}', {
          params: { path: { id: id ?? '' }, query: { personal: false } },
        }),
      ),
  }).data?.entry.name
}

/** What an enterprise is called; its id where that is not to be known. */
export function EnterpriseName({ id }: { id: string }) {
  return <bdi>{useName(id) ?? id}</bdi>
}

type EnterpriseFieldProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (enterprise: string | undefined) => void
  readonly 'aria-label'?: string
  readonly placeholder?: string
  /** Only these, and no search: those a person is in. */
  readonly among?: readonly string[]
}

/** An enterprise, found by its name. */
export function EnterpriseField({ among, ...props }: EnterpriseFieldProps) {
  return among === undefined ? <Searched {...props} /> : <Own among={among} {...props} />
}

function Own({ among, onChange, ...rest }: EnterpriseFieldProps & { among: readonly string[] }) {
  const unchoosing = useUnchoosing()
  return (
    <Select
      {...rest}
      allowClear={unchoosing}
      style={{ minInlineSize: 200 }}
      {...(onChange && { onChange: (it: string | undefined) => onChange(it) })}
      options={among.map((it) => ({ value: it, label: <EnterpriseName id={it} /> }))}
    />
  )
}

function useFound(q: string) {
  return useQuery({
    queryKey: ['enterprises', 'names', q],
    staleTime: 10_000,
    queryFn: () => {
      const query = { limit: FOUND_MAX, ...(q !== '' && { q }) }
      return answer(api.GET('/api/v1/enterprises', { params: { query } }))
    },
  })
}

function Searched({ onChange, ...rest }: EnterpriseFieldProps) {
  const unchoosing = useUnchoosing()
  const t = useFrameTexts()
  const [typed, setTyped] = useState('')
  const q = useDeferredValue(typed.trim())
  const name = useName(rest.value)
  const found = useFound(q)
  const items = found.data?.items.map((it) => ({ value: it.id, label: it.name })) ?? []
  const isKnown = rest.value === undefined || items.some((it) => it.value === rest.value)
  return (
    <Select
      {...rest}
      allowClear={unchoosing}
      style={{ minInlineSize: 200 }}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      {...(onChange && { onChange: (it: string | undefined) => onChange(it) })}
      notFoundContent={found.isFetching ? t('loading') : t('nothingFound')}
      options={
        isKnown ? items : [...items, { value: rest.value ?? '', label: name ?? rest.value ?? '' }]
      }
    />
  )
}

type EnterprisesFieldProps = {
  readonly id?: string
  readonly value?: readonly string[]
  readonly onChange?: (enterprises: readonly string[]) => void
}

/** Several enterprises, found by their names. */
export function EnterprisesField({ id, value = [], onChange }: EnterprisesFieldProps) {
  const t = useFrameTexts()
  const [typed, setTyped] = useState('')
  const q = useDeferredValue(typed.trim())
  const found = useFound(q)
  const items = found.data?.items.map((it) => ({ value: it.id, label: <bdi>{it.name}</bdi> })) ?? []
  const others = value.filter((it) => items.every((of) => of.value !== it))
  return (
    <Select
      {...(id !== undefined && { id })}
      mode="multiple"
      value={[...value]}
      {...(onChange && { onChange: (it: string[]) => onChange(it) })}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      notFoundContent={found.isFetching ? t('loading') : t('nothingFound')}
      options={[
        ...items,
        ...others.map((it) => ({ value: it, label: <EnterpriseName id={it} /> })),
      ]}
    />
  )
}
