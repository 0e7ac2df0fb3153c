import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { may, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Fallen, isFallen } from '../../ui/pages.tsx'
import { Records } from '../../ui/records.tsx'
import { type Filters, useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { ChosenBar } from './chosen-bar.tsx'
import { Ticked, useColumnChoice, useColumns } from './columns.tsx'
import { FilterBar } from './filter-bar.tsx'
import {
  askForList,
  FILTERS,
  type FilterName,
  type FilterValues,
  isCutShort,
  listQuery,
  useCount,
} from './list-query.ts'
import { ListTools } from './list-tools.tsx'
import { type Listed, newestOf, useTemplates } from './records.ts'
import { useTexts } from './texts.ts'

export function Page() {
  const t = useTexts()
  const me = useMe()
  const [filters, setFilters] = useListFilters()
  const templates = useTemplates(undefined)
  const newest = useMemo(
    () => newestOf(templates.data ?? [], { withWithdrawn: true }),
    [templates.data],
  )
  const columns = useColumnChoice(newest, filters.template)
  return (
    <PageFrame
      title={t('listTitle')}
      lead={t('listLead')}
      actions={
        may(me, 'identifiers.write') && (
          <GoButton to="/identifiers/register" type="primary">
            {t('register')}
          </GoButton>
        )
      }
    >
      <FilterBar values={filters} change={setFilters} templates={newest} />
      <ListTools filters={filters} setFilters={setFilters} columns={columns} templates={newest} />
      <Found filters={filters} columns={columns} />
    </PageFrame>
  )
}

/** What is wanted next is asked for before the page is drawn for it. */
function useListFilters(): ReturnType<typeof useSearchState<FilterName>> {
  const [filters, setFilters] = useSearchState(FILTERS)
  const change = useCallback(
    (next: Filters, push?: boolean) => {
      const all = Object.entries({ ...filters, ...next }).filter(([, it]) => it)
      askForList(Object.fromEntries(all) as Record<string, string>)
      setFilters(next, push)
    },
    [filters, setFilters],
  )
  return [filters, change]
}

type FoundProps = {
  readonly filters: FilterValues
  readonly columns: ReturnType<typeof useColumnChoice>
}

function Found({ filters, columns: { shown, fields } }: FoundProps) {
  const t = useTexts()
  const found = useInfiniteQuery({
    ...listQuery(filters, fields),
    placeholderData: keepPreviousData,
  })
  const { data, fetchNextPage } = found
  // what a page was cut short of follows by itself: nobody takes its end for the end of the list
  const isMissingRows = !found.isFetching && !found.isError && isCutShort(data?.pages ?? [])
  useEffect(() => {
    if (isMissingRows) void fetchNextPage()
  }, [isMissingRows, fetchNextPage])
  const all = useMemo(() => data?.pages.flatMap((it) => it.items) ?? [], [data])
  // rows follow when nothing more urgent is to be done: typing never waits for them, unless there were none to look at
  const later = useDeferredValue(all)
  const rows = later.length === 0 ? all : later
  const count = useCount(filters, data?.pages[0])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const known = useMemo(() => rows.filter((it) => chosen.has(it.handle)), [rows, chosen])
  const shownColumns = useColumns(shown)
  const tick = useCallback(
    (handle: string, isIn: boolean) => setChosen((it) => withOrWithout(it, handle, isIn)),
    [],
  )
  const ticked = useMemo(() => ({ chosen, tick }), [chosen, tick])
  // with the rows goes what was chosen of them
  if (isFallen(found)) return <Fallen pages={found} />
  return (
    <>
      <CountLine count={count} isBusy={found.isFetching} />
      <ChosenBar rows={rows} chosen={known} choose={(handles) => setChosen(new Set(handles))} />
      <Ticked value={ticked}>
        <Records<Listed>
          label={t('listTitle')}
          rows={rows}
          keyOf={(it) => it.handle}
          columns={shownColumns}
          isLoading={found.isLoading || found.isPlaceholderData}
          empty={<Empty isFiltered={Object.keys(filters).length > 0} />}
          pages={found}
        />
      </Ticked>
    </>
  )
}

function withOrWithout(set: ReadonlySet<string>, one: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(set)
  if (isIn) next.add(one)
  else next.delete(one)
  return next
}

/** How many there are and as of when; its height is kept while it is not known. */
function CountLine({ count, isBusy }: { count: ReturnType<typeof useCount>; isBusy: boolean }) {
  const t = useTexts()
  const format = useFormat()
  return (
    <p className="nums" aria-live="polite" style={{ minBlockSize: 22, marginBlock: 8 }}>
      {count === undefined ? (
        <span>{isBusy ? t('searching') : ''}</span>
      ) : (
        <>
          <strong>
            {'exact' in count && !count.exact
              ? t('countAtLeast', { count: format.number(count.total) })
              : t('count', { count: format.number(count.total) })}
          </strong>{' '}
          {count.asOf.at !== undefined && (
            <>
              {t('asOf')} <When at={count.asOf.at} />
            </>
          )}
        </>
      )}
    </p>
  )
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  const t = useTexts()
  const me = useMe()
  if (isFiltered) return <Nothing title={t('listNone')} hint={t('listNoneHint')} />
  return (
    <Nothing
      title={t('listEmpty')}
      hint={t('listEmptyHint')}
      action={
        may(me, 'identifiers.write') && <Go to="/identifiers/register">{t('registerFirst')}</Go>
      }
    />
  )
}
