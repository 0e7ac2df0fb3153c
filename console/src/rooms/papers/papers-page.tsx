import { useInfiniteQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { ChoiceFilter, FilterRow, WordsFilter } from '../../ui/filters.tsx'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { filled, type PaperRow } from './api.ts'
import { FieldValue, PublishedParts, StandingTag } from './parts.tsx'
import { useTexts } from './texts.ts'

const PAGE = 50
const FILTERS = ['q', 'year', 'region', 'issuer', 'standing'] as const
const STANDINGS = ['in-force', 'not-yet', 'expired', 'repealed', 'draft', 'letter', 'note'] as const

/** Published papers, for everybody. */
export function Page() {
  const t = useTexts()
  const me = useMaybeMe()
  const columns = useColumns()
  const [filters, change] = useSearchState(FILTERS)
  const list = useInfiniteQuery({
    queryKey: ['papers', 'list', filters],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) =>
      answer(
        api.GET('/api/v1/policy/papers', {
          params: { query: filled({ ...filters, after, limit: PAGE }) as never },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  })
  const first = list.data?.pages[0]
  return (
    <PageFrame
      title={t('papers')}
      lead={t('papersLead')}
      actions={
        <>
          <a href="/api/v1/policy/papers/feed">{t('feed')}</a>
          {mayOnNode(me, 'policy.publish') && (
            <GoButton to="/papers/write" type="primary">
              {t('newPaper')}
            </GoButton>
          )}
        </>
      }
    >
      <PublishedParts current="papers" />
      <PaperFilters
        filters={filters}
        change={change}
        years={first?.years ?? []}
        issuers={first?.issuers ?? []}
        regions={first?.regions ?? []}
      />
      {first?.isPartial === true && filters.q !== undefined && (
        <Alert type="info" showIcon title={t('partial')} style={{ marginBlockEnd: 12 }} />
      )}
      <Records
        label={t('papers')}
        rows={list.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('papersNone')} hint={t('papersNoneHint')} />}
        pages={list}
      />
    </PageFrame>
  )
}

type Filters = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>
type Choices = {
  readonly filters: Filters
  readonly change: (next: Readonly<Record<string, string | undefined>>) => void
  readonly years: readonly string[]
  readonly issuers: readonly string[]
  readonly regions: readonly { readonly code: string; readonly name: { zh: string; en: string } }[]
}

function PaperFilters({ filters, change, years, issuers, regions }: Choices) {
  const t = useTexts()
  const textOf = useText()
  const regionOf = (code: string) => {
    const name = regions.find((it) => it.code === code)?.name
    return name === undefined ? code : textOf(name)
  }
  return (
    <FilterRow>
      <WordsFilter
        label={t('search')}
        hint={t('searchHint')}
        value={filters.q}
        change={(q) => change({ q })}
      />
      <ChoiceFilter
        label={t('year')}
        all={t('yearAll')}
        choices={years}
        nameOf={(it) => it}
        value={filters.year}
        change={(year) => change({ year })}
      />
      <ChoiceFilter
        label={t('region')}
        all={t('regionAll')}
        choices={regions.map((it) => it.code)}
        nameOf={regionOf}
        value={filters.region}
        change={(region) => change({ region })}
      />
      <ChoiceFilter
        label={t('issuer')}
        all={t('issuerAll')}
        choices={issuers}
        nameOf={(it) => it}
        value={filters.issuer}
        change={(issuer) => change({ issuer })}
        width={200}
      />
      <ChoiceFilter
        label={t('standing')}
        all={t('standingAll')}
        choices={STANDINGS}
        nameOf={(it) => t(it)}
        value={filters.standing}
        change={(standing) => change({ standing })}
      />
    </FilterRow>
  )
}

function useColumns(): readonly Column<PaperRow>[] {
  const t = useTexts()
  const format = useFormat()
  const textOf = useText()
  return [
    {
      key: 'title',
      title: t('title'),
      show: (it) => (
        <>
          <Go to={`/papers/${it.id}`}>{textOf(it.name)}</Go>
          {it.excerpt !== undefined && (
            <div className="paper-excerpt" lang="zh-CN">
              {it.excerpt}
            </div>
          )}
        </>
      ),
    },
    { key: 'standing', title: t('standing'), show: (it) => <StandingTag standing={it.standing} /> },
    { key: 'number', title: t('number'), show: (it) => <FieldValue field={it.documentNumber} /> },
    { key: 'issuer', title: t('issuer'), show: (it) => <FieldValue field={it.issuer} /> },
    { key: 'region', title: t('region'), show: (it) => textOf(it.regionName), isMinor: true },
    {
      key: 'day',
      title: t('day'),
      show: (it) => (it.day === undefined ? '—' : format.day(it.day)),
      width: 140,
    },
  ]
}
