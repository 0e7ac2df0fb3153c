import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Select } from 'antd'
import { useText } from '../../frame/language.ts'
import { BudgetOption, useBudgetOptions, useLedgers } from '../../ui/budgets.tsx'
import { useUnchoosing } from '../../ui/emptying.tsx'
import { type Office, officesQuery } from '../../ui/offices.ts'
import { useTexts } from './texts.ts'

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

/** Offices in their order, or units: by their names and who fills them; others are typed. */
export function PostsField({
  of,
  id,
  value,
  onChange,
}: FieldProps<string[]> & { readonly of: 'units' | 'approvals' }) {
  const t = useTexts()
  const text = useText()
  const unchoosing = useUnchoosing()
  const offices = useQuery(officesQuery)
  const kind = of === 'units' ? 'unit' : 'approval'
  const options = (offices.data ?? [])
    .filter((it) => it.kind === kind)
    .map((it) => {
      const filled = it.holders.filter((who) => who.acts).map((who) => who.name)
      const by = filled.length === 0 ? t('filledByNobody') : filled.join('、')
      return { value: it.id, label: `${text(it.title)} · ${it.id} · ${by}` }
    })
  return (
    <Select
      mode="tags"
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (it: string[]) => onChange(it) })}
      allowClear={unchoosing}
      tokenSeparators={[' ', ',', '，', ';', '；']}
      showSearch={{ optionFilterProp: 'label' }}
      loading={offices.isLoading}
      options={options}
    />
  )
}

/** What a unit or an office is called in the plan: as it is named here or in the region packs, or as it was typed. */
export function useNaming() {
  const offices = useQuery(officesQuery).data ?? []
  return (kind: Office['kind'], id: string) => {
    const found = offices.find((it) => it.kind === kind && it.id === id)
    return { id, title: found?.title ?? { zh: id, en: id } }
  }
}
