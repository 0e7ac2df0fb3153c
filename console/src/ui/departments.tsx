import { queryOptions, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { answer, api } from '../api/client.ts'
import { useText } from '../frame/language.ts'
import { useUnchoosing } from './emptying.tsx'

type DepartmentFieldProps = {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (department: string | undefined) => void
}

const departmentsQuery = queryOptions({
  queryKey: ['papers', 'regions'],
  staleTime: 300_000,
  queryFn: () => answer(api.GET('/api/v1/policy/departments')),
})

/** Units by their codes: those of the regions, and those that are named on this node. A district knows those of its city, too. */
function useUnits() {
  const text = useText()
  const found = useQuery(departmentsQuery)
  const all = [
    ...(found.data?.others ?? []),
    ...(found.data?.regions ?? []).flatMap((it) => it.departments),
  ]
  return { names: new Map(all.map((it) => [it.id, text(it.name)])), isLoading: found.isLoading }
}

/** What a unit is called; its code where nobody has named it. */
export function DepartmentName({ id }: { readonly id: string }) {
  return <bdi>{useUnits().names.get(id) ?? id}</bdi>
}

/** An office of the regions, found by its name. */
export function DepartmentField({ id, value, onChange }: DepartmentFieldProps) {
  const unchoosing = useUnchoosing()
  const { names, isLoading } = useUnits()
  return (
    <Select
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (it: string | undefined) => onChange(it) })}
      allowClear={unchoosing}
      showSearch={{ optionFilterProp: 'label' }}
      loading={isLoading}
      options={[...names].map(([of, name]) => ({ value: of, label: `${name} · ${of}` }))}
    />
  )
}
