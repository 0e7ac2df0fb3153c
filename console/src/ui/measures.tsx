import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { answer, api, type Json, type paths } from '../api/client.ts'
import { useFrameTexts } from '../frame/frame-texts.ts'
import { type Text, useText } from '../frame/language.ts'
import { useUnchoosing } from './emptying.tsx'
import { Go } from './go.tsx'
import './measures.css'

const A_PAGE = 200

type Listed = Json<paths['/api/v1/policy/measures']['get']['responses']['200']>

/** Every measure by its id and title, page by page. */
async function allMeasures(): Promise<{ readonly id: string; readonly title: Text }[]> {
  const found: { id: string; title: Text }[] = []
  let after: string | undefined = ''
  while (after !== undefined) {
    const query: { limit: number; after?: string } = {
      limit: A_PAGE,
      ...(after !== '' && { after }),
    }
    const page: Listed = await answer(api.GET('/api/v1/policy/measures', { params: { query } }))
    found.push(...page.items.map(({ id, title }) => ({ id, title })))
    after = page.next
  }
  return found
}

function useMeasures() {
  return useQuery({
    queryKey: ['support', 'measures', 'names'],
    staleTime: 60_000,
    queryFn: allMeasures,
  })
}

/** What measures are called; the id of one that is not known (any more, or yet). */
export function useMeasureTitles(): (id: string) => string {
  const text = useText()
  const { data } = useMeasures()
  const titles = useMemo(() => new Map(data?.map((it) => [it.id, text(it.title)])), [data, text])
  return useCallback((id) => titles.get(id) ?? id, [titles])
}

type MeasureNameProps = {
  readonly id: string
  /** Where it is known already. */
  readonly title?: string
  /** Leads to the measure; a row that leads elsewhere has none. */
  readonly to?: string
}

/** A measure: its title, and its id small beside it. */
export function MeasureName({ id, title, to }: MeasureNameProps) {
  const titleOf = useMeasureTitles()
  const name = title ?? titleOf(id)
  return (
    <span className="measure-name">
      {to === undefined ? <bdi>{name}</bdi> : <Go to={to}>{name}</Go>}
      {name !== id && <small className="mono">{id}</small>}
    </span>
  )
}

function useMeasureOptions() {
  const text = useText()
  const found = useMeasures()
  const options = (found.data ?? []).map(({ id, title }) => ({
    value: id,
    label: `${text(title)} · ${id}`,
  }))
  return { options, isLoading: found.isLoading }
}

type FieldProps<V> = {
  readonly id?: string
  readonly value?: V
  readonly onChange?: (value: V) => void
}

type OneProps = FieldProps<string> & { readonly isDisabled?: boolean }

/** One measure, found by its title or its id. */
export function MeasureField({ id, value, onChange, isDisabled = false }: OneProps) {
  const t = useFrameTexts()
  const { options, isLoading } = useMeasureOptions()
  return (
    <Select
      {...(id !== undefined && { id })}
      {...(value !== undefined && { value })}
      {...(onChange && { onChange: (it: string) => onChange(it) })}
      disabled={isDisabled}
      style={{ inlineSize: '100%' }}
      showSearch={{ optionFilterProp: 'label' }}
      loading={isLoading}
      notFoundContent={isLoading ? t('loading') : t('nothingFound')}
      options={options}
    />
  )
}

/** Several measures. An id that is typed whole, and several that are pasted, are taken as they are left. */
export function MeasuresField({ id, value = [], onChange }: FieldProps<readonly string[]>) {
  const t = useFrameTexts()
  const unchoosing = useUnchoosing()
  const { options, isLoading } = useMeasureOptions()
  const [typed, setTyped] = useState('')
  const [isLeft, setIsLeft] = useState(false)
  const chosen = withTyped(value, typed, options)
  // it may be left before the measures are known
  const isTaken = isLeft && !isLoading
  useEffect(() => {
    if (!isTaken) return
    if (chosen.length > value.length) onChange?.(chosen)
    setTyped('')
    setIsLeft(false)
  }, [isTaken, chosen, value, onChange])
  return (
    <Select
      {...(id !== undefined && { id })}
      mode="multiple"
      value={[...value]}
      onChange={(it: string[]) => {
        setTyped('')
        onChange?.(it)
      }}
      showSearch={{ optionFilterProp: 'label', searchValue: typed, onSearch: setTyped }}
      onFocus={() => setIsLeft(false)}
      onBlur={() => setIsLeft(true)}
      allowClear={unchoosing}
      loading={isLoading}
      notFoundContent={isLoading ? t('loading') : t('nothingFound')}
      options={options}
    />
  )
}

/** What was chosen, and every whole id among what is typed. */
function withTyped(
  value: readonly string[],
  typed: string,
  options: readonly { readonly value: string }[],
): readonly string[] {
  const known = typed.split(/[\s,，、]+/).filter((it) => options.some((of) => of.value === it))
  return [...new Set([...value, ...known])]
}
