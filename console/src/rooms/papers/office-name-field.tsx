import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Select } from 'antd'
import { useText } from '../../frame/language.ts'
import { regionsQuery } from './api.ts'

type Option = { readonly value: string; readonly label: string; readonly told: string }

/** The bodies that fill the roles of a region now, as a paper names them; those of every region where none is chosen. */
function useBodies(region: string | undefined): readonly Option[] {
  const text = useText()
  const regions = useQuery(regionsQuery).data?.regions ?? []
  const chosen = regions.filter((it) => region === undefined || it.code === region)
  const bodies = chosen.flatMap((it) =>
    it.departments.flatMap(({ body, name }) => (body === undefined ? [] : [{ body, name }])),
  )
  const byName = new Map(bodies.map((it) => [it.body.zh, it]))
  return [...byName.values()].map(({ body, name }) => ({
    value: body.zh,
    label: text(body),
    told: `${body.zh} ${body.en} ${text(name)}`.toLowerCase(),
  }))
}

const isLike = (typed: string, option: Option | undefined) =>
  option?.told.includes(typed.trim().toLowerCase()) === true

type FieldProps<V> = {
  readonly id?: string
  readonly value?: V
  readonly onChange?: (value: V) => void
  readonly region?: string | undefined
}

/** The name of an office: one of those that are known, or any other as it is typed. */
export function OfficeNameField({ id, value, onChange, region }: FieldProps<string>) {
  return (
    <AutoComplete<string, Option>
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (it: string) => onChange(it ?? '') })}
      options={[...useBodies(region)]}
      showSearch={{ filterOption: (typed, option) => isLike(typed, option as Option) }}
    />
  )
}

/** The names of several offices; one that is not known is taken as it is typed. */
export function OfficeNamesField({
  id,
  value = [],
  onChange,
  region,
}: FieldProps<readonly string[]>) {
  return (
    <Select<string[], Option>
      {...(id !== undefined && { id })}
      mode="tags"
      value={[...value]}
      {...(onChange && { onChange: (it: string[]) => onChange(it) })}
      tokenSeparators={[',', '，', ';', '；', '、']}
      options={[...useBodies(region)]}
      showSearch={{ filterOption: (typed, option) => isLike(typed, option as Option) }}
    />
  )
}
