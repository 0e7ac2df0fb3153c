import { Input } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useText } from '../../frame/language.ts'
import { useEmptying } from '../../ui/emptying.tsx'
import type { Filters } from '../../ui/search-state.ts'
import { SelectSoon } from '../../ui/select-soon.tsx'
import type { FilterValues } from './list-query.ts'
import { STATES, type Template, usePrefixes } from './records.ts'
import { useTexts } from './texts.ts'

/** After this long without a key the search is asked. */
const TYPED_MS = 250

type BarProps = {
  readonly values: FilterValues
  readonly change: (next: Filters) => void
  readonly templates: readonly Template[]
}

export function FilterBar({ values, change, templates }: BarProps) {
  const t = useTexts()
  return (
    <search style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlockEnd: 8 }}>
      <Question q={values.q ?? ''} change={(q) => change({ q })} />
      <PrefixFilter value={values.prefix} change={(prefix) => change({ prefix })} />
      <TemplateFilter
        value={values.template}
        change={(template) => change({ template })}
        templates={templates}
      />
      <SelectSoon
        aria-label={t('filterState')}
        style={{ minInlineSize: 128 }}
        value={values.state ?? ''}
        onChange={(state) => change({ state })}
        options={[
          { value: '', label: t('allStates') },
          ...STATES.map((it) => ({ value: it, label: t(it) })),
        ]}
      />
      <Day
        label={t('changedFrom')}
        short={t('changedFromShort')}
        value={values.from}
        change={(from) => change({ from })}
      />
      <Day
        label={t('changedTo')}
        short={t('changedToShort')}
        value={values.to}
        change={(to) => change({ to })}
      />
    </search>
  )
}

/** What is typed stands at once; it is asked when the person pauses, or at once by Enter. */
function Question({ q, change }: { q: string; change: (q: string) => void }) {
  const t = useTexts()
  const [typed, setTyped] = useState(q)
  const asked = useRef(q)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    // the address was changed by another hand: a saved view, or the way back
    if (q !== asked.current) setTyped(q)
    asked.current = q
  }, [q])
  useEffect(() => () => clearTimeout(timer.current), [])
  const ask = (text: string) => {
    clearTimeout(timer.current)
    asked.current = text.trim()
    change(asked.current)
  }
  return (
    <Input.Search
      allowClear={useEmptying()}
      maxLength={500}
      style={{ flex: '1 1 280px', maxInlineSize: 480 }}
      aria-label={t('searchLabel')}
      placeholder={t('searchLabel')}
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => ask(target.value), TYPED_MS)
      }}
      onSearch={ask}
    />
  )
}

type OneFilter = {
  readonly value: string | undefined
  readonly change: (value: string | undefined) => void
}

function PrefixFilter({ value, change }: OneFilter) {
  const t = useTexts()
  const prefixes = usePrefixes()
  const options = prefixes.data?.items.map((it) => ({ value: it.prefix, label: it.prefix })) ?? []
  // one that is beyond those that were fetched still shows itself
  const isKnown = value === undefined || options.some((it) => it.value === value)
  return (
    <SelectSoon
      aria-label={t('filterPrefix')}
      style={{ minInlineSize: 150 }}
      showSearch={{ optionFilterProp: 'label' }}
      loading={prefixes.isLoading}
      value={value ?? ''}
      onChange={change}
      options={[
        { value: '', label: t('allPrefixes') },
        ...(isKnown ? [] : [{ value, label: value }]),
        ...options,
      ]}
    />
  )
}

function TemplateFilter({ value, change, templates }: OneFilter & Pick<BarProps, 'templates'>) {
  const t = useTexts()
  const textOf = useText()
  const options = useMemo(() => {
    const labels = new Map(templates.map((it) => [it.name, textOf(it.label)]))
    return [...labels].map(([name, label]) => ({ value: name, label: `${label} (${name})` }))
  }, [templates, textOf])
  const isKnown = value === undefined || options.some((it) => it.value === value)
  return (
    <SelectSoon
      aria-label={t('filterTemplate')}
      style={{ minInlineSize: 150, maxInlineSize: 260 }}
      showSearch={{ optionFilterProp: 'label' }}
      value={value ?? ''}
      onChange={change}
      options={[
        { value: '', label: t('allTemplates') },
        ...(isKnown ? [] : [{ value, label: value }]),
        ...options,
      ]}
    />
  )
}

function Day({
  label,
  short,
  value,
  change,
}: OneFilter & { readonly label: string; readonly short: string }) {
  return (
    <Input
      type="date"
      aria-label={label}
      prefix={<span aria-hidden="true">{short}</span>}
      style={{ inlineSize: 'auto' }}
      value={value ?? ''}
      onChange={({ target }) => change(target.value)}
    />
  )
}
