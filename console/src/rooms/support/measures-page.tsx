import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useText } from '../../frame/language.ts'
import { ChoiceFilter, FilterRow, WordsFilter } from '../../ui/filters.tsx'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import {
  FILTERS,
  type ListedMeasure,
  measuresQuery,
  regionsQuery,
  STATES,
} from './measure-queries.ts'
import { MeasureStateTag } from './parts.tsx'
import './support.css'
import { useTexts } from './texts.ts'

/** Every measure that this node computes. */
export function Page() {
  const t = useTexts()
  const textOf = useText()
  const [filters, setFilters] = useSearchState(FILTERS)
  const found = useInfiniteQuery({ ...measuresQuery(filters), placeholderData: keepPreviousData })
  const columns = useColumns()
  const regions = useQuery(regionsQuery).data?.items ?? []
  const nameOf = (code: string) => {
    const region = regions.find((it) => it.code === code)
    return region === undefined ? code : textOf(region.name)
  }
  return (
    <PageFrame
      title={t('measures')}
      lead={t('measuresLead')}
      actions={<GoButton to="/support/fits">{t('tryIt')}</GoButton>}
    >
      <FilterRow>
        <WordsFilter label={t('find')} value={filters.q} change={(q) => setFilters({ q })} />
        <ChoiceFilter
          label={t('region')}
          all={t('allRegions')}
          choices={regions.map((it) => it.code)}
          nameOf={nameOf}
          value={filters.region}
          change={(region) => setFilters({ region })}
        />
        <ChoiceFilter
          label={t('state')}
          all={t('allStates')}
          choices={STATES}
          nameOf={t}
          value={filters.state}
          change={(state) => setFilters({ state })}
        />
      </FilterRow>
      <Records
        label={t('measures')}
        rows={found.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('noMeasures')} hint={t('noMeasuresHint')} />}
        pages={found}
      />
    </PageFrame>
  )
}

function useColumns(): readonly Column<ListedMeasure>[] {
  const t = useTexts()
  const textOf = useText()
  return [
    {
      key: 'title',
      title: t('measure'),
      show: (it) => (
        <Go to={`/support/measures/${encodeURIComponent(it.id)}`}>{textOf(it.title)}</Go>
      ),
    },
    { key: 'id', title: t('number'), show: (it) => <span className="mono">{it.id}</span> },
    { key: 'region', title: t('region'), show: (it) => textOf(it.region.name) },
    { key: 'state', title: t('state'), show: (it) => <MeasureStateTag state={it.state} /> },
    {
      key: 'amount',
      title: t('amount'),
      show: (it) => (
        <>
          <div>{textOf(it.formula)}</div>
          {it.limits.slice(0, 2).map((limit) => (
            <div key={limit.en} className="support-minor">
              {textOf(limit)}
            </div>
          ))}
        </>
      ),
    },
  ]
}
