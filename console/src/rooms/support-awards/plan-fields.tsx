import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Select } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useText } from '../../frame/language.ts'
import { BudgetOption, useBudgetOptions, useLedgers } from '../../ui/budgets.tsx'
import { useUnchoosing } from '../../ui/emptying.tsx'

const POSTS_SHOWN_MAX = 200

type FieldProps<V> = {
  readonly id?: string
  readonly value?: V
  readonly onChange?: (value: V) => void
}

/** The budget that awards are committed to, found by its name or the paper that gives it. */
export function BudgetField({ id, value, onChange }: FieldProps<string>) {
  const options = useBudgetOptions(useLedgers().data?.budgets ?? [])
  return (
    <AutoComplete
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (it: string) => onChange(it) })}
      options={options}
      showSearch={{ filterOption: (typed, it) => it?.found.includes(typed) ?? false }}
      optionRender={({ data }) => <BudgetOption {...data} />}
    />
  )
}

function usePosts() {
  return useQuery({
    queryKey: ['policy-posts'],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/posts', { params: { query: { limit: POSTS_SHOWN_MAX } } })),
  })
}

function useDepartments() {
  return useQuery({
    queryKey: ['papers', 'regions'],
    staleTime: 300_000,
    queryFn: () => answer(api.GET('/api/v1/policy/departments')),
  })
}

/** Offices in their order, or units: those that somebody fills, by who does; others are typed. */
export function PostsField({
  of,
  id,
  value,
  onChange,
}: FieldProps<string[]> & { readonly of: 'units' | 'approvals' }) {
  const text = useText()
  const unchoosing = useUnchoosing()
  const posts = usePosts()
  const departments = useDepartments()
  const held = new Map<string, string[]>()
  for (const it of posts.data?.items ?? []) {
    for (const code of it[of]) held.set(code, [...(held.get(code) ?? []), it.name ?? it.user])
  }
  const titles = new Map(
    (departments.data?.regions ?? [])
      .flatMap((it) => it.departments)
      .map((it) => [it.id, text(it.name)]),
  )
  const options = [...held].map(([code, names]) => ({
    value: code,
    label: [titles.get(code), code, names.join('、')].filter((it) => it).join(' · '),
  }))
  return (
    <Select
      mode="tags"
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (it: string[]) => onChange(it) })}
      allowClear={unchoosing}
      tokenSeparators={[' ', ',', '，', ';', '；']}
      showSearch={{ optionFilterProp: 'label' }}
      loading={posts.isLoading}
      options={options}
    />
  )
}

/** What a unit or an office is called in the plan: as the departments of the regions are, or as it was typed. */
export function useNaming() {
  const departments = useDepartments()
  const names = new Map(
    (departments.data?.regions ?? []).flatMap((it) => it.departments).map((it) => [it.id, it.name]),
  )
  return (id: string) => ({ id, title: names.get(id) ?? { zh: id, en: id } })
}
