import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { answer, api } from '../api/client.ts'
import { useText } from '../frame/language.ts'
import { useUnchoosing } from './emptying.tsx'

type DepartmentFieldProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (department: string | undefined) => void
}

/** An office of the regions, found by its name. */
export function DepartmentField({ id, value, onChange }: DepartmentFieldProps) {
  const text = useText()
  const unchoosing = useUnchoosing()
  const found = useQuery({
    queryKey: ['papers', 'regions'],
    staleTime: 300_000,
    queryFn: () => answer(api.GET('/api/v1/policy/departments')),
  })
  // a district knows the offices of its city, too
  const all = (found.data?.regions ?? []).flatMap((it) => it.departments)
  const names = new Map(all.map((it) => [it.id, text(it.name)]))
  return (
    <Select
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (it: string | undefined) => onChange(it) })}
      allowClear={unchoosing}
      showSearch={{ optionFilterProp: 'label' }}
      loading={found.isLoading}
      options={[...names].map(([of, name]) => ({ value: of, label: `${name} · ${of}` }))}
    />
  )
}
