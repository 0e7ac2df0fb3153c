import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { Coded, CodedBriefly } from '../../ui/coded.tsx'
import { Copy } from '../../ui/copy.tsx'
import { ChoiceFilter, FilterRow, WordsFilter } from '../../ui/filters.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type Listed, type State, StateTag } from './parts.tsx'
import { useTexts } from './texts.ts'

const STATES: readonly State[] = ['applied', 'returned', 'admitted', 'suspended', 'rejected']
const FILTERS = ['q', 'state'] as const
const ROWS_A_PAGE = 50

export function Page() {
  const t = useTexts()
  const format = useFormat()
  const [filters, setFilters] = useSearchState(FILTERS)
  const columns = useColumns()
  const found = useEnterprises(filters)
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  const total = found.data?.pages[0]?.total
  return (
    <PageFrame title={t('listTitle')} lead={t('listLead')} actions={<ApplyLink />}>
      <FilterRow>
        <WordsFilter label={t('searchName')} value={filters.q} change={(q) => setFilters({ q })} />
        <ChoiceFilter
          label={t('filterState')}
          all={t('allStates')}
          choices={STATES}
          nameOf={t}
          value={filters.state}
          change={(state) => setFilters({ state })}
        />
      </FilterRow>
      {total !== undefined && (
        <p aria-live="polite">{t('total', { count: format.number(total) })}</p>
      )}
      <Records
        label={t('listTitle')}
        rows={rows}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('listEmpty')} hint={t('listEmptyHint')} />}
        pages={found}
      />
    </PageFrame>
  )
}

const USCC = /^[0-9A-HJ-NP-RTUW-Y]{18}$/i

function useEnterprises({ q = '', state }: { q?: string; state?: string }) {
  return useInfiniteQuery({
    queryKey: ['enterprises', q, state],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/enterprises', {
          params: {
            query: {
              limit: ROWS_A_PAGE,
              ...(q !== '' && (USCC.test(q) ? { uscc: q } : { q })),
              ...(STATES.includes(state as State) && { state: state as State }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

function useColumns(): readonly Column<Listed>[] {
  const t = useTexts()
  return [
    {
      key: 'name',
      title: t('name'),
      show: (it) => <Go to={`/enterprises/${encodeURIComponent(it.id)}`}>{it.name}</Go>,
    },
    { key: 'state', title: t('state'), show: (it) => <StateTag state={it.state} /> },
    { key: 'uscc', title: t('uscc'), show: (it) => <span className="mono">{it.uscc}</span> },
    { key: 'region', title: t('region'), show: (it) => <Coded chain={it.region.chain} /> },
    {
      key: 'sector',
      title: t('sector'),
      isMinor: true,
      show: (it) => <CodedBriefly {...it.sector} />,
    },
    { key: 'at', title: t('appliedAt'), show: (it) => <When at={it.createdAt} /> },
  ]
}

function ApplyLink() {
  const t = useTexts()
  const link = `${location.origin}/console/apply`
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      <Button href={link}>{t('applyLink')}</Button>
      <Copy text={link} label={t('applyLink')} />
    </span>
  )
}
