import { DownOutlined, LoadingOutlined, RightOutlined } from '@ant-design/icons'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { ChoiceFilter, FilterRow, WordsFilter } from '../../ui/filters.tsx'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { type Filters, useSearchState } from '../../ui/search-state.ts'
import { Failed, Nothing, Said } from '../../ui/states.tsx'
import { useColumns } from './columns.tsx'
import { EnterpriseSelect } from './enterprise-select.tsx'
import { GROWTH_DAYS } from './levels.ts'
import { askable, type Prefix, PrefixLink, type PrefixState, STATES } from './parts.tsx'
import { useTexts } from './texts.ts'
import { type Row, useTree } from './tree.ts'

const FILTERS = ['q', 'state', 'enterprise'] as const
const ROWS_A_PAGE = 50
type Values = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>

const AllotDialog = lazy(async () => ({
  default: (await import('./allot-dialog.tsx')).AllotDialog,
}))
const AskDialog = lazy(async () => ({ default: (await import('./ask-dialog.tsx')).AskDialog }))

/** All prefixes one may know of: as a tree, or as a list where they are filtered. */
export function Page() {
  const t = useTexts()
  const [filters, setFilters] = useSearchState(FILTERS)
  const isFiltered = FILTERS.some((it) => filters[it] !== undefined)
  return (
    <PageFrame title={t('title')} lead={t('lead')} actions={<Acts />}>
      <FilterBar values={filters} change={setFilters} />
      <Waiting />
      {isFiltered ? <Found filters={filters} /> : <Tree />}
    </PageFrame>
  )
}

function Acts() {
  const t = useTexts()
  const me = useMe()
  const [dialog, setDialog] = useState<'allot' | 'ask'>()
  const close = () => setDialog(undefined)
  return (
    <>
      {mayOnNode(me, 'prefixes.manage') && (
        <Button type="primary" onClick={() => setDialog('allot')}>
          {t('allot')}
        </Button>
      )}
      {askable(me).length > 0 && <Button onClick={() => setDialog('ask')}>{t('ask')}</Button>}
      <GoButton to="/prefixes/requests" type="link">
        {t('requests')}
      </GoButton>
      {dialog !== undefined && (
        <Suspense>
          {dialog === 'allot' ? (
            <AllotDialog onClose={close} />
          ) : (
            <AskDialog enterprises={askable(me)} onClose={close} />
          )}
        </Suspense>
      )}
    </>
  )
}

/** Says what waits to those who decide it. */
function Waiting() {
  const t = useTexts()
  const me = useMe()
  const isShown = mayOnNode(me, 'prefixes.manage')
  const open = useQuery({
    queryKey: ['prefix-requests', 'open-count'],
    enabled: isShown,
    queryFn: () =>
      answer(
        api.GET('/api/v1/prefix-requests', { params: { query: { state: 'open', limit: 100 } } }),
      ),
  })
  const count = open.data?.items.length ?? 0
  if (!isShown || count === 0) return null
  return (
    <p>
      <Go to="/prefixes/requests" search={{ state: 'open' }}>
        {t('requestsWaiting', { count })}
      </Go>
    </p>
  )
}

function FilterBar({ values, change }: { values: Values; change: (next: Filters) => void }) {
  const t = useTexts()
  const me = useMe()
  return (
    <FilterRow>
      <WordsFilter
        label={t('search')}
        value={values.q}
        charsMax={255}
        change={(q) => change({ q })}
      />
      <ChoiceFilter
        label={t('filterState')}
        all={t('allStates')}
        choices={STATES}
        nameOf={t}
        value={values.state}
        change={(state) => change({ state })}
      />
      {mayOnNode(me, 'enterprises.read') && (
        <EnterpriseSelect
          label={t('filterEnterprise')}
          width={260}
          {...(values.enterprise !== undefined && { value: values.enterprise })}
          onChange={(enterprise) => change({ enterprise })}
        />
      )}
    </FilterRow>
  )
}

function Tree() {
  const t = useTexts()
  const tree = useTree(true)
  const { top, rows } = tree
  const columns = useTreeColumns(tree)
  const failure = top.isError && <Failed error={top.error} retry={() => void top.refetch()} />
  if (failure !== false && top.data === undefined) return failure
  return (
    <>
      {failure}
      <Records
        label={t('title')}
        rows={rows}
        keyOf={(it) => (it.kind === 'prefix' ? it.prefix.prefix : `more ${it.below}`)}
        columns={columns}
        isLoading={top.isLoading}
        empty={<Nothing title={t('emptyOwn')} hint={t('emptyOwnHint')} />}
      />
    </>
  )
}

const INDENT_PX = 20

type Tree = ReturnType<typeof useTree>

function useTreeColumns(tree: Tree): readonly Column<Row>[] {
  const t = useTexts()
  const [, ...rest] = useColumns()
  return [
    {
      key: 'prefix',
      title: t('prefix'),
      show: (row) => (
        <span
          style={{
            display: 'inline-flex',
            alignItems: 'center',
            verticalAlign: 'middle',
            gap: 4,
            paddingInlineStart: row.depth * INDENT_PX,
          }}
        >
          {row.kind === 'more' ? (
            <MoreBelow row={row} tree={tree} />
          ) : (
            <>
              <Toggle row={row} toggle={tree.toggle} />
              <PrefixLink prefix={row.prefix.prefix} />
            </>
          )}
        </span>
      ),
    },
    ...rest.map((column) => ({
      ...column,
      show: (row: Row) => (row.kind === 'prefix' ? column.show(row.prefix) : null),
    })),
  ]
}

type MoreBelowProps = { readonly row: Extract<Row, { kind: 'more' }>; readonly tree: Tree }

/** The same button whether more is wanted for the first time or, where it did not come, again. */
function MoreBelow({ row: { below, error }, tree: { more, again } }: MoreBelowProps) {
  const t = useTexts()
  const frame = useFrameTexts()
  const isFailed = error !== undefined
  return (
    <span>
      {isFailed && <Said error={error} />}
      <Button size="small" onClick={() => (isFailed ? again(below) : more(below))}>
        {isFailed ? frame('retry') : t('moreBelow', { prefix: below })}
      </Button>
    </span>
  )
}

function Toggle({
  row,
  toggle,
}: {
  row: Extract<Row, { kind: 'prefix' }>
  toggle: (prefix: Prefix) => void
}) {
  const t = useTexts()
  const { prefix, isOpen, isLoading } = row
  if (prefix.derived === 0) return <span style={{ inlineSize: 24 }} />
  return (
    <Button
      type="text"
      size="small"
      aria-expanded={isOpen}
      aria-label={t(isOpen ? 'shut' : 'open', { prefix: prefix.prefix })}
      icon={isLoading ? <LoadingOutlined /> : isOpen ? <DownOutlined /> : <RightOutlined />}
      onClick={() => toggle(prefix)}
    />
  )
}

function Found({ filters }: { filters: Values }) {
  const t = useTexts()
  const format = useFormat()
  const columns = useColumns()
  const found = useFound(filters)
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  const total = found.data?.pages[0]?.total
  return (
    <>
      {total !== undefined && (
        <p aria-live="polite">{t('total', { count: format.number(total) })}</p>
      )}
      <Records
        label={t('title')}
        rows={rows}
        keyOf={(it) => it.prefix}
        columns={columns}
        empty={<Nothing title={t('empty')} hint={t('emptyHint')} />}
        pages={found}
      />
    </>
  )
}

function useFound({ q, state, enterprise }: Values) {
  const known = STATES.find((it): it is PrefixState => it === state)
  return useInfiniteQuery({
    queryKey: ['prefixes', 'found', q, known, enterprise],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/prefixes', {
          params: {
            query: {
              limit: ROWS_A_PAGE,
              growth: GROWTH_DAYS,
              ...(q !== undefined && { q }),
              ...(known !== undefined && { state: known }),
              ...(enterprise !== undefined && { enterprise }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}
