import { useDeferredValue, useMemo, useState } from 'react'
import { may, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { ChosenBar } from './chosen-bar.tsx'
import { useColumnChoice, useColumns } from './columns.tsx'
import { FilterBar } from './filter-bar.tsx'
import { FILTERS, type FilterValues, useCount, useIdentifiers } from './list-query.ts'
import { ListTools } from './list-tools.tsx'
import { type Listed, newestOf, useTemplates } from './records.ts'
import { useTexts } from './texts.ts'

export function Page() {
  const t = useTexts()
  const me = useMe()
  const [filters, setFilters] = useSearchState(FILTERS)
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
      <Found filters={filters} shown={columns.shown} />
    </PageFrame>
  )
}

type FoundProps = {
  readonly filters: FilterValues
  readonly shown: ReturnType<typeof useColumnChoice>['shown']
}

function Found({ filters, shown }: FoundProps) {
  const t = useTexts()
  const found = useIdentifiers(filters)
  const { data } = found
  const all = useMemo(() => data?.pages.flatMap((it) => it.items) ?? [], [data])
  // rows are drawn when nothing more urgent is: typing never waits for them
  const rows = useDeferredValue(all)
  const count = useCount(filters, data?.pages[0])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const known = useMemo(() => rows.filter((it) => chosen.has(it.handle)), [rows, chosen])
  const columns = useColumns(shown, (handle) => (
    // one in each row: the browser's own
    <input
      type="checkbox"
      className="row-check"
      aria-label={t('chooseOne', { handle })}
      checked={chosen.has(handle)}
      onChange={({ target }) => setChosen(withOrWithout(chosen, handle, target.checked))}
    />
  ))
  if (found.isError) {
    return <Failed error={found.error} retry={() => void found.refetch()} />
  }
  return (
    <>
      <CountLine count={count} isBusy={found.isFetching} />
      <ChosenBar rows={rows} chosen={known} choose={(handles) => setChosen(new Set(handles))} />
      <Records<Listed>
        label={t('listTitle')}
        rows={rows}
        keyOf={(it) => it.handle}
        columns={columns}
        isLoading={found.isLoading || found.isPlaceholderData}
        empty={<Empty isFiltered={Object.keys(filters).length > 0} />}
        onMore={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
        isLoadingMore={found.isFetchingNextPage}
      />
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
